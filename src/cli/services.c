#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/table.h"
#include "model/filter.h"
#include "model/service-json.h"
#include "verbs/backup.h"
#include "verbs/live.h"
#include "verbs/pin.h"
#include "verbs/plan.h"

#define WIDTH_FOR_LIVE 100

static char *option_reason;

static PmCellStyle
style_of (PmStatus status)
{
  return status == PM_STATUS_CONFLICT ? PM_CELL_BAD
         : status == PM_STATUS_ACTIVE ? PM_CELL_GOOD
                                      : PM_CELL_DIM;
}

static void
add_port (PmTable *table, guint16 port)
{
  if (port == 0)
    pm_table_add (table, PM_CELL_DIM, "–");
  else
    pm_table_add (table, PM_CELL_PLAIN, "%u", port);
}

static void
add_live (PmTable *table, const PmService *service)
{
  const PmSocket *socket = service->socket;
  const char *program = socket == NULL                 ? ""
                        : socket->container[0] != '\0' ? socket->container
                                                       : socket->program;
  if (service->live == PM_LIVE_FOREIGN)
    pm_table_add (table, PM_CELL_BAD, "not it: %s %" G_GINT64_FORMAT, program, socket->pid);
  else if (service->live == PM_LIVE_LISTENING)
    pm_table_add (table, PM_CELL_GOOD, "%s %" G_GINT64_FORMAT, program, socket->pid);
  else if (service->live == PM_LIVE_HIDDEN)
    pm_table_add (table, PM_CELL_PLAIN, "not shown");
  else
    pm_table_add (table, PM_CELL_DIM, "–");
}

/* The last column, where something listens and the terminal has room for it: the status says as
 * much in one word. */
static gboolean
shows_live (const PmCli *cli, const GArray *services)
{
  gboolean any = FALSE;
  for (guint i = 0; i < services->len; i++)
    any |= g_array_index (services, PmService, i).socket != NULL;
  return any && (cli->width == 0 || cli->width >= WIDTH_FOR_LIVE);
}

static gboolean
are_of_several_hosts (const GArray *services)
{
  const char *first = g_array_index (services, PmService, 0).host;
  for (guint i = 1; i < services->len; i++)
    if (strcmp (g_array_index (services, PmService, i).host, first) != 0)
      return TRUE;
  return FALSE;
}

static void
print_table (const PmCli *cli, const GArray *services)
{
  static const PmColumn columns[] = {
      {"HOST", FALSE, PM_COLUMN_NAME},        {"ID", TRUE, PM_COLUMN_WHOLE},
      {"PROJECT", FALSE, PM_COLUMN_NAME},     {"SERVICE", FALSE, PM_COLUMN_NAME},
      {"EXTERNAL", TRUE, PM_COLUMN_WHOLE},    {"INTERNAL", TRUE, PM_COLUMN_WHOLE},
      {"PROTO", FALSE, PM_COLUMN_WHOLE},      {"STATUS", FALSE, PM_COLUMN_WHOLE},
      {"WRITTEN IN", FALSE, PM_COLUMN_PLACE}, {"LISTENS", FALSE, PM_COLUMN_NAME},
  };
  gboolean tells_live = shows_live (cli, services), tells_host = are_of_several_hosts (services);
  g_autoptr (PmTable) table = pm_table_new (columns + (tells_host ? 0 : 1),
                                            (guint) G_N_ELEMENTS (columns) -
                                                (tells_live ? 0u : 1u) - (tells_host ? 0u : 1u));
  guint n_kept = 0;
  for (guint i = 0; i < services->len; i++) {
    const PmService *service = &g_array_index (services, PmService, i);
    if (tells_host)
      pm_table_add (table, PM_CELL_PLAIN, "%s", service->host);
    pm_table_add (table, PM_CELL_DIM, "%" G_GINT64_FORMAT, service->id);
    pm_table_add (table, PM_CELL_PLAIN, "%s", pm_service_shown_project (service));
    pm_table_add (table, PM_CELL_PLAIN, "%s", pm_service_shown_name (service));
    add_port (table, service->external_port);
    add_port (table, service->internal_port);
    pm_table_add (table, PM_CELL_PLAIN, "%s", pm_service_shown_protocol (service));
    pm_table_add (table, style_of (service->status), "%s", pm_status_name (service->status));
    const char *mark = pm_service_is_kept (service) ? " (kept)" : "";
    n_kept += pm_service_is_kept (service) ? 1 : 0;
    if (service->n_config_files > 1)
      pm_table_add (table, PM_CELL_DIM, "%s +%u%s", service->origin, service->n_config_files - 1,
                    mark);
    else
      pm_table_add (table, PM_CELL_DIM, "%s%s", service->origin, mark);
    if (tells_live)
      add_live (table, service);
  }
  pm_table_print (table, cli->color, cli->width);
  printf ("%u service%s\n", services->len, services->len == 1 ? "" : "s");
  if (n_kept > 0)
    printf ("%u (kept): their files could not be read; this is what was known last (“scan” says "
            "why)\n",
            n_kept);
}

static void
print_json (const GArray *services)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_key (&json, "services");
  pm_json_begin_array (&json);
  for (guint i = 0; i < services->len; i++)
    pm_service_write_json (&json, &g_array_index (services, PmService, i));
  pm_json_end_array (&json);
  pm_json_member_int (&json, "total", services->len);
  pm_json_end_object (&json);
  pm_output_json (out);
}

/* A registry that was taken away is made anew; what it knew may still lie beside it. */
static void
print_nothing (const PmCli *cli)
{
  g_autoptr (GArray) backups = pm_verb_backups (cli->state_dir);
  printf ("No services yet. Scan a folder of projects: port-manager scan ~/projects\n");
  if (backups->len > 0)
    printf ("%u backup%s of a registry %s here: “port-manager restore --newest” brings the newest "
            "back.\n",
            backups->len, pm_output_s (backups->len), backups->len == 1 ? "is" : "are");
}

static PmExit
list (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  g_autofree char *text = g_strjoinv (" ", argv);
  g_autoptr (PmFilter) filter = pm_filter_parse (argc == 0 ? "" : text, &error);
  if (filter == NULL) {
    PmExit status = pm_cli_usage (&pm_command_services, "%s", error->message);
    g_error_free (error);
    return status;
  }
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;

  /* A registry that cannot be written now is read as it is. */
  pm_verb_live_refresh (cli->context, FALSE, NULL, NULL, NULL);
  g_autoptr (PmSnapshot) snapshot = pm_verb_live_services (cli->context, NULL, &error);
  if (snapshot == NULL)
    return pm_cli_fail (PM_EXIT_FAILED, error);
  GArray *services = snapshot->services;
  guint kept = 0;
  for (guint i = 0; i < services->len; i++) {
    const PmService *service = &g_array_index (services, PmService, i);
    if (pm_filter_matches (filter, service))
      g_array_index (services, PmService, kept++) = *service;
  }
  guint total = services->len;
  g_array_set_size (services, kept);
  if (cli->json)
    print_json (services);
  else if (total > 0 && services->len == 0)
    pm_output_line ("None of the %u service%s fits “%s”.", total, pm_output_s (total), text);
  else if (total == 0)
    print_nothing (cli);
  else
    print_table (cli, services);
  return PM_EXIT_DONE;
}

static void
print_service (const PmService *s, gboolean is_here)
{
  pm_output_field ("service", "%s", pm_service_shown_name (s));
  pm_output_field ("project", "%s%s%s%s", pm_service_shown_project (s),
                   pm_service_shown_project (s) == s->project_id ? "" : " (",
                   pm_service_shown_project (s) == s->project_id ? "" : s->project_id,
                   pm_service_shown_project (s) == s->project_id ? "" : ")");
  pm_output_field ("host", "%s%s", s->host,
                   is_here ? "" : " (its files are there: what is to be changed is changed there)");
  pm_output_field ("external", "%s:%u", s->external_ip[0] == '\0' ? "*" : s->external_ip,
                   s->external_port);
  pm_output_field ("internal", "%u/%s (%s)", s->internal_port, pm_transport_name (s->transport),
                   pm_service_shown_protocol (s));
  pm_output_field ("status", "%s", pm_status_name (s->status));
  if (s->live != PM_LIVE_UNKNOWN)
    pm_output_field ("listens", "%s%s%s", s->live == PM_LIVE_NOT_LISTENING ? "no" : "",
                     s->live == PM_LIVE_LISTENING ? "yes, "
                     : s->live == PM_LIVE_FOREIGN ? "not it, but "
                     : s->live == PM_LIVE_HIDDEN  ? "somebody whose process is not shown"
                                                  : "",
                     s->socket == NULL ? "" : s->socket->command);
  pm_output_field ("decided by", "%s", s->origin);
  if (s->type[0] != '\0')
    pm_output_field ("type", "%s", s->type);
  if (s->pinned[0] != '\0')
    pm_output_field ("pinned", "%s", s->pinned);
  for (guint i = 0; i < s->n_config_files; i++)
    pm_output_field (i == 0 ? "written in" : "", "%s:%u  %s%s%s%s", s->config_files[i].path,
                     s->config_files[i].line, pm_role_name (s->config_files[i].role),
                     s->config_files[i].variant[0] == '\0' ? "" : ", ", s->config_files[i].variant,
                     s->config_files[i].is_kept ? "  (kept: it could not be read)" : "");
}

static void
print_service_json (const PmService *service)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_service_write_json (&json, service);
  pm_output_json (out);
}

static PmExit
show (PmCli *cli, const char *text)
{
  GError *error = NULL;
  gint64 id;
  if (!g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, &id, NULL))
    return pm_cli_usage (&pm_command_services, "“%s” is no id; “services list” shows them", text);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  pm_verb_live_refresh (cli->context, FALSE, NULL, NULL, NULL);
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSnapshot) snapshot = pm_verb_live_services (cli->context, NULL, &error);
  PmService service;
  if (snapshot == NULL ||
      !pm_registry_service (cli->context->registry, id, arena, &service, &error))
    return pm_cli_fail_to_find (error);
  for (guint i = 0; i < snapshot->services->len; i++)
    if (g_array_index (snapshot->services, PmService, i).id == id)
      service = g_array_index (snapshot->services, PmService, i);
  if (cli->json)
    print_service_json (&service);
  else
    print_service (&service, strcmp (service.host, pm_registry_host (cli->context->registry)) == 0);
  return PM_EXIT_DONE;
}

static PmExit
fail_to_pin (GError *error)
{
  if (g_error_matches (error, PM_PIN_ERROR, PM_PIN_ERROR_REASON))
    return pm_cli_fail (PM_EXIT_USAGE, error);
  if (g_error_matches (error, PM_PIN_ERROR, PM_PIN_ERROR_CONFIGURED))
    return pm_cli_fail (PM_EXIT_REFUSED, error);
  return pm_cli_fail_to_find (error);
}

static PmExit
pin (PmCli *cli, const char *who, const char *reason)
{
  GError *error = NULL;
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmService service;
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  if (!pm_verb_pin (cli->context, who, reason, arena, &service, &error))
    return fail_to_pin (error);
  g_autofree char *name = pm_service_full_name (&service);
  if (cli->json)
    print_service_json (&service);
  else if (service.pinned[0] == '\0')
    pm_output_line ("%s may be moved again", name);
  else
    pm_output_line ("%s is pinned: %s", name, service.pinned);
  return PM_EXIT_DONE;
}

static PmExit
pin_or_unpin (PmCli *cli, int argc, char *argv[])
{
  gboolean pins = strcmp (argv[0], "pin") == 0;
  if (argc != 2)
    return pm_cli_usage (&pm_command_services, "%s takes one service", argv[0]);
  if (pins && option_reason == NULL)
    return pm_cli_usage (&pm_command_services, "pin needs --reason: why it may not be moved");
  return pin (cli, argv[1], pins ? option_reason : NULL);
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  gboolean pins = argc > 0 && (strcmp (argv[0], "pin") == 0 || strcmp (argv[0], "unpin") == 0);
  if (pins)
    return pin_or_unpin (cli, argc, argv);
  if (option_reason != NULL)
    return pm_cli_usage (&pm_command_services, "--reason belongs to “services pin”");
  if (argc > 0 && strcmp (argv[0], "show") == 0) {
    if (argc != 2)
      return pm_cli_usage (&pm_command_services, "show takes one id");
    return show (cli, argv[1]);
  }
  if (argc > 1 && strcmp (argv[0], "list") == 0 && strcmp (argv[1], "show") == 0)
    return pm_cli_usage (&pm_command_services, "takes list or show, not both");
  if (argc > 0 && strcmp (argv[0], "list") == 0)
    return list (cli, argc - 1, argv + 1);
  return list (cli, argc, argv);
}

static const GOptionEntry options[] = {
    {"reason", 0, 0, G_OPTION_ARG_STRING, &option_reason, "pin: why its port may not be moved",
     "TEXT"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

static const char *const examples[] = {
    "services",
    "services project:shop port:3000-3999",
    "services is:conflict --json",
    "services show 12",
    "services pin shop-api --reason 'callback registered at the bank'",
    NULL};

const PmCommand pm_command_services = {
    .name = "services",
    .arguments = "[list] [FILTER…] | show ID | pin SERVICE --reason TEXT | unpin SERVICE",
    .summary = "list every service with its ports and where they are written",
    .details =
        "Filters: project:x name:x port:3000 port:3000-3999 ip:x protocol:x type:x tag:x host:x\n"
        "variant:x is:active is:inactive is:conflict is:pinned, or a word. All of them must hold;\n"
        "a “-” in front turns one round (behind “--”, so that it is not taken for an option).\n"
        "A pinned service is moved by nothing but “assign --move-pinned”; SERVICE is an id, a "
        "name,\n"
        "or project/name.",
    .options = options,
    .examples = examples,
    .run = run,
};
