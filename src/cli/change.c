#include "cli/change.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "cli/output.h"
#include "cli/report.h"
#include "model/plan-json.h"
#include "model/service.h"
#include "pipeline/change.h"
#include "verbs/change-json.h"
#include "verbs/plan-diff.h"

/* --- files that stand in the way --- */

/* But for those that what is said besides names. */
static void
print_notes (const PmChangeResult *result, const char *said)
{
  for (guint i = 0; result->notes != NULL && i < result->notes->len; i++) {
    const PmFileNote *note = g_ptr_array_index (result->notes, i);
    if (pm_file_note_is_told (note, said))
      continue;
    g_autofree char *path = pm_escape_terminal (note->path);
    g_autofree char *reason = pm_escape_terminal (note->reason);
    fprintf (stderr, "  %s: %s\n", path, reason);
  }
}

PmExit
pm_change_tell_trial (const PmChangeResult *result, GError *error)
{
  if (error == NULL)
    return PM_EXIT_DONE;
  print_notes (result, error->message);
  fflush (stdout);
  PmExit status = (PmExit) pm_outcome_exit_status (result->outcome);
  g_prefix_error (&error, "this would be refused: ");
  return pm_cli_fail (
      status == PM_EXIT_DONE || status == PM_EXIT_ROLLED_BACK ? PM_EXIT_REFUSED : status, error);
}

/* --- the preview --- */

static guint
print_diff (const PmCli *cli, const PmChangeOptions *options, const PmPlan *plan)
{
  g_autoptr (GString) out = g_string_new (NULL);
  guint side_by_side = !options->side_by_side ? 0 : cli->width == 0 ? 160 : cli->width;
  guint n_files = pm_plan_diff (out, plan, cli->color, side_by_side);
  fwrite (out->str, 1, out->len, stdout);
  return n_files;
}

static void
print_rest (const PmPlan *plan)
{
  if (plan->choices->len > 0)
    printf ("Why:\n");
  for (guint i = 0; i < plan->choices->len; i++) {
    const PmPlanChoice *choice = &g_array_index (plan->choices, PmPlanChoice, i);
    g_autofree char *name = pm_full_name (choice->service_name, choice->project_name);
    pm_output_line ("  %s, %u to %u: %s", name, choice->from, choice->to, choice->reason);
  }
  if (plan->left->len > 0)
    printf ("Left as it is:\n");
  for (guint i = 0; i < plan->left->len; i++) {
    const PmPlanLeft *left = &g_array_index (plan->left, PmPlanLeft, i);
    pm_output_line ("  %s:%u  %s (%s)", pm_plan_file_at (plan, left->edit.file)->file,
                    left->edit.line, left->edit.old_value, left->reason);
    if (left->edit.confidence < PM_PLAN_LEAST_CONFIDENCE && left->edit.why[0] != '\0')
      pm_output_line ("    %s", left->edit.why);
  }
  if (plan->also->len > 0)
    printf ("You must also:\n");
  for (guint i = 0; i < plan->also->len; i++)
    pm_output_line ("  %s", g_array_index (plan->also, char *, i));
}

/* What is restarted then, and what a person must; that nobody can tell is no reason to stop. */
static void
print_restarts (const PmCli *cli, const PmPlan *plan)
{
  g_autoptr (GPtrArray) lines = pm_pipeline_preview (cli->context, plan, NULL);
  if (lines == NULL || lines->len == 0)
    return;
  printf ("And then:\n");
  for (guint i = 0; i < lines->len; i++)
    pm_output_line ("  %s", (const char *) g_ptr_array_index (lines, i));
}

static guint
preview (const PmCli *cli, const PmChangeOptions *options, const PmPlan *plan)
{
  if (plan->wish[0] != '\0')
    pm_output_line ("%s", plan->wish);
  guint n_files = print_diff (cli, options, plan);
  print_rest (plan);
  print_restarts (cli, plan);
  printf ("%u edit%s in %u file%s\n", plan->edits->len, plan->edits->len == 1 ? "" : "s", n_files,
          n_files == 1 ? "" : "s");
  return n_files;
}

static PmExit
dry_run (PmCli *cli, const PmChangeOptions *options, PmPlan *plan)
{
  GError *error = NULL, *refusal = NULL;
  gint64 id = options->plan;
  g_auto (PmChangeResult) result = {0};
  gboolean fine = pm_verb_judge (cli->context, plan, &result, &refusal);
  gboolean is_kept = id != 0 || plan->edits->len == 0 || !fine ||
                     pm_verb_plan_save (cli->context, plan, &id, &error);
  if (!is_kept)
    return pm_cli_fail (PM_EXIT_FAILED, error);
  if (cli->json) {
    g_autoptr (GString) out = g_string_new (NULL);
    PmJsonWriter json = pm_json_writer (out);
    pm_json_begin_object (&json);
    pm_json_key (&json, "plan");
    pm_plan_write_json (&json, plan, id);
    pm_json_end_object (&json);
    pm_output_json (out);
    return pm_change_tell_trial (&result, refusal);
  }
  preview (cli, options, plan);
  if (plan->edits->len > 0 && fine)
    pm_output_line ("Nothing is written. This plan: --plan %" G_GINT64_FORMAT " --yes", id);
  return pm_change_tell_trial (&result, refusal);
}

/* --- the question --- */

gboolean
pm_change_confirm (const PmChangeOptions *options, const char *question, PmExit *ret_status)
{
  if (options->yes || options->now)
    return TRUE;
  *ret_status = PM_EXIT_REFUSED;
  if (!isatty (STDIN_FILENO)) {
    pm_cli_refuse (PM_EXIT_REFUSED,
                   "not confirmed, nothing is written; --yes goes on without a question");
    return FALSE;
  }
  fflush (stdout);
  fprintf (stderr, "%s [y/N] ", question);
  char answer[16];
  if (fgets (answer, sizeof answer, stdin) != NULL && g_ascii_tolower (answer[0]) == 'y')
    return TRUE;
  fprintf (stderr, "Nothing is written.\n");
  return FALSE;
}

void
pm_change_hold_signals (void)
{
  sigset_t held;
  sigemptyset (&held);
  sigaddset (&held, SIGINT);
  sigaddset (&held, SIGTERM);
  sigaddset (&held, SIGHUP);
  pthread_sigmask (SIG_BLOCK, &held, NULL);
}

/* --- the result --- */

static void
print_result_json (const PmChangeResult *result, const PmPlan *plan)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_change_write_json (&json, result, plan);
  pm_output_json (out);
}

static void
print_transaction (const PmChangeResult *result)
{
  if (result->id != 0)
    printf ("Transaction %" G_GUINT64_FORMAT ": %u edit%s in %u file%s. Take it back with "
            "“port-manager undo %" G_GUINT64_FORMAT "”.\n",
            result->id, result->edits, pm_output_s (result->edits), result->files,
            pm_output_s (result->files), result->id);
}

/* The preview has told them one by one. */
static gboolean
tell_unresolved (const PmPlan *plan)
{
  guint n = plan == NULL ? 0 : plan->unresolved->len;
  if (n > 0)
    fprintf (stderr, "port-manager: %u thing%s left to be decided by hand\n", n,
             n == 1 ? " is" : "s are");
  return n > 0;
}

static PmExit
attention (const PmChangeResult *result, const PmPlan *plan)
{
  if (result->is_unregistered)
    fprintf (stderr, "port-manager: the files are changed; the registry could not be written and "
                     "learns it at the next start\n");
  gboolean is_unresolved = tell_unresolved (plan);
  gboolean needs_attention =
      is_unresolved || result->is_unregistered || (result->notes != NULL && result->notes->len > 0);
  return needs_attention ? PM_EXIT_ATTENTION : PM_EXIT_DONE;
}

PmExit
pm_change_report (PmCli *cli, const PmChangeResult *result, const PmPlan *plan, GError *error)
{
  print_notes (result, error == NULL ? NULL : error->message);
  if (cli->json && (error == NULL || result->id != 0))
    print_result_json (result, plan);
  if (error != NULL) {
    PmExit status = (PmExit) pm_outcome_exit_status (result->outcome);
    return pm_cli_fail (status == PM_EXIT_DONE ? PM_EXIT_FAILED : status, error);
  }
  if (!cli->json)
    print_transaction (result);
  return attention (result, plan);
}

/* --- the pipeline --- */

static PmExit
status_of (const PmPipelineEnd *end, const PmPlan *plan)
{
  if (strcmp (end->stage, "committed") == 0)
    return attention (&end->files, plan);
  if (strcmp (end->stage, "rolled-back") == 0)
    return PM_EXIT_ROLLED_BACK;
  PmExit status = (PmExit) pm_outcome_exit_status (end->files.outcome);
  return status == PM_EXIT_DONE ? PM_EXIT_FAILED : status;
}

/* Of a plain change of files, which was refused, there is nothing to print. */
static void
print_end (const PmCli *cli, const PmPipelineEnd *end, const PmPlan *plan)
{
  print_notes (&end->files, end->cause);
  if (cli->json && end->files.id == 0)
    return;
  if (cli->json) {
    g_autoptr (GString) out = g_string_new (NULL);
    PmJsonWriter json = pm_json_writer (out);
    pm_change_write_json_reported (&json, &end->files, plan, end->report->str);
    pm_output_json (out);
    return;
  }
  pm_report_print (end->report->str);
  if (strcmp (end->stage, "committed") == 0)
    print_transaction (&end->files);
}

static PmExit
report_end (PmCli *cli, const PmPipelineEnd *end, const PmPlan *plan)
{
  PmExit status = status_of (end, plan);
  print_end (cli, end, plan);
  if (status == PM_EXIT_ROLLED_BACK)
    return pm_cli_refuse (status, "rolled back, all files are as before: %s", end->cause);
  return status == PM_EXIT_DONE || status == PM_EXIT_ATTENTION
             ? status
             : pm_cli_refuse (status, "%s", end->cause);
}

static PmExit
run_pipeline (PmCli *cli, const PmChangeOptions *options, const PmPlan *plan)
{
  GError *error = NULL;
  g_auto (PmPipelineEnd) end = {0};
  g_autofree char *actor = pm_report_actor ();
  PmPipelineWish wish = {.plan = plan, .actor = actor, .is_now = options->now};
  gint64 proposal = 0;
  if (options->plan != 0 &&
      !pm_pipeline_proposal_of_plan (cli->context, options->plan, &proposal, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  gboolean fine = proposal != 0
                      ? pm_pipeline_approve (cli->context, proposal, actor, NULL, &end, &error)
                      : pm_pipeline_do (cli->context, &wish, NULL, &end, &error);
  return fine ? report_end (cli, &end, plan) : pm_cli_fail (PM_EXIT_FAILED, error);
}

static PmExit
no_plan (GError *error)
{
  PmExit status = PM_EXIT_FAILED;
  if (g_error_matches (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_INVALID) ||
      g_error_matches (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_SERVICE) ||
      g_error_matches (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_NO_PLAN))
    status = PM_EXIT_USAGE;
  if (g_error_matches (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED) ||
      g_error_matches (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_ELSEWHERE) ||
      g_error_matches (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_KEPT))
    status = PM_EXIT_REFUSED;
  return pm_cli_fail (status, error);
}

/* Where nothing is restarted a plain change of files needs nobody else. A kept plan may be a
 * proposal, which is to be told. */
static gboolean
takes_pipeline (const PmCli *cli, const PmChangeOptions *options)
{
  return cli->context->config->heal.enabled || options->now || options->plan != 0;
}

static PmExit
apply (PmCli *cli, const PmPlan *plan)
{
  g_auto (PmChangeResult) result = {0};
  GError *failure = NULL;
  pm_change_hold_signals ();
  pm_verb_apply (cli->context, plan, &result, &failure);
  return pm_change_report (cli, &result, plan, failure);
}

static PmExit
show_and_apply (PmCli *cli, const PmChangeOptions *options, PmPlan *plan)
{
  if (options->dry_run)
    return dry_run (cli, options, plan);
  if (!cli->json)
    preview (cli, options, plan);
  if (plan->edits->len == 0) {
    g_auto (PmChangeResult) nothing = {.outcome = PM_OUTCOME_COMMITTED};
    return pm_change_report (cli, &nothing, plan, NULL);
  }
  PmExit status;
  if (!pm_change_confirm (options, "Write this?", &status))
    return status;
  return takes_pipeline (cli, options) ? run_pipeline (cli, options, plan) : apply (cli, plan);
}

/* --- the kept plan --- */

static gboolean
decide_the_same (const PmPlan *a, const PmPlan *b)
{
  gboolean same = a->decisions->len == b->decisions->len;
  for (guint i = 0; same && i < a->decisions->len; i++) {
    const PmPlanDecision *x = &g_array_index (a->decisions, PmPlanDecision, i);
    const PmPlanDecision *y = &g_array_index (b->decisions, PmPlanDecision, i);
    same = x->service_id == y->service_id && g_strcmp0 (x->subject, y->subject) == 0 &&
           strcmp (x->field, y->field) == 0 && strcmp (x->value, y->value) == 0;
  }
  return same;
}

/* Arguments beside --plan say what its plan is believed to be. */
static gboolean
is_meant (PmCli *cli, gint64 id, const PmPlan *plan, PmChangePlanner *make, gconstpointer wish,
          GError **error)
{
  PmPlanOptions how = {.touch = plan->touch,
                       .include_uncertain = plan->includes_uncertain,
                       .move_pinned = plan->moves_pinned};
  g_autoptr (PmPlan) meant = make (cli->context, wish, &how, error);
  if (meant == NULL)
    return FALSE;
  if (decide_the_same (plan, meant))
    return TRUE;
  g_set_error (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_KEPT,
               "plan %" G_GINT64_FORMAT
               " is another one (“%s”): give its id alone, or make it anew",
               id, plan->wish);
  return FALSE;
}

static PmPlan *
take (PmCli *cli, gint64 id, PmPlanKind kind, PmChangePlanner *make, gconstpointer wish,
      GError **error)
{
  g_autoptr (PmPlan) plan = pm_verb_plan_load (cli->context, id, error);
  if (plan == NULL)
    return NULL;
  if (plan->kind != kind) {
    g_set_error (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_KEPT,
                 "plan %" G_GINT64_FORMAT " is one of the kind %s, not %s; nothing is written", id,
                 pm_plan_kind_name (plan->kind), pm_plan_kind_name (kind));
    return NULL;
  }
  if (wish != NULL && !is_meant (cli, id, plan, make, wish, error))
    return NULL;
  return pm_verb_plan_take (cli->context, id, NULL, error);
}

/* --- files that are left out --- */

/* As a plan has it: what is there is told by its folder's real path; anything else is from a root.
 */
static char *
excluded_path (const char *typed)
{
  g_autofree char *whole = g_canonicalize_filename (typed, NULL);
  if (!g_file_test (whole, G_FILE_TEST_EXISTS))
    return g_strdup (typed);
  g_autofree char *folder = g_path_get_dirname (whole);
  g_autofree char *name = g_path_get_basename (whole);
  char *real = realpath (folder, NULL);
  char *path = g_build_filename (real == NULL ? folder : real, name, NULL);
  free (real);
  return path;
}

static char **
excluded_paths (const PmChangeOptions *options)
{
  guint n = options->exclude == NULL ? 0 : g_strv_length (options->exclude);
  char **paths = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    paths[i] = excluded_path (options->exclude[i]);
  return paths;
}

PmExit
pm_change_run (PmCli *cli, const PmChangeOptions *options, PmPlanKind kind, PmChangePlanner *make,
               gconstpointer wish)
{
  if (options->plan != 0 && options->exclude != NULL)
    return pm_cli_refuse (PM_EXIT_USAGE, "--exclude belongs to the making of a plan: give it with "
                                         "--dry-run, and --plan alone");
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  GError *error = NULL;
  g_auto (GStrv) exclude = excluded_paths (options);
  PmPlanOptions how = {.include_uncertain = options->include_uncertain,
                       .exclude = (const char *const *) exclude};
  g_autoptr (PmPlan) plan = options->plan != 0 ? take (cli, options->plan, kind, make, wish, &error)
                                               : make (cli->context, wish, &how, &error);
  return plan == NULL ? no_plan (error) : show_and_apply (cli, options, plan);
}
