#include <string.h>

#include "base/json-writer.h"
#include "base/timestamp.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/table.h"
#include "notify/channel.h"
#include "notify/status.h"
#include "notify/try.h"

#define MOST_SHOWN 10

/* --- test --- */

typedef struct {
  const PmCli *cli;
  GMainLoop *loop;
  PmExit status;
} Testing;

static void
print_tests (const PmCli *cli, const GArray *results)
{
  static const PmColumn columns[] = {{"CHANNEL", FALSE, PM_COLUMN_WHOLE},
                                     {"TO", FALSE, PM_COLUMN_NAME},
                                     {"RESULT", FALSE, PM_COLUMN_NAME}};
  g_autoptr (PmTable) table = pm_table_new (columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < results->len; i++) {
    const PmTryResult *result = &g_array_index (results, PmTryResult, i);
    pm_table_add (table, PM_CELL_PLAIN, "%s", result->channel);
    pm_table_add (table, PM_CELL_PLAIN, "%s", result->target);
    pm_table_add (table, result->is_sent ? PM_CELL_GOOD : PM_CELL_BAD, "%s%s%s",
                  result->is_sent ? "sent" : "failed", result->cause == NULL ? "" : ": ",
                  result->cause == NULL ? "" : result->cause);
  }
  pm_table_print (table, cli->color, cli->width);
}

static void
on_tried (const GArray *results, gpointer data)
{
  Testing *testing = data;
  for (guint i = 0; i < results->len; i++)
    if (!g_array_index (results, PmTryResult, i).is_sent)
      testing->status = PM_EXIT_FAILED;
  if (testing->cli->json) {
    g_autoptr (GString) out = g_string_new (NULL);
    PmJsonWriter json = pm_json_writer (out);
    pm_try_write_json (&json, results);
    pm_output_json (out);
  } else {
    print_tests (testing->cli, results);
  }
  g_main_loop_quit (testing->loop);
}

static PmExit
test_channels (PmCli *cli, const char *channel)
{
  GError *error = NULL;
  if (channel != NULL && pm_channel_type (channel) == NULL)
    return pm_cli_usage (&pm_command_notify, "there is no channel “%s”: mail, slack or webhook",
                         channel);
  g_autoptr (PmConfig) config = pm_config_load (cli->config_file, &error);
  if (config == NULL)
    return pm_cli_fail (PM_EXIT_FAILED, error);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Testing testing = {cli, loop, PM_EXIT_DONE};
  g_autoptr (PmTry) try =
      pm_try_new (config, channel, config->notify.dashboard, on_tried, &testing);
  if (try == NULL && channel != NULL)
    return pm_cli_refuse (PM_EXIT_USAGE, "the channel %s is not configured: see [notify.%s]",
                          channel, channel);
  if (try == NULL)
    return pm_cli_refuse (PM_EXIT_FAILED,
                          "no channel is configured: set notify.mail.smtp, notify.slack.webhook "
                          "or notify.webhook.url");
  g_main_loop_run (loop);
  return testing.status;
}

/* --- what there is --- */

static PmCellStyle
style_of (const PmNotifyChannel *channel)
{
  return !channel->is_configured            ? PM_CELL_DIM
         : channel->counts.cause[0] != '\0' ? PM_CELL_BAD
                                            : PM_CELL_PLAIN;
}

static void
add_time (PmTable *table, gint64 time_us)
{
  char time[PM_TIMESTAMP_SIZE];
  pm_table_add (table, PM_CELL_DIM, "%s",
                time_us == 0 ? "never" : pm_timestamp_format (time_us, time));
}

static void
print_channels (const PmCli *cli, const GArray *channels)
{
  static const PmColumn columns[] = {
      {"CHANNEL", FALSE, PM_COLUMN_WHOLE},  {"TO", FALSE, PM_COLUMN_NAME},
      {"FROM", FALSE, PM_COLUMN_WHOLE},     {"QUEUED", TRUE, PM_COLUMN_WHOLE},
      {"SENT", TRUE, PM_COLUMN_WHOLE},      {"DROPPED", TRUE, PM_COLUMN_WHOLE},
      {"LAST SENT", FALSE, PM_COLUMN_TIME}, {"TROUBLE", FALSE, PM_COLUMN_NAME}};
  g_autoptr (PmTable) table = pm_table_new (columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < channels->len; i++) {
    const PmNotifyChannel *channel = &g_array_index (channels, PmNotifyChannel, i);
    PmCellStyle style = style_of (channel);
    pm_table_add (table, style, "%s", channel->channel);
    pm_table_add (table, style, "%s", channel->is_configured ? channel->target : "not configured");
    pm_table_add (table, PM_CELL_DIM, "%s", channel->options->severity);
    pm_table_add (table, style, "%" G_GUINT64_FORMAT, channel->counts.queued);
    pm_table_add (table, style, "%" G_GUINT64_FORMAT, channel->counts.sent);
    pm_table_add (table, style, "%" G_GUINT64_FORMAT, channel->counts.dropped);
    add_time (table, channel->counts.last_sent_us);
    pm_table_add (table, style, "%s", channel->counts.cause);
  }
  pm_table_print (table, cli->color, cli->width);
}

static void
print_queue (const PmCli *cli, const GArray *queue)
{
  static const PmColumn columns[] = {{"WAITS", FALSE, PM_COLUMN_WHOLE},
                                     {"CHANNEL", FALSE, PM_COLUMN_WHOLE},
                                     {"TRIED", TRUE, PM_COLUMN_WHOLE},
                                     {"WHAT", FALSE, PM_COLUMN_NAME},
                                     {"CAUSE", FALSE, PM_COLUMN_NAME}};
  g_autoptr (PmTable) table = pm_table_new (columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < MIN (queue->len, MOST_SHOWN); i++) {
    const PmOutboxEntry *entry = &g_array_index (queue, PmOutboxEntry, i);
    g_autofree char *title = pm_notify_entry_title (entry);
    add_time (table, entry->not_before_us);
    pm_table_add (table, PM_CELL_PLAIN, "%s", entry->channel);
    pm_table_add (table, PM_CELL_PLAIN, "%u", entry->attempts);
    pm_table_add (table, PM_CELL_PLAIN, "%s", title);
    pm_table_add (table, PM_CELL_WARN, "%s", entry->cause);
  }
  printf ("\n");
  pm_table_print (table, cli->color, cli->width);
}

static void
print_results (const PmCli *cli, const GArray *results)
{
  static const PmColumn columns[] = {{"TIME", FALSE, PM_COLUMN_TIME},
                                     {"CHANNEL", FALSE, PM_COLUMN_WHOLE},
                                     {"RESULT", FALSE, PM_COLUMN_WHOLE},
                                     {"WHAT", FALSE, PM_COLUMN_NAME},
                                     {"CAUSE", FALSE, PM_COLUMN_NAME}};
  g_autoptr (PmTable) table = pm_table_new (columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < MIN (results->len, MOST_SHOWN); i++) {
    const PmOutboxResult *result = &g_array_index (results, PmOutboxResult, i);
    gboolean is_sent = strcmp (result->state, "sent") == 0;
    add_time (table, result->time_us);
    pm_table_add (table, PM_CELL_PLAIN, "%s", result->channel);
    pm_table_add (table, is_sent ? PM_CELL_GOOD : PM_CELL_BAD, "%s", result->state);
    pm_table_add (table, PM_CELL_PLAIN, "%s", result->title);
    pm_table_add (table, PM_CELL_WARN, "%s", result->cause);
  }
  printf ("\n");
  pm_table_print (table, cli->color, cli->width);
}

static void
print_status (const PmCli *cli, const PmNotifyStatus *status)
{
  if (!cli->context->config->notify.enabled)
    printf ("notify.enabled is false: nobody is told anything.\n");
  print_channels (cli, status->channels);
  if (status->queue->len > 0)
    print_queue (cli, status->queue);
  if (status->results->len > 0)
    print_results (cli, status->results);
}

static PmExit
show (PmCli *cli)
{
  GError *error = NULL;
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  g_auto (PmNotifyStatus) status = {0};
  if (!pm_notify_status (cli->context->registry, cli->context->config, &status, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  if (cli->json) {
    g_autoptr (GString) out = g_string_new (NULL);
    PmJsonWriter json = pm_json_writer (out);
    pm_notify_status_write_json (&json, cli->context->config, &status);
    pm_output_json (out);
  } else {
    print_status (cli, &status);
  }
  for (guint i = 0; i < status.channels->len; i++) {
    const PmNotifyChannel *channel = &g_array_index (status.channels, PmNotifyChannel, i);
    if (channel->is_configured && channel->counts.cause[0] != '\0')
      return PM_EXIT_ATTENTION;
  }
  return PM_EXIT_DONE;
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  if (argc == 0)
    return show (cli);
  if (strcmp (argv[0], "test") != 0)
    return pm_cli_usage (&pm_command_notify, "“%s” is neither nothing nor “test”", argv[0]);
  if (argc > 2)
    return pm_cli_usage (&pm_command_notify, "test takes one channel, got “%s” too", argv[2]);
  return test_channels (cli, argc == 2 ? argv[1] : NULL);
}

const PmCommand pm_command_notify = {
    .name = "notify",
    .arguments = "[test [CHANNEL]]",
    .summary = "how people are told: mail, Slack, webhook; what waits, and what was sent",
    .details = "Without “test” the channels of the configuration, the messages that wait for each, "
               "and what became\n"
               "of the last ones. “serve” sends them. Status 1: the last attempt of a channel "
               "failed.\n\n"
               "“test” sends a message through each channel that is configured, or through the "
               "one that is named:\n"
               "mail, slack, webhook. Status 3: one of them was not sent.",
    .examples = (const char *const[]){"notify", "notify test mail", NULL},
    .run = run,
};
