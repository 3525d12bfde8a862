#pragma once

#include "cli/command.h"

G_BEGIN_DECLS

/* `pools --history`; `since` NULL is the last thirty days. */
PmExit pm_pools_past (PmCli *cli, const char *since);

G_END_DECLS
