#include "mcp/tools.h"
#include "verbs/pools.h"

static gboolean
run (PmMcpCall *call, GError **error)
{
  g_autoptr (PmPools) pools = pm_verb_pools_of (call->context->config);
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (PmPoolPressure));
  if (!pm_verb_pools (call->context, pools, list, NULL, error))
    return FALSE;
  pm_json_begin_object (&call->json);
  pm_json_key (&call->json, "pools");
  pm_json_begin_array (&call->json);
  for (guint i = 0; i < list->len; i++)
    pm_verb_pool_write_json (&call->json, &g_array_index (list, PmPoolPressure, i));
  pm_json_end_array (&call->json);
  pm_json_end_object (&call->json);
  return TRUE;
}

const PmMcpTool pm_mcp_list_pools = {
    .name = "list_pools",
    .title = "List pools",
    .description = "The ranges of ports by type of service, and how many of each are declared, "
                   "leased, listened on and free.",
    .effect = PM_MCP_LOOKS,
    .run = run,
};
