#include "mcp/tools.h"
#include "verbs/port-who.h"

static gboolean
run (PmMcpCall *call, GError **error)
{
  guint16 port = (guint16) pm_mcp_integer (call, "port", 0);
  g_auto (PmPortWho) who = {0};
  if (!pm_verb_port_who (call->context, port, &who, error))
    return FALSE;
  pm_port_who_write_json (&call->json, &who, port);
  return TRUE;
}

static const PmMcpArgument arguments[] = {PM_MCP_PORT_ARGUMENT (TRUE, "the port asked about"),
                                          PM_MCP_END};

const PmMcpTool pm_mcp_who_has_port = {
    .name = "who_has_port",
    .title = "Who has a port",
    .description = "Who declares a port in which file, which process or container listens on it "
                   "now, and who has leased it.",
    .arguments = arguments,
    .effect = PM_MCP_LOOKS,
    .run = run,
};
