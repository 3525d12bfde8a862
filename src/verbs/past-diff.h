#pragma once

#include "update/journal.h"

G_BEGIN_DECLS

/* One file of a past transaction as people read it (diff.h): what taking it back does.
 * `side_by_side` 0: unified; else terminal cells. FALSE, and nothing is appended: the file was
 * changed since, so that its lines are others. */
gboolean pm_past_diff (GString *out, const PmTarget *target, gboolean color, guint side_by_side);

G_END_DECLS
