#include "cli/change.h"
#include "cli/commands.h"

static PmChangeOptions options;
static char *only;
static gboolean partial;

static const GOptionEntry entries[] = {
    {"only", 0, 0, G_OPTION_ARG_STRING, &only, "resolve this conflict alone", "ID"},
    {"partial", 0, 0, G_OPTION_ARG_NONE, &partial,
     "where a move cannot be written, make the others all the same", NULL},
    PM_CHANGE_ENTRIES (options),
    {0}};

static PmPlan *
make (PmContext *context, gconstpointer conflict, PmPlanOptions *how, GError **error)
{
  how->partial = partial;
  return pm_verb_plan_resolve (context, conflict, how, error);
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  if (argc > 0)
    return pm_cli_usage (&pm_command_resolve, "takes no arguments, got “%s”", argv[0]);
  PmExit status = pm_change_run (cli, &options, PM_PLAN_RESOLVE, make, only);
  g_clear_pointer (&only, g_free);
  return status;
}

const PmCommand pm_command_resolve = {
    .name = "resolve",
    .arguments = "[--only ID] [--partial]",
    .summary = "move services until no two want the same port",
    .details = "Follows the ways out that “conflicts” shows, for errors and warnings; notes are "
               "left alone unless named.\nWhere nobody can move (pinned, one of a range, written "
               "nowhere) the conflict stays, and is told;\nthe others are resolved. All of their "
               "moves are made, or none, unless --partial.\nExit status 1: conflicts stay that it "
               "was to resolve, and a person has to decide.",
    .examples = (const char *const[]){"resolve --dry-run", NULL},
    .options = entries,
    .run = run,
};
