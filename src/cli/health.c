#include <unistd.h>

#include "cli/commands.h"
#include "cli/health-watch.h"
#include "cli/output.h"
#include "cli/table.h"
#include "model/filter.h"
#include "verbs/health-json.h"
#include "verbs/health-view.h"
#include "verbs/holder.h"
#include "verbs/probe.h"

static gboolean probe_option;
static gboolean watch_option;
static gint within_option = 10;

static const GOptionEntry options[] = {
    {"probe", 0, 0, G_OPTION_ARG_NONE, &probe_option,
     "look now, also while a daemon runs, whose knowledge is shown otherwise", NULL},
    {"within", 0, 0, G_OPTION_ARG_INT, &within_option,
     "what has not answered after so many seconds does not answer (10)", "SECONDS"},
    {"watch", 0, 0, G_OPTION_ARG_NONE, &watch_option,
     "go on: the table as it is on a terminal, in a pipe a line for each change", NULL},
    {NULL},
};

/* What is shown, wherever it comes from. */
typedef struct {
  PmHealthSummary summary;
  gboolean is_probed; /* seen just now; FALSE: what the daemon knows */
  GArray *rows;       /* of PmHealthItem */
  GPtrArray *text;
  PmHealthView *view;
  PmProbeReport *report;
} Shown;

static void
shown_clear (Shown *shown)
{
  g_clear_pointer (&shown->rows, g_array_unref);
  g_clear_pointer (&shown->text, g_ptr_array_unref);
  pm_health_view_free (shown->view);
  pm_probe_report_free (shown->report);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Shown, shown_clear)

static void
add_row (Shown *shown, const PmHealthItem *item)
{
  shown->summary.up += item->state.health == PM_HEALTH_UP;
  shown->summary.down += item->state.health == PM_HEALTH_DOWN;
  shown->summary.unknown += item->state.health == PM_HEALTH_UNKNOWN;
  g_array_append_val (shown->rows, *item);
}

/* --- where it comes from --- */

static gboolean
ask_daemon (PmCli *cli, const char *filter, Shown *shown, GError **error)
{
  shown->view = pm_verb_health_view (cli->context, filter, TRUE, error);
  if (shown->view == NULL)
    return FALSE;
  for (guint i = 0; i < shown->view->items->len; i++)
    add_row (shown, &g_array_index (shown->view->items, PmHealthItem, i));
  return TRUE;
}

/* When a daemon saw each up for the last time: service id → gint64 µs. */
static GHashTable *
read_last_up (PmCli *cli, PmArena *arena, GError **error)
{
  g_autoptr (GArray) states = g_array_new (FALSE, FALSE, sizeof (PmHealthState));
  if (!pm_registry_health (cli->context->registry, arena, states, error))
    return NULL;
  GHashTable *last_up = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  for (guint i = 0; i < states->len; i++) {
    const PmHealthState *state = &g_array_index (states, PmHealthState, i);
    if (state->last_up_us != 0)
      g_hash_table_insert (last_up, g_memdup2 (&state->service_id, sizeof (gint64)),
                           g_memdup2 (&state->last_up_us, sizeof (gint64)));
  }
  return last_up;
}

static void
add_probed (Shown *shown, const PmService *service, const PmProbed *seen, gint64 last_up_us)
{
  char *target = pm_check_target (seen->check);
  gint64 now_us = g_get_real_time ();
  PmHealthItem item = {
      .service = service,
      .state =
          {
              .service_id = service->id,
              .health = pm_health_counts_as (seen->check, last_up_us != 0, seen->health),
              .since_us = now_us,
              .checked_us = now_us,
              .last_up_us = seen->health == PM_HEALTH_UP ? now_us : last_up_us,
              .latency_us = seen->latency_us,
              .certificate_expiry = seen->certificate_expiry,
              .kind = pm_check_kind_name (seen->check->kind),
              .target = target,
              .cause = seen->cause,
          },
  };
  g_ptr_array_add (shown->text, target);
  add_row (shown, &item);
}

static gboolean
look_now (PmCli *cli, const char *filter, Shown *shown, GError **error)
{
  PmProbeOptions probe = {.filter = filter, .deadline_ms = (guint) within_option * 1000};
  shown->is_probed = TRUE;
  shown->report = pm_verb_probe (cli->context, &probe, error);
  if (shown->report == NULL)
    return FALSE;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GHashTable) last_up = read_last_up (cli, arena, error);
  if (last_up == NULL)
    return FALSE;
  for (guint i = 0; i < shown->report->results->len; i++) {
    guint index = g_array_index (shown->report->services, guint, i);
    const PmService *service = &g_array_index (shown->report->snapshot->services, PmService, index);
    const gint64 *up_us = g_hash_table_lookup (last_up, &service->id);
    add_probed (shown, service, &g_array_index (shown->report->results, PmProbed, i),
                up_us == NULL ? 0 : *up_us);
  }
  return TRUE;
}

static gboolean
is_daemon_there (const PmCli *cli)
{
  g_autofree char *holder = pm_holder_name (cli->state_dir);
  return holder != NULL;
}

/* --- how it is shown --- */

static void
write_row (PmJsonWriter *json, const PmHealthItem *item)
{
  pm_json_begin_object (json);
  pm_health_write_json_members (json, item->service, &item->state);
  if (item->trend != NULL) {
    double uptime = pm_health_uptime (&item->trend->day);
    pm_json_key (json, "uptime24h");
    if (uptime < 0)
      pm_json_null (json);
    else
      pm_json_double (json, uptime);
    pm_json_member_int (json, "p95Us", pm_histogram_percentile (&item->trend->day.latency, 95));
  }
  pm_json_end_object (json);
}

static void
print_json (const Shown *shown)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_key (&json, "summary");
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "up", shown->summary.up);
  pm_json_member_int (&json, "down", shown->summary.down);
  pm_json_member_int (&json, "unknown", shown->summary.unknown);
  pm_json_end_object (&json);
  pm_json_member_string (&json, "source", shown->is_probed ? "probe" : "daemon");
  pm_json_key (&json, "services");
  pm_json_begin_array (&json);
  for (guint i = 0; i < shown->rows->len; i++)
    write_row (&json, &g_array_index (shown->rows, PmHealthItem, i));
  pm_json_end_array (&json);
  pm_json_end_object (&json);
  pm_output_json (out);
}

static void
add_table_row (PmTable *table, const PmHealthItem *item)
{
  static const PmCellStyle styles[] = {PM_CELL_DIM, PM_CELL_GOOD, PM_CELL_BAD};
  const PmHealthState *state = &item->state;
  double uptime = item->trend == NULL ? -1 : pm_health_uptime (&item->trend->day);
  pm_table_add (table, styles[state->health], "%s", pm_health_name (state->health));
  pm_table_add (table, PM_CELL_PLAIN, "%s", pm_service_shown_project (item->service));
  pm_table_add (table, PM_CELL_PLAIN, "%s", pm_service_shown_name (item->service));
  pm_table_add (table, PM_CELL_PLAIN, "%s", state->target);
  if (state->health == PM_HEALTH_UP)
    pm_table_add (table, PM_CELL_PLAIN, "%.1f ms", (double) state->latency_us / 1000);
  else
    pm_table_add (table, PM_CELL_PLAIN, "%s", "");
  if (uptime < 0)
    pm_table_add (table, PM_CELL_PLAIN, "%s", "");
  else
    pm_table_add (table, PM_CELL_PLAIN, "%.2f %%", uptime);
  pm_table_add (table, PM_CELL_PLAIN, "%s", state->cause);
}

static void
print_text (const PmCli *cli, const Shown *shown)
{
  static const PmColumn columns[] = {
      {"STATE", FALSE, PM_COLUMN_WHOLE},  {"PROJECT", FALSE, PM_COLUMN_NAME},
      {"SERVICE", FALSE, PM_COLUMN_NAME}, {"CHECK", FALSE, PM_COLUMN_PLACE},
      {"LATENCY", TRUE, PM_COLUMN_WHOLE}, {"UPTIME 24H", TRUE, PM_COLUMN_WHOLE},
      {"CAUSE", FALSE, PM_COLUMN_NAME},
  };
  g_autoptr (PmTable) table = pm_table_new (columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < shown->rows->len; i++)
    add_table_row (table, &g_array_index (shown->rows, PmHealthItem, i));
  if (shown->rows->len > 0)
    pm_table_print (table, cli->color, cli->width);
  printf ("%u up, %u down, %u unknown\n", shown->summary.up, shown->summary.down,
          shown->summary.unknown);
}

static gboolean
find_out (PmCli *cli, const char *filter, Shown *shown, GError **error)
{
  shown->rows = g_array_new (FALSE, TRUE, sizeof (PmHealthItem));
  shown->text = g_ptr_array_new_with_free_func (g_free);
  return probe_option || !is_daemon_there (cli) ? look_now (cli, filter, shown, error)
                                                : ask_daemon (cli, filter, shown, error);
}

static PmExit
failed (GError *error)
{
  return pm_cli_fail (error->domain == PM_FILTER_ERROR ? PM_EXIT_USAGE : PM_EXIT_FAILED, error);
}

static PmExit
show_once (PmCli *cli, const char *filter)
{
  g_auto (Shown) shown = {0};
  GError *error = NULL;
  if (!find_out (cli, filter, &shown, &error))
    return failed (error);
  if (cli->json)
    print_json (&shown);
  else
    print_text (cli, &shown);
  return shown.summary.down > 0 ? PM_EXIT_ATTENTION : PM_EXIT_DONE;
}

/* Cursor home, and what was there away (ECMA-48: CUP, ED). */
#define CLEAR "\033[H\033[2J"

/* Until it is interrupted, or nobody reads it any more. */
static PmExit
watch (PmCli *cli, const char *filter)
{
  gboolean is_terminal = cli->width > 0 && !cli->json;
  g_autoptr (PmHealthWatch) changes = pm_health_watch_new (cli->json);
  for (gboolean goes_on = TRUE; goes_on;) {
    g_auto (Shown) shown = {0};
    GError *error = NULL;
    if (!find_out (cli, filter, &shown, &error))
      return failed (error);
    if (is_terminal) {
      printf (CLEAR);
      print_text (cli, &shown);
      goes_on = fflush (stdout) == 0;
    } else {
      goes_on = pm_health_watch_show (changes, shown.rows);
    }
    if (goes_on)
      sleep (shown.is_probed ? (guint) cli->context->config->health.interval_s : 1);
  }
  return PM_EXIT_DONE;
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  g_autofree char *filter = g_strjoinv (" ", argv);
  if (within_option < 1 || within_option > 3600)
    return pm_cli_usage (&pm_command_health, "--within takes 1 to 3600 seconds, not %d",
                         within_option);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  return watch_option ? watch (cli, filter) : show_once (cli, filter);
}

const PmCommand pm_command_health = {
    .name = "health",
    .arguments = "[FILTER…]",
    .summary = "whether services answer",
    .details = "While `serve` runs: what it knows of each, worst first. Otherwise, and with "
               "--probe: each is\n"
               "looked at once, now. Unknown is not down: it was never seen up and has no check in "
               "the\n"
               "configuration, or nobody can look.\n"
               "Exit status 1 when something is down.",
    .examples = (const char *const[]){"health", "health project:shop", "health is:down --json",
                                      "health --probe --within 3", "health is:down --watch", NULL},
    .options = options,
    .run = run,
};
