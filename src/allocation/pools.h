#pragma once

#include "allocation/taken-ports.h"
#include "model/service.h"

G_BEGIN_DECLS

/* Pools: a new service of a type gets its port from the type's ranges, and one that has to move
 * goes there.
 *
 *   g_autoptr (PmPools) pools = pm_pools_new ();
 *   pm_pools_set (pools, "api", ranges, n_ranges);        // what the configuration says
 *   PmPortSet taken = …;                                  // declared, leased, listening
 *   pm_kernel_ports_exclude (&kernel, pool, &taken);
 *   port = pm_pool_next_free (pool, &taken, start);
 *
 * Pure: whoever asks says what is taken. A port that browsers refuse is in no pool. The defaults
 * keep clear of the kernel's default ephemeral range (32768 on), of Kubernetes' node ports (30000
 * on), of X11's displays and of the well-known ports of what every machine runs. */

#define PM_POOL_OTHER "other" /* of services whose type nobody knows */

typedef struct {
  guint16 first, last;
} PmPortRange;

typedef struct {
  const char *type;
  const PmPortRange *ranges; /* as they were given; they may overlap */
  guint n_ranges;
  gboolean is_configured; /* a person said so: not the default */
} PmPool;

typedef struct PmPools PmPools;

/* The default pools: one for each type that services have (discovery/service-type.h), and
 * PM_POOL_OTHER. */
PmPools *pm_pools_new (void);
void pm_pools_free (PmPools *pools);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmPools, pm_pools_free)

/* Replaces the ranges of a type, or adds the type. What pm_pools_find gave before is gone. */
void pm_pools_set (PmPools *pools, const char *type, const PmPortRange *ranges, guint n_ranges);

guint pm_pools_count (const PmPools *pools);
const PmPool *pm_pools_at (const PmPools *pools, guint index);

/* NULL when there is no pool of this type. */
const PmPool *pm_pools_find (const PmPools *pools, const char *type);

/* Where a service moves to: the pool of its type; of a type that has none, PM_POOL_OTHER. What the
 * nodes of a cluster bind in the range that Kubernetes gives out (30000-32767, "Service", "Choosing
 * your own port") stays in that range, which is no pool: nobody else is given a port of it. */
const PmPool *pm_pools_for (const PmPools *pools, const PmService *service);

/* Ports that are in two pools: whoever asks first gets them, and both count them. */
typedef struct {
  const PmPool *one, *other;
  guint16 first, last;
} PmPoolOverlap;

/* Appends them (of PmPoolOverlap), by the order of pools and of their ranges. */
void pm_pools_overlaps (const PmPools *pools, GArray *overlaps);

gboolean pm_pool_has (const PmPool *pool, guint16 port);

/* All that could be given: the ranges without privileged ports and what browsers refuse. */
guint pm_pool_size (const PmPool *pool);

/* How many of those are in `taken`. */
guint pm_pool_count_taken (const PmPool *pool, const PmPortSet *taken);

/* The first port at or above `start` that is not in `taken`, wrapping round; a `start` outside the
 * pool begins at its first port. Range by range, in the order given. 0: the pool is exhausted. */
guint16 pm_pool_next_free (const PmPool *pool, const PmPortSet *taken, guint16 start);

/* A port of the pool for a name, always the same one: where to look first, so that names find
 * different ports, and each its own again. 0: the pool is empty. */
guint16 pm_pool_port_for (const PmPool *pool, const char *name);

/* --- what the kernel keeps (Linux, Documentation/networking/ip-sysctl.rst) --- */

typedef struct {
  PmPortSet ephemeral; /* ip_local_port_range: any of them may be an outgoing connection's */
  PmPortSet reserved;  /* ip_local_reserved_ports: the kernel leaves them alone, for somebody */
} PmKernelPorts;

/* From the two files' texts ("32768\t60999\n"; "8080,9148-9150\n"). NULL, or what cannot be read,
 * is the kernel's own default. */
void pm_kernel_ports_parse (PmKernelPorts *ports, const char *local_port_range,
                            const char *local_reserved_ports);

/* Adds to `taken` what the pool must not give for the kernel's sake: the ephemeral range, and
 * reserved ports, which somebody has a use for. Only where a person configured the pool are
 * reserved ports given, inside the ephemeral range too: that is how the kernel wants it done. */
void pm_kernel_ports_exclude (const PmKernelPorts *ports, const PmPool *pool, PmPortSet *taken);

G_END_DECLS
