#include "verbs/history-json.h"

void
pm_history_entry_write_json (PmJsonWriter *json, const PmHistoryEntry *entry)
{
  pm_json_begin_object (json);
  pm_json_member_int (json, "id", entry->id);
  pm_json_member_int (json, "serviceId", entry->service_id);
  pm_json_member_string (json, "projectId", entry->project_id);
  if (entry->project_name[0] != '\0')
    pm_json_member_string (json, "projectName", entry->project_name);
  pm_json_member_string (json, "serviceName", entry->service_name);
  pm_json_member_string (json, "host", entry->host);
  pm_json_member_string (json, "changeType", entry->change_type);
  pm_json_member_string (json, "oldValue", entry->old_value);
  pm_json_member_string (json, "newValue", entry->new_value);
  pm_json_member_time (json, "timestamp", entry->timestamp_us);
  pm_json_end_object (json);
}
