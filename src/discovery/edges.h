#pragma once

#include "discovery/stacks.h"
#include "model/port-set.h"

G_BEGIN_DECLS

/* Who points at whom: fills snapshot->edges from its reference findings and services.
 *
 * A reference `host:port` is answered by, in this order:
 *   - a service of the same project that is called so (its name or an alias), by its internal port:
 *     how containers and pods call each other; one of the file's own stack (stacks.h) first;
 *   - a service of another project on the same terms, when only one is called so;
 *   - for this machine's own names (localhost, loopback, wildcard and host.docker.internal) and for
 *     public addresses, a service whose external port it is: of the same project first. A public
 *     address becomes that service's external_ip. A name that carries an address (sslip.io and
 *     its kin) is answered as that address is;
 *     Where several are left, what speaks for one decides: that its address is reached at all
 *     (host.h), its workspace, its variant, in this order;
 *   - without a host, a service of the same project alone, and with little confidence; a container
 *     that says localhost means itself first.
 * Where the user says whom it means, only that one answers, wherever it is, and surely; also to a
 * host's name that nobody here knows, by the port that it has on this machine.
 * What nobody answers has to_service -1. */
void pm_edges_find (PmSnapshot *snapshot, const PmStacks *stacks);

/* The same once more for those of which the user says whom they mean, when services have got their
 * names from the user since. */
void pm_edges_find_meant (PmSnapshot *snapshot);

/* The same for one reference after the other: what some of them get when services changed. */
typedef struct PmEdgeFinder PmEdgeFinder;

/* Answers references to these ports; NULL: to any. Borrows all of it; the stacks need to hold only
 * the projects of the references that are asked for, and may be NULL if of each the user says whom
 * it means. */
PmEdgeFinder *pm_edge_finder_new (const PmSnapshot *snapshot, const PmStacks *stacks,
                                  const PmPortSet *ports);
void pm_edge_finder_free (PmEdgeFinder *finder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmEdgeFinder, pm_edge_finder_free)

PmEdge pm_edge_finder_find (const PmEdgeFinder *finder, guint finding);

/* Whether it gives its service a name that others may call it by, besides that of its rows. */
gboolean pm_edges_fact_names (const PmServiceFact *fact);

/* Fills in external_ip ("" before) by the snapshot's edges. */
void pm_edges_tell_addresses (PmSnapshot *snapshot);

G_END_DECLS
