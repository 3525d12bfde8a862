#include "cli/port.h"

#include <string.h>

#include "cli/commands.h"

static const struct {
  const char *name;
  PmExit (*run) (PmCli *cli, int argc, char *argv[]);
} parts[] = {
    {"who", pm_port_who},
};

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  if (argc == 0)
    return pm_cli_usage (&pm_command_port, "say what you want to know");
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strcmp (argv[0], parts[i].name) == 0)
      return parts[i].run (cli, argc - 1, argv + 1);
  return pm_cli_usage (&pm_command_port, "“%s” is nothing that it knows", argv[0]);
}

static const char *const examples[] = {"port who 3000", NULL};

const PmCommand pm_command_port = {
    .name = "port",
    .arguments = "who N",
    .summary = "who holds a port",
    .details = "who: the services that are declared on it.",
    .examples = examples,
    .run = run,
};
