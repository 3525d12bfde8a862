#pragma once

#include "cli/command.h"

G_BEGIN_DECLS

/* The parts of `port`, each in a file of its own and with one line in port.c. Arguments are those
 * behind the part's name. */

PmExit pm_port_who (PmCli *cli, int argc, char *argv[]);

G_END_DECLS
