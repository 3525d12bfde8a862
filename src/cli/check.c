#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "verbs/baseline.h"
#include "verbs/check.h"
#include "verbs/observe.h"
#include "verbs/sarif.h"

#include "base/json-writer.h"
#include "registry/records.h"

static gboolean option_sarif;
static char *option_baseline, *option_write_baseline;

static void
write_result (PmJsonWriter *json, const PmCheckResult *result)
{
  pm_json_begin_object (json);
  pm_json_member_string (json, "severity", pm_severity_name (result->severity));
  pm_json_member_string (json, "rule", result->rule);
  pm_json_member_string (json, "root", result->root);
  pm_json_member_string (json, "file", result->file);
  pm_json_member_int (json, "line", result->line);
  pm_json_member_int (json, "column", result->column);
  pm_json_member_string (json, "path", result->path);
  pm_json_member_string (json, "fingerprint", result->fingerprint);
  pm_json_member_bool (json, "accepted", result->accepted);
  pm_json_member_string (json, "message", result->message);
  pm_json_member_string (json, "remedy", result->remedy);
  pm_json_end_object (json);
}

static void
print_json (const GArray *results)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_key (&json, "results");
  pm_json_begin_array (&json);
  for (guint i = 0; i < results->len; i++)
    write_result (&json, &g_array_index (results, PmCheckResult, i));
  pm_json_end_array (&json);
  pm_json_end_object (&json);
  pm_output_json (out);
}

static void
print_text (const PmCli *cli, const GArray *results)
{
  static const char *const colors[] = {"\033[2m", "\033[33m", "\033[31m"};
  guint counts[3] = {0}, accepted = 0;
  for (guint i = 0; i < results->len; i++) {
    const PmCheckResult *result = &g_array_index (results, PmCheckResult, i);
    accepted += result->accepted;
    if (result->accepted)
      continue;
    printf ("%s%s%s ", cli->color ? colors[result->severity] : "",
            pm_severity_name (result->severity), cli->color ? "\033[0m" : "");
    const char *place = result->file[0] == '\0' ? result->root : result->file;
    guint column = (guint) strlen (pm_severity_name (result->severity)) + 1;
    if (result->line == 0) /* the file as a whole */
      pm_output_line_behind (column, "%s: %s [%s]", place, result->message, result->rule);
    else
      pm_output_line_behind (column, "%s:%u: %s [%s]", place, result->line, result->message,
                             result->rule);
    if (result->severity > PM_SEVERITY_NOTE)
      pm_output_line ("    → %s", result->remedy);
    counts[result->severity]++;
  }
  if (results->len == accepted)
    printf ("All configuration is consistent%s.\n",
            accepted > 0 ? ", but for what is accepted" : "");
  else
    printf ("%u error%s, %u warning%s, %u note%s\n", counts[PM_SEVERITY_ERROR],
            pm_output_s (counts[PM_SEVERITY_ERROR]), counts[PM_SEVERITY_WARNING],
            pm_output_s (counts[PM_SEVERITY_WARNING]), counts[PM_SEVERITY_NOTE],
            pm_output_s (counts[PM_SEVERITY_NOTE]));
  if (accepted > 0)
    printf ("%u accepted by the baseline\n", accepted);
}

static PmSnapshot *
survey_of (const PmCli *cli, int argc, char *argv[], GError **error)
{
  g_autoptr (PmConfig) config = pm_config_load (cli->config_file, error);
  if (config == NULL)
    return NULL;
  g_autoptr (GPtrArray) roots = g_ptr_array_new_with_free_func (g_free);
  for (int i = 0; i < argc; i++) {
    char *resolved = realpath (argv[i], NULL);
    if (resolved == NULL) {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "cannot check %s: %s", argv[i],
                   g_strerror (errno));
      return NULL;
    }
    g_ptr_array_add (roots, g_strdup (resolved));
    free (resolved);
  }
  g_ptr_array_add (roots, NULL);
  PmSurveyOptions options = {.host = g_get_host_name ()};
  return pm_verb_observe (config, (const char *const *) roots->pdata, &options, error);
}

static PmSnapshot *
snapshot_of (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  PmSnapshot *snapshot = NULL;
  if (argc > 0) {
    snapshot = survey_of (cli, argc, argv, &error);
  } else {
    if (!pm_cli_open (cli))
      return NULL;
    pm_registry_snapshot (cli->context->registry, &snapshot, &error);
  }
  if (error != NULL)
    pm_cli_fail (PM_EXIT_FAILED, error);
  return snapshot;
}

static PmCheckKnown *
known_of (const PmCli *cli, int argc, char *argv[], GError **error)
{
  return argc == 0 ? pm_verb_check_known (cli->context->registry, error)
                   : pm_verb_check_known_elsewhere (cli->state_dir, cli->config_file, argv, argc);
}

static PmExit
write_baseline (const PmCli *cli, const GArray *results)
{
  GError *error = NULL;
  if (!pm_baseline_write (option_write_baseline, results, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  if (!cli->json && !option_sarif)
    pm_output_line ("%u result%s accepted in %s", results->len, pm_output_s (results->len),
                    option_write_baseline);
  return PM_EXIT_DONE;
}

static gboolean
apply_baseline (GArray *results, GError **error)
{
  guint gone = 0;
  if (option_baseline == NULL)
    return TRUE;
  if (!pm_baseline_apply (option_baseline, results, &gone, error))
    return FALSE;
  if (gone > 0)
    fprintf (stderr,
             "port-manager: %u accepted result%s no longer there; --write-baseline takes %s out\n",
             gone, gone == 1 ? " is" : "s are", gone == 1 ? "it" : "them");
  return TRUE;
}

static void
print (const PmCli *cli, const GArray *results)
{
  if (option_sarif) {
    g_autoptr (GString) sarif = pm_check_to_sarif (results, PM_VERSION);
    pm_output_json (sarif);
  } else if (cli->json) {
    print_json (results);
  } else {
    print_text (cli, results);
  }
}

static gboolean
has_errors (const GArray *results)
{
  for (guint i = 0; i < results->len; i++) {
    const PmCheckResult *result = &g_array_index (results, PmCheckResult, i);
    if (result->severity == PM_SEVERITY_ERROR && !result->accepted)
      return TRUE;
  }
  return FALSE;
}

/* A root without projects has nothing wrong; without a root nobody has looked. */
static gboolean
knows_root (const PmCli *cli)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) roots = g_array_new (FALSE, FALSE, sizeof (char *));
  return pm_registry_roots (cli->context->registry, arena, roots, NULL) && roots->len > 0;
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  if (option_baseline != NULL && option_write_baseline != NULL)
    return pm_cli_usage (&pm_command_check, "takes --baseline or --write-baseline, not both");
  if (option_sarif && cli->json)
    return pm_cli_usage (&pm_command_check, "takes --sarif or --json, not both");
  g_autoptr (PmSnapshot) snapshot = snapshot_of (cli, argc, argv);
  if (snapshot == NULL)
    return PM_EXIT_FAILED;
  if (argc == 0 && snapshot->documents->len == 0 && snapshot->problems->len == 0 &&
      !knows_root (cli))
    return pm_cli_refuse (PM_EXIT_USAGE, "there is nothing to check yet: scan a folder of projects "
                                         "(port-manager scan ~/projects), or name one here");
  g_autoptr (PmCheckKnown) known = known_of (cli, argc, argv, &error);
  if (error != NULL)
    return pm_cli_fail (PM_EXIT_FAILED, error);
  g_autoptr (GArray) results = pm_verb_check (snapshot, known);
  if (option_write_baseline != NULL)
    return write_baseline (cli, results);
  if (!apply_baseline (results, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  print (cli, results);
  return has_errors (results) ? PM_EXIT_ATTENTION : PM_EXIT_DONE;
}

static const GOptionEntry options[] = {
    {"sarif", 0, 0, G_OPTION_ARG_NONE, &option_sarif, "print SARIF 2.1.0", NULL},
    {"baseline", 0, 0, G_OPTION_ARG_FILENAME, &option_baseline, "what it lists is accepted",
     "FILE"},
    {"write-baseline", 0, 0, G_OPTION_ARG_FILENAME, &option_write_baseline,
     "accept everything that is found now", "FILE"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

static const char *const examples[] = {"check", "check ~/projects --json",
                                       "check --baseline accepted.txt .", NULL};

const PmCommand pm_command_check = {
    .name = "check",
    .arguments = "[ROOT…] [--sarif] [--baseline FILE]",
    .summary = "look for stale addresses, dangling references and files that disagree",
    .details = "Without a root, what the last scan stored; with one, the files there now, storing "
               "nothing;\n"
               "what the last scan knows of projects elsewhere answers their references.\n"
               "Exit status 1 when something of severity error is found that the baseline does not "
               "accept.",
    .examples = examples,
    .options = options,
    .run = run,
};
