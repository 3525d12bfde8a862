#include "cli/port.h"

#include <string.h>

#include "cli/commands.h"

PmPortOptions pm_port_options;

static const struct {
  const char *name;
  PmExit (*run) (PmCli *cli, int argc, char *argv[]);
} parts[] = {
    {"who", pm_port_who},
    {"free", pm_port_free},
};

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  if (argc == 0)
    return pm_cli_usage (&pm_command_port, "say what you want to know");
  if (pm_port_options.history && strcmp (argv[0], "who") == 0)
    return pm_port_who_past (cli, argc - 1, argv + 1);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strcmp (argv[0], parts[i].name) == 0)
      return parts[i].run (cli, argc - 1, argv + 1);
  return pm_cli_usage (&pm_command_port, "“%s” is nothing that it knows", argv[0]);
}

static const GOptionEntry options[] = {
    {"type", 0, 0, G_OPTION_ARG_STRING, &pm_port_options.type,
     "free: of this type of service: web, api, database, … (“pools” lists them)", "T"},
    {"history", 0, 0, G_OPTION_ARG_NONE, &pm_port_options.history,
     "who: those who had it before, newest first", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

static const char *const examples[] = {"port who 3000", "port who 3000 --history",
                                       "port free --type api", NULL};

const PmCommand pm_command_port = {
    .name = "port",
    .arguments = "who N [--history] | free [--type T]",
    .summary = "who holds a port, or which one is free",
    .details =
        "who: the services that are declared on it, and what listens on it now, with process and\n"
        "project; and the lease that holds it.\n"
        "free: the lowest port of the type's pool that nothing declares, holds or binds. It\n"
        "is not taken: two that ask get the same. “lease” and “run” take one.",
    .options = options,
    .examples = examples,
    .run = run,
};
