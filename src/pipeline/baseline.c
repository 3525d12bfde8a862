/* DESIGN
 * Looked at right before the files are changed: which services run with what is edited, what
 * restarts each, and whether it answers now. What nothing restarts is only listed, and is not asked
 * either: it goes on as it is, and nothing that it answers could tell of the change. */

#include <string.h>

#include "pipeline/affected.h"
#include "pipeline/probes.h"
#include "pipeline/run.h"
#include "verbs/live.h"

static const PmService *
service_at (const PmSnapshot *snapshot, guint index)
{
  return &g_array_index (snapshot->services, PmService, index);
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

/* A container keeps what it was made with, so a restart would bring the old address back. */
static gboolean
must_be_made_anew (const PmRestartee *target)
{
  return target->is_discovered && strcmp (target->what.provider, "docker") == 0;
}

/* --- what a person must do --- */

static void
ask_for (GPtrArray *also, const PmService *service, const char *how)
{
  g_autofree char *name = pm_service_full_name (service);
  char *text = g_strdup_printf ("restart %s%s", name, how);
  if (g_ptr_array_find_with_equal_func (also, text, g_str_equal, NULL))
    g_free (text);
  else
    g_ptr_array_add (also, text);
}

static void
list_rest (const PmRestartees *targets, gboolean is_enabled, GPtrArray *also)
{
  for (guint i = 0; i < targets->without->len; i++)
    ask_for (also, service_at (targets->snapshot, g_array_index (targets->without, guint, i)), "");
  for (guint i = 0; i < targets->targets->len; i++) {
    const PmRestartee *target = g_ptr_array_index (targets->targets, i);
    const char *how = must_be_made_anew (target)
                          ? ": its container keeps the environment that it was made with, so make "
                            "it anew (docker compose up), or set restart.provider"
                      : is_enabled ? NULL
                                   : "; [heal] enabled = true does it by itself";
    for (guint k = 0; how != NULL && k < target->services->len; k++)
      ask_for (also, service_at (targets->snapshot, g_array_index (target->services, guint, k)),
               how);
  }
}

/* Our own configuration is no project's file. */
static void
list_stale_checks (const PmRun *run, GPtrArray *also)
{
  const PmConfig *config = run->context->config;
  g_autofree char *port = g_strconcat (":", run->change.old_address, NULL);
  gboolean is_address = strpbrk (run->change.old_address, ".:") != NULL;
  for (guint i = 0; run->change.old_address[0] != '\0' && i < config->services->len; i++) {
    const PmConfigService *said = &g_array_index (config->services, PmConfigService, i);
    if (strstr (said->health, is_address ? run->change.old_address : port) != NULL)
      g_ptr_array_add (also, g_strdup_printf ("%s:%u: health = \"%s\" says the old one",
                                              config->file, said->line, said->health));
  }
}

/* --- what we do --- */

static void
add_restart (PmRunReport *report, const PmRestartees *targets, const PmRestartee *target)
{
  PmRunRestart restart = {.key = g_strdup (target->key),
                          .level = target->level,
                          .end = g_strdup (""),
                          .reason = g_strdup (""),
                          .back = g_strdup ("")};
  g_array_append_val (report->restarts, restart);
  for (guint i = 0; i < target->services->len; i++) {
    const PmService *s = service_at (targets->snapshot, g_array_index (target->services, guint, i));
    PmRunService service = {.service_id = s->id,
                            .project_id = g_strdup (s->project_id),
                            .service_name = g_strdup (pm_service_shown_name (s)),
                            .target = g_strdup (target->key),
                            .cause = g_strdup ("")};
    g_array_append_val (report->services, service);
  }
}

/* The services of the report, in its order, as indices. */
static void
collect (const PmRestartees *targets, PmRunReport *report, GArray *services)
{
  for (guint i = 0; i < targets->targets->len; i++) {
    const PmRestartee *target = g_ptr_array_index (targets->targets, i);
    if (must_be_made_anew (target))
      continue;
    add_restart (report, targets, target);
    g_array_append_vals (services, target->services->data, target->services->len);
  }
}

static gboolean
ask (PmRun *run, const PmSnapshot *snapshot, const GArray *services, GError **error)
{
  PmProbeWay way = {.deadline_ms = (guint) run->context->config->health.timeout_s * 1000};
  g_autoptr (GArray) outcomes = pm_probes_run (run->context, snapshot, services, &way, error);
  for (guint i = 0; outcomes != NULL && i < outcomes->len; i++)
    g_array_index (run->report.services, PmRunService, i).before =
        g_array_index (outcomes, PmProbeOutcome, i).health;
  return outcomes != NULL;
}

gboolean
pm_run_take_baseline (PmRun *run, GError **error)
{
  gboolean is_enabled = run->context->config->heal.enabled;
  g_autoptr (PmSnapshot) snapshot = look (run->context, error);
  if (snapshot == NULL)
    return FALSE;
  g_auto (PmRestartees) targets = {0};
  g_autoptr (GArray) affected = pm_affected_services (run->plan, snapshot);
  g_autoptr (GArray) services = g_array_new (FALSE, FALSE, sizeof (guint));
  if (!pm_restartees_find (&targets, run->context, snapshot, affected, error))
    return FALSE;
  g_array_set_size (run->report.services, 0);
  g_array_set_size (run->report.restarts, 0);
  g_ptr_array_set_size (run->report.also, 0);
  for (guint i = 0; i < run->plan->also->len; i++)
    g_ptr_array_add (run->report.also, g_strdup (g_array_index (run->plan->also, char *, i)));
  list_rest (&targets, is_enabled, run->report.also);
  list_stale_checks (run, run->report.also);
  if (!is_enabled)
    return TRUE;
  collect (&targets, &run->report, services);
  return ask (run, snapshot, services, error);
}

/* --- before anything is decided --- */

GPtrArray *
pm_pipeline_preview (PmContext *context, const PmPlan *plan, GError **error)
{
  gboolean is_enabled = context->config->heal.enabled;
  g_autoptr (PmSnapshot) snapshot = look (context, error);
  if (snapshot == NULL)
    return NULL;
  g_auto (PmRestartees) targets = {0};
  g_autoptr (GArray) affected = pm_affected_services (plan, snapshot);
  g_autoptr (GPtrArray) also = g_ptr_array_new_with_free_func (g_free);
  if (!pm_restartees_find (&targets, context, snapshot, affected, error))
    return NULL;
  for (guint i = 0; is_enabled && i < targets.targets->len; i++) {
    const PmRestartee *target = g_ptr_array_index (targets.targets, i);
    if (!must_be_made_anew (target))
      g_ptr_array_add (also, g_strdup_printf ("restarted then: %s", target->key));
  }
  list_rest (&targets, is_enabled, also);
  return g_steal_pointer (&also);
}

/* --- later stages --- */

/* By the ids of the report; what is gone meanwhile is left out. */
static GArray *
services_of (const PmRunReport *report, const PmSnapshot *snapshot)
{
  GArray *services = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < report->services->len; i++)
    for (guint k = 0; k < snapshot->services->len; k++)
      if (service_at (snapshot, k)->id ==
          g_array_index (report->services, PmRunService, i).service_id)
        g_array_append_val (services, k);
  return services;
}

PmSnapshot *
pm_run_look (PmRun *run, PmRestartees *ret_targets, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = look (run->context, error);
  if (snapshot == NULL)
    return NULL;
  g_autoptr (GArray) services = services_of (&run->report, snapshot);
  if (!pm_restartees_find (ret_targets, run->context, snapshot, services, error))
    return NULL;
  return g_steal_pointer (&snapshot);
}
