#include "mcp/change.h"
#include "mcp/tools.h"
#include "verbs/change-json.h"

static gboolean
write_trial (PmMcpCall *call, const PmHistory *past)
{
  pm_json_begin_object (&call->json);
  pm_json_key (&call->json, "transaction");
  pm_json_null (&call->json);
  pm_json_member_string (&call->json, "why", "nothing is written: a dry run");
  pm_json_key (&call->json, "files");
  pm_past_write_json (&call->json, past, TRUE);
  pm_json_end_object (&call->json);
  return TRUE;
}

static gboolean
confirm (PmMcpCall *call, const PmHistory *past, GError **error)
{
  g_autofree char *command = g_strdup_printf ("undo %" G_GUINT64_FORMAT, past->id);
  g_autofree char *question =
      g_strdup_printf ("take transaction %" G_GUINT64_FORMAT " back, which changed %u file%s",
                       past->id, past->targets->len, past->targets->len == 1 ? "" : "s");
  return pm_mcp_confirm (call, question, command, error);
}

static gboolean
run (PmMcpCall *call, GError **error)
{
  guint64 id = (guint64) pm_mcp_integer (call, "transaction", 0);
  g_auto (PmChangeResult) trial = {0};
  g_auto (PmChangeResult) result = {0};
  g_autoptr (PmHistory) past = pm_verb_past (call->context, id, error);
  if (past == NULL || !pm_verb_try_undo (call->context, past, &trial, error))
    return FALSE;
  if (pm_mcp_flag (call, "dryRun"))
    return write_trial (call, past);
  if (!confirm (call, past, error) || !pm_verb_undo (call->context, id, &result, error))
    return FALSE;
  pm_change_write_json (&call->json, &result, NULL);
  return TRUE;
}

static const PmMcpArgument arguments[] = {
    {"transaction", PM_MCP_INTEGER, TRUE, 1, G_MAXINT64, "its id, as list_transactions has it"},
    PM_MCP_CHANGE_ARGUMENTS,
    PM_MCP_END};

const PmMcpTool pm_mcp_undo_transaction = {
    .name = "undo_transaction",
    .title = "Take a past change back",
    .description =
        "Puts the bytes that a past transaction changed back as they were, once the "
        "person has agreed. What was edited beside them since stays; refused where those "
        "bytes are not there any more.",
    .arguments = arguments,
    .effect = PM_MCP_CHANGES,
    .run = run,
};
