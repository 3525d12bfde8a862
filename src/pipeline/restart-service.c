#include "pipeline/restart-service.h"

#include <string.h>

#include "base/json-writer.h"
#include "model/service.h"
#include "pipeline/probes.h"
#include "pipeline/report.h"
#include "pipeline/restarts.h"
#include "verbs/find-service.h"
#include "verbs/live.h"

typedef struct {
  PmContext *context;
  const PmRestartWish *wish;
  PmSnapshot *snapshot;
  PmRestartees targets;
  PmRunReport report;
  const char *outcome;
  const char *key; /* what was found to restart them while they ran; NULL nothing */
} Work;

static void
work_clear (Work *work)
{
  pm_restartees_clear (&work->targets);
  pm_run_report_clear (&work->report);
  g_clear_pointer (&work->snapshot, pm_snapshot_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

void
pm_restart_report_clear (PmRestartReport *report)
{
  g_clear_pointer (&report->cause, g_free);
  if (report->report != NULL)
    g_string_free (g_steal_pointer (&report->report), TRUE);
}

static PmSnapshot *
look (PmContext *context, GError **error)
{
  PmSnapshot *snapshot = NULL;
  if (!pm_registry_snapshot (context->registry, &snapshot, error))
    return NULL;
  pm_verb_live_tell (context, snapshot, NULL);
  return snapshot;
}

static const PmService *
service_at (const Work *work, guint index)
{
  return &g_array_index (work->snapshot->services, PmService, index);
}

/* --- the report --- */

static void
add_service (Work *work, const PmRestartee *target, guint index)
{
  const PmService *s = service_at (work, index);
  PmRunService service = {.service_id = s->id,
                          .project_id = g_strdup (s->project_id),
                          .service_name = g_strdup (pm_service_shown_name (s)),
                          .target = g_strdup (target == NULL ? "" : target->key),
                          .cause = g_strdup ("")};
  g_array_append_val (work->report.services, service);
}

static void
list_all (Work *work)
{
  for (guint i = 0; i < work->targets.targets->len; i++) {
    const PmRestartee *target = g_ptr_array_index (work->targets.targets, i);
    PmRunRestart restart = {.key = g_strdup (target->key),
                            .level = target->level,
                            .end = g_strdup (""),
                            .reason = g_strdup (""),
                            .back = g_strdup ("")};
    g_array_append_val (work->report.restarts, restart);
    for (guint k = 0; k < target->services->len; k++)
      add_service (work, target, g_array_index (target->services, guint, k));
  }
  for (guint i = 0; i < work->targets.without->len; i++)
    add_service (work, NULL, g_array_index (work->targets.without, guint, i));
}

/* In the report's order. */
static GArray *
restarted_services (const Work *work)
{
  GArray *services = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < work->targets.targets->len; i++) {
    const PmRestartee *target = g_ptr_array_index (work->targets.targets, i);
    g_array_append_vals (services, target->services->data, target->services->len);
  }
  return services;
}

/* --- the work --- */

static void
begin (Work *work, const char *stage)
{
  if (work->wish->calls != NULL && work->wish->calls->stage != NULL)
    work->wish->calls->stage (stage, work->wish->calls->data);
}

static gboolean
ask (Work *work, gboolean is_after, GError **error)
{
  const PmConfig *config = work->context->config;
  gint64 seconds = is_after ? config->heal.verify_s : config->health.timeout_s;
  g_autoptr (GArray) services = restarted_services (work);
  begin (work, is_after ? "probe" : "look");
  gint64 began_us = g_get_monotonic_time ();
  PmProbeWay way = {.deadline_ms = (guint) seconds * 1000,
                    .until_up = is_after,
                    .cancellable = work->wish->hurry};
  g_autoptr (GArray) outcomes =
      pm_probes_run (work->context, work->snapshot, services, &way, error);
  for (guint i = 0; outcomes != NULL && i < outcomes->len; i++) {
    const PmProbeOutcome *outcome = &g_array_index (outcomes, PmProbeOutcome, i);
    PmRunService *service = &g_array_index (work->report.services, PmRunService, i);
    *(is_after ? &service->after : &service->before) = outcome->health;
    service->up_after_us = outcome->up_after_us;
    pm_run_report_set (&service->cause, outcome->cause);
  }
  pm_run_report_stage (&work->report, is_after ? "probe" : "look",
                       g_get_monotonic_time () - began_us);
  return outcomes != NULL;
}

static void
fail (Work *work, const char *outcome, const char *cause)
{
  if (work->report.cause[0] == '\0')
    pm_run_report_set (&work->report.cause, cause);
  work->outcome = outcome;
}

static void
note_outcomes (Work *work, const GArray *outcomes)
{
  for (guint i = 0; i < outcomes->len; i++) {
    const PmRestartOutcome *outcome = &g_array_index (outcomes, PmRestartOutcome, i);
    PmRunRestart *restart = &g_array_index (work->report.restarts, PmRunRestart, i);
    pm_run_report_set (&restart->end, pm_restart_end_name (outcome->end));
    pm_run_report_set (&restart->reason, outcome->reason);
    restart->elapsed_us = outcome->elapsed_us;
    if (outcome->end != PM_RESTART_DONE)
      fail (work, outcome->end == PM_RESTART_REFUSED ? "refused" : "failed", outcome->reason);
  }
}

static void
restart_all (Work *work)
{
  begin (work, "restart");
  gint64 began_us = g_get_monotonic_time ();
  g_autoptr (GArray) outcomes =
      pm_restarts_run (&work->targets, work->context->config, work->wish->give_up);
  note_outcomes (work, outcomes);
  pm_run_report_stage (&work->report, "restart", g_get_monotonic_time () - began_us);
}

static void
judge (Work *work)
{
  for (guint i = 0; i < work->report.services->len; i++) {
    const PmRunService *s = &g_array_index (work->report.services, PmRunService, i);
    if (s->after != PM_HEALTH_DOWN)
      continue;
    g_autofree char *name = pm_full_name (s->service_name, s->project_id);
    g_autofree char *cause =
        g_strdup_printf ("%s does not answer after its restart: %s", name, s->cause);
    fail (work, "failed", cause);
  }
}

/* What a restart changes is which process holds a port. A scan that came in between has numbered
 * the services anew: then the look from before must do. */
static gboolean
look_again (Work *work, GError **error)
{
  PmSnapshot *now = look (work->context, error);
  if (now == NULL)
    return FALSE;
  gboolean is_same = now->services->len == work->snapshot->services->len;
  for (guint i = 0; is_same && i < now->services->len; i++)
    is_same = g_array_index (now->services, PmService, i).id == service_at (work, i)->id;
  if (!is_same) {
    pm_snapshot_free (now);
    return TRUE;
  }
  pm_snapshot_free (work->snapshot);
  work->snapshot = now;
  work->targets.snapshot = now;
  return TRUE;
}

static gboolean
do_it (Work *work, GError **error)
{
  if (!ask (work, FALSE, error))
    return FALSE;
  restart_all (work);
  if (work->outcome != NULL && strcmp (work->outcome, "refused") == 0)
    return TRUE;
  if (!look_again (work, error) || !ask (work, TRUE, error))
    return FALSE;
  judge (work);
  return TRUE;
}

/* --- what is told --- */

static void
write_report (const Work *work, GString *out)
{
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "outcome", work->wish->dry_run ? "planned" : work->outcome);
  pm_json_member_string (&json, "actor", work->wish->actor);
  pm_run_report_write_members (&work->report, &json);
  pm_json_member_string (&json, "cause", work->report.cause[0] == '\0' ? NULL : work->report.cause);
  pm_json_end_object (&json);
}

static gboolean
tell (Work *work, PmRestartReport *ret_report, GError **error)
{
  gboolean is_done = strcmp (work->outcome, "restarted") == 0;
  *ret_report = (PmRestartReport){.outcome = work->outcome,
                                  .cause = g_strdup (work->report.cause),
                                  .report = g_string_new (NULL)};
  write_report (work, ret_report->report);
  return work->wish->dry_run ||
         pm_registry_event_append (work->context->registry,
                                   is_done ? "service.restarted" : "service.restart-failed",
                                   ret_report->report->str, g_get_real_time (), error);
}

static gboolean
run (Work *work, const GArray *services, PmRestartReport *ret_report, GError **error)
{
  if (!pm_restartees_find (&work->targets, work->context, work->snapshot, services, error))
    return FALSE;
  if (work->key != NULL)
    pm_restartees_recall (&work->targets, work->key);
  list_all (work);
  if (work->targets.without->len > 0)
    fail (work, "refused",
          "nothing restarts it: set restart.provider of a [[service]] that matches it "
          "(docs/CONFIGURATION.md)");
  else if (!work->wish->dry_run && !do_it (work, error))
    return FALSE;
  if (work->outcome == NULL)
    work->outcome = "restarted";
  return tell (work, ret_report, error);
}

static gboolean
work_init (Work *work, PmContext *context, const PmRestartWish *wish, GError **error)
{
  *work = (Work){.context = context, .wish = wish};
  pm_run_report_init (&work->report);
  work->snapshot = look (context, error);
  return work->snapshot != NULL;
}

gboolean
pm_pipeline_restart_named (PmContext *context, const char *service, const PmRestartWish *wish,
                           PmRestartReport *ret_report, GError **error)
{
  g_auto (Work) work;
  if (!work_init (&work, context, wish, error))
    return FALSE;
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint));
  if (!pm_verb_find_service_rows (work.snapshot, service, rows, error))
    return pm_verb_find_elsewhere (context->registry, service, error);
  return run (&work, rows, ret_report, error);
}

/* --- by what is known of them --- */

static GArray *
rows_of_ids (const Work *work, const gint64 *ids, guint n_ids)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < work->snapshot->services->len; i++)
    for (guint k = 0; k < n_ids; k++)
      if (service_at (work, i)->id == ids[k]) {
        g_array_append_val (rows, i);
        break;
      }
  return rows;
}

gboolean
pm_pipeline_restart_known (PmContext *context, const char *key, const gint64 *ids, guint n_ids,
                           const PmRestartWish *wish, PmRestartReport *ret_report, GError **error)
{
  g_auto (Work) work;
  if (!work_init (&work, context, wish, error))
    return FALSE;
  work.key = key;
  g_autoptr (GArray) rows = rows_of_ids (&work, ids, n_ids);
  return run (&work, rows, ret_report, error);
}

gboolean
pm_pipeline_restartees (PmContext *context, PmRestarteeTold told, gpointer data, GError **error)
{
  g_auto (Work) work;
  if (!work_init (&work, context, NULL, error) ||
      !pm_restartees_find (&work.targets, context, work.snapshot, NULL, error))
    return FALSE;
  for (guint i = 0; i < work.targets.targets->len; i++) {
    const PmRestartee *target = g_ptr_array_index (work.targets.targets, i);
    for (guint k = 0; k < target->services->len; k++)
      told (target->key, service_at (&work, g_array_index (target->services, guint, k))->id, data);
  }
  for (guint i = 0; i < work.targets.without->len; i++)
    told (NULL, service_at (&work, g_array_index (work.targets.without, guint, i))->id, data);
  return TRUE;
}
