#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* A set of ports, and which of the rest may be given away. */
typedef struct {
  guint64 bits[65536 / 64];
} PmPortSet;

static inline gboolean
pm_port_set_has (const PmPortSet *set, guint16 port)
{
  return (set->bits[port >> 6] >> (port & 63)) & 1;
}

static inline void
pm_port_set_add (PmPortSet *set, guint16 port)
{
  set->bits[port >> 6] |= (guint64) 1 << (port & 63);
}

/* The nearest port of the set above or below `port`; 0: there is none. */
guint16 pm_port_set_next (const PmPortSet *set, guint16 port);
guint16 pm_port_set_previous (const PmPortSet *set, guint16 port);

/* Adds first to last; nothing when last is below first. */
void pm_port_set_add_range (PmPortSet *set, guint16 first, guint16 last);

/* Every port that anything in the snapshot binds on a host, in any variant: what is only declared
 * for production or in a template is taken as well, since it will want its port one day. */
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
