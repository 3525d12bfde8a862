#include <stdlib.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "verbs/check.h"
#include "verbs/observe.h"

#include "base/json-writer.h"

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
  guint counts[3] = {0};
  for (guint i = 0; i < results->len; i++) {
    const PmCheckResult *result = &g_array_index (results, PmCheckResult, i);
    printf ("%s%s%s ", cli->color ? colors[result->severity] : "",
            pm_severity_name (result->severity), cli->color ? "\033[0m" : "");
    pm_output_line ("%s:%u: %s [%s]", result->file[0] == '\0' ? result->root : result->file,
                    result->line, result->message, result->rule);
    if (result->severity > PM_SEVERITY_NOTE)
      pm_output_line ("    → %s", result->remedy);
    counts[result->severity]++;
  }
  if (results->len == 0)
    printf ("All configuration is consistent.\n");
  else
    printf ("%u errors, %u warnings, %u notes\n", counts[PM_SEVERITY_ERROR],
            counts[PM_SEVERITY_WARNING], counts[PM_SEVERITY_NOTE]);
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

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  g_autoptr (PmSnapshot) snapshot = NULL;
  if (argc > 0) {
    snapshot = survey_of (cli, argc, argv, &error);
    if (snapshot == NULL)
      return pm_cli_fail (PM_EXIT_FAILED, error);
  } else {
    if (!pm_cli_open (cli))
      return PM_EXIT_FAILED;
    if (!pm_registry_snapshot (cli->context->registry, &snapshot, &error))
      return pm_cli_fail (PM_EXIT_FAILED, error);
  }
  g_autoptr (GArray) results = pm_verb_check (snapshot);
  if (cli->json)
    print_json (results);
  else
    print_text (cli, results);
  gboolean any_error = results->len > 0 && g_array_index (results, PmCheckResult, 0).severity ==
                                               PM_SEVERITY_ERROR; /* worst first */
  return any_error ? PM_EXIT_ATTENTION : PM_EXIT_DONE;
}

static const char *const examples[] = {"check", "check ~/projects --json", NULL};

const PmCommand pm_command_check = {
    .name = "check",
    .arguments = "[ROOT…]",
    .summary = "look for stale addresses, dangling references and files that disagree",
    .details = "Without a root, what the last scan stored; with one, the files there now, storing "
               "nothing.\n"
               "Exit status 1 when something of severity error is found.",
    .examples = examples,
    .run = run,
};
