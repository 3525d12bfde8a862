/* Addresses of this machine that are no longer its own. */

#include "verbs/check-private.h"

#include <string.h>

#include "model/host.h"
#include "verbs/addresses.h"

typedef struct {
  const char *written; /* in the snapshot */
  gboolean is_v6;
  guint references; /* by it that a service of this machine answers */
} Own;

/* Own by address. */
static GHashTable *
own_addresses (const PmSnapshot *snapshot)
{
  GHashTable *own = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (snapshot->edges, PmEdge, i);
    const char *host = pm_check_finding (snapshot, edge->finding)->host;
    if (edge->to_service < 0 || !pm_host_is_public_address (host))
      continue;
    g_autofree char *address = pm_address_canonical (host);
    Own *known = g_hash_table_lookup (own, address);
    if (known == NULL) {
      known = g_new0 (Own, 1);
      *known = (Own){.written = host, .is_v6 = strchr (address, ':') != NULL};
      g_hash_table_insert (own, g_steal_pointer (&address), known);
    }
    known->references++;
  }
  return own;
}

/* Of one family: a machine has an address of each. */
static const Own *
most_used (GHashTable *own, gboolean is_v6)
{
  const Own *usual = NULL, *known;
  gboolean tie = FALSE;
  GHashTableIter iter;
  g_hash_table_iter_init (&iter, own);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &known)) {
    if (known->is_v6 != is_v6 || (usual != NULL && known->references < usual->references))
      continue;
    tie = usual != NULL && known->references == usual->references;
    usual = known;
  }
  return tie ? NULL : usual;
}

const char *
pm_check_usual_address (const PmSnapshot *snapshot)
{
  g_autoptr (GHashTable) own = own_addresses (snapshot);
  const Own *v4 = most_used (own, FALSE), *v6 = most_used (own, TRUE);
  if (v4 == NULL || v6 == NULL)
    return v4 != NULL ? v4->written : v6 != NULL ? v6->written : NULL;
  return v6->references > v4->references ? v6->written : v4->written;
}

void
pm_check_addresses (const PmSnapshot *snapshot, GArray *results)
{
  g_autoptr (GHashTable) own = own_addresses (snapshot);
  const Own *usual[] = {most_used (own, FALSE), most_used (own, TRUE)};
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = pm_check_finding (snapshot, i);
    if (f->kind != PM_KIND_IP || f->text_class > PM_TEXT_SOURCE)
      continue;
    g_autofree char *address = pm_address_canonical (f->address);
    const Own *known = g_hash_table_lookup (own, address);
    const Own *right = known == NULL ? NULL : usual[known->is_v6 ? 1 : 0];
    if (right == NULL || right == known)
      continue;
    g_autofree char *instead = pm_address_canonical (right->written);
    pm_check_add (results, PM_SEVERITY_ERROR, "stale-address", f,
                  g_strdup_printf ("%s is out of date: other projects know this machine as %s",
                                   f->address, instead),
                  g_strdup_printf ("port-manager ip change %s %s", f->address, instead));
  }
}
