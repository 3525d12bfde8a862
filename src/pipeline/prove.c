/* DESIGN
 * What the report says is restarted, all of it once more when a crash came in between. Then those
 * that were up before are asked until each is up, and asked again a moment later: a process that
 * binds its port, answers, and dies is not up. The others are asked once, since nobody waits for
 * what was down anyway. */

#include <string.h>

#include "model/service.h"
#include "pipeline/probes.h"
#include "pipeline/restarts.h"
#include "pipeline/run.h"

#define SETTLE_US (300 * 1000)

/* --- restarts --- */

static void
note_outcome (PmRun *run, const PmRestartOutcome *outcome, gboolean is_back)
{
  PmRunRestart *restart = pm_run_report_restart (&run->report, outcome->target->key);
  if (restart == NULL)
    return;
  pm_run_report_set (is_back ? &restart->back : &restart->end, pm_restart_end_name (outcome->end));
  if (outcome->reason != NULL)
    pm_run_report_set (&restart->reason, outcome->reason);
  if (!is_back)
    restart->elapsed_us = outcome->elapsed_us;
}

/* What is not (any more) a target of the report is left alone. */
static gboolean
restart_all (PmRun *run, gboolean is_back, GError **error)
{
  g_auto (PmRestartees) targets = {0};
  if (run->report.restarts->len == 0)
    return TRUE;
  g_autoptr (PmSnapshot) snapshot = pm_run_look (run, &targets, error);
  if (snapshot == NULL)
    return FALSE;
  g_autoptr (GArray) outcomes = pm_restarts_run (&targets, run->context->config, NULL);
  for (guint i = 0; i < outcomes->len; i++)
    note_outcome (run, &g_array_index (outcomes, PmRestartOutcome, i), is_back);
  return TRUE;
}

PmRunNext
pm_run_restart (PmRun *run)
{
  GError *error = NULL;
  if (!restart_all (run, FALSE, &error)) {
    pm_run_report_set (&run->report.cause, error->message);
    g_error_free (error);
    return pm_run_go ("rolling-back");
  }
  return pm_run_go ("restarted");
}

/* --- probes --- */

typedef struct {
  PmRun *run;
  const PmSnapshot *snapshot;
  GArray *services; /* guint: in the snapshot */
  GArray *places;   /* guint: in the report */
  PmProbeMove move; /* once it is applied, and until it is taken back */
  gboolean is_back;
} Group;

static void
group_init (Group *group, PmRun *run, const PmSnapshot *snapshot, gboolean were_up,
            gboolean is_back)
{
  *group = (Group){.run = run,
                   .snapshot = snapshot,
                   .services = g_array_new (FALSE, FALSE, sizeof (guint)),
                   .places = g_array_new (FALSE, FALSE, sizeof (guint)),
                   .move = {run->change.old_address, run->change.new_address},
                   .is_back = is_back};
  for (guint i = 0; i < run->report.services->len; i++) {
    const PmRunService *s = &g_array_index (run->report.services, PmRunService, i);
    if ((s->before == PM_HEALTH_UP) != were_up)
      continue;
    for (guint k = 0; k < snapshot->services->len; k++) {
      if (g_array_index (snapshot->services, PmService, k).id != s->service_id)
        continue;
      g_array_append_val (group->services, k);
      g_array_append_val (group->places, i);
    }
  }
}

static void
group_clear (Group *group)
{
  g_array_unref (group->services);
  g_array_unref (group->places);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Group, group_clear)

static gboolean
ask_group (Group *group, guint deadline_ms, gboolean until_up, gboolean *ret_all_up, GError **error)
{
  PmRun *run = group->run;
  PmProbeWay way = {.move = group->is_back ? NULL : &group->move,
                    .deadline_ms = deadline_ms,
                    .until_up = until_up};
  g_autoptr (GArray) outcomes =
      pm_probes_run (run->context, group->snapshot, group->services, &way, error);
  *ret_all_up = TRUE;
  for (guint i = 0; outcomes != NULL && i < outcomes->len; i++) {
    const PmProbeOutcome *outcome = &g_array_index (outcomes, PmProbeOutcome, i);
    PmRunService *service = &g_array_index (run->report.services, PmRunService,
                                            g_array_index (group->places, guint, i));
    service->after = outcome->health;
    if (service->up_after_us == 0)
      service->up_after_us = outcome->up_after_us;
    pm_run_report_set (&service->cause, outcome->cause);
    *ret_all_up &= outcome->health != PM_HEALTH_DOWN;
  }
  return outcomes != NULL;
}

/* Up, and up a moment later; or not, at the deadline. */
static gboolean
await_group (Group *group, GError **error)
{
  const PmConfig *config = group->run->context->config;
  gint64 deadline_us = g_get_monotonic_time () + config->heal.verify_s * G_USEC_PER_SEC;
  guint once_ms = (guint) config->health.timeout_s * 1000;
  gboolean all_up = group->services->len == 0;
  while (!all_up) {
    gint64 left_us = deadline_us - g_get_monotonic_time ();
    if (!ask_group (group, (guint) (MAX (left_us, 1000) / 1000), TRUE, &all_up, error))
      return FALSE;
    if (!all_up)
      return TRUE;
    g_usleep (SETTLE_US);
    if (!ask_group (group, once_ms, FALSE, &all_up, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
probe_all (PmRun *run, gboolean is_back, GError **error)
{
  g_auto (PmRestartees) targets = {0};
  gboolean all_up;
  if (run->report.services->len == 0)
    return TRUE;
  g_autoptr (PmSnapshot) snapshot = pm_run_look (run, &targets, error);
  if (snapshot == NULL)
    return FALSE;
  g_auto (Group) were_up, others;
  group_init (&were_up, run, snapshot, TRUE, is_back);
  group_init (&others, run, snapshot, FALSE, is_back);
  return await_group (&were_up, error) &&
         ask_group (&others, (guint) run->context->config->health.timeout_s * 1000, FALSE, &all_up,
                    error);
}

PmRunNext
pm_run_probe (PmRun *run)
{
  GError *error = NULL;
  if (probe_all (run, FALSE, &error))
    return pm_run_go ("probed");
  pm_run_report_set (&run->report.cause, error->message);
  g_error_free (error);
  return pm_run_go ("rolling-back");
}

/* --- the judgement --- */

/* Who was up before and is not now, in words; NULL nobody. */
static char *
who_stays_down (const PmRun *run)
{
  GString *text = NULL;
  for (guint i = 0; i < run->report.services->len; i++) {
    const PmRunService *s = &g_array_index (run->report.services, PmRunService, i);
    const PmRunRestart *restart = pm_run_report_restart (&run->report, s->target);
    if (s->before != PM_HEALTH_UP || s->after != PM_HEALTH_DOWN)
      continue;
    text = text == NULL ? g_string_new (NULL) : g_string_append (text, "; ");
    g_autofree char *name = pm_full_name (s->service_name, s->project_id);
    g_string_append_printf (text, "%s was up before, and stays down after its restart: %s", name,
                            restart != NULL && restart->reason[0] != '\0' ? restart->reason
                                                                          : s->cause);
  }
  return text == NULL ? NULL : g_string_free (text, FALSE);
}

/* What another policy left is a change of its own. */
static gboolean
open_rest (PmRun *run, GError **error)
{
  PmAddressChange rest = run->change;
  if (!run->report.has_rest)
    return TRUE;
  rest.report = NULL;
  rest.confirmed_us = g_get_real_time ();
  return pm_registry_change_open (run->context->registry, &rest, NULL, error);
}

PmRunNext
pm_run_conclude (PmRun *run)
{
  GError *error = NULL;
  g_autofree char *cause = who_stays_down (run);
  if (cause != NULL) {
    pm_run_report_set (&run->report.cause, cause);
    return pm_run_go ("rolling-back");
  }
  if (!open_rest (run, &error)) {
    pm_run_report_set (&run->report.cause, error->message);
    g_error_free (error);
  }
  return pm_run_end ("committed");
}

gboolean
pm_run_restart_back (PmRun *run, GError **error)
{
  return restart_all (run, TRUE, error) && probe_all (run, TRUE, error);
}
