#pragma once

#include "allocation/pools.h"
#include "model/snapshot.h"

G_BEGIN_DECLS

/* Where to: everybody who moves gets a port of his own, near to the old one and in the pool of his
 * type, at the least sum (resolve.h tells what a port costs). Private to allocation/. */

typedef struct {
  guint16 from;
  const PmPool *pool;
} PmPortSeeker;

/* What nobody may be given: all that the snapshot declares, points at and has bound, what browsers
 * refuse, what is privileged, and `more`, which may be NULL. To be g_freed. */
PmPortSet *pm_new_ports_taken (const PmSnapshot *snapshot, const PmPortSet *more);

/* Sets ret_ports[i] for each of n; 0: none is free. Pools are the same when they are at the same
 * address. The rest may be NULL: *ret_looked are all ports of which the answer depends on whether
 * they are taken, so that it stays the same as long as these stay; the sum of what the ports cost,
 * and what could be saved of it at most. */
void pm_new_ports_find (const PmPortSeeker *seekers, guint n, const PmPortSet *taken,
                        guint16 *ret_ports, PmPortSet *ret_looked, gint64 *ret_distance,
                        gint64 *ret_bound);

/* What one port costs who comes from another. */
gint64 pm_new_port_distance (const PmPool *pool, guint16 from, guint16 to);

G_END_DECLS
