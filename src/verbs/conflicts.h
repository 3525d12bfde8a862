#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* The registry's snapshot, and the conflicts in it (of PmConflict, worst first), for which no port
 * of the kernel's ephemeral range is suggested. The snapshot must outlive the conflicts. NULL on
 * failure. */
GArray *pm_verb_conflicts (PmContext *context, PmSnapshot **ret_snapshot, GError **error);

/* The same over a snapshot at hand. */
GArray *pm_verb_conflicts_of (const PmSnapshot *snapshot);

G_END_DECLS
