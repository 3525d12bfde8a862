#include "verbs/scan-json.h"

#include "model/conflict.h"

static void
write_problems (PmJsonWriter *json, const PmSnapshot *snapshot)
{
  pm_json_begin_array (json);
  for (guint i = 0; i < snapshot->problems->len; i++) {
    const PmProblem *problem = &g_array_index (snapshot->problems, PmProblem, i);
    pm_json_begin_object (json);
    pm_json_member_string (json, "root", problem->root);
    pm_json_member_string (json, "file", problem->file);
    pm_json_member_int (json, "line", problem->line);
    pm_json_member_string (json, "reason", problem->reason);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

void
pm_scan_write_json_members (PmJsonWriter *json, const PmScanReport *report,
                            const PmSnapshot *problems)
{
  pm_json_member_int (json, "projects", report->projects);
  pm_json_member_int (json, "documents", report->documents);
  pm_json_member_int (json, "findings", report->findings);
  pm_json_member_int (json, "services", report->services);
  pm_json_member_int (json, "kept", report->kept);
  pm_json_member_int (json, "conflicts",
                      report->conflicts[PM_SEVERITY_ERROR] +
                          report->conflicts[PM_SEVERITY_WARNING] +
                          report->conflicts[PM_SEVERITY_NOTE]);
  pm_json_key (json, "problems");
  write_problems (json, problems);
  pm_json_member_int (json, "elapsedMs", report->elapsed_us / 1000);
}
