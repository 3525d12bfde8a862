#include "cli/change.h"

#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "cli/output.h"
#include "model/plan-json.h"
#include "verbs/change-json.h"
#include "verbs/plan-diff.h"

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
    pm_output_line ("  %s of %s, %u to %u: %s", choice->service_name, choice->project_id,
                    choice->from, choice->to, choice->reason);
  }
  if (plan->left->len > 0)
    printf ("Left as it is:\n");
  for (guint i = 0; i < plan->left->len; i++) {
    const PmPlanLeft *left = &g_array_index (plan->left, PmPlanLeft, i);
    pm_output_line ("  %s:%u  %s (%s)", pm_plan_file_at (plan, left->edit.file)->file,
                    left->edit.line, left->edit.old_value, left->reason);
  }
  if (plan->also->len > 0)
    printf ("You must also:\n");
  for (guint i = 0; i < plan->also->len; i++)
    pm_output_line ("  %s", g_array_index (plan->also, char *, i));
}

static guint
preview (const PmCli *cli, const PmChangeOptions *options, const PmPlan *plan)
{
  if (plan->wish[0] != '\0')
    pm_output_line ("%s", plan->wish);
  guint n_files = print_diff (cli, options, plan);
  print_rest (plan);
  printf ("%u edit%s in %u file%s\n", plan->edits->len, plan->edits->len == 1 ? "" : "s", n_files,
          n_files == 1 ? "" : "s");
  return n_files;
}

static PmExit
dry_run (PmCli *cli, const PmChangeOptions *options, const PmPlan *plan)
{
  GError *error = NULL;
  gint64 id = options->plan;
  if (id == 0 && plan->edits->len > 0 && !pm_verb_plan_save (cli->context, plan, &id, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  if (cli->json) {
    g_autoptr (GString) out = g_string_new (NULL);
    PmJsonWriter json = pm_json_writer (out);
    pm_json_begin_object (&json);
    pm_json_key (&json, "plan");
    pm_plan_write_json (&json, plan, id);
    pm_json_end_object (&json);
    pm_output_json (out);
    return PM_EXIT_DONE;
  }
  preview (cli, options, plan);
  if (plan->edits->len > 0)
    printf ("Nothing is written. This plan: --plan %" G_GINT64_FORMAT " --yes\n", id);
  return PM_EXIT_DONE;
}

/* --- the question --- */

gboolean
pm_change_confirm (const PmChangeOptions *options, const char *question, PmExit *ret_status)
{
  if (options->yes)
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

/* --- the result --- */

static void
print_result_json (const PmChangeResult *result, const PmPlan *plan)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_change_write_json (&json, result, plan);
  pm_output_json (out);
}

PmExit
pm_change_report (PmCli *cli, const PmChangeResult *result, const PmPlan *plan, GError *error)
{
  for (guint i = 0; result->notes != NULL && i < result->notes->len; i++) {
    const PmFileNote *note = g_ptr_array_index (result->notes, i);
    g_autofree char *path = pm_escape_terminal (note->path);
    g_autofree char *reason = pm_escape_terminal (note->reason);
    fprintf (stderr, "  %s: %s\n", path, reason);
  }
  if (cli->json && (error == NULL || result->id != 0))
    print_result_json (result, plan);
  if (error != NULL) {
    PmExit status = (PmExit) pm_outcome_exit_status (result->outcome);
    return pm_cli_fail (status == PM_EXIT_DONE ? PM_EXIT_FAILED : status, error);
  }
  if (!cli->json && result->id != 0)
    printf ("Transaction %" G_GUINT64_FORMAT ": %u edit%s in %u file%s. Take it back with "
            "“port-manager undo %" G_GUINT64_FORMAT "”.\n",
            result->id, result->edits, result->edits == 1 ? "" : "s", result->files,
            result->files == 1 ? "" : "s", result->id);
  if (result->is_unregistered)
    fprintf (stderr, "port-manager: the files are changed; the registry could not be written and "
                     "learns it at the next start\n");
  gboolean needs_attention =
      result->is_unregistered || (result->notes != NULL && result->notes->len > 0);
  return needs_attention ? PM_EXIT_ATTENTION : PM_EXIT_DONE;
}

static PmExit
no_plan (GError *error)
{
  PmExit status = PM_EXIT_FAILED;
  if (g_error_matches (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_INVALID) ||
      g_error_matches (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_SERVICE))
    status = PM_EXIT_USAGE;
  if (g_error_matches (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED) ||
      g_error_matches (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_KEPT))
    status = PM_EXIT_REFUSED;
  return pm_cli_fail (status, error);
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
  g_auto (PmChangeResult) result = {0};
  GError *failure = NULL;
  pm_verb_apply (cli->context, plan, &result, &failure);
  return pm_change_report (cli, &result, plan, failure);
}

PmExit
pm_change_run (PmCli *cli, const PmChangeOptions *options, PmChangePlanner *make,
               gconstpointer wish)
{
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  GError *error = NULL;
  PmPlanOptions how = {.include_uncertain = options->include_uncertain};
  g_autoptr (PmPlan) plan = options->plan != 0
                                ? pm_verb_plan_take (cli->context, options->plan, &error)
                                : make (cli->context, wish, &how, &error);
  return plan == NULL ? no_plan (error) : show_and_apply (cli, options, plan);
}
