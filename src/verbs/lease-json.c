#include "verbs/lease-json.h"

void
pm_lease_write_json (PmJsonWriter *json, const PmLease *lease, const char *state)
{
  pm_json_begin_object (json);
  pm_json_member_int (json, "id", lease->id);
  pm_json_member_int (json, "port", lease->port);
  pm_json_member_string (json, "name", lease->name);
  pm_json_member_string (json, "type", lease->type);
  pm_json_member_time (json, "expires", lease->holder.expires_us);
  pm_json_member_string (json, "project", lease->project);
  pm_json_member_string (json, "transport", pm_transport_name (lease->transport));
  pm_json_key (json, "pid");
  if (lease->holder.pid == 0)
    pm_json_null (json);
  else
    pm_json_int (json, lease->holder.pid);
  pm_json_member_time (json, "created", lease->created_us);
  pm_json_member_time (json, "released", lease->released_us);
  pm_json_member_string (json, "state", state);
  pm_json_end_object (json);
}
