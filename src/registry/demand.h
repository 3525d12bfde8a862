#pragma once

#include "registry/registry.h"

G_BEGIN_DECLS

/* What analytics read, counted as it happens: a question about a year reads a few rows, however
 * many leases and moves that year had. */

/* --- pools, hour by hour --- */

typedef struct {
  const char *pool; /* its type */
  gint64 hour;      /* since 1970 */
  guint size;
  guint in_use; /* of those, for whatever reason, when it was looked at last */
  guint peak;
  guint taken, released, refused; /* leases; refused: the pool was exhausted */
} PmPoolHour;

/* Adds taken, released and refused to the hour of now_us, and, where `size` is not 0, tells how
 * full the pool is (`hour` and `peak` follow by themselves). */
gboolean pm_registry_pool_note (PmRegistry *registry, const PmPoolHour *note, gint64 now_us,
                                GError **error);

/* By pool, then hour, appended to `hours` (of PmPoolHour). */
gboolean pm_registry_pool_hours (PmRegistry *registry, gint64 since_us, PmArena *arena,
                                 GArray *hours, GError **error);

/* --- ports that several want --- */

typedef struct {
  PmTransport transport;
  guint16 port;
  guint leased;    /* how often it was */
  guint lost;      /* how often somebody wanted it while another had it */
  guint conflicts; /* how often a conflict over it opened */
  gint64 last_us;  /* when any of these was last counted */
} PmPortDemand;

gboolean pm_registry_port_demand_add (PmRegistry *registry, const PmPortDemand *more, gint64 now_us,
                                      GError **error);

/* The most contested first (lost + conflicts), at most `limit`, appended to `list` (of
 * PmPortDemand). */
gboolean pm_registry_contested_ports (PmRegistry *registry, guint limit, GArray *list,
                                      GError **error);

/* How many times a service's external port changed since then. */
gboolean pm_registry_count_moves (PmRegistry *registry, gint64 since_us, guint *ret_count,
                                  GError **error);

G_END_DECLS
