/* DESIGN
 * The prober works on a main loop, so the thread gets one of its own for as long as it asks. */

#include "pipeline/probes.h"

#include <string.h>

#include "health/round.h"
#include "verbs/health-checks.h"

typedef struct {
  GMainLoop *loop;
  GArray *outcomes;
  const GArray *asked; /* guint: which outcome each check is of */
} Asking;

static void
outcome_clear (gpointer data)
{
  g_free (((PmProbeOutcome *) data)->cause);
}

static void
on_done (const PmProbed *results, guint n_results, gpointer data)
{
  Asking *asking = data;
  for (guint i = 0; i < n_results; i++) {
    PmProbeOutcome *outcome =
        &g_array_index (asking->outcomes, PmProbeOutcome, g_array_index (asking->asked, guint, i));
    outcome->health = results[i].health;
    outcome->up_after_us = results[i].up_after_us;
    g_free (outcome->cause);
    outcome->cause = g_strdup (results[i].cause);
  }
  g_main_loop_quit (asking->loop);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static GSource *
watch (GCancellable *cancellable, GMainLoop *loop)
{
  GSource *source = g_cancellable_source_new (cancellable);
  g_source_set_callback (source, (GSourceFunc) (void (*) (void)) on_cancelled, loop, NULL);
  g_source_attach (source, g_main_loop_get_context (loop));
  return source;
}

static void
ask (PmCheckSet *checks, const PmProbeRoundOptions *options, GCancellable *cancellable,
     Asking *asking)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  asking->loop = loop;
  GSource *cancelled = cancellable == NULL ? NULL : watch (cancellable, loop);
  {
    g_autoptr (PmProber) prober = pm_prober_new ();
    PmProbeRound *round = pm_probe_round_new (prober, checks, options, on_done, asking);
    g_main_loop_run (loop);
    pm_probe_round_free (round);
  }
  if (cancelled != NULL) {
    g_source_destroy (cancelled);
    g_source_unref (cancelled);
  }
  g_main_context_pop_thread_default (context);
}

static GArray *
all_unknown (const GArray *services)
{
  GArray *outcomes = g_array_new (FALSE, FALSE, sizeof (PmProbeOutcome));
  g_array_set_clear_func (outcomes, outcome_clear);
  for (guint i = 0; i < services->len; i++) {
    PmProbeOutcome outcome = {.service = g_array_index (services, guint, i)};
    g_array_append_val (outcomes, outcome);
  }
  return outcomes;
}

static PmCheck
moved (const PmCheck *check, const PmProbeMove *move)
{
  PmCheck now = *check;
  if (move == NULL || !check->is_configured)
    return now;
  guint64 port = g_ascii_strtoull (move->old_value, NULL, 10);
  if (strchr (move->old_value, '.') == NULL && strchr (move->old_value, ':') == NULL) {
    if (check->port == port)
      now.port = (guint16) g_ascii_strtoull (move->new_value, NULL, 10);
  } else if (g_strcmp0 (check->host, move->old_value) == 0) {
    now.host = move->new_value;
    now.addresses = NULL;
  }
  return now;
}

/* What can be asked of those that are wanted: `asked` says which each is. */
static PmCheckSet *
choose (const PmCheckSet *all, const PmProbeMove *move, GArray *outcomes, GArray *asked)
{
  PmCheckSet *chosen = pm_check_set_new ();
  for (guint i = 0; i < outcomes->len; i++) {
    PmProbeOutcome *outcome = &g_array_index (outcomes, PmProbeOutcome, i);
    const PmCheck *check = &g_array_index (all->checks, PmCheck, outcome->service);
    outcome->cause = g_strdup (check->obstacle == NULL ? "" : check->obstacle);
    if (check->kind == PM_CHECK_NONE)
      continue;
    PmCheck now = moved (check, move);
    g_array_append_val (chosen->checks, now);
    g_array_append_val (asked, i);
  }
  return chosen;
}

GArray *
pm_probes_run (const PmContext *context, const PmSnapshot *snapshot, const GArray *services,
               const PmProbeWay *way, GError **error)
{
  g_autoptr (PmCheckSet) all = pm_verb_checks (context, snapshot, error);
  if (all == NULL)
    return NULL;
  GArray *outcomes = all_unknown (services);
  g_autoptr (GArray) asked = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (PmCheckSet) checks = choose (all, way->move, outcomes, asked);
  PmProbeRoundOptions options = {.deadline_ms = way->deadline_ms, .until_up = way->until_up};
  Asking asking = {.outcomes = outcomes, .asked = asked};
  if (checks->checks->len > 0)
    ask (checks, &options, way->cancellable, &asking);
  return outcomes;
}
