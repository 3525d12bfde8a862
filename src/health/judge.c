#include "health/judge.h"

static gboolean
is_starting (const PmJudgement *j, const PmCheck *check, gint64 now_us)
{
  return j->starting_since_us != 0 &&
         now_us - j->starting_since_us < (gint64) check->start_period_ms * 1000;
}

static PmHealth
judge_well (PmJudgement *j, const PmCheck *check)
{
  j->n_well++;
  j->n_ill = j->n_dark = 0;
  j->starting_since_us = 0;
  j->was_up = TRUE;
  return j->health == PM_HEALTH_DOWN && j->n_well < check->rise ? PM_HEALTH_DOWN : PM_HEALTH_UP;
}

static PmHealth
judge_ill (PmJudgement *j, const PmCheck *check)
{
  j->n_ill++;
  j->n_well = j->n_dark = 0;
  if (pm_health_counts_as (check, j->was_up, PM_HEALTH_DOWN) != PM_HEALTH_DOWN)
    return PM_HEALTH_UNKNOWN;
  return j->n_ill < check->fall ? j->health : PM_HEALTH_DOWN;
}

static PmHealth
judge_dark (PmJudgement *j, const PmCheck *check)
{
  j->n_dark++;
  j->n_well = j->n_ill = 0;
  return j->n_dark < check->fall ? j->health : PM_HEALTH_UNKNOWN;
}

gboolean
pm_judge (PmJudgement *j, const PmCheck *check, PmHealth seen, gint64 now_us,
          PmHealth *ret_counts_as)
{
  PmHealth before = j->health;
  if (seen == PM_HEALTH_DOWN && is_starting (j, check, now_us)) {
    *ret_counts_as = PM_HEALTH_UNKNOWN;
    return FALSE;
  }
  j->health = seen == PM_HEALTH_UP     ? judge_well (j, check)
              : seen == PM_HEALTH_DOWN ? judge_ill (j, check)
                                       : judge_dark (j, check);
  *ret_counts_as = pm_health_counts_as (check, j->was_up, seen);
  return j->health != before;
}
