#include "leases/view.h"

#include <string.h>

#include "registry/leases.h"

static char *
key_of (const char *project, const char *name, PmTransport transport)
{
  return g_strconcat (pm_transport_name (transport), "\n", project, "\n", name, NULL);
}

static void
add_declared (guint16 first, guint16 last, gpointer data)
{
  pm_port_set_add_range (data, first, last);
}

static gboolean
load_leases (PmPortView *view, PmRegistry *registry, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) leases = g_array_new (FALSE, FALSE, sizeof (PmLease));
  if (!pm_registry_leases (registry, arena, leases, error))
    return FALSE;
  memset (&view->leased, 0, sizeof view->leased);
  memset (view->leased_by, 0, sizeof view->leased_by);
  for (guint i = 0; i < leases->len; i++) {
    const PmLease *lease = &g_array_index (leases, PmLease, i);
    pm_port_view_set_leased (view, lease->transport, lease->port, TRUE);
  }
  return TRUE;
}

static gboolean
load_names (PmPortView *view, PmRegistry *registry, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (PmRememberedPort));
  if (!pm_registry_remembered_ports (registry, arena, list, error))
    return FALSE;
  memset (&view->usual, 0, sizeof view->usual);
  g_clear_pointer (&view->ports, g_hash_table_unref);
  view->ports = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < list->len; i++) {
    const PmRememberedPort *known = &g_array_index (list, PmRememberedPort, i);
    pm_port_set_add (&view->usual, known->port);
    g_hash_table_insert (view->ports, key_of (known->project, known->name, known->transport),
                         GUINT_TO_POINTER (known->port));
  }
  return TRUE;
}

gboolean
pm_port_view_load_leases (PmPortView *view, PmRegistry *registry, GError **error)
{
  return load_leases (view, registry, error) &&
         (view->ports == NULL || load_names (view, registry, error));
}

gboolean
pm_port_view_load (PmPortView *view, PmRegistry *registry, gboolean with_names, GError **error)
{
  memset (&view->declared, 0, sizeof view->declared);
  pm_host_kernel_ports (&view->kernel);
  if (registry == NULL)
    return TRUE;
  return pm_registry_declared_ports (registry, add_declared, &view->declared, error) &&
         load_leases (view, registry, error) && (!with_names || load_names (view, registry, error));
}

gboolean
pm_port_view_load_held (PmPortView *view, PmRegistry *registry, GError **error)
{
  memset (&view->declared, 0, sizeof view->declared);
  pm_host_kernel_ports (&view->kernel);
  return load_leases (view, registry, error) && load_names (view, registry, error);
}

void
pm_port_view_clear (PmPortView *view)
{
  g_clear_pointer (&view->ports, g_hash_table_unref);
}

void
pm_port_view_taken (const PmPortView *view, const PmPool *pool, PmPortSet *ret_taken)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ret_taken->bits); i++)
    ret_taken->bits[i] = view->declared.bits[i] | view->leased.bits[i];
  pm_kernel_ports_exclude (&view->kernel, pool, ret_taken);
}

void
pm_port_view_count (const PmPortView *view, const PmPool *pool, guint *ret_size,
                    guint *ret_declared, guint *ret_leased, guint *ret_in_use)
{
  PmPortSet kernel = {0}, taken;
  pm_kernel_ports_exclude (&view->kernel, pool, &kernel);
  pm_port_view_taken (view, pool, &taken);
  guint kept = pm_pool_count_taken (pool, &kernel);
  *ret_size = pm_pool_size (pool) - kept;
  *ret_declared = pm_pool_count_taken (pool, &view->declared);
  *ret_leased = pm_pool_count_taken (pool, &view->leased);
  *ret_in_use = pm_pool_count_taken (pool, &taken) - kept;
}

static void
set_bit (PmPortSet *set, guint16 port, gboolean on)
{
  guint64 bit = (guint64) 1 << (port & 63);
  if (on)
    set->bits[port >> 6] |= bit;
  else
    set->bits[port >> 6] &= ~bit;
}

void
pm_port_view_set_leased (PmPortView *view, PmTransport transport, guint16 port, gboolean is_leased)
{
  gboolean by_any = FALSE;
  set_bit (&view->leased_by[transport], port, is_leased);
  for (guint i = 0; i < PM_LEASE_TRANSPORTS; i++)
    by_any |= pm_port_set_has (&view->leased_by[i], port);
  set_bit (&view->leased, port, by_any);
}

guint16
pm_port_view_usual (const PmPortView *view, const char *project, const char *name,
                    PmTransport transport)
{
  if (view->ports == NULL || name[0] == '\0')
    return 0;
  g_autofree char *key = key_of (project, name, transport);
  return (guint16) GPOINTER_TO_UINT (g_hash_table_lookup (view->ports, key));
}

void
pm_port_view_remember (PmPortView *view, const char *project, const char *name,
                       PmTransport transport, guint16 port)
{
  pm_port_set_add (&view->usual, port);
  if (view->ports != NULL)
    g_hash_table_insert (view->ports, key_of (project, name, transport), GUINT_TO_POINTER (port));
}
