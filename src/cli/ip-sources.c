#include "cli/ip.h"

#include <glib-unix.h>
#include <signal.h>

#include "base/json-writer.h"
#include "base/timestamp.h"
#include "cli/output.h"
#include "cli/table.h"
#include "ip/sources.h"
#include "verbs/follow-addresses.h"

/* --- ip sources --- */

typedef struct {
  GMainLoop *loop;
  guint n_open;
  GHashTable *said; /* name of the source → text, an address a line */
} Asking;

static void
on_answer (const char *source, const PmIpReading *readings, guint n_readings, const char *cause,
           gpointer data)
{
  Asking *asking = data;
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < n_readings; i++)
    g_string_append_printf (text, "%s%s %s", i == 0 ? "" : "\n", readings[i].slot,
                            readings[i].address);
  g_hash_table_replace (asking->said, g_strdup (source), g_string_free (text, FALSE));
  if (--asking->n_open == 0)
    g_main_loop_quit (asking->loop);
}

static gboolean
begin (gpointer data)
{
  pm_ip_sources_ask (data);
  return G_SOURCE_REMOVE;
}

static void
add_addresses (PmJsonWriter *json, const char *said)
{
  g_auto (GStrv) lines = g_strsplit (said, "\n", -1);
  pm_json_key (json, "addresses");
  pm_json_begin_array (json);
  for (guint i = 0; lines[i] != NULL; i++) {
    char *space = strrchr (lines[i], ' ');
    if (space == NULL)
      continue;
    *space = '\0';
    pm_json_begin_object (json);
    pm_json_member_string (json, "slot", lines[i]);
    pm_json_member_string (json, "address", space + 1);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

static void
print_sources_json (const PmIpSources *sources, const Asking *asking)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_key (&json, "sources");
  pm_json_begin_array (&json);
  for (guint i = 0; i < pm_ip_sources_count (sources); i++) {
    PmIpSourceState state;
    pm_ip_sources_state (sources, i, &state);
    pm_json_begin_object (&json);
    pm_json_member_string (&json, "name", state.name);
    pm_json_member_string (&json, "summary", state.summary);
    pm_json_member_bool (&json, "waits", state.waits);
    pm_json_member_string (&json, "state", state.cause == NULL ? "speaking" : "silent");
    pm_json_member_time (&json, "lastSpoke", state.spoke_at);
    pm_json_member_string (&json, "cause", state.cause);
    add_addresses (&json, g_hash_table_lookup (asking->said, state.name));
    pm_json_end_object (&json);
  }
  pm_json_end_array (&json);
  pm_json_end_object (&json);
  pm_output_json (out);
}

static void
print_sources (const PmCli *cli, const PmIpSources *sources, const Asking *asking)
{
  static const PmColumn columns[] = {{.title = "source"}, {.title = "says", .cut = PM_COLUMN_NAME}};
  g_autoptr (PmTable) table = pm_table_new (columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < pm_ip_sources_count (sources); i++) {
    PmIpSourceState state;
    pm_ip_sources_state (sources, i, &state);
    const char *said = g_hash_table_lookup (asking->said, state.name);
    g_auto (GStrv) lines = g_strsplit (said, "\n", -1);
    if (state.cause != NULL || lines[0] == NULL) {
      pm_table_add (table, PM_CELL_PLAIN, "%s", state.name);
      pm_table_add (table, state.cause != NULL ? PM_CELL_BAD : PM_CELL_DIM, "%s",
                    state.cause != NULL ? state.cause : "no address");
    }
    for (guint k = 0; lines[k] != NULL && state.cause == NULL; k++) {
      pm_table_add (table, PM_CELL_PLAIN, "%s", state.name);
      pm_table_add (table, PM_CELL_PLAIN, "%s", lines[k]);
    }
  }
  pm_table_print (table, cli->color, cli->width);
}

static void
print_names (void)
{
  printf ("No source is configured: set ip.sources in the configuration. There are:\n");
  for (const PmIpSourceName *name = pm_ip_source_names (); name->name != NULL; name++)
    printf ("  %-12s %s\n", name->name, name->summary);
}

static gboolean
is_any_silent (const PmIpSources *sources)
{
  for (guint i = 0; i < pm_ip_sources_count (sources); i++) {
    PmIpSourceState state;
    pm_ip_sources_state (sources, i, &state);
    if (state.cause != NULL)
      return TRUE;
  }
  return FALSE;
}

PmExit
pm_cli_ip_sources (PmCli *cli)
{
  GError *error = NULL;
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GHashTable) said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Asking asking = {loop, 0, said};
  g_autoptr (PmIpSources) sources =
      pm_ip_sources_new (cli->context->config, on_answer, &asking, &error);
  if (sources == NULL)
    return pm_cli_fail (PM_EXIT_USAGE, error);
  asking.n_open = pm_ip_sources_count (sources);
  if (asking.n_open > 0) {
    g_idle_add (begin, sources);
    g_main_loop_run (loop);
  }
  if (cli->json)
    print_sources_json (sources, &asking);
  else if (pm_ip_sources_count (sources) == 0)
    print_names ();
  else
    print_sources (cli, sources, &asking);
  return is_any_silent (sources) ? PM_EXIT_ATTENTION : PM_EXIT_DONE;
}

/* --- ip watch --- */

typedef struct {
  const PmCli *cli;
  GMainLoop *loop;
  GError *error;
} Watching;

static const char *
word_of (PmIpRulingKind kind)
{
  static const char *const words[] = {
      [PM_IP_LEARNED] = "is",        [PM_IP_DETECTED] = "may have become",
      [PM_IP_WITHDRAWN] = "is not",  [PM_IP_CONFIRMED] = "has become",
      [PM_IP_REFUSED] = "cannot be",
  };
  return words[kind];
}

static void
print_ruling_json (const PmIpRuling *ruling)
{
  static const char *const kinds[] = {
      [PM_IP_LEARNED] = "learned",     [PM_IP_DETECTED] = "detected",
      [PM_IP_WITHDRAWN] = "withdrawn", [PM_IP_CONFIRMED] = "confirmed",
      [PM_IP_REFUSED] = "refused",
  };
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_member_time (&json, "time", g_get_real_time ());
  pm_json_member_string (&json, "ruling", kinds[ruling->kind]);
  pm_json_member_string (&json, "source", ruling->source);
  pm_json_member_string (&json, "slot", ruling->slot);
  pm_json_member_string (&json, "oldValue",
                         *ruling->old_address != '\0' ? ruling->old_address : NULL);
  pm_json_member_string (&json, "newValue", ruling->new_address);
  pm_json_end_object (&json);
  pm_output_json (out);
}

static void
on_ruled (const PmIpRuling *ruling, gpointer data)
{
  const Watching *watching = data;
  char time[PM_TIMESTAMP_SIZE];
  pm_timestamp_format (g_get_real_time (), time);
  if (watching->cli->json)
    print_ruling_json (ruling);
  else if (*ruling->old_address != '\0')
    pm_output_line ("%s  %s %s: %s %s %s", time, ruling->source, ruling->slot, ruling->old_address,
                    word_of (ruling->kind), ruling->new_address);
  else
    pm_output_line ("%s  %s %s %s %s", time, ruling->source, ruling->slot, word_of (ruling->kind),
                    ruling->new_address);
  if (ruling->kind == PM_IP_CONFIRMED && !watching->cli->json)
    pm_output_line ("  to bring it into all files: port-manager ip change %s %s",
                    ruling->old_address, ruling->new_address);
  fflush (stdout);
}

static void
on_failed (const GError *error, gpointer data)
{
  Watching *watching = data;
  if (watching->error == NULL)
    watching->error = g_error_copy (error);
  g_main_loop_quit (watching->loop);
}

static gboolean
on_signal (gpointer data)
{
  Watching *watching = data;
  g_main_loop_quit (watching->loop);
  return G_SOURCE_CONTINUE;
}

PmExit
pm_cli_ip_watch (PmCli *cli)
{
  GError *error = NULL;
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  if (cli->context->config->ip.sources[0] == NULL) {
    fprintf (stderr, "port-manager: no source is configured: set ip.sources; "
                     "“port-manager ip sources” lists what there is\n");
    return PM_EXIT_USAGE;
  }
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Watching watching = {cli, loop, NULL};
  PmAddressListener listener = {.ruled = on_ruled, .failed = on_failed, .data = &watching};
  g_autoptr (PmAddressFollower) follower =
      pm_verb_follow_addresses (cli->context, &listener, &error);
  if (follower == NULL)
    return pm_cli_fail (PM_EXIT_USAGE, error);
  guint on_interrupt = g_unix_signal_add (SIGINT, on_signal, &watching);
  guint on_terminate = g_unix_signal_add (SIGTERM, on_signal, &watching);
  pm_address_follower_start (follower);
  g_main_loop_run (loop);
  g_source_remove (on_interrupt);
  g_source_remove (on_terminate);
  return watching.error == NULL ? PM_EXIT_DONE : pm_cli_fail (PM_EXIT_FAILED, watching.error);
}
