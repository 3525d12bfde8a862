#include "allocation/pools.h"

#include <stdio.h>
#include <string.h>

/* net.ipv4.ip_local_port_range of a kernel that nobody configured. */
#define DEFAULT_FIRST 32768
#define DEFAULT_LAST 60999

static void
add_ephemeral (PmPortSet *set, const char *text)
{
  unsigned first, last;
  if (text == NULL || sscanf (text, "%u %u", &first, &last) != 2 || first > last ||
      last > G_MAXUINT16) {
    first = DEFAULT_FIRST;
    last = DEFAULT_LAST;
  }
  pm_port_set_add_range (set, (guint16) first, (guint16) last);
}

static void
add_reserved (PmPortSet *set, const char *text)
{
  if (text == NULL)
    return;
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  for (guint i = 0; parts[i] != NULL; i++) {
    unsigned first, last;
    int n = sscanf (parts[i], "%u-%u", &first, &last);
    if (n == 1)
      last = first;
    if (n >= 1 && first <= last && last <= G_MAXUINT16)
      pm_port_set_add_range (set, (guint16) first, (guint16) last);
  }
}

void
pm_kernel_ports_parse (PmKernelPorts *ports, const char *local_port_range,
                       const char *local_reserved_ports)
{
  memset (ports, 0, sizeof *ports);
  add_ephemeral (&ports->ephemeral, local_port_range);
  add_reserved (&ports->reserved, local_reserved_ports);
}

void
pm_kernel_ports_exclude (const PmKernelPorts *ports, const PmPool *pool, PmPortSet *taken)
{
  for (gsize i = 0; i < G_N_ELEMENTS (taken->bits); i++)
    taken->bits[i] |= pool->is_configured ? ports->ephemeral.bits[i] & ~ports->reserved.bits[i]
                                          : ports->ephemeral.bits[i] | ports->reserved.bits[i];
}
