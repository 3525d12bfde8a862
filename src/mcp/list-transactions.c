#include "mcp/tools.h"
#include "verbs/change-json.h"

#define USUAL_LIMIT 20
#define MOST_LIMIT 500

static gboolean
run (PmMcpCall *call, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (PmTransactionRecord));
  guint limit = (guint) pm_mcp_integer (call, "limit", USUAL_LIMIT);
  if (!pm_registry_transactions (call->context->registry, 0, limit, arena, records, error))
    return FALSE;
  pm_json_begin_object (&call->json);
  pm_json_key (&call->json, "transactions");
  pm_json_begin_array (&call->json);
  for (guint i = 0; i < records->len; i++) {
    pm_json_begin_object (&call->json);
    pm_transaction_write_json_members (&call->json,
                                       &g_array_index (records, PmTransactionRecord, i));
    pm_json_end_object (&call->json);
  }
  pm_json_end_array (&call->json);
  pm_json_end_object (&call->json);
  return TRUE;
}

static const PmMcpArgument arguments[] = {
    {"limit", PM_MCP_INTEGER, FALSE, 1, MOST_LIMIT, "the most transactions to show (20)"},
    PM_MCP_END};

const PmMcpTool pm_mcp_list_transactions = {
    .name = "list_transactions",
    .title = "List past changes",
    .description = "Past changes of files, newest first; undo_transaction takes one back.",
    .arguments = arguments,
    .effect = PM_MCP_LOOKS,
    .run = run,
};
