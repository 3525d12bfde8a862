#pragma once

#include "allocation/port-set.h"
#include "model/conflict.h"

G_BEGIN_DECLS

/* Who cannot run beside whom: a pure function of a snapshot.
 *
 * A claim is a port that a service binds on a host: what compose publishes, and what a process
 * listens on there. Ports of containers and clusters are nobody's claim. Two claims collide when
 * their hosts and transports are the same, their ports overlap, and so do their addresses (bind(2),
 * ip(7), ipv6(7): the wildcard overlaps everything of its family, and `::` both families, since
 * IPV6_V6ONLY is off by default on Linux).
 *
 * Severity:
 *   error    both run in the ordinary course of things: one of them will fail to bind;
 *   warning  one of the two ports is a tool's default or only probable;
 *   note     they collide only if somebody runs together what is not meant to be: another mode
 *            (production beside development), a profile that is off by default, another stack of
 *            the same project, a template.
 * Never a conflict: a service and itself, in whatever variants; a port that a project's files
 * mention and the compose service of the same project that publishes it; services of one compose
 * file whose profiles have nothing in common; alternative compose files of one directory. */

/* Returns a new array of PmConflict, worst first, then by port, that clears its elements. `taken`
 * are ports that may not be suggested, beyond those that the snapshot declares (live sockets,
 * leases, the kernel's ephemeral range); NULL is none. */
GArray *pm_conflicts_find (const PmSnapshot *snapshot, const PmPortSet *taken);

/* Whether two bind addresses can collide; "" is the wildcard of both families. */
gboolean pm_conflicts_addresses_overlap (const char *a, const char *b);

G_END_DECLS
