#include "mcp/tools.h"
#include "verbs/lease-json.h"
#include "verbs/lease.h"

static gboolean
run (PmMcpCall *call, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmLease lease;
  gint64 id = pm_mcp_integer (call, "lease", 0);
  if (!pm_verb_lease_release (call->context, id, arena, &lease, error))
    return FALSE;
  pm_json_begin_object (&call->json);
  pm_json_key (&call->json, "released");
  pm_lease_write_json (&call->json, &lease, "released");
  pm_json_end_object (&call->json);
  return TRUE;
}

static const PmMcpArgument arguments[] = {
    {"lease", PM_MCP_INTEGER, TRUE, 1, G_MAXINT64, "the lease's id, as lease_port gave it"},
    PM_MCP_END};

const PmMcpTool pm_mcp_release_port = {
    .name = "release_port",
    .title = "Give a leased port back",
    .description = "Ends a lease before its time.",
    .arguments = arguments,
    .effect = PM_MCP_TAKES,
    .run = run,
};
