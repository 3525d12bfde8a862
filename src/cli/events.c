#include "cli/commands.h"
#include "cli/output.h"

#include <string.h>

#include "base/cells.h"
#include "base/json-writer.h"
#include "base/timestamp.h"
#include "registry/tail.h"
#include "verbs/event-filter.h"
#include "verbs/event-line.h"

#define PAGE 500
#define NOT_GIVEN G_MININT64
#define MOST_HOST 12 /* cells of the column of hosts; a longer name takes more */

static gboolean option_follow;
static gint64 option_after = NOT_GIVEN;
static char *option_event, *option_project;

static void
print_json_line (const PmEvent *event)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "id", event->id);
  pm_json_member_time (&json, "time", event->time_us);
  pm_json_member_string (&json, "host", event->host);
  pm_json_member_string (&json, "event", event->event);
  pm_json_key (&json, "data");
  pm_json_raw (&json, event->data);
  pm_json_end_object (&json);
  pm_output_json (out);
}

/* The column of hosts is as wide as the longest of those that are known. */
static void
print_event (const PmCli *cli, const PmEvent *event, guint host_width)
{
  if (cli->json) {
    print_json_line (event);
    return;
  }
  guint pad = host_width - MIN (host_width, pm_cells_width (event->host));
  g_autofree char *host =
      host_width == 0 ? g_strdup ("") : g_strdup_printf ("%s%*s  ", event->host, (int) pad, "");
  char time[PM_TIMESTAMP_SIZE];
  pm_timestamp_format (event->time_us, time);
  g_autofree char *line = pm_event_line (event->event, event->data);
  gboolean is_read = cli->width > 0; /* by a person, who has no use for its fraction */
  pm_output_line ("%" G_GINT64_FORMAT "  %.*s%s  %s%-18s %s", event->id,
                  is_read ? (int) strlen ("2026-11-22T22:40:17") : PM_TIMESTAMP_SIZE, time,
                  is_read ? "Z" : "", host, event->event, line);
}

typedef struct {
  PmCli *cli;
  PmEventFilter *filter;
  gint64 after;     /* the last id that was seen */
  guint host_width; /* 0: there is only one */
  GMainLoop *loop;
  GError *error;
} Reader;

/* Prints all that is behind `after`; moves it on. */
static gboolean
drain (Reader *reader)
{
  const PmCli *cli = reader->cli;
  for (;;) {
    g_autoptr (PmArena) arena = pm_arena_new ();
    g_autoptr (GArray) events = g_array_new (FALSE, TRUE, sizeof (PmEvent));
    if (!pm_registry_events (cli->context->registry, reader->after, PAGE, arena, events,
                             &reader->error))
      return FALSE;
    for (guint i = 0; i < events->len; i++) {
      const PmEvent *event = &g_array_index (events, PmEvent, i);
      g_auto (GStrv) projects = pm_event_projects (event->data);
      if (pm_event_filter_matches (reader->filter, event->event, (const char *const *) projects))
        print_event (cli, event, reader->host_width);
      reader->after = event->id;
    }
    fflush (stdout);
    if (events->len < PAGE)
      return TRUE;
  }
}

/* Of several hosts the width of their column. */
static gboolean
measure_hosts (PmRegistry *registry, guint *ret_width, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) hosts = g_array_new (FALSE, FALSE, sizeof (char *));
  *ret_width = 0;
  if (!pm_registry_hosts (registry, arena, hosts, error))
    return FALSE;
  for (guint i = 0; hosts->len > 1 && i < hosts->len; i++)
    *ret_width =
        MAX (*ret_width, MIN (pm_cells_width (g_array_index (hosts, char *, i)), MOST_HOST));
  return TRUE;
}

static void
on_change (gpointer data)
{
  Reader *reader = data;
  if (!drain (reader) || ferror (stdout))
    g_main_loop_quit (reader->loop);
}

static gboolean
follow (Reader *reader)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  reader->loop = loop;
  PmTail *tail = pm_tail_new (reader->cli->context->registry, on_change, reader);
  if (drain (reader))
    g_main_loop_run (loop);
  pm_tail_free (tail);
  return reader->error == NULL;
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  if (argc > 0)
    return pm_cli_usage (&pm_command_events, "takes no arguments, got “%s”", argv[0]);
  if (option_after < 0 && option_after != NOT_GIVEN)
    return pm_cli_usage (&pm_command_events,
                         "--after takes an id, 0 or more, not %" G_GINT64_FORMAT, option_after);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  gint64 after = option_after;
  if (after == NOT_GIVEN && !pm_registry_last_event (cli->context->registry, &after, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  /* Without --after: the last page, or, when following, what is to come. */
  if (option_after == NOT_GIVEN && !option_follow)
    after = MAX (after - 50, 0);
  g_autoptr (PmEventFilter) filter = pm_event_filter_new (option_event, option_project);
  Reader reader = {.cli = cli, .filter = filter, .after = after};
  gboolean fine = measure_hosts (cli->context->registry, &reader.host_width, &reader.error) &&
                  (option_follow ? follow (&reader) : drain (&reader));
  return fine ? PM_EXIT_DONE : pm_cli_fail (PM_EXIT_FAILED, reader.error);
}

static const GOptionEntry options[] = {
    {"follow", 0, 0, G_OPTION_ARG_NONE, &option_follow, "go on: print events as they happen", NULL},
    {"event", 0, 0, G_OPTION_ARG_STRING, &option_event, "only those named so, or matched",
     "GLOB,…"},
    {"project", 0, 0, G_OPTION_ARG_STRING, &option_project, "only those about this project", "ID"},
    {"after", 0, 0, G_OPTION_ARG_INT64, &option_after, "those behind this id (0: all)", "ID"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

const PmCommand pm_command_events = {
    .name = "events",
    .arguments = "",
    .summary = "the event log: every change, whichever process made it",
    .details = "Without --after the last 50 are printed, or, with --follow, only what is to come. "
               "With --json,\n"
               "one object a line, with all that it says.",
    .examples = (const char *const[]){"events --follow --event 'service.*,conflict.*'", NULL},
    .options = options,
    .run = run,
};
