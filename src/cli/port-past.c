#include "cli/port-past.h"

#include <string.h>

#include "base/timestamp.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/port.h"
#include "cli/table.h"
#include "model/service.h"
#include "verbs/history-json.h"
#include "verbs/lease-json.h"
#include "verbs/lease.h"

#define MOST 100

gboolean
pm_port_past_read (PmCli *cli, const PmHistoryQuery *query, PmPortPast *ret_past, GError **error)
{
  PmRegistry *registry = cli->context->registry;
  PmPortPast past = {
      .arena = pm_arena_new (),
      .entries = g_array_new (FALSE, FALSE, sizeof (PmHistoryEntry)),
      .leases = g_array_new (FALSE, FALSE, sizeof (PmLease)),
  };
  guint limit = query->limit == 0 ? MOST : query->limit;
  *ret_past = past;
  if (!pm_registry_history (registry, query, past.arena, past.entries, error))
    return FALSE;
  /* Leases have names of their own: whoever asks for one service asks for no lease. */
  if (query->port == 0 || query->service != NULL)
    return TRUE;
  if (!pm_registry_leases_of_port (registry, query->port, limit, past.arena, past.leases, error))
    return FALSE;
  while (past.leases->len > 0 &&
         g_array_index (past.leases, PmLease, past.leases->len - 1).created_us < query->since_us)
    g_array_set_size (past.leases, past.leases->len - 1);
  return TRUE;
}

void
pm_port_past_clear (PmPortPast *past)
{
  g_clear_pointer (&past->entries, g_array_unref);
  g_clear_pointer (&past->leases, g_array_unref);
  g_clear_pointer (&past->arena, pm_arena_free);
}

/* --- as a table --- */

static void
add_entry (PmTable *table, const PmHistoryEntry *entry, const char *this_host)
{
  gboolean is_here = strcmp (entry->host, this_host) == 0;
  char time[PM_TIMESTAMP_SIZE];
  pm_timestamp_format (entry->timestamp_us, time);
  pm_table_add (table, PM_CELL_DIM, "%s", time);
  g_autofree char *name = pm_full_name (entry->service_name, entry->project_id);
  pm_table_add (table, PM_CELL_PLAIN, "%s%s%s", name, is_here ? "" : " on ",
                is_here ? "" : entry->host);
  pm_table_add (table, PM_CELL_PLAIN, "%s", entry->change_type);
  pm_table_add (table, PM_CELL_PLAIN, "%s → %s", entry->old_value == NULL ? "–" : entry->old_value,
                entry->new_value == NULL ? "–" : entry->new_value);
}

static void
add_lease (PmTable *table, const PmLease *lease)
{
  char from[PM_TIMESTAMP_SIZE], to[PM_TIMESTAMP_SIZE];
  pm_timestamp_format (lease->created_us, from);
  pm_timestamp_format (lease->released_us, to);
  pm_table_add (table, PM_CELL_DIM, "%s", from);
  pm_table_add (table, PM_CELL_PLAIN, "%s", lease->name[0] == '\0' ? "–" : lease->name);
  pm_table_add (table, PM_CELL_PLAIN, "lease %" G_GINT64_FORMAT, lease->id);
  if (lease->released_us == 0)
    pm_table_add (table, PM_CELL_GOOD, "%s", pm_verb_lease_state (lease));
  else
    pm_table_add (table, PM_CELL_PLAIN, "%s %s", lease->outcome, to);
}

void
pm_port_past_print (const PmCli *cli, const PmPortPast *past)
{
  static const PmColumn columns[] = {{"TIME", FALSE, PM_COLUMN_TIME},
                                     {"WHO", FALSE, PM_COLUMN_NAME},
                                     {"WHAT", FALSE, PM_COLUMN_WHOLE},
                                     {"", FALSE, PM_COLUMN_NAME}};
  g_autoptr (PmTable) table = pm_table_new (columns, G_N_ELEMENTS (columns));
  for (guint e = 0, l = 0; e < past->entries->len || l < past->leases->len;) {
    const PmHistoryEntry *entry =
        e < past->entries->len ? &g_array_index (past->entries, PmHistoryEntry, e) : NULL;
    const PmLease *lease = l < past->leases->len ? &g_array_index (past->leases, PmLease, l) : NULL;
    if (lease == NULL || (entry != NULL && entry->timestamp_us >= lease->created_us)) {
      add_entry (table, entry, pm_registry_host (cli->context->registry));
      e++;
    } else {
      add_lease (table, lease);
      l++;
    }
  }
  if (pm_table_n_rows (table) == 0)
    printf ("Nobody has had it in that time.\n");
  else
    pm_table_print (table, cli->color, cli->width);
}

/* --- as JSON --- */

void
pm_port_past_write_json_members (PmJsonWriter *json, const PmPortPast *past, gboolean of_a_port)
{
  pm_json_key (json, "history");
  pm_json_begin_array (json);
  for (guint i = 0; i < past->entries->len; i++)
    pm_history_entry_write_json (json, &g_array_index (past->entries, PmHistoryEntry, i));
  pm_json_end_array (json);
  if (!of_a_port)
    return;
  pm_json_key (json, "leases");
  pm_json_begin_array (json);
  for (guint i = 0; i < past->leases->len; i++) {
    const PmLease *lease = &g_array_index (past->leases, PmLease, i);
    pm_lease_write_json (json, lease, pm_verb_lease_state (lease));
  }
  pm_json_end_array (json);
}

PmExit
pm_port_who_past (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  guint64 port;
  if (argc != 1)
    return pm_cli_usage (&pm_command_port, "who takes one port");
  if (!g_ascii_string_to_unsigned (argv[0], 10, 1, G_MAXUINT16, &port, NULL))
    return pm_cli_usage (&pm_command_port, "“%s” is no port (1 to 65535)", argv[0]);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  g_auto (PmPortPast) past = {0};
  PmHistoryQuery query = {.port = (guint16) port, .limit = MOST};
  if (!pm_port_past_read (cli, &query, &past, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  if (!cli->json) {
    pm_port_past_print (cli, &past);
    return PM_EXIT_DONE;
  }
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "port", (gint64) port);
  pm_port_past_write_json_members (&json, &past, TRUE);
  pm_json_end_object (&json);
  pm_output_json (out);
  return PM_EXIT_DONE;
}
