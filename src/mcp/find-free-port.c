#include "mcp/tools.h"
#include "verbs/pools.h"

static gboolean
run (PmMcpCall *call, GError **error)
{
  const char *type = pm_mcp_text (call, "type");
  guint16 port;
  if (!pm_verb_port_free_of (call->context, type == NULL ? "" : type, &port, error))
    return FALSE;
  pm_json_begin_object (&call->json);
  pm_json_member_int (&call->json, "port", port);
  pm_json_end_object (&call->json);
  return TRUE;
}

static const PmMcpArgument arguments[] = {PM_MCP_TYPE_ARGUMENT, PM_MCP_END};

const PmMcpTool pm_mcp_find_free_port = {
    .name = "find_free_port",
    .title = "Find a free port",
    .description = "A port that no service declares, nobody has leased and nothing listens on. It "
                   "is not kept for you: to have it, use lease_port.",
    .arguments = arguments,
    .effect = PM_MCP_LOOKS,
    .run = run,
};
