/* DESIGN
 * An event becomes a notice; a notice that says what was last told of its subject is dropped, and
 * so is the end of something that nobody was told of. Each channel that tells it gets it in the
 * message of its kind that is still waiting, or in a new one. */

#include "notify/enqueue.h"

#include <string.h>

#include "notify/channel.h"
#include "notify/notices.h"
#include "notify/timing.h"

#define PAGE 500
#define TOLD_KEPT_US (90 * G_TIME_SPAN_DAY)

/* --- what was told --- */

static gboolean
is_news (const PmEnqueue *self, const PmNotice *notice, PmArena *arena, gint64 now_us,
         gboolean *ret_is_news, GError **error)
{
  const char *state;
  gint64 told_us;
  gint64 repeat_us = self->config->notify.repeat_s * G_TIME_SPAN_SECOND;
  if (!pm_registry_outbox_told (self->registry, notice->subject, arena, &state, &told_us, error))
    return FALSE;
  gboolean is_same = g_strcmp0 (state, notice->state) == 0;
  if (notice->is_over)
    *ret_is_news = state != NULL && !is_same;
  else
    *ret_is_news = !is_same || now_us - told_us >= repeat_us;
  return TRUE;
}

/* --- the queue --- */

/* A burst of one kind goes out at once; then there is one message in group_s. */
static gboolean
find_time (const PmEnqueue *self, const PmChannelType *type, const char *grouping,
           PmSeverity severity, gint64 now_us, gint64 *ret_time_us, GError **error)
{
  gint64 sent_us = 0;
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  if (!pm_registry_outbox_sent_at (self->registry, type->name, grouping, PM_TIMING_BURST, &sent_us,
                                   error))
    return FALSE;
  gint64 group_us = self->config->notify.group_s * G_TIME_SPAN_SECOND;
  gint64 free_us = sent_us == 0 ? 0 : MIN (sent_us, now_us) + group_us;
  gint64 gather_us =
      strcmp (grouping, PM_GROUPING_HEALTH) == 0 ? PM_TIMING_GATHER_HEALTH_US : PM_TIMING_GATHER_US;
  *ret_time_us = pm_timing_after_quiet (type->options (self->config), severity,
                                        MAX (now_us + gather_us, free_us), zone);
  return TRUE;
}

static PmNotice *
copy_notice (const PmNotice *notice)
{
  PmNotice *copy = g_memdup2 (notice, sizeof *notice);
  copy->event = g_strdup (notice->event);
  copy->subject = g_strdup (notice->subject);
  copy->state = g_strdup (notice->state);
  copy->project = g_strdup (notice->project);
  copy->what = g_strdup (notice->what);
  copy->where = g_strdup (notice->where);
  copy->done = g_strdup (notice->done);
  copy->todo = g_strdup (notice->todo);
  return copy;
}

/* The queue is bounded: what is least severe and oldest goes, and that is written down. */
static gboolean
make_room (const PmEnqueue *self, const char *channel, PmArena *arena, gint64 now_us,
           GError **error)
{
  PmOutboxEntry least;
  guint64 queued = 0;
  if (!pm_registry_outbox_least (self->registry, channel, arena, &least, &queued, error))
    return FALSE;
  if (queued < (guint64) self->config->notify.most_queued)
    return TRUE;
  g_autoptr (PmMessage) message = pm_message_from_json (least.message);
  g_autofree char *title = message == NULL ? g_strdup ("") : pm_message_title (message);
  PmOutboxResult result = {.channel = channel,
                           .key = least.key,
                           .grouping = least.grouping,
                           .severity = least.severity,
                           .title = title,
                           .state = "dropped",
                           .time_us = now_us,
                           .attempts = least.attempts,
                           .cause = "the queue was full"};
  return pm_registry_outbox_finish (self->registry, least.id, &result, error);
}

static gboolean
add_new (const PmEnqueue *self, const PmChannelType *type, const char *grouping,
         const PmNotice *notice, PmArena *arena, gint64 not_before_us, gint64 now_us,
         GError **error)
{
  g_autoptr (PmMessage) message =
      pm_message_new (pm_registry_host (self->registry), self->dashboard, now_us);
  pm_message_add (message, copy_notice (notice));
  g_autofree char *text = pm_message_to_json (message);
  PmOutboxEntry entry = {.channel = type->name,
                         .key = message->key,
                         .grouping = grouping,
                         .severity = pm_severity_name (notice->severity),
                         .message = text,
                         .created_us = now_us,
                         .not_before_us = not_before_us};
  return make_room (self, type->name, arena, now_us, error) &&
         pm_registry_outbox_add (self->registry, &entry, error);
}

static gboolean
add_to_open (const PmEnqueue *self, PmOutboxEntry *entry, const PmNotice *notice,
             gint64 not_before_us, gint64 now_us, GError **error)
{
  g_autoptr (PmMessage) message = pm_message_from_json (entry->message);
  if (message == NULL)
    return TRUE;
  pm_message_add (message, copy_notice (notice));
  g_autofree char *text = pm_message_to_json (message);
  PmSeverity severity = MAX (pm_message_severity (message), notice->severity);
  entry->message = text;
  entry->severity = pm_severity_name (severity);
  guint n_things = message->notices->len + message->n_more;
  gint64 storm_us = self->config->notify.group_s == 0
                        ? 0
                        : pm_timing_storm_us (n_things, entry->created_us, now_us);
  entry->not_before_us = MAX (MIN (entry->not_before_us, not_before_us), storm_us);
  return pm_registry_outbox_change (self->registry, entry, error);
}

static gboolean
enqueue_for (const PmEnqueue *self, const PmChannelType *type, const char *grouping,
             const PmNotice *notice, PmArena *arena, gint64 now_us, GError **error)
{
  PmOutboxEntry open;
  gboolean found = FALSE;
  gint64 time_us = 0;
  if (!find_time (self, type, grouping, notice->severity, now_us, &time_us, error) ||
      !pm_registry_outbox_open (self->registry, type->name, grouping, arena, &open, &found, error))
    return FALSE;
  return found ? add_to_open (self, &open, notice, time_us, now_us, error)
               : add_new (self, type, grouping, notice, arena, time_us, now_us, error);
}

static gboolean
enqueue_notice (const PmEnqueue *self, const char *grouping, const PmNotice *notice, PmArena *arena,
                gint64 now_us, GError **error)
{
  gboolean is_new = FALSE;
  if (!is_news (self, notice, arena, now_us, &is_new, error))
    return FALSE;
  if (!is_new)
    return TRUE;
  for (const PmChannelType *const *type = pm_channel_types (); *type != NULL; type++)
    if ((*type)->is_configured (self->config) &&
        pm_timing_tells ((*type)->options (self->config), notice) &&
        !enqueue_for (self, *type, grouping, notice, arena, now_us, error))
      return FALSE;
  return pm_registry_outbox_told_put (self->registry, notice->subject, notice->state, now_us,
                                      error);
}

/* --- the log --- */

static gboolean
enqueue_page (const PmEnqueue *self, const GArray *events, gint64 last, PmArena *arena,
              gint64 now_us, GError **error)
{
  gint64 oldest_us = now_us - self->config->notify.keep_h * G_TIME_SPAN_HOUR;
  for (guint i = 0; i < events->len; i++) {
    const PmEvent *event = &g_array_index (events, PmEvent, i);
    const char *grouping = NULL;
    g_autoptr (PmNotice) notice = pm_notice_of_event (event, &grouping);
    if (notice != NULL && event->time_us >= oldest_us &&
        !enqueue_notice (self, grouping, notice, arena, now_us, error))
      return FALSE;
  }
  return pm_registry_outbox_told_prune (self->registry, now_us - TOLD_KEPT_US, error) &&
         pm_registry_outbox_cursor_put (self->registry, last, error);
}

static gboolean
begin_at_end (const PmEnqueue *self, gint64 *ret_place, GError **error)
{
  return pm_registry_last_event (self->registry, ret_place, error) &&
         pm_registry_outbox_cursor_put (self->registry, *ret_place, error);
}

/* A page that tells nobody anything moves the stored place on only now and then: a log that is
 * written to all the time must not make us write as well. */
static gboolean
is_worth_writing (const GArray *events)
{
  for (guint i = 0; i < events->len; i++) {
    const char *grouping;
    g_autoptr (PmNotice) notice =
        pm_notice_of_event (&g_array_index (events, PmEvent, i), &grouping);
    if (notice != NULL)
      return TRUE;
  }
  return FALSE;
}

static gboolean
take_page (const PmEnqueue *self, const GArray *events, gint64 last, PmArena *arena, gint64 now_us,
           GError **error)
{
  if (!pm_registry_begin (self->registry, PM_DURABILITY_DECISION, error))
    return FALSE;
  if (enqueue_page (self, events, last, arena, now_us, error))
    return pm_registry_commit (self->registry, error);
  pm_registry_rollback (self->registry);
  return FALSE;
}

static gboolean
find_place (PmEnqueue *self, GError **error)
{
  gint64 place = 0;
  if (self->seen >= 0)
    return TRUE;
  if (!pm_registry_outbox_cursor (self->registry, &place, error) ||
      (place < 0 && !begin_at_end (self, &place, error)))
    return FALSE;
  self->seen = self->written = place;
  return TRUE;
}

gboolean
pm_enqueue_events (PmEnqueue *self, gint64 now_us, GError **error)
{
  if (!find_place (self, error))
    return FALSE;
  for (;;) {
    gint64 last = 0;
    g_autoptr (PmArena) arena = pm_arena_new ();
    g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (PmEvent));
    if (!pm_registry_outbox_events (self->registry, self->seen, PAGE, arena, events, &last, error))
      return FALSE;
    if (last == self->seen)
      return TRUE;
    gboolean must_write = last - self->written >= PAGE || is_worth_writing (events);
    if (must_write && !take_page (self, events, last, arena, now_us, error))
      return FALSE;
    self->seen = last;
    self->written = must_write ? last : self->written;
  }
}

gboolean
pm_enqueue_forget (PmRegistry *registry, GError **error)
{
  gint64 cursor = -1;
  return pm_registry_outbox_cursor (registry, &cursor, error) &&
         (cursor < 0 || pm_registry_outbox_cursor_put (registry, -1, error));
}
