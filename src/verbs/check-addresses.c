/* Addresses of this machine that are no longer its own. */

#include "verbs/check-private.h"

#include <string.h>

#include "discovery/edges.h"

/* Address → how many references by it are answered by a service of this machine. */
static GHashTable *
own_addresses (const PmSnapshot *snapshot)
{
  GHashTable *counts = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (snapshot->edges, PmEdge, i);
    const char *host = pm_check_finding (snapshot, edge->finding)->host;
    if (edge->to_service < 0 || !pm_edges_is_public_address (host))
      continue;
    guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, host));
    g_hash_table_insert (counts, (gpointer) host, GUINT_TO_POINTER (count + 1));
  }
  return counts;
}

static const char *
most_counted (GHashTable *counts)
{
  const char *usual = NULL;
  guint most = 0;
  gboolean tie = FALSE;
  GHashTableIter iter;
  gpointer address, count;
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &address, &count)) {
    tie = GPOINTER_TO_UINT (count) == most || (tie && GPOINTER_TO_UINT (count) < most);
    if (GPOINTER_TO_UINT (count) > most) {
      most = GPOINTER_TO_UINT (count);
      usual = address;
    }
  }
  return tie ? NULL : usual;
}

const char *
pm_check_usual_address (const PmSnapshot *snapshot)
{
  g_autoptr (GHashTable) counts = own_addresses (snapshot);
  return most_counted (counts);
}

void
pm_check_addresses (const PmSnapshot *snapshot, GArray *results)
{
  g_autoptr (GHashTable) counts = own_addresses (snapshot);
  const char *usual = most_counted (counts);
  for (guint i = 0; usual != NULL && i < snapshot->findings->len; i++) {
    const PmFinding *f = pm_check_finding (snapshot, i);
    if (f->kind != PM_KIND_IP || f->text_class > PM_TEXT_SOURCE ||
        strcmp (f->address, usual) == 0 || !g_hash_table_contains (counts, f->address))
      continue;
    pm_check_add (results, PM_SEVERITY_ERROR, "stale-address", f,
                  g_strdup_printf ("%s is out of date: other projects know this machine as %s",
                                   f->address, usual),
                  g_strdup_printf ("port-manager ip change %s %s", f->address, usual));
  }
}
