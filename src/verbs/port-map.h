#pragma once

#include "model/service.h"
#include "registry/leases.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* Which ports of the machines somebody has: services that bind or publish them on their host, and
 * leases of this one. */

typedef struct {
  const char *host;
  PmTransport transport;
  guint16 port;
  GPtrArray *services;  /* of const PmService */
  const PmLease *lease; /* NULL none */
} PmHeldPort;

/* By host, port and transport (of PmHeldPort); clears its elements. `services` (of PmService) and
 * `leases` (of PmLease) must outlive it. */
GArray *pm_verb_port_map (const char *this_host, const GArray *services, const GArray *leases);

G_END_DECLS
