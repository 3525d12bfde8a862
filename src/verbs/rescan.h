#pragma once

#include "verbs/scan.h"

G_BEGIN_DECLS

/* Reads again what changed, and makes the registry say so: for whoever is told of changes (file
 * events, a transaction of ours).
 *
 *   PmRescan *rescan = pm_rescan_new (context);
 *   pm_verb_rescan (rescan, paths, &report, &error);    for each burst of events
 *   pm_rescan_free (rescan);
 *
 * What comes of it is what pm_verb_scan of the remembered roots would store, event log and history
 * included (but for one thing, which resurvey.h tells). Only the files that changed are looked at
 * where they tell it all; else everything is, and so it is the first time, and when somebody else
 * has scanned everything. One thread, that of the context, which must outlive it. */
typedef struct PmRescan PmRescan;

PmRescan *pm_rescan_new (PmContext *context);

/* For whoever is about to change files itself: goes on from what the registry keeps, whoever stored
 * it, instead of scanning everything first. `paths` are the files, as they are before. */
PmRescan *pm_rescan_join (PmContext *context, const char *const *paths);

void pm_rescan_free (PmRescan *rescan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmRescan, pm_rescan_free)

/* `paths`: absolute, NULL-terminated, in any order, also more than once: files and folders that
 * were made, written, renamed, removed, or got other permissions. A folder stands for all that is
 * below it; what a path is now is found out here. Those outside of all roots are passed over. The
 * report counts all roots; nothing is lost by a failure: what failed is read with the next call. */
gboolean pm_verb_rescan (PmRescan *rescan, const char *const *paths, PmScanReport *ret_report,
                         GError **error);

/* Reads what the registry says of everything, which the next change is put into, and judges it, so
 * that this change does not wait for either: for whoever has nothing else to do. FALSE: nothing is
 * kept (nothing was scanned yet, or the configuration asks for all of it each time), or it failed,
 * which the next rescan tells. Once it is read, the next call costs a question to the registry. */
gboolean pm_rescan_prepare (PmRescan *rescan);

/* Reads everything below the roots named, or those remembered, as pm_verb_scan does. */
gboolean pm_verb_rescan_everything (PmRescan *rescan, char **roots, PmScanReport *ret_report,
                                    GError **error);

G_END_DECLS
