/* Restarts, decisions about proposals, and the pause. */

#include <string.h>

#include "api/handlers.h"
#include "pipeline/changes-json.h"
#include "pipeline/restart-service.h"

static void
on_stage (const char *stage, gpointer call)
{
  pm_call_step (call, stage);
}

/* --- POST /api/services/:id/restart --- */

static void
answer_restart (PmCall *call, const PmRestartReport *report)
{
  if (call->dry_run || strcmp (report->outcome, "restarted") == 0) {
    PmJsonWriter json = pm_call_json (call, 200);
    pm_json_raw (&json, report->report->str);
    return;
  }
  pm_call_problem (call, strcmp (report->outcome, "refused") == 0 ? 409 : 500, "%s", report->cause);
}

gboolean
pm_api_service_exists (PmContext *context, gint64 id, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmService service;
  return pm_registry_service (context->registry, id, arena, &service, error);
}

void
pm_api_services_restart (PmCall *call)
{
  GError *error = NULL;
  g_auto (PmRestartReport) report = {0};
  PmPipelineCalls calls = {on_stage, call};
  PmRestartWish wish = {.actor = call->actor,
                        .dry_run = call->dry_run,
                        .calls = &calls,
                        .hurry = call->job == NULL ? NULL : pm_job_stopping (call->job)};
  if (pm_call_id (call) == 0)
    return;
  if (pm_pipeline_restart_named (call->context, call->id, &wish, &report, &error))
    answer_restart (call, &report);
  else
    pm_call_failed (call, error);
}

/* --- POST /api/ip/changes/:id --- */

static void
answer_change (PmCall *call, gint64 id)
{
  GError *error = NULL;
  PmAddressChange change;
  g_autoptr (PmArena) arena = pm_arena_new ();
  if (!pm_registry_change (call->context->registry, id, arena, &change, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_key (&json, "change");
  pm_change_write_state (&json, &change);
  pm_json_end_object (&json);
}

static void
fail (PmCall *call, GError *error)
{
  if (error->domain != PM_PIPELINE_ERROR) {
    pm_call_failed (call, error);
    return;
  }
  pm_call_problem (call, error->code == PM_PIPELINE_ERROR_BUSY ? 503 : 409, "%s", error->message);
  g_error_free (error);
}

static void
approve (PmCall *call, gint64 id)
{
  GError *error = NULL;
  g_auto (PmPipelineEnd) end = {0};
  PmPipelineCalls calls = {on_stage, call};
  if (!pm_pipeline_approve (call->context, id, call->actor, &calls, &end, &error))
    fail (call, error);
  else if (strcmp (end.stage, "committed") == 0)
    answer_change (call, id);
  else
    pm_call_problem (call, 409, "%s: %s", end.stage, end.cause);
}

gboolean
pm_api_change_exists (PmContext *context, gint64 id, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmAddressChange change;
  return pm_registry_change (context->registry, id, arena, &change, error);
}

void
pm_api_ip_decide (PmCall *call)
{
  GError *error = NULL;
  gint64 id = pm_call_id (call);
  gboolean is_approved = g_strcmp0 (pm_call_text_member (call, "decision"), "approve") == 0;
  if (id == 0)
    return;
  if (call->dry_run && !pm_api_change_exists (call->context, id, &error))
    fail (call, error);
  else if (call->dry_run)
    pm_call_dry_run (call, "%s change %" G_GINT64_FORMAT, is_approved ? "apply" : "put aside", id);
  else if (is_approved)
    approve (call, id);
  else if (pm_pipeline_dismiss (call->context, id, call->actor, &error))
    answer_change (call, id);
  else
    fail (call, error);
}

/* --- POST /api/pause --- */

static void
answer_pause (PmCall *call)
{
  GError *error = NULL;
  PmPause pause;
  g_autoptr (PmArena) arena = pm_arena_new ();
  if (!pm_pause_read (call->context, arena, &pause, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_key (&json, "paused");
  pm_pause_write_json (&json, &pause);
  pm_json_end_object (&json);
}

void
pm_api_pause (PmCall *call)
{
  GError *error = NULL;
  gboolean paused = pm_call_flag_member (call, "paused");
  const char *reason = pm_call_text_member (call, "reason");
  if (call->dry_run)
    pm_call_dry_run (call, "%s everything that happens by itself", paused ? "pause" : "resume");
  else if (paused ? pm_pause_set (call->context, call->actor, reason, &error)
                  : pm_pause_end (call->context, call->actor, &error))
    answer_pause (call);
  else
    pm_call_failed (call, error);
}
