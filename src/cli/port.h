#pragma once

#include "cli/command.h"

G_BEGIN_DECLS

/* The parts of `port`, each in a file of its own and with one line in port.c. Arguments are those
 * behind the part's name. */

PmExit pm_port_who (PmCli *cli, int argc, char *argv[]);
PmExit pm_port_free (PmCli *cli, int argc, char *argv[]);

/* who --history */
PmExit pm_port_who_past (PmCli *cli, int argc, char *argv[]);

/* What was given on the command line, for the part that it is for. */
typedef struct {
  char *type;
  gboolean history;
} PmPortOptions;

extern PmPortOptions pm_port_options;

G_END_DECLS
