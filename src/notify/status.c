#include "notify/status.h"

#include "notify/channel.h"

static void
clear_channel (gpointer data)
{
  g_free (((PmNotifyChannel *) data)->target);
}

static PmOutboxChannel
counts_of (const GArray *counts, const char *channel)
{
  for (guint i = 0; i < counts->len; i++)
    if (g_str_equal (g_array_index (counts, PmOutboxChannel, i).channel, channel))
      return g_array_index (counts, PmOutboxChannel, i);
  return (PmOutboxChannel){.channel = channel, .cause = ""};
}

static void
add_channels (PmNotifyStatus *status, const PmConfig *config, const GArray *counts)
{
  for (const PmChannelType *const *type = pm_channel_types (); *type != NULL; type++) {
    gboolean is_configured = (*type)->is_configured (config);
    PmNotifyChannel channel = {
        .channel = (*type)->name,
        .is_configured = is_configured,
        .target = is_configured ? (*type)->target (config) : NULL,
        .options = (*type)->options (config),
        .counts = counts_of (counts, (*type)->name),
    };
    g_array_append_val (status->channels, channel);
  }
}

gboolean
pm_notify_status (PmRegistry *registry, const PmConfig *config, PmNotifyStatus *ret_status,
                  GError **error)
{
  g_auto (PmNotifyStatus) status = {
      .arena = pm_arena_new (),
      .channels = g_array_new (FALSE, TRUE, sizeof (PmNotifyChannel)),
      .queue = g_array_new (FALSE, TRUE, sizeof (PmOutboxEntry)),
      .results = g_array_new (FALSE, TRUE, sizeof (PmOutboxResult)),
  };
  g_autoptr (GArray) counts = g_array_new (FALSE, TRUE, sizeof (PmOutboxChannel));
  g_array_set_clear_func (status.channels, clear_channel);
  if (!pm_registry_outbox_channels (registry, status.arena, counts, error) ||
      !pm_registry_outbox_entries (registry, PM_NOTIFY_STATUS_MOST, status.arena, status.queue,
                                   error) ||
      !pm_registry_outbox_results (registry, PM_NOTIFY_STATUS_MOST, status.arena, status.results,
                                   error))
    return FALSE;
  add_channels (&status, config, counts);
  *ret_status = status;
  status = (PmNotifyStatus){0};
  return TRUE;
}

void
pm_notify_status_clear (PmNotifyStatus *status)
{
  g_clear_pointer (&status->channels, g_array_unref);
  g_clear_pointer (&status->queue, g_array_unref);
  g_clear_pointer (&status->results, g_array_unref);
  g_clear_pointer (&status->arena, pm_arena_free);
}

char *
pm_notify_entry_title (const PmOutboxEntry *entry)
{
  g_autoptr (PmMessage) message = pm_message_from_json (entry->message);
  return message == NULL ? g_strdup ("") : pm_message_title (message);
}

/* --- JSON --- */

static void
write_texts (PmJsonWriter *json, const char *key, char **texts)
{
  pm_json_key (json, key);
  pm_json_begin_array (json);
  for (; *texts != NULL; texts++)
    pm_json_string (json, *texts);
  pm_json_end_array (json);
}

static void
write_channel (PmJsonWriter *json, const PmNotifyChannel *channel)
{
  pm_json_begin_object (json);
  pm_json_member_string (json, "channel", channel->channel);
  pm_json_member_bool (json, "configured", channel->is_configured);
  pm_json_member_string (json, "target", channel->target);
  pm_json_member_string (json, "severity", channel->options->severity);
  write_texts (json, "projects", channel->options->projects);
  write_texts (json, "quietHours", channel->options->quiet_hours);
  pm_json_member_int (json, "queued", (gint64) channel->counts.queued);
  pm_json_member_int (json, "sent", (gint64) channel->counts.sent);
  pm_json_member_int (json, "failed", (gint64) channel->counts.failed);
  pm_json_member_int (json, "dropped", (gint64) channel->counts.dropped);
  pm_json_member_time (json, "lastSent", channel->counts.last_sent_us);
  pm_json_member_time (json, "lastFailed", channel->counts.last_failed_us);
  pm_json_member_string (json, "cause", channel->counts.cause);
  pm_json_end_object (json);
}

static void
write_entry (PmJsonWriter *json, const PmOutboxEntry *entry)
{
  g_autofree char *title = pm_notify_entry_title (entry);
  pm_json_begin_object (json);
  pm_json_member_int (json, "id", entry->id);
  pm_json_member_string (json, "channel", entry->channel);
  pm_json_member_string (json, "key", entry->key);
  pm_json_member_string (json, "kind", entry->grouping);
  pm_json_member_string (json, "severity", entry->severity);
  pm_json_member_string (json, "title", title);
  pm_json_member_time (json, "created", entry->created_us);
  pm_json_member_time (json, "notBefore", entry->not_before_us);
  pm_json_member_int (json, "attempts", entry->attempts);
  pm_json_member_string (json, "cause", entry->cause);
  pm_json_end_object (json);
}

static void
write_result (PmJsonWriter *json, const PmOutboxResult *result)
{
  pm_json_begin_object (json);
  pm_json_member_int (json, "id", result->id);
  pm_json_member_string (json, "channel", result->channel);
  pm_json_member_string (json, "key", result->key);
  pm_json_member_string (json, "kind", result->grouping);
  pm_json_member_string (json, "severity", result->severity);
  pm_json_member_string (json, "title", result->title);
  pm_json_member_string (json, "state", result->state);
  pm_json_member_time (json, "time", result->time_us);
  pm_json_member_int (json, "attempts", result->attempts);
  pm_json_member_string (json, "cause", result->cause);
  pm_json_end_object (json);
}

void
pm_notify_status_write_json (PmJsonWriter *json, const PmConfig *config,
                             const PmNotifyStatus *status)
{
  pm_json_begin_object (json);
  pm_json_member_bool (json, "enabled", config->notify.enabled);
  pm_json_key (json, "channels");
  pm_json_begin_array (json);
  for (guint i = 0; i < status->channels->len; i++)
    write_channel (json, &g_array_index (status->channels, PmNotifyChannel, i));
  pm_json_end_array (json);
  pm_json_key (json, "queue");
  pm_json_begin_array (json);
  for (guint i = 0; i < status->queue->len; i++)
    write_entry (json, &g_array_index (status->queue, PmOutboxEntry, i));
  pm_json_end_array (json);
  pm_json_key (json, "results");
  pm_json_begin_array (json);
  for (guint i = 0; i < status->results->len; i++)
    write_result (json, &g_array_index (status->results, PmOutboxResult, i));
  pm_json_end_array (json);
  pm_json_end_object (json);
}
