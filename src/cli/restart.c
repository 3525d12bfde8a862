#include "cli/change.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/report.h"
#include "pipeline/restart-service.h"
#include "verbs/find-service.h"

#include <string.h>

static PmChangeOptions options;

static const GOptionEntry entries[] = {
    {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &options.dry_run, "say what would be restarted", NULL},
    {"yes", 'y', 0, G_OPTION_ARG_NONE, &options.yes, "don't ask", NULL},
    {0}};

static PmExit
tell (PmCli *cli, const PmRestartReport *report)
{
  if (cli->json)
    pm_output_json (report->report);
  else
    pm_report_print (report->report->str);
  if (strcmp (report->outcome, "restarted") == 0)
    return PM_EXIT_DONE;
  return pm_cli_refuse (strcmp (report->outcome, "refused") == 0 ? PM_EXIT_REFUSED : PM_EXIT_FAILED,
                        "%s", report->cause);
}

static PmExit
fail (GError *error)
{
  return pm_cli_fail_to_find (error);
}

static PmExit
restart (PmCli *cli, const char *service, gboolean dry_run)
{
  GError *error = NULL;
  g_autofree char *actor = pm_report_actor ();
  g_auto (PmRestartReport) report = {0};
  PmRestartWish wish = {.actor = actor, .dry_run = dry_run};
  if (!pm_pipeline_restart_named (cli->context, service, &wish, &report, &error))
    return fail (error);
  return tell (cli, &report);
}

/* Nobody is asked about a service that there is not. */
static gboolean
is_there (PmCli *cli, const char *service, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = NULL;
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint));
  return pm_registry_snapshot (cli->context->registry, &snapshot, error) &&
         (pm_verb_find_service_rows (snapshot, service, rows, error) ||
          pm_verb_find_elsewhere (cli->context->registry, service, error));
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  PmExit status;
  if (argc != 1)
    return pm_cli_usage (&pm_command_restart, "needs one service");
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  GError *error = NULL;
  if (!is_there (cli, argv[0], &error))
    return fail (error);
  if (options.dry_run)
    return restart (cli, argv[0], TRUE);
  g_autofree char *question = g_strdup_printf ("Restart %s?", argv[0]);
  return pm_change_confirm (&options, question, &status) ? restart (cli, argv[0], FALSE) : status;
}

const PmCommand pm_command_restart = {
    .name = "restart",
    .arguments = "SERVICE",
    .summary = "restart one service, and see that it answers",
    .details = "SERVICE is an id, a name, or project/name. By the restart.provider of its "
               "[[service]], else by the systemd\nunit or the container that holds its port. "
               "Refused (exit status 4) when nothing restarts it, or somebody else\nhas its port. "
               "Exit status 3: it was restarted and does not answer.",
    .examples = (const char *const[]){"restart shop-api --yes", NULL},
    .options = entries,
    .run = run,
};
