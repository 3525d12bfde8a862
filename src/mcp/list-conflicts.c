#include "mcp/tools.h"
#include "model/service-json.h"
#include "verbs/conflicts.h"

static gboolean
run (PmMcpCall *call, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = NULL;
  g_autoptr (GArray) conflicts = pm_verb_conflicts (call->context, &snapshot, error);
  if (conflicts == NULL)
    return FALSE;
  pm_json_begin_object (&call->json);
  pm_json_key (&call->json, "conflicts");
  pm_json_begin_array (&call->json);
  for (guint i = 0; i < conflicts->len; i++)
    pm_conflict_write_json (&call->json, &g_array_index (conflicts, PmConflict, i),
                            snapshot->services);
  pm_json_end_array (&call->json);
  pm_json_end_object (&call->json);
  return TRUE;
}

const PmMcpTool pm_mcp_list_conflicts = {
    .name = "list_conflicts",
    .title = "List conflicts",
    .description = "Ports that two services, or a service and a stranger's process, cannot both "
                   "bind: each with its claimants (file and line), why, and the proposed way out.",
    .effect = PM_MCP_LOOKS,
    .run = run,
};
