#pragma once

#include "model/port-set.h"
#include "model/snapshot.h"

G_BEGIN_DECLS

/* Which ports may not be given away, as sets of them, and which of the rest is next. */

/* Every port that anything in the snapshot binds on a host or on the nodes of a cluster, in any
 * variant: what is only declared for production or in a template is taken as well, since it will
 * want its port one day. */
void pm_port_set_add_declared (PmPortSet *set, const PmSnapshot *snapshot);

/* Every port that anything in the snapshot points at, whoever answers there: who got it would get
 * what was meant for somebody else. */
void pm_port_set_add_referred (PmPortSet *set, const PmSnapshot *snapshot);

/* Ports that browsers refuse to open: the bad ports of the Fetch standard, "Port blocking". */
void pm_port_set_add_blocked_by_browsers (PmPortSet *set);

/* The nearest port above `near`, wrapping round to 1024, that is neither in `taken` nor privileged;
 * 0 when there is none. */
guint16 pm_port_set_next_free (const PmPortSet *taken, guint16 near);

G_END_DECLS
