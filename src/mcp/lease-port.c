#include "mcp/tools.h"
#include "verbs/lease-json.h"
#include "verbs/lease.h"

static char *
folder_of (const PmMcpCall *call)
{
  const char *given = pm_mcp_text (call, "folder");
  g_autofree char *here = given == NULL ? g_get_current_dir () : g_strdup (given);
  return pm_verb_lease_folder (here);
}

static const char *
text_or_none (const PmMcpCall *call, const char *name)
{
  const char *text = pm_mcp_text (call, name);
  return text == NULL ? "" : text;
}

static gboolean
run (PmMcpCall *call, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autofree char *folder = folder_of (call);
  PmLeaseGiven given = {0};
  PmLeaseWish wish = {
      .type = text_or_none (call, "type"),
      .folder = folder,
      .name = text_or_none (call, "name"),
      .port = (guint16) pm_mcp_integer (call, "port", 0),
      .transport = pm_mcp_flag (call, "udp") ? PM_TRANSPORT_UDP : PM_TRANSPORT_TCP,
      .pid = pm_mcp_integer (call, "pid", 0),
      .ttl_s = pm_mcp_integer (call, "ttlSeconds", 0),
  };
  if (!pm_verb_lease (call->context, &wish, arena, &given, error))
    return FALSE;
  pm_json_begin_object (&call->json);
  pm_json_key (&call->json, "lease");
  pm_lease_write_json (&call->json, &given.lease, pm_verb_lease_state (&given.lease));
  pm_json_end_object (&call->json);
  return TRUE;
}

static const PmMcpArgument arguments[] = {
    PM_MCP_TYPE_ARGUMENT,
    {"name", PM_MCP_TEXT, FALSE, 0, 0,
     "the service's name in its project: it gets the same port again next time"},
    {"folder", PM_MCP_TEXT, FALSE, 0, 0, "the project's folder (where this server was started)"},
    PM_MCP_PORT_ARGUMENT (FALSE, "this port and no other"),
    {"udp", PM_MCP_FLAG, FALSE, 0, 0, "for UDP instead of TCP"},
    {"pid", PM_MCP_INTEGER, FALSE, 1, G_MAXINT32, "hold it as long as this process lives"},
    {"ttlSeconds", PM_MCP_INTEGER, FALSE, 1, 315576000,
     "hold it for so long (3600 where no process holds it)"},
    PM_MCP_END};

const PmMcpTool pm_mcp_lease_port = {
    .name = "lease_port",
    .title = "Lease a port",
    .description = "Takes a free port that nobody else gets until its time is over, its process is "
                   "gone or release_port gives it back; and as long as anything listens on it.",
    .arguments = arguments,
    .effect = PM_MCP_TAKES,
    .run = run,
};
