#include "cli/change.h"
#include "cli/commands.h"
#include "cli/output.h"

#include "base/json-writer.h"
#include "verbs/backup.h"
#include "verbs/holder.h"
#include "verbs/scan.h"

static PmChangeOptions change;

static void
print_result (const PmCli *cli, const PmScanReport *report, const char *kept)
{
  if (cli->json) {
    g_autoptr (GString) out = g_string_new (NULL);
    PmJsonWriter json = pm_json_writer (out);
    pm_json_begin_object (&json);
    pm_json_member_string (&json, "kept", kept);
    pm_json_member_int (&json, "projects", report->projects);
    pm_json_member_int (&json, "documents", report->documents);
    pm_json_member_int (&json, "services", report->services);
    pm_json_end_object (&json);
    pm_output_json (out);
    return;
  }
  printf ("%u project%s, %u document%s, %u service%s, from the files alone.\n", report->projects,
          pm_output_s (report->projects), report->documents, pm_output_s (report->documents),
          report->services, pm_output_s (report->services));
  pm_output_line ("The registry as it was: %s", kept);
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  PmExit status;
  g_autofree char *kept = NULL;
  g_autoptr (PmConfig) config = pm_config_load (cli->config_file, &error);
  if (config == NULL)
    return pm_cli_fail (PM_EXIT_FAILED, error);
  if (!pm_holder_is_absent (cli->state_dir, "a rebuild", &error))
    return pm_cli_fail (PM_EXIT_REFUSED, error);
  if (!pm_change_confirm (&change,
                          "Begin an empty registry, without history, decisions, tokens and leases?",
                          &status))
    return status;
  if (!pm_verb_forget (cli->state_dir, config, &kept, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  PmScanReport report;
  PmSurveyOptions options = {0};
  if (!pm_verb_scan (cli->context, argv, &options, &report, NULL, &error)) {
    g_prefix_error (&error, "the registry is empty now, and as it was in %s: ", kept);
    return pm_cli_fail (PM_EXIT_FAILED, error);
  }
  print_result (cli, &report, kept);
  return PM_EXIT_DONE;
}

static const GOptionEntry options[] = {
    {"yes", 'y', 0, G_OPTION_ARG_NONE, &change.yes, "don't ask", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

const PmCommand pm_command_rebuild = {
    .name = "rebuild",
    .arguments = "[ROOT…]",
    .summary = "begin the registry anew, from the files alone",
    .details = "For a registry that is beyond help and has no backup. Its roots are kept as far as "
               "it can be read;\n"
               "name them where it cannot. History, decisions, tokens and leases are not in files: "
               "they stay in\n"
               "the old registry, which is moved aside.",
    .examples = (const char *const[]){"rebuild ~/projects", NULL},
    .options = options,
    .run = run,
};
