/* DESIGN
 * On the thread: one tail of the event log, and one Way for each channel that is configured. A way
 * is a state machine with one step function:
 *
 *   idle ── something is due ──→ attempt written down ──→ sending ──→ result written down ──→ idle
 *     └──── nothing is due: a timer until something will be, or until a backoff or the hour is over
 *
 * A registry that cannot be written just now leaves everything where it is; the way looks again
 * after a while. */

#include "notify/notifier.h"

#include "notify/channel.h"
#include "notify/enqueue.h"
#include "notify/timing.h"
#include "registry/outbox.h"
#include "registry/tail.h"

#define LOOK_AGAIN_US (5 * G_TIME_SPAN_SECOND)
#define LONGEST_SLEEP_US (60 * G_TIME_SPAN_SECOND)
#define MOST_REFUSALS 3

struct PmNotifier {
  char *state_dir;
  PmConfig *config;
  char *dashboard;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;

  /* The thread's alone. */
  PmRegistry *registry;
  PmEnqueue enqueue;
  PmHttpClient *http;
  GPtrArray *ways;
  GSource *again;       /* looks at the log once more; NULL: it could be read */
  gboolean is_troubled; /* the registry could not be written the last time */
};

typedef struct {
  PmNotifier *notifier;
  const PmChannelType *type;
  PmChannel *channel;
  GSource *timer;
  guint failures;       /* in a row */
  gint64 not_before_us; /* monotonic: it backs off */

  /* What is being sent; NULL: nothing is. */
  PmArena *arena;
  PmOutboxEntry entry;
  PmMessage *message;
} Way;

static void step (Way *way);

/* --- trouble with the registry --- */

/* Once until it is over: the log of the program is no place for the same line every 5 s. */
static void
note_trouble (PmNotifier *self, GError *error)
{
  if (error != NULL && !self->is_troubled)
    g_warning ("what is to be told cannot be kept: %s", error->message);
  self->is_troubled = error != NULL;
  g_clear_error (&error);
}

/* --- a channel --- */

static gboolean
on_timer (gpointer data)
{
  Way *way = data;
  g_clear_pointer (&way->timer, g_source_unref);
  step (way);
  return G_SOURCE_REMOVE;
}

static void
sleep_for (Way *way, gint64 wait_us)
{
  gint64 wait_ms = CLAMP (wait_us, 0, LONGEST_SLEEP_US) / 1000 + 1;
  if (way->timer != NULL)
    g_source_destroy (way->timer);
  g_clear_pointer (&way->timer, g_source_unref);
  way->timer = g_timeout_source_new ((guint) wait_ms);
  g_source_set_callback (way->timer, on_timer, way, NULL);
  g_source_attach (way->timer, way->notifier->context);
}

static void
forget_sending (Way *way)
{
  g_clear_pointer (&way->message, pm_message_free);
  g_clear_pointer (&way->arena, pm_arena_free);
}

static gboolean
finish (Way *way, const char *state, const char *cause, gint64 now_us, GError **error)
{
  g_autofree char *title = way->message == NULL ? g_strdup ("") : pm_message_title (way->message);
  PmOutboxResult result = {.channel = way->type->name,
                           .key = way->entry.key,
                           .grouping = way->entry.grouping,
                           .severity = way->entry.severity,
                           .title = title,
                           .state = state,
                           .time_us = now_us,
                           .attempts = way->entry.attempts,
                           .cause = cause == NULL ? "" : cause};
  return pm_registry_outbox_finish (way->notifier->registry, way->entry.id, &result, error);
}

/* It is tried again, or, when it has been often or long enough, dropped. */
static gboolean
put_back (Way *way, const PmDelivery *delivery, gint64 now_us, GError **error)
{
  gboolean is_refused = delivery->outcome == PM_DELIVERY_REFUSED;
  gint64 keep_us = way->notifier->config->notify.keep_h * G_TIME_SPAN_HOUR;
  gint64 wait_us = MAX (
      delivery->wait_s * G_TIME_SPAN_SECOND,
      pm_timing_backoff_us (is_refused ? way->entry.attempts : way->failures, g_random_double ()));
  /* One that is refused makes room for the others; a receiver that is not there has none. */
  gint64 not_before_us = is_refused ? now_us + wait_us : way->entry.not_before_us;
  if (!is_refused)
    way->not_before_us = g_get_monotonic_time () + wait_us;
  if (!pm_registry_outbox_failed (way->notifier->registry, &way->entry, not_before_us,
                                  delivery->cause, now_us, error))
    return FALSE;
  if (is_refused && way->entry.attempts >= MOST_REFUSALS)
    return finish (way, "dropped", delivery->cause, now_us, error);
  return now_us - way->entry.created_us < keep_us ||
         finish (way, "dropped", delivery->cause, now_us, error);
}

static void
on_delivered (const PmDelivery *delivery, gpointer data)
{
  Way *way = data;
  GError *error = NULL;
  gint64 now_us = g_get_real_time ();
  gboolean is_sent = delivery->outcome == PM_DELIVERY_SENT;
  if (delivery->outcome != PM_DELIVERY_LATER)
    way->failures = 0;
  else if (way->failures++ == 0)
    g_warning ("%s: %s; tried again", way->type->name, delivery->cause);
  gboolean fine = is_sent ? finish (way, "sent", delivery->cause, now_us, &error)
                          : put_back (way, delivery, now_us, &error);
  note_trouble (way->notifier, error);
  forget_sending (way);
  /* Never from within the channel's own call. */
  sleep_for (way, fine ? 0 : LOOK_AGAIN_US);
}

/* How long the channel has to keep still: it backs off, or has said enough this hour. */
static gboolean
find_pause (Way *way, gint64 now_us, gint64 *ret_pause_us, GError **error)
{
  gint64 sent_us = 0;
  guint most = (guint) way->notifier->config->notify.most_per_hour;
  if (!pm_registry_outbox_sent_at (way->notifier->registry, way->type->name, "", most, &sent_us,
                                   error))
    return FALSE;
  gint64 backoff_us = way->not_before_us - g_get_monotonic_time ();
  gint64 hour_us = sent_us == 0 ? 0 : MIN (sent_us, now_us) + G_TIME_SPAN_HOUR - now_us;
  *ret_pause_us = MAX (0, MAX (backoff_us, hour_us));
  return TRUE;
}

static gboolean
take_due (Way *way, gint64 now_us, gint64 *ret_wait_us, GError **error)
{
  gboolean found = FALSE;
  gint64 next_us = 0;
  PmRegistry *registry = way->notifier->registry;
  if (!find_pause (way, now_us, ret_wait_us, error))
    return FALSE;
  if (*ret_wait_us > 0)
    return TRUE;
  way->arena = pm_arena_new ();
  if (!pm_registry_outbox_due (registry, way->type->name, now_us, way->arena, &way->entry, &found,
                               &next_us, error))
    return FALSE;
  *ret_wait_us = next_us == 0 ? LONGEST_SLEEP_US : MAX (next_us - now_us, 0);
  if (!found)
    return TRUE;
  if (!pm_registry_outbox_attempt (registry, way->entry.id, error))
    return FALSE;
  way->entry.attempts++;
  way->message = pm_message_from_json (way->entry.message);
  return way->message != NULL || finish (way, "dropped", "it cannot be read", now_us, error);
}

static void
step (Way *way)
{
  GError *error = NULL;
  gint64 wait_us = LOOK_AGAIN_US;
  if (way->message != NULL)
    return;
  gboolean fine = take_due (way, g_get_real_time (), &wait_us, &error);
  note_trouble (way->notifier, error);
  if (fine && way->message != NULL) {
    way->type->send (way->channel, way->message, on_delivered, way);
    return;
  }
  forget_sending (way);
  sleep_for (way, fine ? wait_us : LOOK_AGAIN_US);
}

static void
way_free (gpointer data)
{
  Way *way = data;
  way->type->free (way->channel);
  if (way->timer != NULL)
    g_source_destroy (way->timer);
  g_clear_pointer (&way->timer, g_source_unref);
  forget_sending (way);
  g_free (way);
}

/* --- the log --- */

static gboolean on_again (gpointer data);

static void
read_log (PmNotifier *self)
{
  GError *error = NULL;
  gboolean fine = pm_enqueue_events (&self->enqueue, g_get_real_time (), &error);
  note_trouble (self, error);
  for (guint i = 0; i < self->ways->len; i++)
    step (g_ptr_array_index (self->ways, i));
  if (fine || self->again != NULL)
    return;
  self->again = g_timeout_source_new (LOOK_AGAIN_US / 1000);
  g_source_set_callback (self->again, on_again, self, NULL);
  g_source_attach (self->again, self->context);
}

static gboolean
on_again (gpointer data)
{
  PmNotifier *self = data;
  g_clear_pointer (&self->again, g_source_unref);
  read_log (self);
  return G_SOURCE_REMOVE;
}

static void
on_change (gpointer data)
{
  read_log (data);
}

/* --- the thread --- */

static void
make_ways (PmNotifier *self)
{
  self->ways = g_ptr_array_new_with_free_func (way_free);
  for (const PmChannelType *const *type = pm_channel_types ();
       *type != NULL && self->config->notify.enabled; type++) {
    if (!(*type)->is_configured (self->config))
      continue;
    Way *way = g_new0 (Way, 1);
    way->notifier = self;
    way->type = *type;
    way->channel = (*type)->new (self->config, self->http);
    g_ptr_array_add (self->ways, way);
  }
}

static PmRegistry *
open_registry (const PmNotifier *self)
{
  g_autoptr (GError) error = NULL;
  PmRegistryOptions options = {.state_directory = self->state_dir,
                               .url = self->config->registry.url,
                               .host = self->config->registry.host,
                               .may_be_away = TRUE};
  PmRegistry *registry = pm_registry_open (&options, &error);
  if (registry == NULL)
    g_warning ("nobody is told anything: %s", error->message);
  return registry;
}

static void
work (PmNotifier *self)
{
  PmTail *tail = pm_tail_new (self->registry, on_change, self);
  self->enqueue = (PmEnqueue){
      .registry = self->registry, .config = self->config, .dashboard = self->dashboard, .seen = -1};
  read_log (self);
  g_main_loop_run (self->loop);
  pm_tail_free (tail);
}

static gboolean
forget (gpointer data)
{
  PmNotifier *self = data;
  GError *error = NULL;
  gboolean fine = pm_enqueue_forget (self->registry, &error);
  note_trouble (self, error);
  if (fine)
    g_main_loop_quit (self->loop);
  return fine ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* Once, as soon as the registry can be written. */
static void
keep_still (PmNotifier *self)
{
  if (!forget (self))
    return;
  self->again = g_timeout_source_new (LOOK_AGAIN_US / 1000);
  g_source_set_callback (self->again, forget, self, NULL);
  g_source_attach (self->again, self->context);
  g_main_loop_run (self->loop);
}

static gpointer
run (gpointer data)
{
  PmNotifier *self = data;
  g_main_context_push_thread_default (self->context);
  self->registry = open_registry (self);
  self->http = pm_http_client_new ();
  make_ways (self);
  if (self->registry != NULL && self->ways->len > 0)
    work (self);
  else if (self->registry != NULL)
    keep_still (self);
  g_ptr_array_unref (self->ways);
  pm_http_client_free (self->http);
  if (self->again != NULL)
    g_source_destroy (self->again);
  g_clear_pointer (&self->again, g_source_unref);
  pm_registry_close (self->registry);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

PmNotifier *
pm_notifier_new (const PmNotifierOptions *options)
{
  PmNotifier *self = g_new0 (PmNotifier, 1);
  self->state_dir = g_strdup (options->state_dir);
  self->config = pm_config_ref (options->config);
  self->dashboard = g_strdup (options->dashboard);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("notifier", run, self);
  return self;
}

static gboolean
on_quit (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

void
pm_notifier_free (PmNotifier *self)
{
  if (self == NULL)
    return;
  /* In the loop itself: one that does not run yet would forget to be quit. */
  g_autoptr (GSource) quit = g_idle_source_new ();
  g_source_set_callback (quit, on_quit, self->loop, NULL);
  g_source_attach (quit, self->context);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  pm_config_unref (self->config);
  g_free (self->dashboard);
  g_free (self->state_dir);
  g_free (self);
}
