#include "pipeline/address-change.h"

#include "base/json-writer.h"
#include "verbs/change.h"
#include "verbs/plan.h"

/* I6: what would have spared all this. */
#define ADVICE "reserve a static address at the cloud provider, and it will not change again"

/* How far an address that is still written may lie back. */
#define MOST_CHANGES_BACK 50

typedef struct {
  const char *name;
  gint64 elapsed_us;
} Stage;

typedef struct {
  PmContext *context;
  const PmAddressChange *change;
  PmPipelineStage told;
  gpointer data;

  Stage stages[4];
  guint n_stages;
  gint64 stage_began_us; /* monotonic */

  const char *outcome;
  guint files, edits;
  gint64 plan_id;
  guint64 transaction_id;
  char *cause;
} Run;

static void
begin_stage (Run *run, const char *name)
{
  run->stages[run->n_stages].name = name;
  run->stage_began_us = g_get_monotonic_time ();
  if (run->told != NULL)
    run->told (name, run->data);
}

static void
end_stage (Run *run)
{
  run->stages[run->n_stages++].elapsed_us = g_get_monotonic_time () - run->stage_began_us;
}

static void
fail (Run *run, GError *error)
{
  run->outcome = "failed";
  run->cause = g_strdup (error->message);
  g_error_free (error);
}

static void
propose (Run *run, const PmPlan *plan)
{
  GError *error = NULL;
  begin_stage (run, "keep");
  gboolean fine = pm_verb_plan_save (run->context, plan, &run->plan_id, &error);
  end_stage (run);
  if (fine)
    run->outcome = "proposed";
  else
    fail (run, error);
}

static void
apply (Run *run, const PmPlan *plan)
{
  GError *error = NULL;
  g_auto (PmChangeResult) result = {0};
  begin_stage (run, "apply");
  gboolean fine = pm_verb_apply (run->context, plan, &result, &error);
  end_stage (run);
  run->transaction_id = result.id;
  run->files = result.files;
  run->edits = result.edits;
  if (fine)
    run->outcome = "applied";
  else
    fail (run, error);
}

/* What files may still say, newest first: the address before this one, and those before it, as long
 * as no change of this slot was applied. A proposal that nobody took leaves the oldest in place. */
static gboolean
may_be_written (Run *run, PmArena *arena, GPtrArray *addresses, GError **error)
{
  g_autoptr (GArray) past = g_array_new (FALSE, FALSE, sizeof (PmAddressChange));
  if (!pm_registry_address_changes (run->context->registry, MOST_CHANGES_BACK, arena, past, error))
    return FALSE;
  const char *address = run->change->old_address;
  g_ptr_array_add (addresses, (gpointer) address);
  for (guint i = 0; i < past->len; i++) {
    const PmAddressChange *before = &g_array_index (past, PmAddressChange, i);
    if (before->id >= run->change->id || strcmp (before->source, run->change->source) != 0 ||
        strcmp (before->slot, run->change->slot) != 0)
      continue;
    if (strcmp (before->new_address, address) != 0 || strcmp (before->stage, "applied") == 0)
      break;
    address = before->old_address;
    if (strcmp (address, run->change->new_address) != 0)
      g_ptr_array_add (addresses, (gpointer) address);
  }
  return TRUE;
}

/* For the first of the addresses that is written anywhere. */
static PmPlan *
plan_for_any (Run *run, const GPtrArray *addresses, GError **error)
{
  PmPlanOptions options = {0};
  PmPlan *plan = NULL;
  for (guint i = 0; i < addresses->len; i++) {
    g_clear_error (error);
    g_clear_pointer (&plan, pm_plan_free);
    plan = pm_verb_plan_ip_change (run->context, g_ptr_array_index (addresses, i),
                                   run->change->new_address, &options, error);
    if (plan != NULL ? plan->edits->len > 0
                     : !g_error_matches (*error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED))
      break;
  }
  return plan;
}

static PmPlan *
make_plan (Run *run)
{
  GError *error = NULL;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
  begin_stage (run, "plan");
  PmPlan *plan =
      may_be_written (run, arena, addresses, &error) ? plan_for_any (run, addresses, &error) : NULL;
  end_stage (run);
  if (plan != NULL)
    return plan;
  if (g_error_matches (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED)) {
    run->outcome = "unaffected";
    run->cause = g_strdup (error->message);
    g_error_free (error);
  } else {
    fail (run, error);
  }
  return NULL;
}

static guint
count_files (const PmPlan *plan)
{
  guint count = 0;
  for (guint i = 0; i < plan->edits->len; i++)
    count += i == 0 || pm_plan_edit_at (plan, i)->file != pm_plan_edit_at (plan, i - 1)->file;
  return count;
}

static void
deal_with (Run *run, const char *policy)
{
  g_autoptr (PmPlan) plan = make_plan (run);
  if (plan == NULL)
    return;
  run->files = count_files (plan);
  run->edits = plan->edits->len;
  if (run->edits == 0)
    run->outcome = "unaffected";
  else if (strcmp (policy, "apply") == 0)
    apply (run, plan);
  else if (strcmp (policy, "propose") == 0)
    propose (run, plan);
  else
    run->outcome = "noted";
}

static void
write_report (const Run *run, GString *out)
{
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "source", run->change->source);
  pm_json_member_string (&json, "slot", run->change->slot);
  pm_json_member_string (&json, "oldValue", run->change->old_address);
  pm_json_member_string (&json, "newValue", run->change->new_address);
  pm_json_member_string (&json, "policy", run->context->config->ip.policy);
  pm_json_member_time (&json, "confirmed", run->change->confirmed_us);
  pm_json_key (&json, "stages");
  pm_json_begin_array (&json);
  for (guint i = 0; i < run->n_stages; i++) {
    pm_json_begin_object (&json);
    pm_json_member_string (&json, "stage", run->stages[i].name);
    pm_json_member_double (&json, "elapsedMs", (double) run->stages[i].elapsed_us / 1000);
    pm_json_end_object (&json);
  }
  pm_json_end_array (&json);
  pm_json_member_int (&json, "files", run->files);
  pm_json_member_int (&json, "edits", run->edits);
  if (run->plan_id != 0)
    pm_json_member_int (&json, "planId", run->plan_id);
  if (run->transaction_id != 0)
    pm_json_member_int (&json, "transactionId", (gint64) run->transaction_id);
  pm_json_member_string (&json, "cause", run->cause);
  pm_json_member_string (&json, "advice", ADVICE);
  pm_json_end_object (&json);
}

gboolean
pm_pipeline_address_change (PmContext *context, const PmAddressChange *change,
                            PmPipelineStage stage, gpointer data, GString *report, GError **error)
{
  Run run = {.context = context, .change = change, .told = stage, .data = data};
  deal_with (&run, context->config->ip.policy);
  g_string_truncate (report, 0);
  write_report (&run, report);
  g_free (run.cause);
  return pm_registry_address_change_finish (context->registry, change->id, run.outcome, report->str,
                                            g_get_real_time (), error);
}
