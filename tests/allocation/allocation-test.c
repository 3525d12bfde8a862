#include "allocation-test.h"

void
publish (PmSnapshot *snapshot, Published p)
{
  PmFinding f = {
      .root = "/r",
      .project = p.project,
      .file = p.file == NULL ? p.project : p.file,
      .position = {snapshot->findings->len + 1, 1},
      .span = {snapshot->findings->len * 10, snapshot->findings->len * 10 + 4},
      .format = "compose",
      .kind = PM_KIND_PORT,
      .role = PM_ROLE_PUBLISH,
      .transport = p.transport,
      .port = p.port,
      .port_end = MAX (p.port, p.port_end),
      .bind = p.bind == NULL ? "" : p.bind,
      .service = p.service,
      .owner = p.service,
      .own_name = p.service,
      .path = "services.x.ports[0]",
      .pair = -1,
      .variant = p.variant == NULL ? "" : p.variant,
      .profiles = p.profiles == NULL ? "" : p.profiles,
      .variable = "",
      .origin = "",
      .confidence = 1,
  };
  g_array_append_val (snapshot->findings, f);

  PmConfigFile *file = pm_arena_new0 (snapshot->arena, PmConfigFile);
  *file = (PmConfigFile){f.file, f.format, f.variant, f.position.line, f.role};
  PmService service = {
      .host = "h",
      .root = "/r",
      .project_id = p.project,
      .name = p.service,
      .bind = f.bind,
      .external_port = p.port,
      .internal_port = 80,
      .transport = p.transport,
      .variant = f.variant,
      .profiles = f.profiles,
      .pinned = "",
      .type = "",
      .origin = "",
      .confidence = 1,
      .config_files = file,
      .n_config_files = 1,
  };
  g_array_append_val (snapshot->services, service);
}

static void
add_listen_finding (PmSnapshot *snapshot, const PmService *service)
{
  PmFinding f = {
      .root = "/r",
      .project = service->project_id,
      .file = service->project_id,
      .position = {1, 1},
      .span = {snapshot->findings->len * 10, snapshot->findings->len * 10 + 4},
      .format = "env",
      .kind = PM_KIND_PORT,
      .role = PM_ROLE_LISTEN,
      .port = service->external_port,
      .port_end = service->external_port,
      .bind = "",
      .service = service->name,
      .owner = service->name,
      .own_name = service->name,
      .path = "PORT",
      .pair = -1,
      .variant = service->variant,
      .profiles = "",
      .variable = "",
      .origin = "",
      .confidence = service->confidence,
  };
  g_array_append_val (snapshot->findings, f);
}

void
listen_on (PmSnapshot *snapshot, const char *project, const char *name, guint16 port,
           const char *variant, double confidence)
{
  PmConfigFile *file = pm_arena_new0 (snapshot->arena, PmConfigFile);
  *file = (PmConfigFile){project, "env", variant, 1, PM_ROLE_LISTEN};
  PmService service = {
      .host = "h",
      .root = "/r",
      .project_id = project,
      .name = name,
      .bind = "",
      .internal_port = port,
      .external_port = port,
      .variant = variant,
      .profiles = "",
      .pinned = "",
      .type = "",
      .origin = "",
      .confidence = confidence,
      .config_files = file,
      .n_config_files = 1,
  };
  g_array_append_val (snapshot->services, service);
  if (confidence >= 0.5)
    add_listen_finding (snapshot, &service);
}

void
point_at (PmSnapshot *snapshot, const char *project, guint service)
{
  const PmService *to = &g_array_index (snapshot->services, PmService, service);
  PmFinding f = {
      .root = "/r",
      .project = project,
      .file = project,
      .span = {snapshot->findings->len * 10, snapshot->findings->len * 10 + 4},
      .kind = PM_KIND_PORT,
      .role = PM_ROLE_REFERENCE,
      .port = to->external_port,
      .port_end = to->external_port,
      .host = "localhost",
      .service = project,
      .owner = project,
      .own_name = "",
      .path = "API_URL",
      .pair = -1,
      .variable = "",
      .origin = "",
      .confidence = 1,
  };
  PmEdge edge = {.finding = snapshot->findings->len,
                 .from_service = -1,
                 .to_service = (gint32) service,
                 .confidence = 1};
  g_array_append_val (snapshot->findings, f);
  g_array_append_val (snapshot->edges, edge);
}

PmSocket *
add_socket (PmSnapshot *snapshot, guint16 port, const char *address, gint64 pid, const char *cwd)
{
  PmSocket socket = {
      .host = "h",
      .port = port,
      .address = address,
      .device = "",
      .pid = pid,
      .command = pid == 0 ? "" : "python3 -m http.server",
      .program = pid == 0 ? "" : "python3",
      .cwd = cwd,
      .unit = "",
      .root = "",
      .project_id = "",
      .container_id = "",
      .container = "",
      .container_folder = "",
      .compose_service = "",
  };
  snapshot->is_live = TRUE;
  g_array_append_val (snapshot->sockets, socket);
  return &g_array_index (snapshot->sockets, PmSocket, snapshot->sockets->len - 1);
}
