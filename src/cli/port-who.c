#include "verbs/port-who.h"

#include <string.h>

#include "base/timestamp.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/port.h"
#include "registry/registry.h"
#include "verbs/lease.h"

/* How what is declared and what lives fit together. */
static const char *
verdict (const PmService *service)
{
  static const char *const words[] = {
      [PM_LIVE_UNKNOWN] = "",
      [PM_LIVE_NOT_LISTENING] = "  not listening",
      [PM_LIVE_LISTENING] = "  listening",
      [PM_LIVE_HIDDEN] = "  something listens there, whose it is is not shown",
      [PM_LIVE_FOREIGN] = "  something else listens there",
  };
  return words[service->live];
}

static void
print_socket (const PmSocket *socket)
{
  g_autofree char *process =
      socket->pid == 0
          ? g_strdup_printf ("a process of user %u", socket->uid)
          : g_strdup_printf ("%s  process %" G_GINT64_FORMAT, socket->command, socket->pid);
  pm_output_line ("listening  %s %s:%u%s  %s%s%s%s%s%s%s", pm_transport_name (socket->transport),
                  socket->address, socket->port, socket->is_v6_only ? " (IPv6 alone)" : "", process,
                  socket->cwd[0] == '\0' ? "" : "  in ", socket->cwd,
                  socket->project_id[0] == '\0' ? "" : "  project ", socket->project_id,
                  socket->container[0] == '\0' ? "" : "  for container ", socket->container);
}

static void
print_lease (const PmLease *lease)
{
  char expires[PM_TIMESTAMP_SIZE] = "";
  g_autofree char *process =
      lease->holder.pid == 0 ? g_strdup ("")
                             : g_strdup_printf ("  process %" G_GINT64_FORMAT, lease->holder.pid);
  if (lease->holder.expires_us != 0)
    pm_timestamp_format (lease->holder.expires_us, expires);
  pm_output_line ("leased     lease %" G_GINT64_FORMAT "  %s%s%s%s%s%s%s%s  %s", lease->id,
                  pm_transport_name (lease->transport), lease->name[0] == '\0' ? "" : "  ",
                  lease->name, lease->project[0] == '\0' ? "" : "  in ", lease->project, process,
                  expires[0] == '\0' ? "" : "  until ", expires, pm_verb_lease_state (lease));
}

static void
print_text (const PmPortWho *who, guint16 port, const char *this_host)
{
  for (guint i = 0; i < who->declared->len; i++) {
    const PmService *s = g_ptr_array_index (who->declared, i);
    gboolean is_elsewhere = strcmp (s->host, this_host) != 0;
    g_autofree char *name = pm_service_full_name (s);
    pm_output_line ("declared   %s  %s/%u  %s%s%s%s", name, pm_transport_name (s->transport),
                    s->external_port, s->origin, is_elsewhere ? "  on " : "",
                    is_elsewhere ? s->host : "", verdict (s));
  }
  if (who->declared->len == 0)
    printf ("No service is declared on port %u.\n", port);
  for (guint i = 0; i < who->leases->len; i++)
    print_lease (&g_array_index (who->leases, PmLease, i));
  for (guint i = 0; i < who->listening->len; i++)
    print_socket (g_ptr_array_index (who->listening, i));
  g_autofree char *gap = pm_port_who_gap (who);
  if (who->snapshot->is_live && who->listening->len == 0)
    printf ("Nothing listens on port %u.\n", port);
  if (gap != NULL)
    pm_output_line ("(%s)", gap);
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
  g_auto (PmPortWho) who = {0};
  if (!pm_verb_port_who (cli->context, (guint16) port, &who, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  if (!cli->json) {
    print_text (&who, (guint16) port, pm_registry_host (cli->context->registry));
    return PM_EXIT_DONE;
  }
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_port_who_write_json (&json, &who, (guint16) port);
  pm_output_json (out);
  return PM_EXIT_DONE;
}
