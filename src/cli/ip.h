#pragma once

#include "cli/change.h"
#include "pipeline/changes-json.h"

G_BEGIN_DECLS

/* The parts of `ip`. */

/* `ip sources`: asks each that is configured once, and shows what it says. ATTENTION when one does
 * not answer. */
PmExit pm_cli_ip_sources (PmCli *cli);

/* `ip watch`: follows them until it is interrupted, a line for each ruling. */
PmExit pm_cli_ip_watch (PmCli *cli);

/* Of `ip show`: what is under way, what waits for a person, and whether all of it is paused. */
void pm_cli_ip_print_changes (const PmIpState *state);

/* `ip approve ID`, `ip dismiss ID`. */
PmExit pm_cli_ip_decide (PmCli *cli, const PmChangeOptions *options, gboolean is_approved,
                         const char *text);

G_END_DECLS
