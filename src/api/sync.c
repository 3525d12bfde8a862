#include "api/change.h"
#include "api/handlers.h"
#include "model/plan-json.h"
#include "verbs/change-json.h"
#include "verbs/scan-json.h"

static void
tell_progress (const PmSurveyProgress *progress, gpointer data)
{
  PmCall *call = data;
  if (call->job != NULL)
    pm_job_progress (call->job, "reading projects", progress->documents, 0);
}

/* What the files say now, and what would bring back what was decided otherwise: proposed, or, when
 * `apply` is asked for, written. */
typedef struct {
  PmScanReport report;
  PmSnapshot *problems;
  PmPlan *plan;
  gint64 plan_id; /* 0: it is not kept */
  gboolean is_applied;
  PmChangeResult result;
} Sync;

static void
sync_clear (Sync *sync)
{
  pm_snapshot_free (sync->problems);
  pm_plan_free (sync->plan);
  pm_change_result_clear (&sync->result);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sync, sync_clear)

static gboolean
look (PmCall *call, Sync *sync, GError **error)
{
  PmSurveyOptions options = {.progress = tell_progress, .data = call};
  PmPlanOptions how = pm_call_plan_options (call);
  if (!pm_verb_scan (call->context, NULL, &options, &sync->report, &sync->problems, error))
    return FALSE;
  sync->plan = pm_verb_plan_sync (call->context, &how, error);
  return sync->plan != NULL;
}

static gboolean
act (PmCall *call, Sync *sync, GError **error)
{
  if (sync->plan->edits->len == 0)
    return TRUE;
  if (call->dry_run || !pm_call_flag_member (call, "apply"))
    return pm_verb_plan_save (call->context, sync->plan, &sync->plan_id, error);
  pm_call_step (call, "writing files");
  sync->is_applied = TRUE;
  return pm_verb_apply (call->context, sync->plan, &sync->result, error);
}

static void
write_sync (PmCall *call, const Sync *sync)
{
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_key (&json, "scan");
  pm_json_begin_object (&json);
  pm_scan_write_json_members (&json, &sync->report, sync->problems);
  pm_json_end_object (&json);
  pm_json_key (&json, "plan");
  pm_plan_write_json (&json, sync->plan, sync->plan_id);
  pm_json_key (&json, "change");
  if (sync->is_applied)
    pm_change_write_json (&json, &sync->result, sync->plan);
  else
    pm_json_null (&json);
  pm_json_end_object (&json);
}

void
pm_api_sync (PmCall *call)
{
  GError *error = NULL;
  g_auto (Sync) sync = {0};
  pm_call_step (call, "reading projects");
  if (!look (call, &sync, &error))
    pm_call_failed (call, error);
  else if (!act (call, &sync, &error))
    pm_call_change_failed (call, &sync.result, error);
  else
    write_sync (call, &sync);
}

/* What a sync would bring back, as far as is known. */
void
pm_api_drift (PmCall *call)
{
  GError *error = NULL;
  g_autoptr (PmPlan) plan = pm_verb_drift (call->context, &error);
  if (plan == NULL) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_plan_write_json (&json, plan, 0);
}
