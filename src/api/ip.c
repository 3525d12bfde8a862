#include "api/handlers.h"
#include "pipeline/changes-json.h"
#include "verbs/addresses.h"
#include "verbs/check.h"

void
pm_api_ip (PmCall *call)
{
  GError *error = NULL;
  g_auto (PmIpState) state = {0};
  g_autoptr (PmSnapshot) snapshot = NULL;
  if (!pm_registry_snapshot (call->context->registry, &snapshot, &error) ||
      !pm_ip_state_read (&state, call->context, &error)) {
    pm_call_failed (call, error);
    return;
  }
  g_autoptr (GArray) addresses = pm_verb_addresses (snapshot);
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "usual", pm_check_usual_address (snapshot));
  pm_json_key (&json, "addresses");
  pm_addresses_write_json (&json, addresses);
  pm_ip_state_write_members (&state, &json);
  pm_json_end_object (&json);
}
