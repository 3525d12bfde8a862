/* DESIGN
 * kept: the newest events, by id, complete behind kept_from. A stream's place is the id of the last
 * event that it passed, sent or not; what comes next is found by bisection. A stream whose place is
 * before kept_from reads a page of its own from the log.
 *
 * Events are read a page for each turn of the main loop, so that a scan that writes thousands of
 * them gives the streams time to send. */

#include "api/event-hub.h"

#include <string.h>

#include "api/event-text.h"
#include "registry/records.h"
#include "registry/tail.h"

#define READ_AT_ONCE 500
#define OPENING "retry: 1000\n"
#define UNKNOWN (-1)

struct PmEventHub {
  PmContext *context;
  PmTail *tail;
  GPtrArray *kept; /* of PmEventText, by id */
  gsize kept_bytes;
  gint64 kept_from;
  gint64 newest;     /* UNKNOWN: the registry has been away since the start */
  GPtrArray *told;   /* of PmEventText, those of pm_event_hub_tell */
  guint64 n_told;    /* all that there ever were; the last told->len of them are kept */
  PmEventText *held; /* what holds now; NULL nothing */
  GQueue streams;    /* of Stream */
  guint on_more, on_second;
  PmEventHubCounts counts;
  GHashTable *names; /* name → guint64, how many */
};

/* The names are the program's own; should a registry hold more, they count as one. */
#define MOST_NAMES 200
#define OTHER_NAME "other"

#define MOST_TOLD 64

typedef struct {
  PmEventHub *hub;
  PmHttpStream *stream;
  PmEventFilter *filter;
  gint64 token_id; /* whose it is; 0 nobody's */
  gint64 after;
  guint64 n_told;       /* so many of the hub's it has passed */
  GPtrArray *page;      /* of PmEventText: what it reads of the log itself; NULL none */
  guint next;           /* in the page */
  gint64 page_us;       /* when it was read */
  GPtrArray *opening;   /* of PmEventText: what is sent first */
  PmEventText *sending; /* NULL: nothing */
  gsize sent;           /* of it */
  gint64 last_us;       /* when something was sent */
  gboolean is_live;     /* it has been where the log ends */
  gboolean is_over;
  gboolean wants_more; /* it stopped to give way, not for want of events */
  guint on_again;      /* source that wakes it then */
  gboolean is_due;     /* a heartbeat is */
  GList link;
} Stream;

/* --- what is kept --- */

static void
unref_text (gpointer text)
{
  pm_event_text_unref (text);
}

/* The index of the first that is behind `after`. */
static guint
first_behind (const GPtrArray *texts, gint64 after)
{
  guint low = 0, high = texts->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (((const PmEventText *) texts->pdata[middle])->id > after)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/* A quarter at a time: moving the rest costs. */
static void
forget_oldest (PmEventHub *hub)
{
  while (hub->kept->len > 1 &&
         (hub->kept->len > PM_EVENTS_MOST_KEPT || hub->kept_bytes > PM_EVENTS_MOST_KEPT_BYTES)) {
    guint n = MAX (hub->kept->len / 4, 1);
    for (guint i = 0; i < n; i++)
      hub->kept_bytes -= ((const PmEventText *) hub->kept->pdata[i])->length;
    hub->kept_from = ((const PmEventText *) hub->kept->pdata[n - 1])->id;
    g_ptr_array_remove_range (hub->kept, 0, n);
  }
}

static GPtrArray *
read_log (PmEventHub *hub, gint64 after, guint limit, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) events = g_array_new (FALSE, TRUE, sizeof (PmEvent));
  if (!pm_registry_events (hub->context->registry, after, limit, arena, events, error))
    return NULL;
  GPtrArray *texts = g_ptr_array_new_with_free_func (unref_text);
  for (guint i = 0; i < events->len; i++) {
    const PmEvent *event = &g_array_index (events, PmEvent, i);
    g_ptr_array_add (texts, pm_event_text_new (event->id, event->event, event->data));
  }
  return texts;
}

static void
count_name (PmEventHub *hub, const char *name)
{
  guint64 *count = g_hash_table_lookup (hub->names, name);
  if (count == NULL && g_hash_table_size (hub->names) >= MOST_NAMES)
    name = OTHER_NAME;
  if (count == NULL)
    count = g_hash_table_lookup (hub->names, name);
  if (count == NULL) {
    count = g_new0 (guint64, 1);
    g_hash_table_insert (hub->names, g_strdup (name), count);
  }
  (*count)++;
}

/* Whether there may be more. A log that cannot be read just now is read with the next commit. */
static gboolean
keep_more (PmEventHub *hub)
{
  g_autoptr (GPtrArray) texts = read_log (hub, hub->newest, READ_AT_ONCE, NULL);
  if (texts == NULL || texts->len == 0)
    return FALSE;
  gboolean more = texts->len == READ_AT_ONCE;
  hub->counts.events += texts->len;
  for (guint i = 0; i < texts->len; i++) {
    PmEventText *text = texts->pdata[i];
    hub->kept_bytes += text->length;
    hub->newest = text->id;
    count_name (hub, text->event);
    g_ptr_array_add (hub->kept, pm_event_text_ref (text));
  }
  forget_oldest (hub);
  return more;
}

static void
wake_all (PmEventHub *hub)
{
  for (GList *l = hub->streams.head; l != NULL; l = l->next)
    pm_http_stream_wake (((Stream *) l->data)->stream);
}

static gboolean
go_on (gpointer data)
{
  PmEventHub *hub = data;
  gint64 before = hub->newest;
  gboolean more = keep_more (hub);
  if (hub->newest != before)
    wake_all (hub);
  if (!more)
    hub->on_more = 0;
  return more;
}

/* Most who come back were away for a moment only. */
gboolean
pm_event_hub_begin (PmEventHub *hub, GError **error)
{
  gint64 newest;
  if (hub->newest != UNKNOWN)
    return TRUE;
  if (!pm_registry_last_event (hub->context->registry, &newest, error))
    return FALSE;
  hub->kept_from = hub->newest = MAX (newest - PM_EVENTS_MOST_KEPT / 4, 0);
  while (keep_more (hub))
    ;
  hub->counts.events = 0;
  g_hash_table_remove_all (hub->names);
  return TRUE;
}

static void
on_change (gpointer data)
{
  PmEventHub *hub = data;
  if (hub->newest == UNKNOWN) {
    pm_event_hub_begin (hub, NULL);
    return;
  }
  if (hub->on_more == 0 && go_on (hub))
    hub->on_more = g_idle_add (go_on, hub);
}

/* --- a stream --- */

static gboolean
wants (const Stream *stream, PmEventText *text)
{
  const char *const *projects =
      pm_event_filter_has_project (stream->filter) ? pm_event_text_projects (text) : NULL;
  return pm_event_filter_matches (stream->filter, text->event, projects);
}

static gboolean
send (Stream *stream, PmEventText *text)
{
  pm_event_text_unref (stream->sending);
  stream->sending = pm_event_text_ref (text);
  stream->sent = 0;
  return TRUE;
}

static gboolean
send_opening (Stream *stream)
{
  if (stream->opening->len == 0)
    return FALSE;
  send (stream, stream->opening->pdata[0]);
  g_ptr_array_remove_index (stream->opening, 0);
  return TRUE;
}

static gboolean
send_kept (Stream *stream)
{
  const GPtrArray *kept = stream->hub->kept;
  for (guint i = first_behind (kept, stream->after); i < kept->len; i++) {
    PmEventText *text = kept->pdata[i];
    stream->after = text->id;
    if (wants (stream, text))
      return send (stream, text);
  }
  stream->after = MAX (stream->after, stream->hub->newest);
  stream->is_live = TRUE;
  return FALSE;
}

static void
read_page (Stream *stream)
{
  g_clear_pointer (&stream->page, g_ptr_array_unref);
  stream->page = read_log (stream->hub, stream->after, PM_EVENTS_PAGE, NULL);
  stream->next = 0;
  stream->page_us = g_get_monotonic_time ();
  if (stream->page == NULL || stream->page->len == 0)
    stream->is_over = TRUE; /* the log cannot be read, or was cut: it may come back */
}

static gboolean
send_page (Stream *stream)
{
  while (stream->page != NULL && stream->next < stream->page->len) {
    PmEventText *text = stream->page->pdata[stream->next++];
    stream->after = text->id;
    if (wants (stream, text))
      return send (stream, text);
  }
  return FALSE;
}

/* What is behind its place, from what is kept or from the log. */
static gboolean
send_logged (Stream *stream)
{
  if (send_page (stream))
    return TRUE;
  if (stream->after >= stream->hub->kept_from) {
    g_clear_pointer (&stream->page, g_ptr_array_unref);
    return send_kept (stream);
  }
  if (stream->is_live) {
    stream->hub->counts.dropped++;
    stream->is_over = TRUE;
    return FALSE;
  }
  read_page (stream);
  /* One page in a turn of the main loop, wanted or not. */
  if (!stream->is_over && !send_page (stream)) {
    stream->wants_more = TRUE;
    return FALSE;
  }
  return !stream->is_over;
}

static gboolean
send_told (Stream *stream)
{
  const PmEventHub *hub = stream->hub;
  guint64 first = hub->n_told - hub->told->len;
  stream->n_told = MAX (stream->n_told, first);
  while (stream->n_told < hub->n_told) {
    PmEventText *text = hub->told->pdata[stream->n_told++ - first];
    if (wants (stream, text))
      return send (stream, text);
  }
  return FALSE;
}

static gboolean
send_heartbeat (Stream *stream)
{
  if (!stream->is_due)
    return FALSE;
  g_autoptr (PmEventText) heartbeat = pm_event_text_raw (":\n\n");
  stream->is_due = FALSE;
  return send (stream, heartbeat);
}

static gsize
copy (Stream *stream, char *buffer, gsize size)
{
  gsize length = MIN (size, stream->sending->length - stream->sent);
  memcpy (buffer, stream->sending->bytes + stream->sent, length);
  stream->sent += length;
  if (stream->sent == stream->sending->length)
    g_clear_pointer (&stream->sending, pm_event_text_unref);
  return length;
}

static gboolean
again (gpointer data)
{
  Stream *stream = data;
  stream->on_again = 0;
  pm_http_stream_wake (stream->stream);
  return G_SOURCE_REMOVE;
}

static gssize
on_read (gpointer data, char *buffer, gsize size)
{
  Stream *stream = data;
  gsize used = 0;
  stream->wants_more = FALSE;
  while (used < size && !stream->is_over && !stream->wants_more) {
    if (stream->sending == NULL && !send_opening (stream) && !send_logged (stream) &&
        (stream->wants_more || stream->is_over ||
         (!send_told (stream) && !send_heartbeat (stream))))
      break;
    used += copy (stream, buffer + used, size - used);
  }
  if (used > 0) {
    stream->last_us = g_get_monotonic_time ();
    return (gssize) used;
  }
  if (stream->wants_more && stream->on_again == 0)
    stream->on_again = g_idle_add (again, stream);
  return stream->is_over ? PM_HTTP_STREAM_END : 0;
}

static void
on_closed (gpointer data)
{
  Stream *stream = data;
  if (stream->on_again != 0)
    g_source_remove (stream->on_again);
  g_queue_unlink (&stream->hub->streams, &stream->link);
  pm_event_filter_free (stream->filter);
  pm_event_text_unref (stream->sending);
  g_ptr_array_unref (stream->opening);
  if (stream->page != NULL)
    g_ptr_array_unref (stream->page);
  g_free (stream);
}

/* With the id from which to resume, in case that nothing else comes. */
static void
add_opening (Stream *stream, const char *event, gint64 id)
{
  g_autofree char *text = g_strdup_printf (
      OPENING "id: %" G_GINT64_FORMAT "\nevent: %s\ndata: {\"newest\":%" G_GINT64_FORMAT "}\n\n",
      id, event, stream->hub->newest);
  g_ptr_array_add (stream->opening, pm_event_text_raw (text));
}

void
pm_event_hub_subscribe (PmEventHub *hub, PmHttpRequest *request, gint64 token_id, gint64 after,
                        PmEventFilter *filter)
{
  Stream *stream = g_new0 (Stream, 1);
  gboolean is_ahead = after > hub->newest;
  stream->hub = hub;
  stream->token_id = token_id;
  stream->filter = filter;
  stream->after = after < 0 || is_ahead ? hub->newest : after;
  stream->n_told = hub->n_told;
  stream->opening = g_ptr_array_new_with_free_func (unref_text);
  stream->last_us = g_get_monotonic_time ();
  add_opening (stream, "stream.opened", stream->after);
  if (is_ahead)
    add_opening (stream, "stream.reset", stream->after);
  if (hub->held != NULL && wants (stream, hub->held))
    g_ptr_array_add (stream->opening, pm_event_text_ref (hub->held));
  stream->link.data = stream;
  g_queue_push_tail_link (&hub->streams, &stream->link);
  stream->stream =
      pm_http_respond_stream (request, "text/event-stream", on_read, stream, on_closed);
}

/* --- the hub --- */

void
pm_event_hub_tell (PmEventHub *hub, const char *event, const char *data)
{
  g_ptr_array_add (hub->told, pm_event_text_new (0, event, data));
  hub->n_told++;
  if (hub->told->len > MOST_TOLD)
    g_ptr_array_remove_index (hub->told, 0);
  wake_all (hub);
}

void
pm_event_hub_hold (PmEventHub *hub, const char *event, const char *data)
{
  g_clear_pointer (&hub->held, pm_event_text_unref);
  if (event == NULL)
    return;
  hub->held = pm_event_text_new (0, event, data);
  pm_event_hub_tell (hub, event, data);
}

static gboolean
holds (const GArray *tokens, gint64 id)
{
  gint64 now_us = g_get_real_time ();
  for (guint i = 0; i < tokens->len; i++) {
    const PmToken *token = &g_array_index (tokens, PmToken, i);
    if (token->id == id)
      return token->expires_us == 0 || token->expires_us > now_us;
  }
  return FALSE;
}

/* A token that was taken back, or whose time is over, ends what was opened with it. */
static void
end_of_lost_tokens (PmEventHub *hub)
{
  g_autoptr (PmArena) arena = NULL;
  g_autoptr (GArray) tokens = NULL;
  for (GList *l = hub->streams.head; l != NULL; l = l->next) {
    Stream *stream = l->data;
    if (stream->token_id == 0)
      continue;
    if (tokens == NULL) {
      arena = pm_arena_new ();
      tokens = g_array_new (FALSE, FALSE, sizeof (PmToken));
      if (!pm_registry_tokens (hub->context->registry, arena, tokens, NULL))
        return; /* looked at again in a second */
    }
    stream->is_over |= !holds (tokens, stream->token_id);
  }
}

static gboolean
on_second (gpointer data)
{
  PmEventHub *hub = data;
  gint64 now_us = g_get_monotonic_time ();
  end_of_lost_tokens (hub);
  for (GList *l = hub->streams.head; l != NULL; l = l->next) {
    Stream *stream = l->data;
    stream->is_due = now_us - stream->last_us >= PM_EVENTS_HEARTBEAT_S * G_USEC_PER_SEC;
    if (stream->page != NULL &&
        now_us - stream->page_us >= PM_EVENTS_PAGE_TIMEOUT_S * G_USEC_PER_SEC) {
      hub->counts.dropped++;
      stream->is_over = TRUE;
    }
    if (stream->is_due || stream->is_over)
      pm_http_stream_wake (stream->stream);
  }
  return G_SOURCE_CONTINUE;
}

PmEventHub *
pm_event_hub_new (const PmContext *context, GError **error)
{
  g_autoptr (PmContext) joined =
      pm_context_join_with (context->state_dir, context->config, PM_CONTEXT_PATIENT, error);
  if (joined == NULL)
    return NULL;
  PmEventHub *hub = g_new0 (PmEventHub, 1);
  hub->context = g_steal_pointer (&joined);
  hub->kept = g_ptr_array_new_with_free_func (unref_text);
  hub->told = g_ptr_array_new_with_free_func (unref_text);
  hub->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_queue_init (&hub->streams);
  hub->newest = UNKNOWN;
  hub->tail = pm_tail_new (hub->context->registry, on_change, hub);
  hub->on_second = g_timeout_add_seconds (1, on_second, hub);
  if (!pm_registry_reach (hub->context->registry, NULL) || pm_event_hub_begin (hub, error))
    return hub;
  pm_event_hub_free (hub);
  return NULL;
}

void
pm_event_hub_free (PmEventHub *hub)
{
  if (hub == NULL)
    return;
  g_return_if_fail (hub->streams.length == 0);
  if (hub->on_more != 0)
    g_source_remove (hub->on_more);
  g_source_remove (hub->on_second);
  pm_tail_free (hub->tail);
  pm_event_text_unref (hub->held);
  g_ptr_array_unref (hub->kept);
  g_ptr_array_unref (hub->told);
  g_hash_table_unref (hub->names);
  pm_context_free (hub->context);
  g_free (hub);
}

PmEventHubCounts
pm_event_hub_counts (const PmEventHub *hub)
{
  PmEventHubCounts counts = hub->counts;
  counts.streams = hub->streams.length;
  return counts;
}

void
pm_event_hub_each_name (const PmEventHub *hub,
                        void (*function) (const char *name, guint64 count, gpointer data),
                        gpointer data)
{
  GHashTableIter iter;
  gpointer name, count;
  g_hash_table_iter_init (&iter, hub->names);
  while (g_hash_table_iter_next (&iter, &name, &count))
    function (name, *(const guint64 *) count, data);
}
