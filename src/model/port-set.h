#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A set of ports; {0} is an empty one. */
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

G_END_DECLS
