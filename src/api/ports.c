#include "api/handlers.h"
#include "verbs/lease-json.h"
#include "verbs/lease.h"
#include "verbs/port-map.h"

static void
write_services (PmJsonWriter *json, const GPtrArray *services)
{
  pm_json_begin_array (json);
  for (guint i = 0; i < services->len; i++) {
    const PmService *service = g_ptr_array_index (services, i);
    pm_json_begin_object (json);
    pm_json_member_int (json, "id", service->id);
    pm_json_member_string (json, "projectId", service->project_id);
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
