#pragma once

#include "cli/command.h"

G_BEGIN_DECLS

/* The parts of `ip` that ask the sources. */

/* `ip sources`: asks each that is configured once, and shows what it says. ATTENTION when one does
 * not answer. */
PmExit pm_cli_ip_sources (PmCli *cli);

/* `ip watch`: follows them until it is interrupted, a line for each ruling. */
PmExit pm_cli_ip_watch (PmCli *cli);

G_END_DECLS
