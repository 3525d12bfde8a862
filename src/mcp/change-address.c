#include "mcp/change.h"
#include "mcp/tools.h"

static gboolean
run (PmMcpCall *call, GError **error)
{
  g_autofree const char **exclude = pm_mcp_texts (call, "exclude");
  PmPlanOptions how = {.exclude = exclude};
  PmPlan *plan = pm_verb_plan_ip_change_wanted (call->context, pm_mcp_text (call, "old"),
                                                pm_mcp_text (call, "new"), &how, error);
  return pm_mcp_change (call, "ip change", plan, error);
}

static const PmMcpArgument arguments[] = {
    {"old", PM_MCP_TEXT, TRUE, 0, 0, "the address that files say now"},
    {"new", PM_MCP_TEXT, TRUE, 0, 0, "the address that they are to say"},
    PM_MCP_PLAN_ARGUMENTS,
    PM_MCP_END};

const PmMcpTool pm_mcp_change_address = {
    .name = "change_address",
    .title = "Replace an address everywhere",
    .description =
        "Writes a new IP address wherever the old one stands in all projects, in disguised "
        "spellings "
        "too, in one transaction once the person has agreed. Documentation, logs and data are "
        "listed, not edited.",
    .arguments = arguments,
    .effect = PM_MCP_CHANGES,
    .run = run,
};
