#pragma once

#include "verbs/plan.h"

G_BEGIN_DECLS

/* Appends the diff of every file that a plan edits, as diff.h shows it, to `out`: unified, or,
 * unless 0, side by side in so many columns. Returns the number of files. A file that cannot be
 * read is left out. */
guint pm_plan_diff (GString *out, const PmPlan *plan, gboolean color, guint side_by_side);

G_END_DECLS
