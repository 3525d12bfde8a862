#include "verbs/conflicts.h"

#include <stdio.h>

#include "allocation/conflicts.h"

/* ip_local_port_range: what the kernel gives to outgoing connections (ip-sysctl). */
static void
add_ephemeral_range (PmPortSet *taken)
{
  unsigned first = 32768, last = 60999; /* the kernel's own default */
  FILE *file = fopen ("/proc/sys/net/ipv4/ip_local_port_range", "re");
  if (file != NULL) {
    unsigned low, high;
    if (fscanf (file, "%u %u", &low, &high) == 2 && low <= high && high <= G_MAXUINT16) {
      first = low;
      last = high;
    }
    fclose (file);
  }
  pm_port_set_add_range (taken, (guint16) first, (guint16) last);
}

GArray *
pm_verb_conflicts_of (const PmSnapshot *snapshot)
{
  g_autofree PmPortSet *taken = g_new0 (PmPortSet, 1);
  add_ephemeral_range (taken);
  return pm_conflicts_find (snapshot, taken);
}

GArray *
pm_verb_conflicts (PmContext *context, PmSnapshot **ret_snapshot, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = NULL;
  if (!pm_registry_snapshot (context->registry, &snapshot, error))
    return NULL;
  GArray *conflicts = pm_verb_conflicts_of (snapshot);
  *ret_snapshot = g_steal_pointer (&snapshot);
  return conflicts;
}
