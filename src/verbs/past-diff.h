#pragma once

#include "update/journal.h"

G_BEGIN_DECLS

/* One file of a past transaction as people read it. */

typedef struct {
  gboolean is_undo;      /* what taking it back does; else what it did */
  gboolean are_settings; /* of a transaction of the program's own configuration (note.h) */
  gboolean color;
  guint side_by_side; /* 0: unified; else terminal cells */
} PmPastDiffOptions;

/* FALSE, and nothing is appended: the file was changed since, so that its lines are others. */
gboolean pm_past_diff (GString *out, const PmTarget *target, const PmPastDiffOptions *options);

G_END_DECLS
