#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* Which ports of a compose file are not in force, because the override file beside it, which
 * Compose merges by itself, resets or overrides them (Compose Specification, "Merge": !reset,
 * !override). */
typedef struct PmReplaced PmReplaced;

PmReplaced *pm_replaced_new (const PmSnapshot *snapshot); /* borrows the snapshot */
void pm_replaced_free (PmReplaced *replaced);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmReplaced, pm_replaced_free)

gboolean pm_replaced_has (const PmReplaced *replaced, const PmFinding *finding);

G_END_DECLS
