#include "api/handlers.h"
#include "pipeline/changes-json.h"
#include "registry/records.h"
#include "verbs/check.h"

static void
write_address (PmJsonWriter *json, const char *address, const char *source, gint64 last_seen_us,
               const char *state)
{
  pm_json_begin_object (json);
  pm_json_member_string (json, "address", address);
  pm_json_member_string (json, "source", source);
  pm_json_member_time (json, "lastSeen", last_seen_us);
  pm_json_member_string (json, "state", state);
  pm_json_end_object (json);
}

/* What the machine has, as its sources told last; then what its files know it by. */
static void
write_addresses (PmJsonWriter *json, const PmSnapshot *snapshot, const GArray *machine)
{
  const char *usual = pm_check_usual_address (snapshot);
  gint64 now_us = g_get_real_time ();
  pm_json_key (json, "externalIPs");
  pm_json_begin_array (json);
  for (guint i = 0; i < machine->len; i++) {
    const PmSourceAddress *a = &g_array_index (machine, PmSourceAddress, i);
    write_address (json, a->address, a->source, MAX (a->last_seen_us, a->since_us),
                   pm_ip_state_of (a, now_us));
  }
  if (usual != NULL)
    write_address (json, usual, "files", 0, "declared");
  pm_json_end_array (json);
}

static void
write_counts (PmJsonWriter *json, const PmSnapshot *snapshot)
{
  guint counts[3] = {0}, health[3] = {0};
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *service = &g_array_index (snapshot->services, PmService, i);
    counts[service->status]++;
    health[service->health]++;
  }
  pm_json_key (json, "services");
  pm_json_begin_object (json);
  pm_json_member_int (json, "total", snapshot->services->len);
  pm_json_member_int (json, "active", counts[PM_STATUS_ACTIVE]);
  pm_json_member_int (json, "inactive", counts[PM_STATUS_INACTIVE]);
  pm_json_member_int (json, "conflict", counts[PM_STATUS_CONFLICT]);
  pm_json_end_object (json);
  pm_json_key (json, "health");
  pm_json_begin_object (json);
  pm_json_member_int (json, "up", health[PM_HEALTH_UP]);
  pm_json_member_int (json, "down", health[PM_HEALTH_DOWN]);
  pm_json_member_int (json, "unknown", health[PM_HEALTH_UNKNOWN]);
  pm_json_end_object (json);
}

/* When a file was last changed by us; 0 never. */
static gboolean
find_last_transaction (PmRegistry *registry, gint64 *ret_time_us, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (PmTransactionRecord));
  if (!pm_registry_transactions (registry, 0, 1, arena, records, error))
    return FALSE;
  const PmTransactionRecord *record =
      records->len == 0 ? NULL : &g_array_index (records, PmTransactionRecord, 0);
  *ret_time_us = record == NULL             ? 0
                 : record->finished_us != 0 ? record->finished_us
                                            : record->started_us;
  return TRUE;
}

void
pm_api_network_status (PmCall *call)
{
  GError *error = NULL;
  gint64 last_us;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) machine = g_array_new (FALSE, FALSE, sizeof (PmSourceAddress));
  g_autoptr (PmSnapshot) snapshot = NULL;
  g_autoptr (GArray) hosts = g_array_new (FALSE, FALSE, sizeof (char *));
  if (!pm_registry_snapshot_of_all (call->context->registry, &snapshot, &error) ||
      !pm_registry_hosts (call->context->registry, arena, hosts, &error) ||
      !pm_registry_addresses (call->context->registry, arena, machine, &error) ||
      !find_last_transaction (call->context->registry, &last_us, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  write_addresses (&json, snapshot, machine);
  pm_json_key (&json, "hosts");
  pm_json_begin_array (&json);
  for (guint i = 0; i < hosts->len; i++)
    pm_json_string (&json, g_array_index (hosts, char *, i));
  pm_json_end_array (&json);
  write_counts (&json, snapshot);
  pm_json_member_time (&json, "lastScan", pm_context_last_scan_us (call->context));
  pm_json_member_time (&json, "lastTransaction", last_us);
  pm_json_end_object (&json);
}

void
pm_api_healthz (PmCall *call)
{
  GError *error = NULL;
  gint64 last;
  if (!pm_registry_last_event (call->context->registry, &last, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "status", "ok");
  pm_json_end_object (&json);
}
