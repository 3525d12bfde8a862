#include "api/change.h"

#include <string.h>

#include "model/plan-json.h"
#include "pipeline/change.h"
#include "verbs/change-json.h"

PmPlanOptions
pm_call_plan_options (const PmCall *call)
{
  PmPlanOptions options = {.include_uncertain = pm_call_flag_member (call, "includeUncertain"),
                           .partial = pm_call_flag_member (call, "partial")};
  const json_t *touch = json_object_get (call->body, "touch");
  PmTextClass text_class;
  for (gsize i = 0; i < json_array_size (touch); i++)
    if (pm_text_class_from_name (json_string_value (json_array_get (touch, i)), &text_class))
      options.touch |= 1u << text_class;
  return options;
}

void
pm_call_show_plan (PmCall *call, PmPlan *plan, gint64 id, guint status)
{
  GError *error = NULL;
  if (id <= 0)
    pm_verb_judge (call->context, plan, NULL, NULL);
  if (id == 0 && plan->edits->len > 0 && !pm_verb_plan_save (call->context, plan, &id, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, status);
  pm_plan_write_json (&json, plan, MAX (id, 0));
}

/* 409: what is there does not allow it; 500: it could not be done. */
static guint
status_of (PmOutcome outcome, const GError *error)
{
  if (g_error_matches (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_LOCKED))
    return 503;
  return outcome == PM_OUTCOME_FAILED || outcome == PM_OUTCOME_COMMITTED ? 500 : 409;
}

void
pm_call_change_failed (PmCall *call, const PmChangeResult *result, GError *error)
{
  g_autofree char *files = result->notes == NULL
                               ? g_strdup ("")
                               : pm_file_notes_describe_others (result->notes, error->message);
  if (result->notes != NULL)
    pm_call_file_mistakes (call, result->notes);
  if (error->domain == PM_UPDATE_ERROR)
    pm_call_problem (call, status_of (result->outcome, error), "%s%s%s", error->message,
                     files[0] == '\0' ? "" : ": ", files);
  else
    pm_call_problem (call, pm_call_status_of (error), "%s", error->message);
  g_error_free (error);
}

void
pm_call_changed (PmCall *call, const PmChangeResult *result, const PmPlan *plan, GError *error)
{
  if (error != NULL) {
    pm_call_change_failed (call, result, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_change_write_json (&json, result, plan);
}

/* --- with restarts and proof --- */

static void
on_stage (const char *stage, gpointer call)
{
  pm_call_step (call, stage);
}

static void
answer_end (PmCall *call, const PmPipelineEnd *end, const PmPlan *plan)
{
  if (strcmp (end->stage, "committed") == 0) {
    PmJsonWriter json = pm_call_json (call, 200);
    pm_change_write_json_reported (&json, &end->files, plan, end->report->str);
    return;
  }
  pm_call_problem (call, 409, "%s: %s", end->stage, end->cause);
}

/* Takes the error over. */
static void
answer_not_run (PmCall *call, GError *error)
{
  gboolean is_busy = g_error_matches (error, PM_PIPELINE_ERROR, PM_PIPELINE_ERROR_BUSY);
  pm_call_problem (call, is_busy ? 503 : pm_call_status_of (error), "%s", error->message);
  g_error_free (error);
}

/* Takes the error over; NULL: it ran. */
static void
answer_run (PmCall *call, const PmPipelineEnd *end, const PmPlan *plan, GError *error)
{
  if (error == NULL)
    answer_end (call, end, plan);
  else
    answer_not_run (call, error);
}

static void
run_pipeline (PmCall *call, const PmPlan *plan)
{
  GError *error = NULL;
  g_auto (PmPipelineEnd) end = {0};
  PmPipelineCalls calls = {on_stage, call};
  PmPipelineWish wish = {plan, call->actor, pm_call_flag_member (call, "now")};
  pm_pipeline_do (call->context, &wish, &calls, &end, &error);
  answer_run (call, &end, plan, error);
}

static gboolean
apply_by_pipeline (PmCall *call, const PmPlan *plan, PmChangeResult *ret_result)
{
  GError *error = NULL;
  g_auto (PmPipelineEnd) end = {0};
  PmPipelineCalls calls = {on_stage, call};
  PmPipelineWish wish = {plan, call->actor, FALSE};
  if (!pm_pipeline_do (call->context, &wish, &calls, &end, &error)) {
    answer_not_run (call, error);
    return FALSE;
  }
  gboolean is_committed = strcmp (end.stage, "committed") == 0;
  if (!is_committed)
    answer_end (call, &end, plan);
  *ret_result = end.files;
  end.files = (PmChangeResult){0};
  return is_committed;
}

gboolean
pm_call_apply (PmCall *call, const PmPlan *plan, PmChangeResult *ret_result)
{
  GError *error = NULL;
  if (call->context->config->heal.enabled && plan->edits->len > 0)
    return apply_by_pipeline (call, plan, ret_result);
  pm_call_step (call, "writing files");
  if (pm_verb_apply (call->context, plan, ret_result, &error))
    return TRUE;
  pm_call_change_failed (call, ret_result, error);
  return FALSE;
}

gboolean
pm_call_approve (PmCall *call, gint64 plan_id, const PmPlan *plan)
{
  GError *error = NULL;
  gint64 id = 0;
  g_auto (PmPipelineEnd) end = {0};
  PmPipelineCalls calls = {on_stage, call};
  if (!pm_pipeline_proposal_of_plan (call->context, plan_id, &id, &error)) {
    pm_call_failed (call, error);
    return TRUE;
  }
  if (id == 0)
    return FALSE;
  pm_pipeline_approve (call->context, id, call->actor, &calls, &end, &error);
  answer_run (call, &end, plan, error);
  return TRUE;
}

void
pm_call_change (PmCall *call, PmPlan *taken, GError *error)
{
  g_autoptr (PmPlan) plan = taken;
  if (plan == NULL) {
    pm_call_failed (call, error);
    return;
  }
  if (call->dry_run) {
    pm_call_show_plan (call, plan, 0, 200);
    return;
  }
  if (call->context->config->heal.enabled || pm_call_flag_member (call, "now")) {
    run_pipeline (call, plan);
    return;
  }
  g_auto (PmChangeResult) result = {.outcome = PM_OUTCOME_COMMITTED};
  GError *failure = NULL;
  pm_call_step (call, "writing files");
  pm_verb_apply (call->context, plan, &result, &failure);
  pm_call_changed (call, &result, plan, failure);
}
