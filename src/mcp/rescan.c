#include "mcp/tools.h"
#include "verbs/scan-json.h"

static gboolean
run (PmMcpCall *call, GError **error)
{
  char *all[] = {NULL};
  PmSurveyOptions survey = {0};
  PmScanReport report;
  g_autoptr (PmSnapshot) problems = NULL;
  if (!pm_verb_scan (call->context, all, &survey, &report, &problems, error))
    return FALSE;
  pm_json_begin_object (&call->json);
  pm_scan_write_json_members (&call->json, &report, problems);
  pm_json_end_object (&call->json);
  return TRUE;
}

const PmMcpTool pm_mcp_rescan = {
    .name = "rescan",
    .title = "Read the projects again",
    .description = "Reads what changed in the folders that are known, and tells the counts, the "
                   "conflicts and what could not be read. Call it after you edited configuration "
                   "where no daemon follows the files.",
    .effect = PM_MCP_TAKES,
    .run = run,
};
