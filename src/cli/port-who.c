#include "cli/commands.h"
#include "cli/output.h"
#include "cli/port.h"
#include "model/service-json.h"

static void
print_text (const GArray *services, guint16 port)
{
  for (guint i = 0; i < services->len; i++) {
    const PmService *s = &g_array_index (services, PmService, i);
    pm_output_line ("declared   %s of %s  %s/%u  %s", s->name, s->project_id,
                    pm_transport_name (s->transport), s->external_port, s->origin);
  }
  if (services->len == 0)
    printf ("No service is declared on port %u.\n", port);
}

static void
print_json (const GArray *services, guint16 port)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "port", port);
  pm_json_key (&json, "declared");
  pm_json_begin_array (&json);
  for (guint i = 0; i < services->len; i++)
    pm_service_write_json (&json, &g_array_index (services, PmService, i));
  pm_json_end_array (&json);
  pm_json_end_object (&json);
  pm_output_json (out);
}

PmExit
pm_port_who (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  gint64 port;
  if (argc != 1)
    return pm_cli_usage (&pm_command_port, "who takes one port");
  if (!g_ascii_string_to_signed (argv[0], 10, 1, G_MAXUINT16, &port, NULL))
    return pm_cli_usage (&pm_command_port, "“%s” is no port (1 to 65535)", argv[0]);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) services = g_array_new (FALSE, TRUE, sizeof (PmService));
  if (!pm_registry_services (cli->context->registry, arena, services, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  guint kept = 0;
  for (guint i = 0; i < services->len; i++) {
    const PmService *service = &g_array_index (services, PmService, i);
    if (service->scope == PM_SCOPE_HOST && service->external_port == port)
      g_array_index (services, PmService, kept++) = *service;
  }
  g_array_set_size (services, kept);
  if (cli->json)
    print_json (services, (guint16) port);
  else
    print_text (services, (guint16) port);
  return PM_EXIT_DONE;
}
