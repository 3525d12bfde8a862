#include "mcp/tools.h"
#include "verbs/addresses.h"

static gboolean
run (PmMcpCall *call, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = NULL;
  if (!pm_registry_snapshot (call->context->registry, &snapshot, error))
    return FALSE;
  g_autoptr (GArray) addresses = pm_verb_addresses (snapshot);
  pm_json_begin_object (&call->json);
  pm_json_key (&call->json, "addresses");
  pm_addresses_write_json (&call->json, addresses);
  pm_json_end_object (&call->json);
  return TRUE;
}

const PmMcpTool pm_mcp_list_addresses = {
    .name = "list_addresses",
    .title = "List addresses",
    .description = "The public addresses that stand in files, each with how many places and "
                   "projects say it.",
    .effect = PM_MCP_LOOKS,
    .run = run,
};
