#pragma once

#include "allocation/conflicts.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* The registry's snapshot, told of what runs now (live.h), and the conflicts in it (of PmConflict,
 * worst first). The snapshot must outlive the conflicts. NULL on failure. */
GArray *pm_verb_conflicts (PmContext *context, PmSnapshot **ret_snapshot, GError **error);

/* The same over a snapshot at hand, which is told of what runs now unless it knows. */
GArray *pm_verb_conflicts_of (PmContext *context, PmSnapshot *snapshot);
GArray *pm_verb_conflicts_again (PmContext *context, PmSnapshot *snapshot, PmConflictMemo *memo);

/* The way out of all of them, or of one (`only`, of that snapshot's). Ports come from the
 * configuration's pools; never one that is declared, bound, leased, or the kernel's. */
PmResolve *pm_verb_resolve (PmContext *context, PmSnapshot *snapshot, const PmConflict *only,
                            gboolean include_uncertain);

G_END_DECLS
