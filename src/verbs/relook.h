#pragma once

#include "discovery/resurvey.h"
#include "verbs/rescan.h"

G_BEGIN_DECLS

/* Private to verbs/: a rescan of some paths in two halves, so that what is seen can be stored as a
 * part of something larger.
 *
 *   g_auto (PmRelook) look = {0};
 *   if (pm_relook (&look, rescan, paths, &error) && look.outcome == PM_RESURVEY_TOLD)
 *     pm_relook_store (&look, &scope, conflicts, &changes, &error);
 */

typedef struct {
  PmRescan *rescan;
  PmScanRoots roots;
  char *survey;                    /* what the registry kept of the last one when it began */
  PmSnapshot *previous, *snapshot; /* what was known, and, where it is told, what is now */
  PmResurveyOutcome outcome;       /* untold: everything has to be looked at */
} PmRelook;

gboolean pm_relook (PmRelook *look, PmRescan *rescan, const char *const *paths, GError **error);

/* `scope` may say more of what is stored (moves); ret_changes may be NULL. */
gboolean pm_relook_store (PmRelook *look, PmScanScope *scope, guint ret_conflicts[3],
                          PmScanChanges *ret_changes, GError **error);

void pm_relook_clear (PmRelook *look);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmRelook, pm_relook_clear)

G_END_DECLS
