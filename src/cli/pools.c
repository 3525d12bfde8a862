#include "verbs/pools.h"

#include "base/escape.h"
#include "base/json-writer.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/pools-past.h"
#include "cli/table.h"

static gboolean option_history;
static char *option_since;

static char *
ranges_of (const PmPool *pool)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < pool->n_ranges; i++)
    g_string_append_printf (text, "%s%u-%u", i == 0 ? "" : ", ", pool->ranges[i].first,
                            pool->ranges[i].last);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
write_overlaps (PmJsonWriter *json, const GArray *overlaps)
{
  pm_json_key (json, "overlaps");
  pm_json_begin_array (json);
  for (guint i = 0; i < overlaps->len; i++) {
    const PmPoolOverlap *overlap = &g_array_index (overlaps, PmPoolOverlap, i);
    g_autofree char *ports = g_strdup_printf ("%u-%u", overlap->first, overlap->last);
    pm_json_begin_object (json);
    pm_json_key (json, "types");
    pm_json_begin_array (json);
    pm_json_string (json, overlap->one->type);
    pm_json_string (json, overlap->other->type);
    pm_json_end_array (json);
    pm_json_member_string (json, "ports", ports);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

static void
print_overlaps (const GArray *overlaps)
{
  for (guint i = 0; i < overlaps->len; i++) {
    const PmPoolOverlap *overlap = &g_array_index (overlaps, PmPoolOverlap, i);
    g_autofree char *types =
        g_strdup_printf ("“%s” and “%s”", overlap->one->type, overlap->other->type);
    g_autofree char *escaped = pm_escape_terminal (types);
    fprintf (
        stderr,
        "port-manager: ports %u-%u are in both pools %s: whoever asks first gets them; to keep "
        "them apart change [pools] in the configuration\n",
        overlap->first, overlap->last, escaped);
  }
}

static void
print_json (const GArray *list, const GArray *overlaps)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_key (&json, "pools");
  pm_json_begin_array (&json);
  for (guint i = 0; i < list->len; i++)
    pm_verb_pool_write_json (&json, &g_array_index (list, PmPoolPressure, i));
  pm_json_end_array (&json);
  write_overlaps (&json, overlaps);
  pm_json_end_object (&json);
  pm_output_json (out);
}

static void
print_table (const PmCli *cli, const GArray *list)
{
  static const PmColumn columns[] = {
      {"TYPE", FALSE, PM_COLUMN_NAME},   {"RANGES", FALSE, PM_COLUMN_NAME},
      {"PORTS", TRUE, PM_COLUMN_WHOLE},  {"DECLARED", TRUE, PM_COLUMN_WHOLE},
      {"LEASED", TRUE, PM_COLUMN_WHOLE}, {"LISTENING", TRUE, PM_COLUMN_WHOLE},
      {"FREE", TRUE, PM_COLUMN_WHOLE},   {"USED", TRUE, PM_COLUMN_WHOLE},
  };
  g_autoptr (PmTable) table = pm_table_new (columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < list->len; i++) {
    const PmPoolPressure *p = &g_array_index (list, PmPoolPressure, i);
    g_autofree char *ranges = ranges_of (p->pool);
    guint percent = p->size == 0 ? 100 : p->in_use * 100 / p->size;
    pm_table_add (table, PM_CELL_PLAIN, "%s", p->pool->type);
    pm_table_add (table, PM_CELL_DIM, "%s", ranges);
    pm_table_add (table, PM_CELL_PLAIN, "%u", p->size);
    pm_table_add (table, PM_CELL_PLAIN, "%u", p->declared);
    pm_table_add (table, PM_CELL_PLAIN, "%u", p->leased);
    pm_table_add (table, PM_CELL_PLAIN, "%u", p->listening);
    pm_table_add (table, PM_CELL_PLAIN, "%u", p->size - p->in_use);
    pm_table_add (table,
                  percent >= 90   ? PM_CELL_BAD
                  : percent >= 70 ? PM_CELL_WARN
                                  : PM_CELL_GOOD,
                  "%u %%", percent);
  }
  pm_table_print (table, cli->color, cli->width);
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  if (argc > 0)
    return pm_cli_usage (&pm_command_pools, "takes no arguments, got “%s”", argv[0]);
  if (option_since != NULL && !option_history)
    return pm_cli_usage (&pm_command_pools, "--since belongs to --history");
  if (option_history)
    return pm_pools_past (cli, option_since);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  g_autoptr (PmPools) pools = pm_verb_pools_of (cli->context->config);
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (PmPoolPressure));
  g_autofree char *unseen = NULL;
  if (!pm_verb_pools (cli->context, pools, list, &unseen, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  if (unseen != NULL)
    fprintf (stderr, "port-manager: what is bound could not be seen: %s\n", unseen);
  g_autoptr (GArray) overlaps = g_array_new (FALSE, FALSE, sizeof (PmPoolOverlap));
  pm_pools_overlaps (pools, overlaps);
  if (cli->json)
    print_json (list, overlaps);
  else
    print_table (cli, list);
  if (!cli->json)
    print_overlaps (overlaps);
  return PM_EXIT_DONE;
}

static const GOptionEntry options[] = {
    {"history", 0, 0, G_OPTION_ARG_NONE, &option_history,
     "how full they were, what came and went, when they will be full, and which ports several want",
     NULL},
    {"since", 0, 0, G_OPTION_ARG_STRING, &option_since,
     "history: not older than this (30d): 2h, 7d, 2026-11-22, RFC 3339", "T"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

static const char *const examples[] = {"pools", "pools --history --since 90d", NULL};

const PmCommand pm_command_pools = {
    .name = "pools",
    .arguments = "[--history]",
    .summary = "the ranges of ports by type of service, and how full they are",
    .details = "Ranges are changed under [pools] in the configuration. What the kernel keeps for\n"
               "outgoing connections, and what browsers refuse to open, is in no pool.",
    .examples = examples,
    .options = options,
    .run = run,
};
