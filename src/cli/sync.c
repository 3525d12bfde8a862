#include "cli/change.h"
#include "cli/commands.h"

static PmChangeOptions options;

static const GOptionEntry entries[] = {PM_CHANGE_ENTRIES (options), {0}};

static PmPlan *
make (PmContext *context, gconstpointer nothing, PmPlanOptions *how, GError **error)
{
  return pm_verb_plan_sync (context, how, error);
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  if (argc > 0)
    return pm_cli_usage (&pm_command_sync, "takes no arguments, got “%s”", argv[0]);
  return pm_change_run (cli, &options, PM_PLAN_SYNC, make, NULL);
}

const PmCommand pm_command_sync = {
    .name = "sync",
    .arguments = "",
    .summary = "scan, and bring back what was decided where files say otherwise",
    .details = "What assign, ip change and resolve decided holds until it is decided anew or "
               "undone. Where nothing was decided, a file is always right.",
    .examples = (const char *const[]){"sync --dry-run", "sync --yes", NULL},
    .options = entries,
    .run = run,
};
