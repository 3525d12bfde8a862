/* DESIGN
 * The main loop has the monitor, the thread the registry. Batches go one way, under a mutex, every
 * FLUSH_S or, when some service is judged otherwise than before, SOON_MS later, so that services
 * which fail together are one batch; checks come back whenever the thread has looked at the
 * registry. It looks when a socket came or went on a declared port, when an event tells that
 * services changed, and every LOOK_US in any case. What was seen is written down before that, since
 * people wait for it; what follows for the status of services waits for the next TICK_US.
 *
 * An answer counts once the sockets were looked at behind it (health/monitor.h), so each look is
 * told to the monitor, whatever it found.
 *
 * A batch that could not be written is kept and tried with the next one; the book is begun anew,
 * since nobody knows what it has in memory only. */

#include "daemon/vitals.h"

#include <string.h>

#include "verbs/health-book.h"
#include "verbs/live.h"

#define FLUSH_S 10
#define SOON_MS 100
#define TICK_US G_USEC_PER_SEC
#define LOOK_US (60 * G_USEC_PER_SEC)
#define MOST_BATCHES 1000 /* older ones are dropped: the registry cannot be written */

typedef struct {
  gint64 looked_us;   /* monotonic: when the sockets were looked at; 0: they were not */
  PmCheckSet *checks; /* NULL: none new */
  GArray *known;      /* of PmHealthState */
  PmArena *arena;     /* of their text */
  GError *error;
} Result;

struct PmVitals {
  char *state_dir;
  PmConfig *config;
  PmVitalsFailed failed;
  gpointer data;
  PmHealthMonitor *monitor;
  guint on_flush, on_soon;
  GMainContext *main;
  GThread *thread;
  GMutex mutex;
  GCond wake;
  GQueue batches;   /* of PmHealthBatch, under the mutex */
  GQueue results;   /* of Result, under the mutex */
  GSource *telling; /* under the mutex */
  gboolean is_stopping;

  /* The thread's own. */
  PmContext *context;
  PmHealthBook *book;
  gint64 last_event;
  gint64 looked_us; /* at services; 0: not yet, so the book knows none */
  gboolean wants_look;
};

/* --- the thread: what is declared, and what runs --- */

static gboolean
ensure_book (PmVitals *v, GError **error)
{
  if (v->context == NULL) {
    v->context = pm_context_join (v->state_dir, v->config, error);
    if (v->context == NULL || !pm_registry_last_event (v->context->registry, &v->last_event, error))
      return FALSE;
  }
  if (v->book != NULL)
    return TRUE;
  v->looked_us = 0;
  v->book = pm_health_book_new (v->context, error);
  return v->book != NULL;
}

/* Whether it tells of services otherwise than we do ourselves. */
static gboolean
is_of_interest (const PmEvent *event)
{
  return (g_str_has_prefix (event->event, "service.") &&
          strstr (event->data, "\"changeType\":\"status\"") == NULL) ||
         g_str_has_prefix (event->event, "scan.");
}

static gboolean
have_services_changed (PmVitals *v)
{
  gboolean found = FALSE;
  guint n;
  do {
    g_autoptr (PmArena) arena = pm_arena_new ();
    g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (PmEvent));
    if (!pm_registry_events (v->context->registry, v->last_event, 500, arena, events, NULL))
      return found;
    n = events->len;
    for (guint i = 0; i < n; i++) {
      const PmEvent *event = &g_array_index (events, PmEvent, i);
      v->last_event = event->id;
      found = found || is_of_interest (event);
    }
  } while (n == 500);
  return found;
}

static gboolean
is_look_due (const PmVitals *v)
{
  gint64 since_us = g_get_monotonic_time () - v->looked_us;
  return v->looked_us == 0 || since_us >= LOOK_US || (v->wants_look && since_us >= TICK_US);
}

static void
keep_known (PmVitals *v, Result *result)
{
  result->known = pm_health_book_states (v->book);
  result->arena = pm_arena_new ();
  for (guint i = 0; i < result->known->len; i++) {
    PmHealthState *state = &g_array_index (result->known, PmHealthState, i);
    state->cause = pm_arena_strdup (result->arena, state->cause);
    state->kind = state->target = "";
  }
}

static gboolean
look (PmVitals *v, Result *result, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = NULL;
  gboolean is_wanted = have_services_changed (v) || is_look_due (v);
  gint64 looked_us = g_get_monotonic_time ();
  if (!pm_verb_live_refresh (v->context, is_wanted, NULL, &snapshot, error))
    return FALSE;
  result->looked_us = looked_us;
  if (snapshot == NULL)
    return TRUE;
  g_clear_pointer (&result->checks, pm_check_set_unref);
  g_clear_pointer (&result->known, g_array_unref);
  g_clear_pointer (&result->arena, pm_arena_free);
  if (!pm_health_book_look (v->book, snapshot, &result->checks, error))
    return FALSE;
  keep_known (v, result);
  v->looked_us = g_get_monotonic_time ();
  v->wants_look = FALSE;
  return TRUE;
}

/* --- the thread: what was seen --- */

static gboolean
store (PmVitals *v, GQueue *batches, GError **error)
{
  while (!g_queue_is_empty (batches)) {
    gboolean changed;
    if (!pm_health_book_store (v->book, g_queue_peek_head (batches), &changed, error))
      return FALSE;
    /* What answers is active, and what does not may not be. */
    v->wants_look |= changed;
    pm_health_batch_free (g_queue_pop_head (batches));
  }
  return TRUE;
}

static void
result_free (Result *result)
{
  pm_check_set_unref (result->checks);
  g_clear_pointer (&result->known, g_array_unref);
  pm_arena_free (result->arena);
  g_clear_error (&result->error);
  g_free (result);
}

static Result *
do_round (PmVitals *v, GQueue *batches)
{
  Result *result = g_new0 (Result, 1);
  GError **error = &result->error;
  if (ensure_book (v, error) && (v->looked_us != 0 || look (v, result, error)) &&
      store (v, batches, error) && look (v, result, error))
    return result;
  g_clear_pointer (&v->book, pm_health_book_free);
  return result;
}

/* --- between the two --- */

static gboolean
tell (gpointer data)
{
  PmVitals *v = data;
  for (;;) {
    g_mutex_lock (&v->mutex);
    Result *result = g_queue_pop_head (&v->results);
    if (result == NULL)
      g_clear_pointer (&v->telling, g_source_unref);
    g_mutex_unlock (&v->mutex);
    if (result == NULL)
      return G_SOURCE_REMOVE;
    if (result->checks != NULL)
      pm_health_monitor_set (v->monitor, result->checks,
                             (const PmHealthState *) (void *) result->known->data,
                             result->known->len);
    if (result->looked_us != 0)
      pm_health_monitor_confirm (v->monitor, result->looked_us);
    if (result->error != NULL)
      v->failed (result->error, v->data);
    result_free (result);
  }
}

/* Under the mutex. */
static void
hand_over (PmVitals *v, Result *result)
{
  g_queue_push_tail (&v->results, result);
  if (v->telling != NULL)
    return;
  v->telling = g_idle_source_new ();
  g_source_set_priority (v->telling, G_PRIORITY_DEFAULT);
  g_source_set_callback (v->telling, tell, v, NULL);
  g_source_attach (v->telling, v->main);
}

/* Under the mutex: what could not be written comes before what was seen since. */
static void
put_back (PmVitals *v, GQueue *batches)
{
  while (!g_queue_is_empty (batches))
    g_queue_push_head (&v->batches, g_queue_pop_tail (batches));
  while (v->batches.length > MOST_BATCHES)
    pm_health_batch_free (g_queue_pop_head (&v->batches));
}

static void
wait_for_work (PmVitals *v, gint64 until_us)
{
  while (!v->is_stopping && g_queue_is_empty (&v->batches))
    if (!g_cond_wait_until (&v->wake, &v->mutex, until_us))
      return;
}

static gpointer
work (gpointer data)
{
  PmVitals *v = data;
  gboolean has_failed = FALSE;
  g_mutex_lock (&v->mutex);
  for (;;) {
    gint64 until_us = g_get_monotonic_time () + TICK_US;
    /* What failed is not tried again at once. */
    if (has_failed)
      while (!v->is_stopping && g_cond_wait_until (&v->wake, &v->mutex, until_us))
        ;
    else
      wait_for_work (v, until_us);
    gboolean is_last = v->is_stopping;
    GQueue batches = v->batches;
    g_queue_init (&v->batches);
    g_mutex_unlock (&v->mutex);
    Result *result = do_round (v, &batches);
    g_mutex_lock (&v->mutex);
    has_failed = result->error != NULL;
    put_back (v, &batches);
    hand_over (v, result);
    if (is_last)
      break;
  }
  g_mutex_unlock (&v->mutex);
  return NULL;
}

/* --- the main loop --- */

static void
flush (PmVitals *v)
{
  PmHealthBatch *batch = pm_health_monitor_take (v->monitor);
  g_mutex_lock (&v->mutex);
  g_queue_push_tail (&v->batches, batch);
  g_cond_signal (&v->wake);
  g_mutex_unlock (&v->mutex);
}

static gboolean
on_flush (gpointer data)
{
  flush (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_soon (gpointer data)
{
  PmVitals *v = data;
  v->on_soon = 0;
  flush (v);
  return G_SOURCE_REMOVE;
}

static void
on_changed (gpointer data)
{
  PmVitals *v = data;
  if (v->on_soon == 0)
    v->on_soon = g_timeout_add (SOON_MS, on_soon, v);
}

const PmHealthCounters *
pm_vitals_counters (const PmVitals *v)
{
  return pm_health_monitor_counters (v->monitor);
}

void
pm_vitals_restarted (PmVitals *v, gint64 service_id)
{
  pm_health_monitor_hurry (v->monitor, service_id);
}

PmVitals *
pm_vitals_new (const char *state_dir, PmConfig *config, PmVitalsFailed failed, gpointer data)
{
  PmVitals *v = g_new0 (PmVitals, 1);
  v->state_dir = g_strdup (state_dir);
  v->config = pm_config_ref (config);
  v->failed = failed;
  v->data = data;
  v->main = g_main_context_ref_thread_default ();
  v->monitor = pm_health_monitor_new (config->scan.sockets, on_changed, v);
  v->on_flush = g_timeout_add_seconds (FLUSH_S, on_flush, v);
  g_mutex_init (&v->mutex);
  g_cond_init (&v->wake);
  g_queue_init (&v->batches);
  g_queue_init (&v->results);
  v->thread = g_thread_new ("vitals", work, v);
  return v;
}

static void
stop_thread (PmVitals *v)
{
  flush (v);
  g_mutex_lock (&v->mutex);
  v->is_stopping = TRUE;
  g_cond_signal (&v->wake);
  g_mutex_unlock (&v->mutex);
  g_thread_join (v->thread);
}

void
pm_vitals_free (PmVitals *v)
{
  if (v == NULL)
    return;
  stop_thread (v);
  g_clear_handle_id (&v->on_flush, g_source_remove);
  g_clear_handle_id (&v->on_soon, g_source_remove);
  if (v->telling != NULL) {
    g_source_destroy (v->telling);
    g_source_unref (v->telling);
  }
  while (!g_queue_is_empty (&v->results))
    result_free (g_queue_pop_head (&v->results));
  while (!g_queue_is_empty (&v->batches))
    pm_health_batch_free (g_queue_pop_head (&v->batches));
  pm_health_book_free (v->book);
  pm_context_free (v->context);
  pm_health_monitor_free (v->monitor);
  g_cond_clear (&v->wake);
  g_mutex_clear (&v->mutex);
  g_main_context_unref (v->main);
  pm_config_unref (v->config);
  g_free (v->state_dir);
  g_free (v);
}
