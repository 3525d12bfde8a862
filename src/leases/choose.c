#include "leases/desk-private.h"

#include <string.h>

static void
set_exhausted (const PmDesk *desk, const PmPool *pool, GError **error)
{
  guint size, declared, leased, in_use;
  pm_port_view_count (&desk->view, pool, &size, &declared, &leased, &in_use);
  if (size == 0)
    g_set_error (error, PM_LEASE_ERROR, PM_LEASE_ERROR_EXHAUSTED,
                 "the pool “%s” has no port that can be given: its ranges are the kernel's for "
                 "outgoing connections (net.ipv4.ip_local_port_range), below the first that needs "
                 "no privileges, or blocked by browsers; give it others under [pools]",
                 pool->type);
  else
    g_set_error (error, PM_LEASE_ERROR, PM_LEASE_ERROR_EXHAUSTED,
                 "the pool “%s” is exhausted: of its %u ports %u are declared, %u leased and the "
                 "rest bound by others; release some (“port-manager leases” lists them), or widen "
                 "it under [pools] in the configuration",
                 pool->type, size, declared, leased);
}

/* A port that was asked for by number: it may lie in any pool or in none, and somebody else may
 * have it by another transport. What a service declares is its own by all of them. */
static gboolean
choose_exactly (const PmDesk *desk, PmDeskRequest *request)
{
  guint16 port = request->lease.port;
  const PmPortSet *leased = &desk->view.leased_by[request->lease.transport];
  const char *who = pm_port_set_has (leased, port)                 ? "leased"
                    : pm_port_set_has (&desk->view.declared, port) ? "declared by a service"
                    : !desk->host.can_bind (request->lease.transport, port, PM_BIND_AGAIN)
                        ? "bound by a process, or needs privileges"
                        : NULL;
  if (who == NULL)
    return TRUE;
  g_set_error (&request->error, PM_LEASE_ERROR, PM_LEASE_ERROR_TAKEN,
               "port %u is %s; “port-manager port who %u” tells more", port, who, port);
  return FALSE;
}

/* The first that can be bound; what cannot is added to `taken`. */
static guint16
first_free (const PmDesk *desk, const PmPool *pool, PmTransport transport, PmPortSet *taken,
            guint16 start)
{
  guint16 port;
  while ((port = pm_pool_next_free (pool, taken, start)) != 0) {
    if (desk->host.can_bind (transport, port, PM_BIND_FRESH))
      return port;
    pm_port_set_add (taken, port);
  }
  return 0;
}

/* Names start where their hash says, so that each has a port of its own from the beginning; who has
 * no name starts anywhere, so that not all of them try the same. */
static guint16
start_of (const PmPool *pool, const PmLease *lease)
{
  g_autofree char *name = lease->name[0] == '\0'
                              ? g_strdup_printf ("%u", g_random_int ())
                              : g_strconcat (lease->project, "\n", lease->name, NULL);
  return pm_pool_port_for (pool, name);
}

/* What the name had last, unless it cannot have it any more: another type, a service that declares
 * it now, another configuration. */
static guint16
usual_port (const PmDesk *desk, const PmPool *pool, const PmLease *lease)
{
  PmPortSet kernel = {0};
  guint16 port = pm_port_view_usual (&desk->view, lease->project, lease->name, lease->transport);
  pm_kernel_ports_exclude (&desk->view.kernel, pool, &kernel);
  gboolean possible = port != 0 && pm_pool_has (pool, port) && !pm_port_set_has (&kernel, port) &&
                      !pm_port_set_has (&desk->view.declared, port);
  return possible ? port : 0;
}

static guint16
choose_any (const PmDesk *desk, PmDeskRequest *request, const PmPool *pool)
{
  PmLease *lease = &request->lease;
  PmPortSet taken, unusual;
  pm_port_view_taken (&desk->view, pool, &taken);
  request->usual = usual_port (desk, pool, lease);
  if (request->usual != 0 && !pm_port_set_has (&taken, request->usual) &&
      desk->host.can_bind (lease->transport, request->usual, PM_BIND_AGAIN))
    return request->usual;
  unusual = taken;
  for (gsize i = 0; i < G_N_ELEMENTS (unusual.bits); i++)
    unusual.bits[i] |= desk->view.usual.bits[i];
  guint16 start = start_of (pool, lease);
  guint16 port = first_free (desk, pool, lease->transport, &unusual, start);
  return port != 0 ? port : first_free (desk, pool, lease->transport, &taken, start);
}

gboolean
pm_desk_choose (const PmDesk *desk, PmDeskRequest *request, gboolean any)
{
  PmLease *lease = &request->lease;
  const PmPool *pool = pm_pools_find (desk->pools, lease->type);
  if (pool == NULL) {
    g_set_error (&request->error, PM_LEASE_ERROR, PM_LEASE_ERROR_TYPE,
                 "there is no pool “%s”; “port-manager pools” lists them", lease->type);
    return FALSE;
  }
  if (!any)
    return choose_exactly (desk, request);
  lease->port = choose_any (desk, request, pool);
  if (lease->port == 0)
    set_exhausted (desk, pool, &request->error);
  return lease->port != 0;
}
