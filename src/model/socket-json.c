#include "model/socket-json.h"

static void
write_container (PmJsonWriter *json, const PmSocket *socket)
{
  pm_json_key (json, "container");
  if (socket->container_id[0] == '\0' && !socket->is_proxy) {
    pm_json_null (json);
    return;
  }
  pm_json_begin_object (json);
  pm_json_member_string (json, "id", socket->container_id);
  pm_json_member_string (json, "name", socket->container);
  pm_json_member_string (json, "service", socket->compose_service);
  pm_json_member_string (json, "folder", socket->container_folder);
  pm_json_member_int (json, "port", socket->container_port);
  pm_json_end_object (json);
}

/* What the kernel did not show is null. */
void
pm_socket_write_json (PmJsonWriter *json, const PmSocket *socket)
{
  pm_json_begin_object (json);
  pm_json_member_string (json, "address", socket->address);
  pm_json_member_int (json, "port", socket->port);
  pm_json_member_string (json, "transport", pm_transport_name (socket->transport));
  pm_json_member_bool (json, "v6Only", socket->is_v6_only);
  pm_json_member_string (json, "device", socket->device);
  pm_json_member_int (json, "uid", socket->uid);
  pm_json_key (json, "pid");
  if (socket->pid != 0)
    pm_json_int (json, socket->pid);
  else
    pm_json_null (json);
  pm_json_member_string (json, "command", socket->pid == 0 ? NULL : socket->command);
  pm_json_member_string (json, "cwd", socket->pid == 0 ? NULL : socket->cwd);
  pm_json_member_string (json, "unit", socket->unit);
  pm_json_member_string (json, "projectId",
                         socket->project_id[0] == '\0' ? NULL : socket->project_id);
  write_container (json, socket);
  pm_json_end_object (json);
}
