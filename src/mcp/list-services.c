#include "mcp/tools.h"
#include "model/filter.h"
#include "model/service-json.h"
#include "verbs/live.h"

#define USUAL_LIMIT 50
#define MOST_LIMIT 1000

static gboolean
run (PmMcpCall *call, GError **error)
{
  const char *text = pm_mcp_text (call, "filter");
  guint limit = (guint) pm_mcp_integer (call, "limit", USUAL_LIMIT), total = 0;
  g_autoptr (PmFilter) filter = pm_filter_parse (text == NULL ? "" : text, error);
  g_autoptr (PmSnapshot) snapshot =
      filter == NULL ? NULL : pm_verb_live_services (call->context, NULL, error);
  if (snapshot == NULL)
    return FALSE;
  pm_json_begin_object (&call->json);
  pm_json_key (&call->json, "services");
  pm_json_begin_array (&call->json);
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *service = &g_array_index (snapshot->services, PmService, i);
    if (pm_filter_matches (filter, service) && total++ < limit)
      pm_service_write_json (&call->json, service);
  }
  pm_json_end_array (&call->json);
  pm_json_member_int (&call->json, "total", total);
  pm_json_end_object (&call->json);
  return TRUE;
}

static const PmMcpArgument arguments[] = {
    {"filter", PM_MCP_TEXT, FALSE, 0, 0,
     "words that must all hold: project:x name:x port:3000 port:3000-3999 ip:x protocol:x type:x "
     "tag:x is:active is:inactive is:conflict is:pinned, or a part of a name; “-” in front turns "
     "one round"},
    {"limit", PM_MCP_INTEGER, FALSE, 1, MOST_LIMIT, "the most services to show (50)"},
    PM_MCP_END};

const PmMcpTool pm_mcp_list_services = {
    .name = "list_services",
    .title = "List services",
    .description = "The services of all projects: ports inside and outside, address, protocol, "
                   "whether each listens now, and every file and line that says so. “total” counts "
                   "those that fit, shown or not.",
    .arguments = arguments,
    .effect = PM_MCP_LOOKS,
    .run = run,
};
