#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/port-past.h"
#include "cli/table.h"

#include "base/json-writer.h"
#include "base/since.h"
#include "base/timestamp.h"
#include "verbs/change-json.h"
#include "verbs/find-service.h"
#include "verbs/plan.h"

#define NO_PORT G_MININT

static gint option_port = NO_PORT;
static char *option_service;
static char *option_project;
static char *option_since;
static gint option_limit = 100;

static void
print_json (const PmPortPast *past, gboolean of_a_port)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_port_past_write_json_members (&json, past, of_a_port);
  pm_json_end_object (&json);
  pm_output_json (out);
}

static gboolean
are_of_several_hosts (const GArray *entries)
{
  const char *first = g_array_index (entries, PmHistoryEntry, 0).host;
  for (guint i = 1; i < entries->len; i++)
    if (strcmp (g_array_index (entries, PmHistoryEntry, i).host, first) != 0)
      return TRUE;
  return FALSE;
}

static void
print_table (const PmCli *cli, const GArray *entries)
{
  static const PmColumn columns[] = {
      {"HOST", FALSE, PM_COLUMN_NAME},    {"TIME", FALSE, PM_COLUMN_TIME},
      {"PROJECT", FALSE, PM_COLUMN_NAME}, {"SERVICE", FALSE, PM_COLUMN_NAME},
      {"CHANGE", FALSE, PM_COLUMN_WHOLE}, {"OLD", TRUE, PM_COLUMN_NAME},
      {"NEW", TRUE, PM_COLUMN_NAME},
  };
  gboolean tells_host = are_of_several_hosts (entries);
  g_autoptr (PmTable) table = pm_table_new (
      columns + (tells_host ? 0 : 1), (guint) G_N_ELEMENTS (columns) - (tells_host ? 0u : 1u));
  for (guint i = 0; i < entries->len; i++) {
    const PmHistoryEntry *entry = &g_array_index (entries, PmHistoryEntry, i);
    char time[PM_TIMESTAMP_SIZE];
    pm_timestamp_format (entry->timestamp_us, time);
    if (tells_host)
      pm_table_add (table, PM_CELL_PLAIN, "%s", entry->host);
    pm_table_add (table, PM_CELL_DIM, "%s", time);
    pm_table_add (table, PM_CELL_PLAIN, "%s", entry->project_id);
    pm_table_add (table, PM_CELL_PLAIN, "%s", entry->service_name);
    pm_table_add (table, PM_CELL_PLAIN, "%s", entry->change_type);
    pm_table_add (table, PM_CELL_PLAIN, "%s", entry->old_value == NULL ? "–" : entry->old_value);
    pm_table_add (table, PM_CELL_PLAIN, "%s", entry->new_value == NULL ? "–" : entry->new_value);
  }
  pm_table_print (table, cli->color, cli->width);
}

/* Whether anybody is called so, or ever was: a wrong name is no empty history. */
static gboolean
is_known (PmCli *cli, const char *name, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) ever = g_array_new (FALSE, FALSE, sizeof (PmHistoryEntry));
  g_autoptr (PmSnapshot) snapshot = NULL;
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint));
  PmHistoryQuery query = {.service = name, .limit = 1};
  if (!pm_registry_history (cli->context->registry, &query, arena, ever, error))
    return FALSE;
  return ever->len > 0 || (pm_registry_snapshot (cli->context->registry, &snapshot, error) &&
                           (pm_verb_find_service_rows (snapshot, name, rows, error) ||
                            pm_verb_find_elsewhere (cli->context->registry, name, error)));
}

/* TRUE: there is such a project, or was when something changed. */
static gboolean
is_project (PmCli *cli, const char *id, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) ever = g_array_new (FALSE, FALSE, sizeof (PmHistoryEntry));
  g_autoptr (PmSnapshot) snapshot = NULL;
  PmHistoryQuery query = {.project = id, .limit = 1};
  if (!pm_registry_history (cli->context->registry, &query, arena, ever, error) ||
      !pm_registry_snapshot (cli->context->registry, &snapshot, error))
    return FALSE;
  for (guint i = 0; i < snapshot->projects->len; i++)
    if (strcmp (g_array_index (snapshot->projects, PmProject, i).id, id) == 0)
      return TRUE;
  if (ever->len == 0)
    g_set_error (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_SERVICE,
                 "no project is called “%s”; “port-manager services” lists them by their ids", id);
  return ever->len > 0;
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  if (argc > 0)
    return pm_cli_usage (&pm_command_history, "takes no arguments, got “%s”", argv[0]);
  gboolean has_port = option_port != NO_PORT;
  if (has_port && (option_port < 1 || option_port > G_MAXUINT16))
    return pm_cli_usage (&pm_command_history, "%d is no port (1 to 65535)", option_port);
  if (option_limit < 1)
    return pm_cli_usage (&pm_command_history, "--limit takes a number from 1 on");
  if (option_service != NULL && option_project != NULL && strchr (option_service, '/') != NULL)
    return pm_cli_refuse (PM_EXIT_USAGE,
                          "--service %s names its project already; leave --project out",
                          option_service);
  PmHistoryQuery query = {
      .port = has_port ? (guint16) option_port : 0,
      .service = option_service,
      .project = option_project,
      .limit = (guint) option_limit,
  };
  if (option_since != NULL && !pm_since_parse (option_since, g_get_real_time (), &query.since_us))
    return pm_cli_usage (&pm_command_history, "“%s” is no time (2h, 7d, 2026-11-22, RFC 3339)",
                         option_since);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;

  g_auto (PmPortPast) past = {0};
  if (!pm_port_past_read (cli, &query, &past, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  if (past.entries->len == 0 && option_service != NULL && !is_known (cli, option_service, &error))
    return pm_cli_fail_to_find (error);
  if (past.entries->len == 0 && option_project != NULL && !is_project (cli, option_project, &error))
    return pm_cli_fail_to_find (error);
  if (cli->json)
    print_json (&past, query.port != 0);
  else if (query.port != 0)
    pm_port_past_print (cli, &past);
  else if (past.entries->len == 0)
    printf ("Nothing has changed in that time.\n");
  else
    print_table (cli, past.entries);
  return PM_EXIT_DONE;
}

static const GOptionEntry options[] = {
    {"port", 0, 0, G_OPTION_ARG_INT, &option_port, "only what had to do with this port", "N"},
    {"service", 0, 0, G_OPTION_ARG_STRING, &option_service,
     "only this service (name, or project/name)", "S"},
    {"project", 0, 0, G_OPTION_ARG_STRING, &option_project, "only this project's services (its id)",
     "P"},
    {"since", 0, 0, G_OPTION_ARG_STRING, &option_since, "not older: 2h, 7d, 2026-11-22, RFC 3339",
     "T"},
    {"limit", 0, 0, G_OPTION_ARG_INT, &option_limit, "at most so many, newest first (100)", "N"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

static const char *const examples[] = {"history --port 3000",
                                       "history --service shop-api --since 7d", NULL};

const PmCommand pm_command_history = {
    .name = "history",
    .arguments = "",
    .summary = "who had which port when, newest first",
    .details = "With --port the leases of that port are told too.",
    .examples = examples,
    .options = options,
    .run = run,
};
