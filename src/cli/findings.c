#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/table.h"
#include "model/finding-json.h"
#include "verbs/observe.h"

static gboolean option_ndjson;

static void
print_ndjson (const PmSnapshot *snapshot)
{
  g_autoptr (GString) out = g_string_new (NULL);
  for (guint i = 0; i < snapshot->findings->len; i++) {
    g_string_truncate (out, 0);
    PmJsonWriter json = pm_json_writer (out);
    pm_finding_write_json (&json, &g_array_index (snapshot->findings, PmFinding, i));
    pm_output_json (out);
  }
}

/* Of all paths: one value, however many they are. */
static void
print_json (const GPtrArray *snapshots)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_key (&json, "findings");
  pm_json_begin_array (&json);
  for (guint k = 0; k < snapshots->len; k++) {
    const PmSnapshot *snapshot = snapshots->pdata[k];
    for (guint i = 0; i < snapshot->findings->len; i++)
      pm_finding_write_json (&json, &g_array_index (snapshot->findings, PmFinding, i));
  }
  pm_json_end_array (&json);
  pm_json_end_object (&json);
  pm_output_json (out);
}

#define WIDTH_FOR_PATH 100
#define LONGEST_IPV4 18 /* with its /prefix */

static void
add_row (PmTable *table, const PmFinding *f, gboolean shows_path)
{
  pm_table_add (table, PM_CELL_PLAIN, "%s:%u:%u", f->file, f->position.line, f->position.column);
  pm_table_add (table, PM_CELL_PLAIN, "%s", pm_role_name (f->role));
  if (f->kind == PM_KIND_IP)
    pm_table_add (table, PM_CELL_PLAIN, "%s", f->address);
  else if (f->port_end > f->port)
    pm_table_add (table, PM_CELL_PLAIN, "%u-%u", f->port, f->port_end);
  else
    pm_table_add (table, PM_CELL_PLAIN, "%u", f->port);
  pm_table_add (table, PM_CELL_PLAIN, "%s", f->service);
  if (shows_path)
    pm_table_add (table, PM_CELL_DIM, "%s", f->path);
  pm_table_add (table, f->confidence < 0.5 ? PM_CELL_WARN : PM_CELL_DIM, "%.0f %%",
                f->confidence * 100);
  pm_table_add (table, PM_CELL_DIM, "%s%s", f->rule,
                f->standing == PM_STANDING_KEPT ? " (kept)" : "");
}

/* An IPv4 address is shown whole on the narrowest terminal, an IPv6 address is not. */
static gboolean
has_long_value (const PmSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->findings->len; i++)
    if (strlen (g_array_index (snapshot->findings, PmFinding, i).address) > LONGEST_IPV4)
      return TRUE;
  return FALSE;
}

static void
print_table (const PmCli *cli, const PmSnapshot *snapshot)
{
  PmColumn columns[] = {
      {"FILE", FALSE, PM_COLUMN_PLACE}, {"ROLE", FALSE, PM_COLUMN_WHOLE},
      {"VALUE", TRUE, PM_COLUMN_WHOLE}, {"SERVICE", FALSE, PM_COLUMN_NAME},
      {"PATH", FALSE, PM_COLUMN_NAME},  {"SURE", TRUE, PM_COLUMN_WHOLE},
      {"RULE", FALSE, PM_COLUMN_NAME},
  };
  guint n_columns = G_N_ELEMENTS (columns);
  gboolean shows_path = cli->width == 0 || cli->width >= WIDTH_FOR_PATH;
  if (snapshot->findings->len == 0) {
    printf ("No findings.\n");
    return;
  }
  if (has_long_value (snapshot))
    columns[2].cut = PM_COLUMN_PLACE;
  if (!shows_path) {
    memmove (&columns[4], &columns[5], 2 * sizeof columns[0]);
    n_columns--;
  }
  g_autoptr (PmTable) table = pm_table_new (columns, n_columns);
  for (guint i = 0; i < snapshot->findings->len; i++)
    add_row (table, &g_array_index (snapshot->findings, PmFinding, i), shows_path);
  pm_table_print (table, cli->color, cli->width);
  printf ("%u finding%s\n", snapshot->findings->len, pm_output_s (snapshot->findings->len));
}

/* What could not be read must not look like what holds nothing. */
static void
print_problems (const PmSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->problems->len; i++) {
    const PmProblem *problem = &g_array_index (snapshot->problems, PmProblem, i);
    g_autofree char *file = pm_escape_terminal (problem->file);
    g_autofree char *reason = pm_escape_terminal (problem->reason);
    if (problem->line == 0) /* the file as a whole */
      fprintf (stderr, "port-manager: %s: %s\n", file, reason);
    else
      fprintf (stderr, "port-manager: %s:%u: %s\n", file, problem->line, reason);
  }
}

/* `paths` NULL: the stored ones, which have none. */
static void
print (const PmCli *cli, const GPtrArray *snapshots, char *const *paths)
{
  if (cli->json && !option_ndjson) {
    print_json (snapshots);
    return;
  }
  for (guint i = 0; i < snapshots->len; i++) {
    if (option_ndjson) {
      print_ndjson (snapshots->pdata[i]);
      continue;
    }
    if (i > 0)
      putchar ('\n');
    if (snapshots->len > 1)
      pm_output_line ("%s:", paths[i]);
    print_table (cli, snapshots->pdata[i]);
  }
}

/* A folder is a root; a file is read as part of the folder that it lies in. */
static PmSnapshot *
look_at (const PmConfig *config, const char *path, GError **error)
{
  char *resolved = realpath (path, NULL);
  if (resolved == NULL) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "cannot read %s: %s", path,
                 g_strerror (errno));
    return NULL;
  }
  g_autofree char *root = NULL, *only = NULL;
  if (g_file_test (resolved, G_FILE_TEST_IS_DIR)) {
    root = g_strdup (resolved);
  } else {
    root = g_path_get_dirname (resolved);
    only = g_path_get_basename (resolved);
  }
  free (resolved);
  const char *roots[] = {root, NULL};
  const char *const one[] = {only, NULL};
  PmSurveyOptions options = {.host = g_get_host_name (), .only = only == NULL ? NULL : one};
  return pm_verb_observe (config, roots, &options, error);
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) pm_snapshot_free);
  if (argc == 0) {
    PmSnapshot *stored = NULL;
    if (!pm_cli_open (cli))
      return PM_EXIT_FAILED;
    if (!pm_registry_snapshot (cli->context->registry, &stored, &error))
      return pm_cli_fail (PM_EXIT_FAILED, error);
    g_ptr_array_add (all, stored);
    print (cli, all, NULL);
    return PM_EXIT_DONE;
  }
  g_autoptr (PmConfig) config = pm_config_load (cli->config_file, &error);
  if (config == NULL)
    return pm_cli_fail (PM_EXIT_FAILED, error);
  PmExit status = PM_EXIT_DONE;
  for (int i = 0; i < argc; i++) {
    PmSnapshot *seen = look_at (config, argv[i], &error);
    if (seen == NULL)
      return pm_cli_fail (PM_EXIT_FAILED, error);
    g_ptr_array_add (all, seen);
    print_problems (seen);
    if (seen->documents->len == 0 && seen->problems->len > 0)
      status = PM_EXIT_FAILED;
  }
  print (cli, all, argv);
  return status;
}

static const GOptionEntry options[] = {
    {"ndjson", 0, 0, G_OPTION_ARG_NONE, &option_ndjson, "one JSON object a line", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

static const char *const examples[] = {"findings ~/projects/shop",
                                       "findings --ndjson > findings.ndjson", NULL};

const PmCommand pm_command_findings = {
    .name = "findings",
    .arguments = "[--ndjson] [ROOT or FILE…]",
    .summary = "list every port and address that was seen, and by which rule",
    .details =
        "Without a path, what the last scan stored; with one, of that path now, storing nothing.",
    .examples = examples,
    .options = options,
    .run = run,
};
