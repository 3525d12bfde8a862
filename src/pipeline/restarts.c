#include "pipeline/restarts.h"

#define AT_ONCE 16

const char *
pm_restart_end_name (PmRestartEnd end)
{
  static const char *const names[] = {"", "restarted", "refused", "failed"};
  return names[end];
}

static void
outcome_clear (gpointer data)
{
  g_free (((PmRestartOutcome *) data)->reason);
}

static PmRestartEnd
end_of (const GError *error)
{
  return g_error_matches (error, PM_HEAL_ERROR, PM_HEAL_ERROR_FORBIDDEN) ||
                 g_error_matches (error, PM_HEAL_ERROR, PM_HEAL_ERROR_SETTINGS)
             ? PM_RESTART_REFUSED
             : PM_RESTART_FAILED;
}

/* On a thread of the pool. */
static void
restart_one (gpointer data, gpointer user)
{
  PmRestartOutcome *outcome = data;
  g_autoptr (GError) error = NULL;
  gint64 began_us = g_get_monotonic_time ();
  if (pm_restart (&outcome->target->what, user, &error)) {
    outcome->end = PM_RESTART_DONE;
  } else {
    outcome->end = end_of (error);
    outcome->reason = g_strdup (error->message);
  }
  outcome->elapsed_us = g_get_monotonic_time () - began_us;
}

static void
run_turn (GArray *outcomes, guint first, guint end, const PmRestartOptions *options)
{
  GThreadPool *pool = g_thread_pool_new (restart_one, (gpointer) options, AT_ONCE, FALSE, NULL);
  for (guint i = first; i < end; i++) {
    PmRestartOutcome *outcome = &g_array_index (outcomes, PmRestartOutcome, i);
    if (outcome->end == PM_RESTART_NOT_TRIED)
      g_thread_pool_push (pool, outcome, NULL);
  }
  g_thread_pool_free (pool, FALSE, TRUE);
}

static GArray *
prepare (const PmRestartees *targets)
{
  GArray *outcomes = g_array_new (FALSE, TRUE, sizeof (PmRestartOutcome));
  g_array_set_clear_func (outcomes, outcome_clear);
  for (guint i = 0; i < targets->targets->len; i++) {
    PmRestartOutcome outcome = {.target = g_ptr_array_index (targets->targets, i)};
    outcome.reason = pm_restartee_obstacle (targets, outcome.target);
    outcome.end = outcome.reason == NULL ? PM_RESTART_NOT_TRIED : PM_RESTART_REFUSED;
    g_array_append_val (outcomes, outcome);
  }
  return outcomes;
}

GArray *
pm_restarts_run (const PmRestartees *targets, const PmConfig *config, GCancellable *cancellable)
{
  PmRestartOptions options = {.timeout_ms = (guint) config->heal.timeout_s * 1000,
                              .cancellable = cancellable};
  GArray *outcomes = prepare (targets);
  for (guint first = 0, i = 0; i < outcomes->len; i++) {
    guint turn = g_array_index (outcomes, PmRestartOutcome, i).target->level;
    if (i + 1 < outcomes->len &&
        g_array_index (outcomes, PmRestartOutcome, i + 1).target->level == turn)
      continue;
    run_turn (outcomes, first, i + 1, &options);
    first = i + 1;
  }
  return outcomes;
}
