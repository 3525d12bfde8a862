/* DESIGN
 * What leases hold is read once. Who is bound is asked for only when a port that is wanted is
 * bound at all: one question to the kernel in the usual case, and no look at processes. A socket
 * of a service that is declared on that port is judged with the declaration, by planning: its
 * service may be leaving it in the same plan. */

#include "verbs/plan-private.h"

#include <string.h>

#include "allocation/addresses.h"
#include "allocation/ownership.h"
#include "allocation/taken-ports.h"
#include "live/sockets.h"
#include "verbs/lease.h"
#include "verbs/live.h"

/* --- leases --- */

/* `run --name api` in a service's own folder is that service, on the port that it is to have. */
static gboolean
is_its_lease (const PmService *service, const PmLease *lease)
{
  g_autofree char *folder = strcmp (service->project_id, ".") == 0
                                ? g_strdup (service->root)
                                : g_build_filename (service->root, service->project_id, NULL);
  gsize length = strlen (folder);
  gboolean is_within = strncmp (lease->project, folder, length) == 0 &&
                       (lease->project[length] == '\0' || lease->project[length] == '/');
  return is_within && (strcmp (lease->name, service->name) == 0 ||
                       strcmp (lease->name, pm_service_shown_name (service)) == 0);
}

static gboolean
is_not_leased (const PmPlanWorld *world, const PmService *service, guint16 port, GError **error)
{
  for (guint i = 0; i < world->leases->len; i++) {
    const PmLease *lease = &g_array_index (world->leases, PmLease, i);
    if (lease->port != port || lease->transport != service->transport ||
        is_its_lease (service, lease))
      continue;
    g_set_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED,
                 "port %u is leased%s%s%s (lease %" G_GINT64_FORMAT "): choose another one, or "
                 "“port-manager release %" G_GINT64_FORMAT "” first",
                 port, lease->name[0] == '\0' ? "" : " by “", lease->name,
                 lease->name[0] == '\0' ? "" : "”", lease->id, lease->id);
    return FALSE;
  }
  return TRUE;
}

/* --- what is bound --- */

static gboolean
is_bound (PmPlanWorld *world, PmTransport transport, guint16 port)
{
  if (world->bound == NULL) {
    world->bound = g_array_new (FALSE, TRUE, sizeof (PmBoundSocket));
    if (world->context->config->scan.sockets)
      pm_sockets_bound (world->bound, NULL);
  }
  for (guint i = 0; i < world->bound->len; i++) {
    const PmBoundSocket *socket = &g_array_index (world->bound, PmBoundSocket, i);
    if (socket->port == port && socket->transport == transport)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_of_who_is_declared (const PmPlanWorld *world, const PmSocket *socket)
{
  for (guint i = 0; i < world->snapshot->services->len; i++) {
    const PmService *s = &g_array_index (world->snapshot->services, PmService, i);
    if (s->scope == PM_SCOPE_HOST && s->external_port == socket->port &&
        s->transport == socket->transport && strcmp (s->host, socket->host) == 0 &&
        pm_ownership (s, socket) == PM_LIVE_LISTENING)
      return TRUE;
  }
  return FALSE;
}

static void
look (gpointer data)
{
  PmPlanWorld *world = data;
  if (!world->snapshot->is_live && world->context->config->scan.sockets)
    pm_verb_live_tell (world->context, world->snapshot, NULL);
}

/* The worst of what is bound where the service would be: NOT_LISTENING, LISTENING (its own, or a
 * declared one's), HIDDEN or FOREIGN. */
static PmLive
look_at (PmPlanWorld *world, const PmService *service, guint16 port, const PmSocket **ret_socket)
{
  PmLive worst = PM_LIVE_NOT_LISTENING;
  if (!is_bound (world, service->transport, port))
    return worst;
  look (world);
  PmBind bind = pm_bind_parse (service->bind);
  for (guint i = 0; i < world->snapshot->sockets->len; i++) {
    const PmSocket *socket = &g_array_index (world->snapshot->sockets, PmSocket, i);
    PmBind other = pm_bind_of_socket (socket->address, socket->is_v6_only);
    if (socket->port != port || socket->transport != service->transport ||
        !pm_bind_overlaps (&bind, &other))
      continue;
    PmLive live = pm_ownership (service, socket);
    if (live != PM_LIVE_LISTENING && is_of_who_is_declared (world, socket))
      live = PM_LIVE_LISTENING;
    if (live <= worst)
      continue;
    worst = live;
    *ret_socket = socket;
  }
  return worst;
}

static gboolean
is_not_bound (PmPlanWorld *world, const PmService *service, guint16 port, GError **error)
{
  const PmSocket *socket = NULL;
  if (look_at (world, service, port, &socket) != PM_LIVE_FOREIGN)
    return TRUE;
  const char *who = socket->container[0] != '\0' ? socket->container
                    : socket->command[0] != '\0' ? socket->command
                                                 : "something else";
  g_autofree char *process = socket->pid == 0
                                 ? g_strdup ("")
                                 : g_strdup_printf (" (process %" G_GINT64_FORMAT ")", socket->pid);
  g_set_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED,
               "%s%s listens on port %u now: choose another one, or stop that first", who, process,
               port);
  return FALSE;
}

/* --- what planning asks --- */

/* Leases and sockets are of this machine, and of its own network. */
static gboolean
is_of_this_host (const PmPlanWorld *world, const PmService *service)
{
  return service->scope == PM_SCOPE_HOST &&
         strcmp (service->host, pm_registry_host (world->context->registry)) == 0;
}

static gboolean
may_have (const PmService *service, guint16 port, gpointer data, GError **error)
{
  PmPlanWorld *world = data;
  return !is_of_this_host (world, service) || (is_not_leased (world, service, port, error) &&
                                               is_not_bound (world, service, port, error));
}

static gboolean
is_for_browsers (const PmService *service)
{
  static const char *const protocols[] = {"http", "https", "ws", "wss", NULL};
  static const char *const types[] = {"web", "api", NULL};
  return g_strv_contains (protocols, pm_service_shown_protocol (service)) ||
         g_strv_contains (types, service->type);
}

static void
tell (const PmService *service, guint16 port, PmPlan *plan, gpointer data)
{
  PmPlanWorld *world = data;
  const PmSocket *socket = NULL;
  PmPortSet blocked = {0};
  pm_port_set_add_blocked_by_browsers (&blocked);
  g_autofree char *name = pm_service_full_name (service);
  if (is_for_browsers (service) && pm_port_set_has (&blocked, port))
    pm_plan_also (plan, "open %s with something else than a browser: browsers refuse port %u", name,
                  port);
  if (!is_of_this_host (world, service))
    return;
  if (pm_port_set_has (&world->kernel.ephemeral, port) &&
      !pm_port_set_has (&world->kernel.reserved, port))
    pm_plan_also (plan,
                  "reserve port %u (net.ipv4.ip_local_reserved_ports): it is ephemeral, so the "
                  "kernel may give it to any outgoing connection",
                  port);
  if (look_at (world, service, port, &socket) == PM_LIVE_HIDDEN)
    pm_plan_also (plan, "look what listens on port %u already: whose it is is not shown to you",
                  port);
}

gboolean
pm_plan_world_init (PmPlanWorld *world, PmContext *context, PmSnapshot *snapshot, GError **error)
{
  *world = (PmPlanWorld){.context = context,
                         .snapshot = snapshot,
                         .arena = pm_arena_new (),
                         .leases = g_array_new (FALSE, TRUE, sizeof (PmLease))};
  world->ports = (PmPlanPorts){may_have, tell, look, world};
  pm_host_kernel_ports (&world->kernel);
  return pm_verb_leases (context, world->arena, world->leases, error);
}

void
pm_plan_world_clear (PmPlanWorld *world)
{
  g_clear_pointer (&world->leases, g_array_unref);
  g_clear_pointer (&world->bound, g_array_unref);
  g_clear_pointer (&world->arena, pm_arena_free);
}

PmPlanOptions
pm_plan_world_options (const PmPlanWorld *world, const PmPlanOptions *options)
{
  PmPlanOptions how = options == NULL ? (PmPlanOptions){0} : *options;
  how.ports = &world->ports;
  return how;
}
