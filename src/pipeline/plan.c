/* DESIGN
 * What a person wants, or has approved, is done as it was shown. For an address that changed by
 * itself a plan is made, and the edits in it are sorted by the policy of their projects: what may
 * be applied is the plan; the rest is left, and where some of it is to be proposed, a further
 * change is opened for it once this one is committed. Where nothing may be applied, what may be
 * proposed is the plan, and kept.
 *
 * A pause, a rate above `ip.most_per_hour`, and an address that nobody saw before turn "apply" into
 * "propose": nothing is lost, and a person looks. */

#include <string.h>

#include "pipeline/policy.h"
#include "pipeline/run.h"

typedef struct {
  const PmConfig *config;
  PmPolicy most; /* what may be done at most */
  PmPolicy wanted;
} Sieve;

static PmPolicy
policy_of (const Sieve *sieve, const PmPlanFile *file)
{
  return MIN (pm_policy_of (sieve->config, file->root, file->project), sieve->most);
}

static gboolean
is_not_wanted (const PmPlanFile *file, gpointer data)
{
  const Sieve *sieve = data;
  return policy_of (sieve, file) != sieve->wanted;
}

/* The most that any edit's policy allows. */
static PmPolicy
best_policy (const Sieve *sieve, const PmPlan *plan)
{
  PmPolicy best = PM_POLICY_NOTIFY;
  for (guint i = 0; i < plan->edits->len; i++)
    best = MAX (best, policy_of (sieve, pm_plan_file_at (plan, pm_plan_edit_at (plan, i)->file)));
  return best;
}

/* --- what holds it back --- */

static gboolean
is_paused (PmRun *run, gboolean *ret_paused, GError **error)
{
  PmPause pause;
  if (!pm_pause_read (run->context, run->arena, &pause, error))
    return FALSE;
  *ret_paused = pause.since_us != 0;
  if (*ret_paused) {
    g_autofree char *cause = g_strdup_printf (
        "paused by %s%s%s, so it is only proposed; “port-manager resume” ends that", pause.by,
        pause.reason[0] == '\0' ? "" : ": ", pause.reason);
    pm_run_report_set (&run->report.cause, cause);
  }
  return TRUE;
}

static gboolean
is_too_often (PmRun *run, gboolean *ret_too_often, GError **error)
{
  gint64 count = 0, hour_ago_us = g_get_real_time () - G_TIME_SPAN_HOUR;
  gint64 most = run->context->config->ip.most_per_hour;
  if (!pm_registry_changes_ended (run->context->registry, "committed", hour_ago_us, &count, error))
    return FALSE;
  *ret_too_often = count >= most;
  if (*ret_too_often) {
    g_autofree char *cause = g_strdup_printf (
        "%" G_GINT64_FORMAT " changes were applied within an hour, which is ip.most_per_hour, so "
        "this one is only proposed",
        count);
    pm_run_report_set (&run->report.cause, cause);
  }
  return TRUE;
}

static gboolean
find_most (PmRun *run, PmPolicy *ret_most, GError **error)
{
  gboolean paused = FALSE, too_often = FALSE;
  if (!is_paused (run, &paused, error) || !is_too_often (run, &too_often, error))
    return FALSE;
  if (run->report.is_guess)
    pm_run_report_set (&run->report.cause,
                       "the machine has an address that no file says, and nobody saw it change: it "
                       "is proposed");
  *ret_most = paused || too_often || run->report.is_guess ? PM_POLICY_PROPOSE : PM_POLICY_APPLY;
  return TRUE;
}

/* --- the plan itself --- */

/* For the first of the addresses that is written anywhere. */
static PmPlan *
plan_for_any (PmRun *run, const GPtrArray *addresses, guint n_sure, GError **error)
{
  PmPlanOptions options = {0};
  PmPlan *plan = NULL;
  for (guint i = 0; i < addresses->len; i++) {
    g_clear_error (error);
    g_clear_pointer (&plan, pm_plan_free);
    run->report.is_guess = i >= n_sure;
    plan = pm_verb_plan_ip_change (run->context, g_ptr_array_index (addresses, i),
                                   run->change.new_address, &options, error);
    if (plan != NULL ? plan->edits->len > 0
                     : !g_error_matches (*error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED))
      break;
  }
  return plan;
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
take_plan (PmRun *run, PmPlan *plan)
{
  run->own_plan = plan;
  run->plan = plan;
}

static void
describe_plan (PmRun *run)
{
  run->report.files = count_files (run->plan);
  run->report.edits = run->plan->edits->len;
  pm_run_report_set (&run->report.wish, run->plan->wish);
}

/* --- what follows from it --- */

static gboolean
find_last_transaction (PmRun *run, GError **error)
{
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (PmTransactionRecord));
  if (!pm_registry_transactions (run->context->registry, 0, 1, run->arena, records, error))
    return FALSE;
  run->report.last_transaction_id =
      records->len == 0 ? 0 : g_array_index (records, PmTransactionRecord, 0).id;
  return TRUE;
}

static PmRunNext
go_ahead (PmRun *run)
{
  GError *error = NULL;
  pm_run_report_set (&run->report.policy, pm_policy_name (PM_POLICY_APPLY));
  describe_plan (run);
  if (!find_last_transaction (run, &error) || !pm_run_take_baseline (run, &error))
    return pm_run_fail (run, error);
  return pm_run_go ("planned");
}

static gboolean
has_rest (const PmPlan *plan)
{
  for (guint i = 0; i < plan->left->len; i++)
    if (strcmp (g_array_index (plan->left, PmPlanLeft, i).reason, PM_PLAN_LEFT_BY_POLICY) == 0)
      return TRUE;
  return FALSE;
}

static PmRunNext
go_by_policy (PmRun *run, PmPlan *plan, PmPolicy most)
{
  Sieve sieve = {run->context->config, most, PM_POLICY_NOTIFY};
  sieve.wanted = best_policy (&sieve, plan);
  pm_run_report_set (&run->report.policy, pm_policy_name (sieve.wanted));
  if (sieve.wanted != PM_POLICY_NOTIFY)
    pm_plan_leave (plan, is_not_wanted, &sieve, PM_PLAN_LEFT_BY_POLICY);
  if (sieve.wanted == PM_POLICY_APPLY) {
    pm_run_report_set (&run->report.cause, "");
    run->report.has_rest = has_rest (plan);
    return go_ahead (run);
  }
  describe_plan (run);
  return sieve.wanted == PM_POLICY_PROPOSE ? pm_run_propose (run) : pm_run_end ("noted");
}

static PmRunNext
no_plan (PmRun *run, GError *error)
{
  if (!g_error_matches (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED))
    return pm_run_fail (run, error);
  pm_run_report_set (&run->report.cause, error->message);
  g_error_free (error);
  return pm_run_end ("unaffected");
}

static PmRunNext
plan_of_source (PmRun *run)
{
  GError *error = NULL;
  PmPolicy most = PM_POLICY_APPLY;
  guint n_sure = 0;
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
  if (!pm_run_origins (run, addresses, &n_sure, &error))
    return pm_run_fail (run, error);
  if (addresses->len == 0)
    return (PmRunNext){.stage = "settled", .is_end = TRUE, .is_quiet = TRUE};
  PmPlan *plan = plan_for_any (run, addresses, n_sure, &error);
  if (plan == NULL)
    return no_plan (run, error);
  take_plan (run, plan);
  if (plan->edits->len == 0)
    return pm_run_end ("unaffected");
  if (!find_most (run, &most, &error))
    return pm_run_fail (run, error);
  return go_by_policy (run, plan, most);
}

static PmRunNext
plan_of_proposal (PmRun *run)
{
  GError *error = NULL;
  pm_run_report_set (&run->report.cause, "");
  PmPlan *plan = pm_verb_plan_take (run->context, run->report.plan_id, NULL, &error);
  if (plan == NULL)
    return pm_run_fail (run, error);
  take_plan (run, plan);
  return go_ahead (run);
}

PmRunNext
pm_run_plan (PmRun *run)
{
  if (run->report.is_approved)
    return plan_of_proposal (run);
  if (!pm_run_is_by_hand (run))
    return plan_of_source (run);
  if (run->plan != NULL)
    return go_ahead (run);
  pm_run_report_set (&run->report.cause, "it was interrupted before anything was written");
  return pm_run_end ("abandoned");
}
