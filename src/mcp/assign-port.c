#include "mcp/change.h"
#include "mcp/tools.h"

static gboolean
run (PmMcpCall *call, GError **error)
{
  g_autofree const char **exclude = pm_mcp_texts (call, "exclude");
  PmPlanOptions how = {.exclude = exclude};
  guint port = (guint) pm_mcp_integer (call, "port", 0);
  PmPlan *plan =
      pm_verb_plan_assign (call->context, pm_mcp_text (call, "service"), port, &how, error);
  return pm_mcp_change (call, "assign", plan, error);
}

static const PmMcpArgument arguments[] = {
    {"service", PM_MCP_TEXT, TRUE, 0, 0, "its id, its name, or project/name"},
    PM_MCP_PORT_ARGUMENT (TRUE, "where it is to listen; of a published port the host's side moves"),
    PM_MCP_PLAN_ARGUMENTS,
    PM_MCP_END};

const PmMcpTool pm_mcp_assign_port = {
    .name = "assign_port",
    .title = "Move a service to a port",
    .description =
        "Writes a service's new port everywhere it stands, and in everything that refers "
        "to it in all projects, in one transaction, once the person has agreed. Refused "
        "when the service is pinned or the port is another one's.",
    .arguments = arguments,
    .effect = PM_MCP_CHANGES,
    .run = run,
};
