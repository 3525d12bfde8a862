#include "cli/commands.h"
#include "cli/lease.h"
#include "cli/output.h"

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmLease lease;
  gint64 id;
  if (argc != 1)
    return pm_cli_usage (&pm_command_release, "takes the id of one lease");
  if (!g_ascii_string_to_signed (argv[0], 10, 1, G_MAXINT64, &id, NULL))
    return pm_cli_usage (&pm_command_release, "“%s” is no id; “leases” shows them", argv[0]);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  if (!pm_verb_lease_release (cli->context, id, arena, &lease, &error))
    return pm_lease_fail (error);
  if (cli->json)
    pm_lease_print_json (&lease);
  else
    pm_output_line ("port %u is given back", lease.port);
  return PM_EXIT_DONE;
}

static const char *const examples[] = {"release 12", NULL};

const PmCommand pm_command_release = {
    .name = "release",
    .arguments = "ID",
    .summary = "give a leased port back",
    .examples = examples,
    .run = run,
};
