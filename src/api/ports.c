#include "api/handlers.h"
#include "model/service-json.h"
#include "verbs/lease-json.h"
#include "verbs/lease.h"
#include "verbs/pools.h"
#include "verbs/port-map.h"
#include "verbs/port-use.h"
#include "verbs/port-who.h"

static void
write_services (PmJsonWriter *json, const GPtrArray *services)
{
  pm_json_begin_array (json);
  for (guint i = 0; i < services->len; i++) {
    const PmService *service = g_ptr_array_index (services, i);
    pm_json_begin_object (json);
    pm_json_member_int (json, "id", service->id);
    pm_json_member_string (json, "projectId", service->project_id);
    pm_service_write_project_name (json, service);
    pm_json_member_string (json, "serviceName", service->name);
    pm_json_member_string (json, "type", service->type);
    pm_json_member_string (json, "status", pm_status_name (service->status));
    pm_json_member_string (json, "pinned", service->pinned);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

static void
write_port (PmJsonWriter *json, const PmHeldPort *held)
{
  pm_json_begin_object (json);
  pm_json_member_int (json, "port", held->port);
  pm_json_member_string (json, "transport", pm_transport_name (held->transport));
  pm_json_member_string (json, "host", held->host);
  pm_json_key (json, "services");
  write_services (json, held->services);
  pm_json_key (json, "lease");
  if (held->lease == NULL)
    pm_json_null (json);
  else
    pm_lease_write_json (json, held->lease, pm_verb_lease_state (held->lease));
  pm_json_end_object (json);
}

void
pm_api_ports (PmCall *call)
{
  GError *error = NULL;
  PmRegistry *registry = call->context->registry;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) services = g_array_new (FALSE, TRUE, sizeof (PmService));
  g_autoptr (GArray) leases = g_array_new (FALSE, TRUE, sizeof (PmLease));
  if (!pm_registry_services (registry, arena, services, &error) ||
      !pm_registry_leases (registry, arena, leases, &error)) {
    pm_call_failed (call, error);
    return;
  }
  g_autoptr (GArray) ports = pm_verb_port_map (pm_registry_host (registry), services, leases);
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_key (&json, "ports");
  pm_json_begin_array (&json);
  for (guint i = 0; i < ports->len; i++)
    write_port (&json, &g_array_index (ports, PmHeldPort, i));
  pm_json_end_array (&json);
  pm_json_end_object (&json);
}

void
pm_api_port_use (PmCall *call)
{
  GError *error = NULL;
  PmJsonWriter json = pm_call_json (call, 200);
  if (!pm_verb_port_use_write_json (call->context, &json, &error))
    pm_call_failed (call, error);
}

void
pm_api_port_show (PmCall *call)
{
  GError *error = NULL;
  g_auto (PmPortWho) who = {0};
  gint64 port = pm_call_id (call);
  if (port == 0)
    return;
  if (port > G_MAXUINT16) {
    pm_call_problem (call, 404, "ports go from 1 to %d", G_MAXUINT16);
    return;
  }
  if (!pm_verb_port_who (call->context, (guint16) port, &who, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_port_who_write_json (&json, &who, (guint16) port);
}

void
pm_api_port_free (PmCall *call)
{
  GError *error = NULL;
  const char *type = pm_call_query (call, "type");
  guint16 port;
  if (!pm_verb_port_free_of (call->context, type == NULL ? "" : type, &port, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "port", port);
  pm_json_end_object (&json);
}
