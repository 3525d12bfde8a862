#include <arpa/inet.h>
#include <string.h>

#include "base/json-writer.h"
#include "cli/change.h"
#include "cli/commands.h"
#include "cli/ip.h"
#include "cli/output.h"
#include "cli/table.h"
#include "pipeline/which-change.h"
#include "verbs/addresses.h"

static PmChangeOptions options;

static const GOptionEntry entries[] = {
    PM_CHANGE_NOW_ENTRY (options), PM_CHANGE_ENTRIES (options), {0}};

/* What the machine has, as its sources told last. */
static void
print_machine (const PmIpState *state)
{
  gint64 now_us = g_get_real_time ();
  for (guint i = 0; i < state->machine->len; i++) {
    const PmSourceAddress *a = &g_array_index (state->machine, PmSourceAddress, i);
    pm_output_line ("This machine has %s, says %s (%s), %s.", a->address, a->source, a->slot,
                    pm_ip_state_of (a, now_us));
  }
}

static PmExit
show (PmCli *cli)
{
  g_auto (PmIpState) state = {0};
  GError *error = NULL;
  g_autoptr (PmSnapshot) snapshot = NULL;
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  if (!pm_registry_snapshot (cli->context->registry, &snapshot, &error) ||
      !pm_ip_state_read (&state, cli->context, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  g_autoptr (GArray) list = pm_verb_addresses (snapshot);
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  static const PmColumn columns[] = {{.title = "address"},
                                     {.title = "places", .right = TRUE},
                                     {.title = "projects", .right = TRUE}};
  g_autoptr (PmTable) table = pm_table_new (columns, G_N_ELEMENTS (columns));
  pm_json_begin_object (&json);
  pm_json_key (&json, "addresses");
  pm_addresses_write_json (&json, list);
  pm_ip_state_write_members (&state, &json);
  pm_json_end_object (&json);
  for (guint i = 0; i < list->len; i++) {
    const PmKnownAddress *known = &g_array_index (list, PmKnownAddress, i);
    pm_table_add (table, PM_CELL_PLAIN, "%s", known->address);
    pm_table_add (table, PM_CELL_PLAIN, "%u", known->places);
    pm_table_add (table, PM_CELL_PLAIN, "%u", known->projects);
  }
  if (cli->json) {
    pm_output_json (out);
    return PM_EXIT_DONE;
  }
  print_machine (&state);
  if (list->len == 0)
    printf ("No public address in any file.\n");
  else
    pm_table_print (table, cli->color, cli->width);
  pm_cli_ip_print_changes (&state);
  return PM_EXIT_DONE;
}

/* What was typed behind `change`: OLD NEW, NEW, or nothing. */
typedef struct {
  int count;
  char *const *words;
} Typed;

/* A kept plan is judged by what became of its files, not by what they say now. */
static PmPlan *
make_named (PmContext *context, const Typed *typed, PmPlanOptions *how, GError **error)
{
  const char *old_address = typed->words[0], *new_address = typed->words[1];
  return options.plan != 0
             ? pm_verb_plan_ip_change (context, old_address, new_address, how, error)
             : pm_verb_plan_ip_change_wanted (context, old_address, new_address, how, error);
}

static PmPlan *
make (PmContext *context, gconstpointer wish, PmPlanOptions *how, GError **error)
{
  const Typed *typed = wish;
  g_autofree char *old_address = NULL, *new_address = NULL;
  if (typed->count == 2)
    return make_named (context, typed, how, error);
  if (!pm_pipeline_which_change (context, typed->count == 1 ? typed->words[0] : NULL, &old_address,
                                 &new_address, error))
    return NULL;
  return pm_verb_plan_ip_change (context, old_address, new_address, how, error);
}

static PmExit
change (PmCli *cli, int argc, char *argv[])
{
  Typed typed = {argc, argv};
  if (argc > 2)
    return pm_cli_usage (&pm_command_ip, "change needs the old and the new address, or the new "
                                         "one, or none where a source tells it");
  gboolean is_kept = options.plan != 0 && argc == 0;
  return pm_change_run (cli, &options, PM_PLAN_IP_CHANGE, make, is_kept ? NULL : &typed);
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
  if (argc == 2 && strcmp (argv[0], "approve") == 0)
    return pm_cli_ip_decide (cli, &options, TRUE, argv[1]);
  if (argc == 2 && strcmp (argv[0], "dismiss") == 0)
    return pm_cli_ip_decide (cli, &options, FALSE, argv[1]);
  static const char *const parts[] = {"show", "sources", "watch", "approve", "dismiss", NULL};
  if (g_strv_contains (parts, argv[0]))
    return pm_cli_usage (&pm_command_ip, "%s takes %s", argv[0],
                         argv[0][0] == 'a' || argv[0][0] == 'd' ? "the id of one change"
                                                                : "no arguments");
  return pm_cli_usage (&pm_command_ip,
                       "“%s” is none of show, sources, watch, change OLD NEW, approve ID and "
                       "dismiss ID",
                       argv[0]);
}

const PmCommand pm_command_ip = {
    .name = "ip",
    .arguments = "show | sources | watch | change [[OLD] NEW] | approve ID | dismiss ID",
    .summary = "addresses in files, who tells this machine's own, and a change in all files",
    .details =
        "show lists the public addresses that stand in files, what this machine has, and "
        "changes that wait for you;\napprove and dismiss decide about those. sources asks "
        "everybody in ip.sources once; watch\nfollows them and says what changed, writing "
        "nothing.\n"
        "change writes the new address wherever the old one stands: in configuration, in "
        "its comments and in source,\nalso inside names like 203-0-113-10.sslip.io. "
        "Documentation, logs and data are only listed.\nAll files change, or none; undo "
        "takes it back. With --now it is written,\nrestarted and proven in one step, without a "
        "question.\nNEW may be left out where a source tells it, OLD where files say only one that "
        "it "
        "can be.",
    .examples = (const char *const[]){"ip change 198.51.100.7 203.0.113.10 --dry-run",
                                      "ip change --now", NULL},
    .options = entries,
    .run = run,
};
