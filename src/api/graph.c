/* Services as nodes, references between them as edges: what a map of the network is drawn from. */

#include "api/handlers.h"
#include "model/service-json.h"

static void
write_node (PmJsonWriter *json, const PmService *service)
{
  pm_json_begin_object (json);
  pm_json_member_int (json, "id", service->id);
  pm_json_member_string (json, "projectId", service->project_id);
  pm_service_write_project_name (json, service);
  pm_json_member_string (json, "serviceName", service->name);
  pm_json_member_string (json, "host", service->host);
  pm_json_member_string (json, "type", service->type);
  pm_json_member_string (json, "protocol", service->protocol);
  pm_json_member_int (json, "internalPort", service->internal_port);
  pm_json_member_int (json, "externalPort", service->external_port);
  pm_json_member_string (json, "status", pm_status_name (service->status));
  pm_json_end_object (json);
}

static void
write_end (PmJsonWriter *json, const char *key, const PmSnapshot *snapshot, gint32 service)
{
  pm_json_key (json, key);
  if (service < 0)
    pm_json_null (json);
  else
    pm_json_int (json, g_array_index (snapshot->services, PmService, service).id);
}

static void
write_edge (PmJsonWriter *json, const PmSnapshot *snapshot, const PmEdge *edge)
{
  const PmFinding *finding = &g_array_index (snapshot->findings, PmFinding, edge->finding);
  g_autofree char *endpoint = pm_finding_endpoint (finding);
  pm_json_begin_object (json);
  write_end (json, "from", snapshot, edge->from_service);
  write_end (json, "to", snapshot, edge->to_service);
  pm_json_member_string (json, "projectId", finding->project);
  pm_json_member_string (json, "endpoint", endpoint);
  pm_json_member_string (json, "file", finding->file);
  pm_json_member_int (json, "line", finding->position.line);
  pm_json_member_double (json, "confidence", edge->confidence);
  pm_json_end_object (json);
}

void
pm_api_network_graph (PmCall *call)
{
  GError *error = NULL;
  g_autoptr (PmSnapshot) snapshot = NULL;
  if (!pm_registry_snapshot_of_all (call->context->registry, &snapshot, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_key (&json, "nodes");
  pm_json_begin_array (&json);
  for (guint i = 0; i < snapshot->services->len; i++)
    write_node (&json, &g_array_index (snapshot->services, PmService, i));
  pm_json_end_array (&json);
  pm_json_key (&json, "edges");
  pm_json_begin_array (&json);
  for (guint i = 0; i < snapshot->edges->len; i++)
    write_edge (&json, snapshot, &g_array_index (snapshot->edges, PmEdge, i));
  pm_json_end_array (&json);
  pm_json_end_object (&json);
}
