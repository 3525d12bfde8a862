#include "base/timestamp.h"
#include "cli/commands.h"
#include "cli/lease.h"
#include "cli/output.h"
#include "cli/table.h"
#include "verbs/lease-json.h"

static void
print_json (const GArray *list)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_key (&json, "leases");
  pm_json_begin_array (&json);
  for (guint i = 0; i < list->len; i++) {
    const PmLease *lease = &g_array_index (list, PmLease, i);
    pm_lease_write_json (&json, lease, pm_verb_lease_state (lease));
  }
  pm_json_end_array (&json);
  pm_json_end_object (&json);
  pm_output_json (out);
}

static void
add_holder (PmTable *table, const PmLeaseHolder *holder)
{
  char expires[PM_TIMESTAMP_SIZE] = "";
  if (holder->expires_us != 0)
    pm_timestamp_format (holder->expires_us, expires);
  if (holder->pid == 0)
    pm_table_add (table, PM_CELL_PLAIN, "until %s", expires);
  else
    pm_table_add (table, PM_CELL_PLAIN, "process %" G_GINT64_FORMAT "%s%s", holder->pid,
                  expires[0] == '\0' ? "" : ", until ", expires);
}

static void
print_table (const PmCli *cli, const GArray *list)
{
  static const PmColumn columns[] = {
      {"ID", TRUE, PM_COLUMN_WHOLE},      {"PORT", TRUE, PM_COLUMN_WHOLE},
      {"TYPE", FALSE, PM_COLUMN_NAME},    {"NAME", FALSE, PM_COLUMN_NAME},
      {"PROJECT", FALSE, PM_COLUMN_NAME}, {"HELD BY", FALSE, PM_COLUMN_NAME},
      {"STATE", FALSE, PM_COLUMN_WHOLE},
  };
  g_autoptr (PmTable) table = pm_table_new (columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < list->len; i++) {
    const PmLease *lease = &g_array_index (list, PmLease, i);
    const char *state = pm_verb_lease_state (lease);
    pm_table_add (table, PM_CELL_DIM, "%" G_GINT64_FORMAT, lease->id);
    pm_table_add (table, PM_CELL_PLAIN, "%u%s", lease->port,
                  lease->transport == PM_TRANSPORT_UDP ? "/udp" : "");
    pm_table_add (table, PM_CELL_PLAIN, "%s", lease->type);
    pm_table_add (table, PM_CELL_PLAIN, "%s", lease->name);
    pm_table_add (table, PM_CELL_DIM, "%s", lease->project);
    add_holder (table, &lease->holder);
    pm_table_add (table, state[0] == 'h' ? PM_CELL_GOOD : PM_CELL_WARN, "%s", state);
  }
  pm_table_print (table, cli->color, cli->width);
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  if (argc > 0)
    return pm_cli_usage (&pm_command_leases, "takes no arguments, got “%s”", argv[0]);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (PmLease));
  if (!pm_verb_leases (cli->context, arena, list, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  if (cli->json)
    print_json (list);
  else if (list->len == 0)
    printf ("No port is leased.\n");
  else
    print_table (cli, list);
  return PM_EXIT_DONE;
}

const PmCommand pm_command_leases = {
    .name = "leases",
    .arguments = "",
    .summary = "list the ports that are held, and by whom",
    .details = "Leases whose process is gone or whose time is over are taken back first. “unsure”\n"
               "are those whose port something is still bound to: they stay until it is not.",
    .examples = (const char *const[]){"leases --json", NULL},
    .run = run,
};
