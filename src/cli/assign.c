#include "cli/change.h"
#include "cli/commands.h"

static PmChangeOptions options;

static gboolean move_pinned;

static const GOptionEntry entries[] = {
    {"move-pinned", 0, 0, G_OPTION_ARG_NONE, &move_pinned, "move it although it is pinned", NULL},
    PM_CHANGE_NOW_ENTRY (options),
    PM_CHANGE_ENTRIES (options),
    {0}};

typedef struct {
  const char *service;
  guint port;
} Wish;

static PmPlan *
make (PmContext *context, gconstpointer data, PmPlanOptions *how, GError **error)
{
  const Wish *wish = data;
  how->move_pinned |= move_pinned;
  return pm_verb_plan_assign (context, wish->service, wish->port, how, error);
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  gboolean is_kept = options.plan != 0 && argc == 0;
  if (!is_kept && argc != 2)
    return pm_cli_usage (&pm_command_assign, "needs a service and its new port");
  guint64 port = 0;
  if (!is_kept && !g_ascii_string_to_unsigned (argv[1], 10, 1, 65535, &port, NULL))
    return pm_cli_usage (&pm_command_assign, "“%s” is no port; ports are 1 to 65535", argv[1]);
  Wish wish = {argc > 0 ? argv[0] : NULL, (guint) port};
  return pm_change_run (cli, &options, PM_PLAN_ASSIGN, make, is_kept ? NULL : &wish);
}

const PmCommand pm_command_assign = {
    .name = "assign",
    .arguments = "SERVICE PORT",
    .summary = "move one service to a port, and everything that refers to it",
    .details = "SERVICE is an id, a name, or project/name. Of a published port the host's side "
               "moves.\nRefused (exit status 4) when the service is pinned (the reason is told) "
               "or the port is another one's: declared by a service, leased, or bound now by "
               "somebody else.\nTold under “You must also”: a port that the kernel gives to "
               "outgoing connections, or that browsers refuse.",
    .examples = (const char *const[]){"assign shop-api 8081 --dry-run", NULL},
    .options = entries,
    .run = run,
};
