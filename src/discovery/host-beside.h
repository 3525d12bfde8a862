#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* Host and port that are written apart are one endpoint: DB_HOST beside DB_PORT, `host:` beside
 * `port:`, PGHOST beside PGPORT, in a map, a list of assignments or a container's env.
 *
 * Gives ports that somebody points at, from the finding `first` on, the host that stands beside
 * them, where they have none. Hosts that are only known at run time, and addresses that are bound
 * rather than called (0.0.0.0), tell nothing. */
void pm_host_beside (PmRecognition *recognition, guint first);

G_END_DECLS
