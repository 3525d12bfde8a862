#include "verbs/port-map.h"

#include <string.h>

static void
held_clear (gpointer data)
{
  g_ptr_array_unref (((PmHeldPort *) data)->services);
}

static gint
by_place (gconstpointer a, gconstpointer b)
{
  const PmHeldPort *x = a, *y = b;
  int order = strcmp (x->host, y->host);
  if (order == 0)
    order = (int) x->port - (int) y->port;
  return order != 0 ? order : (int) x->transport - (int) y->transport;
}

static char *
key_of (const char *host, PmTransport transport, guint16 port)
{
  return g_strdup_printf ("%s %s %u", host, pm_transport_name (transport), port);
}

static PmHeldPort *
find (GArray *list, GHashTable *index, const char *host, PmTransport transport, guint16 port)
{
  g_autofree char *key = key_of (host, transport, port);
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (index, key));
  if (place == 0) {
    PmHeldPort added = {host, transport, port, g_ptr_array_new (), NULL};
    g_array_append_val (list, added);
    place = list->len;
    g_hash_table_insert (index, g_steal_pointer (&key), GUINT_TO_POINTER (place));
  }
  return &g_array_index (list, PmHeldPort, place - 1);
}

/* What a host gives a service: what it publishes, or what it listens on there itself. */
static guint16
port_on_host (const PmService *service)
{
  if (service->scope != PM_SCOPE_HOST)
    return 0;
  return service->external_port != 0 ? service->external_port : service->internal_port;
}

GArray *
pm_verb_port_map (const char *this_host, const GArray *services, const GArray *leases)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (PmHeldPort));
  g_autoptr (GHashTable) index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_array_set_clear_func (list, held_clear);
  for (guint i = 0; i < services->len; i++) {
    const PmService *service = &g_array_index (services, PmService, i);
    guint16 port = port_on_host (service);
    if (port != 0)
      g_ptr_array_add (find (list, index, service->host, service->transport, port)->services,
                       (gpointer) service);
  }
  for (guint i = 0; i < leases->len; i++) {
    const PmLease *lease = &g_array_index (leases, PmLease, i);
    find (list, index, this_host, lease->transport, lease->port)->lease = lease;
  }
  g_array_sort (list, by_place);
  return list;
}
