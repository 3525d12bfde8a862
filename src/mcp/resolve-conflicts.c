#include "mcp/change.h"
#include "mcp/tools.h"

static gboolean
run (PmMcpCall *call, GError **error)
{
  g_autofree const char **exclude = pm_mcp_texts (call, "exclude");
  PmPlanOptions how = {.exclude = exclude, .partial = pm_mcp_flag (call, "partial")};
  PmPlan *plan = pm_verb_plan_resolve (call->context, pm_mcp_text (call, "conflict"), &how, error);
  return pm_mcp_change (call, "resolve", plan, error);
}

static const PmMcpArgument arguments[] = {
    {"conflict", PM_MCP_TEXT, FALSE, 0, 0,
     "the id of one conflict alone, as list_conflicts has it"},
    {"partial", PM_MCP_FLAG, FALSE, 0, 0,
     "where a move cannot be written, make the others all the same; else all are made, or none"},
    PM_MCP_PLAN_ARGUMENTS,
    PM_MCP_END};

const PmMcpTool pm_mcp_resolve_conflicts = {
    .name = "resolve_conflicts",
    .title = "Resolve conflicts",
    .description = "The cheapest way out of all conflicts at once, or of one: which services move "
                   "where and why, written in one transaction once the person has agreed.",
    .arguments = arguments,
    .effect = PM_MCP_CHANGES,
    .run = run,
};
