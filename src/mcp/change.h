#pragma once

#include "mcp/tool.h"
#include "verbs/change.h"

G_BEGIN_DECLS

/* What all tools that change files have in common. */

/* Beside a tool's own arguments. */
#define PM_MCP_CHANGE_ARGUMENTS                                                                    \
  {                                                                                                \
    "dryRun", PM_MCP_FLAG, FALSE, 0, 0, "show what would be written, ask nobody and write nothing" \
  }

/* Of a tool that makes a plan. */
#define PM_MCP_PLAN_ARGUMENTS                                                                      \
  {                                                                                                \
      "exclude",                                                                                   \
      PM_MCP_TEXTS,                                                                                \
      FALSE,                                                                                       \
      0,                                                                                           \
      10000,                                                                                       \
      "files to leave as they are: absolute (root and file of the plan), or from the root"},       \
      PM_MCP_CHANGE_ARGUMENTS

/* The plan is judged as the change would be, shown to the person, made again once they agree, and
 * applied. Where nobody can be asked it is kept, and the result says by which command a person
 * applies it: "port-manager --state DIR COMMAND --plan ID". Takes the plan over; NULL: `error` is
 * set already.
 *
 * The result: {"transaction":{…}|null,"plan":{…},"notes":[…],"unregistered"}, and "report" where
 * services are restarted; where nothing was written "why" and, if there is one, "command". */
gboolean pm_mcp_change (PmMcpCall *call, const char *command, PmPlan *plan, GError **error);

/* Of what is no plan: asks; FALSE: `error` says why it must not go on. `command` is what a person
 * would type behind the program's name instead. */
gboolean pm_mcp_confirm (PmMcpCall *call, const char *question, const char *command,
                         GError **error);

G_END_DECLS
