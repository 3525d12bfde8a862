#include "verbs/probe.h"

#include "model/filter.h"
#include "verbs/health-checks.h"
#include "verbs/live.h"

void
pm_probe_report_free (PmProbeReport *report)
{
  if (report == NULL)
    return;
  pm_snapshot_free (report->snapshot);
  pm_check_set_unref (report->checks);
  g_array_unref (report->services);
  g_array_unref (report->results);
  g_ptr_array_unref (report->text);
  g_free (report);
}

const PmProbed *
pm_probe_report_of (const PmProbeReport *report, gint64 service_id)
{
  for (guint i = 0; i < report->results->len; i++) {
    const PmProbed *result = &g_array_index (report->results, PmProbed, i);
    if (result->check->service_id == service_id)
      return result;
  }
  return NULL;
}

static gboolean
is_asked_for (const PmProbeOptions *options, gint64 id)
{
  if (options->service_ids == NULL)
    return TRUE;
  for (guint i = 0; i < options->n_service_ids; i++)
    if (options->service_ids[i] == id)
      return TRUE;
  return FALSE;
}

/* Leaves the checks of what was asked for. */
static void
choose (PmProbeReport *report, const PmCheckSet *all, const PmProbeOptions *options,
        const PmFilter *filter)
{
  for (guint i = 0; i < all->checks->len; i++) {
    const PmService *service = &g_array_index (report->snapshot->services, PmService, i);
    if (!is_asked_for (options, service->id) ||
        (filter != NULL && !pm_filter_matches (filter, service)))
      continue;
    g_array_append_val (report->services, i);
    g_array_append_val (report->checks->checks, g_array_index (all->checks, PmCheck, i));
  }
}

/* --- the round --- */

typedef struct {
  GMainLoop *loop;
  PmProbeReport *report;
} Waiting;

static void
on_done (const PmProbed *results, guint n_results, gpointer data)
{
  Waiting *waiting = data;
  for (guint i = 0; i < n_results; i++) {
    PmProbed result = results[i];
    char *cause = g_strdup (result.cause);
    g_ptr_array_add (waiting->report->text, cause);
    result.cause = cause;
    g_array_append_val (waiting->report->results, result);
  }
  g_main_loop_quit (waiting->loop);
}

static void
run_round (PmProbeReport *report, const PmProbeOptions *options)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  PmProbeRoundOptions round_options = {options->deadline_ms, options->until_up};
  Waiting waiting = {loop, report};
  PmProber *prober = pm_prober_new ();
  PmProbeRound *round =
      pm_probe_round_new (prober, report->checks, &round_options, on_done, &waiting);
  g_main_loop_run (loop);
  pm_probe_round_free (round);
  pm_prober_free (prober);
  /* A lookup that was given up still tells so. */
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
}

static PmProbeReport *
report_new (PmSnapshot *snapshot)
{
  PmProbeReport *report = g_new0 (PmProbeReport, 1);
  report->snapshot = snapshot;
  report->checks = pm_check_set_new ();
  report->services = g_array_new (FALSE, FALSE, sizeof (guint));
  report->results = g_array_new (FALSE, TRUE, sizeof (PmProbed));
  report->text = g_ptr_array_new_with_free_func (g_free);
  return report;
}

PmProbeReport *
pm_verb_probe (PmContext *context, const PmProbeOptions *options, GError **error)
{
  g_autoptr (PmFilter) filter = NULL;
  if (options->filter != NULL && options->filter[0] != '\0') {
    filter = pm_filter_parse (options->filter, error);
    if (filter == NULL)
      return NULL;
  }
  PmSnapshot *snapshot = pm_verb_live_services (context, NULL, error);
  if (snapshot == NULL)
    return NULL;
  g_autoptr (PmProbeReport) report = report_new (snapshot);
  g_autoptr (PmCheckSet) all = pm_verb_checks (context, snapshot, error);
  if (all == NULL)
    return NULL;
  choose (report, all, options, filter);
  /* Their text is `all`'s. */
  pm_arena_free (report->checks->arena);
  report->checks->arena = g_steal_pointer (&all->arena);
  all->arena = pm_arena_new ();
  run_round (report, options);
  return g_steal_pointer (&report);
}
