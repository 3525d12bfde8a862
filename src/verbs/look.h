#pragma once

#include "discovery/survey.h"
#include "verbs/scan-roots.h"

G_BEGIN_DECLS

/* Private to verbs/: a survey that remembers the last one, for those who store what it finds.
 *
 *   g_auto (PmLook) look = {0};
 *   pm_look (&look, context, &roots, &options, &error)
 *   look.is_unchanged: the registry says it all; else pm_look_store, in a transaction or as one */

/* What a root said when it was read last. */
typedef struct {
  guint projects, documents, findings, services, kept;
} PmLookCounts;

typedef struct {
  PmContext *context;
  const PmScanRoots *roots;
  PmRecall recall;
  char **mounts;       /* that held something the last time */
  char *remembered;    /* what the registry keeps of the last survey */
  guint64 about;       /* of a witness, but for what is stored along with it */
  PmLookCounts counts; /* of the scanned roots together */

  PmSnapshot *snapshot; /* of all roots that are known; NULL where nothing changed */
  gboolean is_unchanged;
} PmLook;

gboolean pm_look (PmLook *look, PmContext *context, const PmScanRoots *roots,
                  const PmSurveyOptions *options, GError **error);
void pm_look_clear (PmLook *look);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmLook, pm_look_clear)

/* What was found, with the conflicts of the whole host; counts those by severity. `scope` says what
 * else is known; its roots, conflicts and survey are set here. */
gboolean pm_look_store (PmLook *look, PmScanScope *scope, guint ret_conflicts[3],
                        PmScanChanges *ret_changes, GError **error);

/* The same as a transaction of its own, unless somebody has stored something since the look began:
 * what was read then may be older than what is known now. *ret_overtaken: nothing is stored, and it
 * takes another look. */
gboolean pm_look_store_newest (PmLook *look, guint ret_conflicts[3], PmScanChanges *ret_changes,
                               gboolean *ret_overtaken, GError **error);

G_END_DECLS
