#pragma once

#include "cli/command.h"
#include "verbs/lease.h"

G_BEGIN_DECLS

/* What the commands about leases share. */

/* {"lease":{…}} on standard output. */
void pm_lease_print_json (const PmLease *lease);

/* Says what went wrong: 2 wrong use (no such type or process), 4 refused (the port that was asked
 * for is taken), else 3. Takes the error over. */
PmExit pm_lease_fail (GError *error);

G_END_DECLS
