#include "mcp/tools.h"
#include "verbs/lease-json.h"
#include "verbs/lease.h"

static gboolean
run (PmMcpCall *call, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) leases = g_array_new (FALSE, FALSE, sizeof (PmLease));
  if (!pm_verb_leases (call->context, arena, leases, error))
    return FALSE;
  pm_json_begin_object (&call->json);
  pm_json_key (&call->json, "leases");
  pm_json_begin_array (&call->json);
  for (guint i = 0; i < leases->len; i++) {
    const PmLease *lease = &g_array_index (leases, PmLease, i);
    pm_lease_write_json (&call->json, lease, pm_verb_lease_state (lease));
  }
  pm_json_end_array (&call->json);
  pm_json_end_object (&call->json);
  return TRUE;
}

const PmMcpTool pm_mcp_list_leases = {
    .name = "list_leases",
    .title = "List leases",
    .description = "The ports that are held, by whom and until when.",
    .effect = PM_MCP_LOOKS,
    .run = run,
};
