#include <arpa/inet.h>
#include <string.h>

#include "base/json-writer.h"
#include "cli/change.h"
#include "cli/commands.h"
#include "cli/ip.h"
#include "cli/output.h"
#include "cli/table.h"
#include "discovery/edges.h"

static PmChangeOptions options;

static const GOptionEntry entries[] = {PM_CHANGE_ENTRIES (options), {0}};

typedef struct {
  const char *address;
  guint places;
  GHashTable *projects;
} Known;

static void
known_clear (gpointer data)
{
  Known *known = data;
  g_hash_table_unref (known->projects);
}

static int
by_places (gconstpointer a, gconstpointer b)
{
  const Known *x = a, *y = b;
  return x->places != y->places ? (x->places > y->places ? -1 : 1)
                                : strcmp (x->address, y->address);
}

/* Addresses by which somebody may reach this machine from outside; wildcards, loopback and private
 * networks are none. */
static GArray *
known_addresses (const PmSnapshot *snapshot)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (Known));
  g_array_set_clear_func (list, known_clear);
  g_autoptr (GHashTable) index = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, i);
    if (f->kind != PM_KIND_IP || !pm_edges_is_public_address (f->address))
      continue;
    guint place = GPOINTER_TO_UINT (g_hash_table_lookup (index, f->address));
    if (place == 0) {
      Known added = {f->address, 0, g_hash_table_new (g_str_hash, g_str_equal)};
      g_array_append_val (list, added);
      place = list->len;
      g_hash_table_insert (index, (gpointer) f->address, GUINT_TO_POINTER (place));
    }
    Known *known = &g_array_index (list, Known, place - 1);
    known->places++;
    g_hash_table_add (known->projects, (gpointer) f->project);
  }
  g_array_sort (list, by_places);
  return list;
}

static PmExit
show (PmCli *cli)
{
  GError *error = NULL;
  g_autoptr (PmSnapshot) snapshot = NULL;
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  if (!pm_registry_snapshot (cli->context->registry, &snapshot, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  g_autoptr (GArray) list = known_addresses (snapshot);
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  static const PmColumn columns[] = {{.title = "address"},
                                     {.title = "places", .right = TRUE},
                                     {.title = "projects", .right = TRUE}};
  g_autoptr (PmTable) table = pm_table_new (columns, G_N_ELEMENTS (columns));
  pm_json_begin_object (&json);
  pm_json_key (&json, "addresses");
  pm_json_begin_array (&json);
  for (guint i = 0; i < list->len; i++) {
    const Known *known = &g_array_index (list, Known, i);
    guint n_projects = g_hash_table_size (known->projects);
    pm_json_begin_object (&json);
    pm_json_member_string (&json, "address", known->address);
    pm_json_member_int (&json, "places", known->places);
    pm_json_member_int (&json, "projects", n_projects);
    pm_json_end_object (&json);
    pm_table_add (table, PM_CELL_PLAIN, "%s", known->address);
    pm_table_add (table, PM_CELL_PLAIN, "%u", known->places);
    pm_table_add (table, PM_CELL_PLAIN, "%u", n_projects);
  }
  pm_json_end_array (&json);
  pm_json_end_object (&json);
  if (cli->json)
    pm_output_json (out);
  else if (list->len == 0)
    printf ("No public address in any file.\n");
  else
    pm_table_print (table, cli->color, cli->width);
  return PM_EXIT_DONE;
}

static PmExit
change (PmCli *cli, int argc, char *argv[])
{
  if (options.plan == 0 && argc != 2)
    return pm_cli_usage (&pm_command_ip, "change needs the old and the new address");
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  GError *error = NULL;
  PmPlanOptions how = pm_change_plan_options (&options);
  PmPlan *plan = pm_change_kept (cli, &options, &error);
  if (options.plan == 0)
    plan = pm_verb_plan_ip_change (cli->context, argv[0], argv[1], &how, &error);
  return pm_change_run (cli, &options, plan, error);
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  if (argc == 0 || (argc == 1 && strcmp (argv[0], "show") == 0))
    return show (cli);
  if (strcmp (argv[0], "change") == 0)
    return change (cli, argc - 1, argv + 1);
  if (argc == 1 && strcmp (argv[0], "sources") == 0)
    return pm_cli_ip_sources (cli);
  if (argc == 1 && strcmp (argv[0], "watch") == 0)
    return pm_cli_ip_watch (cli);
  return pm_cli_usage (&pm_command_ip, "“%s” is none of show, sources, watch and change", argv[0]);
}

const PmCommand pm_command_ip = {
    .name = "ip",
    .arguments = "show | sources | watch | change OLD NEW",
    .summary = "addresses in files, who tells this machine's own, and a change in all files",
    .details = "show lists the public addresses that stand in files. sources asks everybody in "
               "ip.sources once; watch\nfollows them and says what changed, writing nothing.\n"
               "change writes the new address wherever the old one stands: in configuration, in "
               "its comments and in source,\nalso inside names like 203-0-113-10.sslip.io. "
               "Documentation, logs and data are only listed.\nAll files change, or none; undo "
               "takes it back.",
    .examples =
        (const char *const[]){"port-manager ip change 198.51.100.7 203.0.113.10 --dry-run", NULL},
    .options = entries,
    .run = run,
};
