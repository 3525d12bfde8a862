#include "base/json-writer.h"
#include "cli/change.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "verbs/note.h"
#include "verbs/past-diff.h"

static PmChangeOptions options;

static const GOptionEntry entries[] = {PM_CHANGE_BASIC_ENTRIES (options), {0}};

/* A file that was changed since has its bytes elsewhere; then only what comes back is told. */
static void
print_target (const PmCli *cli, const PmHistory *past, const PmTarget *target)
{
  PmPastDiffOptions how = {
      .is_undo = TRUE,
      .are_settings = pm_note_is_of_settings (past->note),
      .color = cli->color,
      .side_by_side = options.side_by_side ? (cli->width == 0 ? 160 : cli->width) : 0,
  };
  g_autoptr (GString) out = g_string_new (NULL);
  if (pm_past_diff (out, target, &how)) {
    fwrite (out->str, 1, out->len, stdout);
    return;
  }
  g_autofree char *file = g_build_filename (g_str_equal (target->parent, ".") ? "" : target->parent,
                                            target->name, NULL);
  pm_output_line ("%s (changed since)", file);
  for (guint i = 0; i < target->edits->len && !how.are_settings; i++) {
    const PmEdit *edit = &g_array_index (target->edits, PmEdit, i);
    pm_output_line ("  %s becomes %s again", edit->new_bytes, edit->old_bytes);
  }
}

static void
print_past_json (const PmHistory *past)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "undoOf", (gint64) past->id);
  pm_json_key (&json, "files");
  pm_json_begin_array (&json);
  for (guint i = 0; i < past->targets->len; i++) {
    g_autofree char *path = pm_target_path (g_ptr_array_index (past->targets, i));
    pm_json_string (&json, path);
  }
  pm_json_end_array (&json);
  pm_json_end_object (&json);
  pm_output_json (out);
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  guint64 id;
  if (argc != 1)
    return pm_cli_usage (&pm_command_undo, "needs the id of a transaction");
  if (!g_ascii_string_to_unsigned (argv[0], 10, 1, G_MAXINT64, &id, NULL))
    return pm_cli_usage (&pm_command_undo, "“%s” is no id; “port-manager transactions” lists them",
                         argv[0]);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  GError *error = NULL;
  g_autoptr (PmHistory) past = pm_verb_past (cli->context, id, &error);
  if (past == NULL)
    return pm_cli_fail_to_find (error);
  g_auto (PmChangeResult) result = {0};
  if (!pm_verb_undo_is_left (cli->context, id, &error)) {
    result = (PmChangeResult){.outcome = PM_OUTCOME_REFUSED, .notes = pm_file_notes_new ()};
    return pm_change_report (cli, &result, NULL, error);
  }
  if (cli->json && options.dry_run)
    print_past_json (past);
  for (guint i = 0; !cli->json && i < past->targets->len; i++)
    print_target (cli, past, g_ptr_array_index (past->targets, i));
  if (options.dry_run) {
    pm_verb_try_undo (cli->context, past, &result, &error);
    return pm_change_tell_trial (&result, error);
  }
  PmExit status;
  if (!pm_change_confirm (&options, "Take it back?", &status))
    return status;
  pm_change_result_clear (&result);
  pm_change_hold_signals ();
  pm_verb_undo (cli->context, id, &result, &error);
  return pm_change_report (cli, &result, NULL, error);
}

const PmCommand pm_command_undo = {
    .name = "undo",
    .arguments = "ID",
    .summary = "take a past change back, also one of an undo",
    .details = "Only the bytes that the change wrote are judged: what was edited beside them since "
               "stays.\nRefused (exit status 4) where those bytes are not there any more.",
    .examples = (const char *const[]){"undo 3", NULL},
    .options = entries,
    .run = run,
};
