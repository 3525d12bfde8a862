#pragma once

#include "model/health.h"

G_BEGIN_DECLS

/* What a look makes of what was known: pure. A service that has never been up is unknown, not down,
 * unless the operator said how it is checked; from unknown to up one success is enough, from down
 * `rise` in a row, and `fall` failures in a row make it down. Failures in its start period tell
 * nothing. What cannot be looked at `fall` times in a row is unknown. */

typedef struct {
  PmHealth health;
  gboolean was_up;             /* ever */
  gint64 starting_since_us;    /* monotonic: when it began to be checked, or was restarted; 0: its
                                  start    period is over */
  guint n_well, n_ill, n_dark; /* looks in a row that were up, down, unknown */
} PmJudgement;

/* TRUE: `health` changed. *ret_counts_as is what the look is in history and uptime. */
gboolean pm_judge (PmJudgement *judgement, const PmCheck *check, PmHealth seen, gint64 now_us,
                   PmHealth *ret_counts_as);

G_END_DECLS
