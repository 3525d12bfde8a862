#include <jansson.h>

#include "base/json-writer.h"
#include "base/timestamp.h"
#include "cli/change.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/table.h"
#include "verbs/change-json.h"

static void
print_json (const GArray *records)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_key (&json, "transactions");
  pm_json_begin_array (&json);
  for (guint i = 0; i < records->len; i++) {
    const PmTransactionRecord *r = &g_array_index (records, PmTransactionRecord, i);
    pm_json_begin_object (&json);
    pm_transaction_write_json_members (&json, r);
    pm_json_end_object (&json);
  }
  pm_json_end_array (&json);
  pm_json_end_object (&json);
  pm_output_json (out);
}

/* "api of shop moves from 8080 to 8081", as its summary (registry/records.h) has it. */
static char *
wish_of (const PmTransactionRecord *record)
{
  json_t *summary = json_loads (record->summary == NULL ? "" : record->summary, 0, NULL);
  char *wish = g_strdup (json_string_value (json_object_get (summary, "wish")));
  json_decref (summary);
  return wish == NULL ? g_strdup ("") : wish;
}

static void
print_text (const PmCli *cli, const GArray *records)
{
  static const PmColumn columns[] = {
      {.title = "id", .right = TRUE},
      {.title = "kind"},
      {.title = "state", .cut = PM_COLUMN_NAME},
      {.title = "started", .cut = PM_COLUMN_TIME},
      {.title = "files", .right = TRUE},
      {.title = "edits", .right = TRUE},
      {.title = "what", .cut = PM_COLUMN_NAME},
  };
  g_autoptr (PmTable) table = pm_table_new (columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < records->len; i++) {
    const PmTransactionRecord *r = &g_array_index (records, PmTransactionRecord, i);
    char started[PM_TIMESTAMP_SIZE];
    pm_timestamp_format (r->started_us, started);
    pm_table_add (table, PM_CELL_PLAIN, "%" G_GINT64_FORMAT, r->id);
    pm_table_add (table, PM_CELL_PLAIN, "%s", r->kind);
    pm_table_add (table, PM_CELL_PLAIN, "%s", r->state);
    pm_table_add (table, PM_CELL_PLAIN, "%s", started);
    pm_table_add (table, PM_CELL_PLAIN, "%u", r->files);
    pm_table_add (table, PM_CELL_PLAIN, "%u", r->edits);
    g_autofree char *wish = wish_of (r);
    pm_table_add (table, PM_CELL_DIM, "%s", wish);
  }
  if (records->len == 0)
    printf ("No transactions yet.\n");
  else
    pm_table_print (table, cli->color, cli->width);
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  if (argc > 0)
    return pm_cli_usage (&pm_command_transactions, "takes no arguments, got “%s”", argv[0]);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  GError *error = NULL;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (PmTransactionRecord));
  if (!pm_registry_transactions (cli->context->registry, 0, 0, arena, records, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  if (cli->json)
    print_json (records);
  else
    print_text (cli, records);
  return PM_EXIT_DONE;
}

const PmCommand pm_command_transactions = {
    .name = "transactions",
    .arguments = "",
    .summary = "list past changes of files, newest first",
    .examples = (const char *const[]){"transactions", NULL},
    .run = run,
};
