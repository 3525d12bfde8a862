#pragma once

#include "discovery/survey.h"
#include "verbs/context.h"
#include "verbs/scan-roots.h"

G_BEGIN_DECLS

/* Reads roots as they are, and makes the registry say so. */

typedef struct {
  guint projects, documents, findings, services;
  guint kept;            /* documents of them that cannot be read now (as a whole) */
  guint roots_inside;    /* roots that lie in those scanned, and are none of them */
  guint conflicts[3];    /* by PmSeverity */
  PmScanChanges changes; /* what the registry had otherwise */
  gint64 elapsed_us;
  gboolean was_everything; /* all files were looked for, not only those that changed */
  gboolean was_kept; /* what the others say was in memory; else it was read from the registry */
} PmScanReport;

/* Scans the roots named (any paths), and remembers them; with none, those remembered. The report is
 * of these, but its conflicts are the whole host's. A root that is named must be there; of one that
 * is remembered and is not, what is known of it stands. Files that are as the last scan of the same
 * roots left them are not opened. Where somebody else has stored something meanwhile, it looks
 * again, and does not put what was read before in its place. ret_problems, which may be NULL, gets
 * a snapshot of which only the problems count. */
gboolean pm_verb_scan (PmContext *context, char **roots, const PmSurveyOptions *options,
                       PmScanReport *ret_report, PmSnapshot **ret_problems, GError **error);

G_END_DECLS
