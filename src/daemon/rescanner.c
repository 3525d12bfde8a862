/* DESIGN
 * One order, gathered under a mutex: paths, or everything, and things to be written down. The
 * thread takes it as a whole, does it, and hands the result to the main loop. What failed goes back
 * into the order, to be done with the next one. When nothing is left to be done, what the next
 * change will be put into is read into memory. */

#include "daemon/rescanner.h"

#include <string.h>

#include "registry/records.h"
#include "verbs/rescan.h"

/* More paths than that are looked for faster by reading everything. */
#define MOST_PATHS 2000

typedef struct {
  GHashTable *paths; /* set */
  gboolean everything;
  gboolean look;
  GPtrArray *writings; /* kind ('e' or 's'), name, value … */
} Order;

struct PmRescanner {
  char *state_dir;
  PmConfig *config;
  PmRescannedFunc done;
  gpointer data;
  GThread *thread;
  GMainContext *main;
  GMutex mutex;
  GCond wake;
  Order order; /* under the mutex */
  gboolean is_stopping;
  GQueue results; /* of Result, under the mutex */
  GSource *telling;

  /* The thread's own. */
  PmContext *context;
  PmRescan *rescan;
  gboolean is_prepared; /* for the next change, since the last order */
  gint64 last_event;
};

typedef struct {
  PmRescanned told;
  GError *error;
} Result;

/* --- orders --- */

static void
order_init (Order *order)
{
  *order = (Order){
      .paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
      .writings = g_ptr_array_new_with_free_func (g_free),
  };
}

static void
order_clear (Order *order)
{
  g_hash_table_unref (order->paths);
  g_ptr_array_unref (order->writings);
}

static gboolean
order_is_empty (const Order *order)
{
  return !order->everything && !order->look && g_hash_table_size (order->paths) == 0 &&
         order->writings->len == 0;
}

void
pm_rescanner_paths (PmRescanner *rescanner, const char *const *paths)
{
  g_mutex_lock (&rescanner->mutex);
  for (; *paths != NULL; paths++)
    if (!g_hash_table_contains (rescanner->order.paths, *paths))
      g_hash_table_add (rescanner->order.paths, g_strdup (*paths));
  rescanner->order.everything |= g_hash_table_size (rescanner->order.paths) > MOST_PATHS;
  g_cond_signal (&rescanner->wake);
  g_mutex_unlock (&rescanner->mutex);
}

void
pm_rescanner_everything (PmRescanner *rescanner)
{
  g_mutex_lock (&rescanner->mutex);
  rescanner->order.everything = TRUE;
  g_cond_signal (&rescanner->wake);
  g_mutex_unlock (&rescanner->mutex);
}

void
pm_rescanner_look (PmRescanner *rescanner)
{
  g_mutex_lock (&rescanner->mutex);
  rescanner->order.look = TRUE;
  g_cond_signal (&rescanner->wake);
  g_mutex_unlock (&rescanner->mutex);
}

static void
add_writing (PmRescanner *rescanner, const char *kind, const char *name, const char *value)
{
  g_mutex_lock (&rescanner->mutex);
  g_ptr_array_add (rescanner->order.writings, g_strdup (kind));
  g_ptr_array_add (rescanner->order.writings, g_strdup (name));
  g_ptr_array_add (rescanner->order.writings, g_strdup (value));
  g_cond_signal (&rescanner->wake);
  g_mutex_unlock (&rescanner->mutex);
}

void
pm_rescanner_event (PmRescanner *rescanner, const char *event, const char *data)
{
  add_writing (rescanner, "event", event, data);
}

void
pm_rescanner_setting (PmRescanner *rescanner, const char *key, const char *value)
{
  add_writing (rescanner, "setting", key, value);
}

/* --- the thread --- */

static gboolean
ensure_context (PmRescanner *rescanner, GError **error)
{
  if (rescanner->context != NULL)
    return TRUE;
  rescanner->context = pm_context_join (rescanner->state_dir, rescanner->config, error);
  if (rescanner->context == NULL)
    return FALSE;
  rescanner->rescan = pm_rescan_new (rescanner->context);
  return pm_registry_last_event (rescanner->context->registry, &rescanner->last_event, error);
}

static gboolean
write_down (PmRescanner *rescanner, const GPtrArray *writings, GError **error)
{
  PmRegistry *registry = rescanner->context->registry;
  for (guint i = 0; i + 2 < writings->len; i += 3) {
    const char *name = writings->pdata[i + 1], *value = writings->pdata[i + 2];
    gboolean fine =
        g_str_equal (writings->pdata[i], "event")
            ? pm_registry_event_append (registry, name, value, g_get_real_time (), error)
            : pm_registry_setting_put (registry, name, value, error);
    if (!fine)
      return FALSE;
  }
  return TRUE;
}

/* A root that is away is no reason not to read the others. */
static gboolean
read_everything (PmRescanner *rescanner, GError **error)
{
  PmScanReport report;
  g_auto (PmWatched) watched = {0};
  if (!pm_verb_watched (rescanner->context, &watched, error))
    return FALSE;
  if (watched.roots->len == 0)
    return TRUE;
  char **roots = NULL;
  g_ptr_array_add (watched.roots, NULL);
  if (watched.missing->len > 0)
    roots = (char **) watched.roots->pdata;
  return pm_verb_rescan_everything (rescanner->rescan, roots, &report, error);
}

static gboolean
read_paths (PmRescanner *rescanner, GHashTable *paths, gboolean *ret_anything, GError **error)
{
  PmScanReport report = {0};
  g_autoptr (GError) failure = NULL;
  g_autofree char **list = (char **) g_hash_table_get_keys_as_array (paths, NULL);
  *ret_anything = TRUE;
  if (!pm_verb_rescan (rescanner->rescan, (const char *const *) list, &report, &failure)) {
    if (failure->domain == PM_SURVEY_ERROR) /* a root is away */
      return read_everything (rescanner, error);
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  *ret_anything = report.changes.anything;
  return TRUE;
}

#define PAGE 500

/* One page of the log; FALSE at its end. */
static gboolean
look_at_page (PmRescanner *rescanner, gboolean *found)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (PmEvent));
  if (!pm_registry_events (rescanner->context->registry, rescanner->last_event, PAGE, arena, events,
                           NULL))
    return FALSE;
  for (guint i = 0; i < events->len; i++) {
    const PmEvent *event = &g_array_index (events, PmEvent, i);
    rescanner->last_event = event->id;
    *found = *found || g_str_has_prefix (event->event, "root.") ||
             g_str_equal (event->event, "scan.finished");
  }
  return events->len == PAGE;
}

/* Whether anybody scanned, or named or forgot a root, since the last time. */
static gboolean
look_at_events (PmRescanner *rescanner)
{
  gboolean found = FALSE;
  while (look_at_page (rescanner, &found))
    ;
  return found;
}

static gboolean
do_order (PmRescanner *rescanner, const Order *order, Result *result)
{
  gboolean list = order->everything, anything = FALSE;
  if (!ensure_context (rescanner, &result->error) ||
      !write_down (rescanner, order->writings, &result->error))
    return FALSE;
  if (order->everything) {
    if (!read_everything (rescanner, &result->error))
      return FALSE;
  } else if (g_hash_table_size (order->paths) > 0) {
    if (!read_paths (rescanner, order->paths, &anything, &result->error))
      return FALSE;
    list = anything;
  }
  /* Also of what was stored just now: that is told already. */
  if ((order->look || list) && look_at_events (rescanner))
    list = TRUE;
  result->told.was_everything = order->everything;
  result->told.has_watched = list;
  return !list || pm_verb_watched (rescanner->context, &result->told.watched, &result->error);
}

static void
result_free (Result *result)
{
  pm_watched_clear (&result->told.watched);
  g_clear_error (&result->error);
  g_free (result);
}

static gboolean
tell (gpointer data)
{
  PmRescanner *rescanner = data;
  for (;;) {
    g_mutex_lock (&rescanner->mutex);
    Result *result = g_queue_pop_head (&rescanner->results);
    if (result == NULL)
      g_clear_pointer (&rescanner->telling, g_source_unref);
    g_mutex_unlock (&rescanner->mutex);
    if (result == NULL)
      return G_SOURCE_REMOVE;
    result->told.error = result->error;
    rescanner->done (&result->told, rescanner->data);
    result_free (result);
  }
}

/* Under the mutex. */
static void
hand_over (PmRescanner *rescanner, Result *result)
{
  g_queue_push_tail (&rescanner->results, result);
  if (rescanner->telling != NULL)
    return;
  rescanner->telling = g_idle_source_new ();
  g_source_set_priority (rescanner->telling, G_PRIORITY_DEFAULT);
  g_source_set_callback (rescanner->telling, tell, rescanner, NULL);
  g_source_attach (rescanner->telling, rescanner->main);
}

/* Under the mutex: what was not read is read with what is asked for next. Writings are not
 * repeated: some may be done. */
static void
put_back (PmRescanner *rescanner, Order *failed)
{
  GHashTableIter iter;
  gpointer path;
  rescanner->order.everything |= failed->everything;
  g_hash_table_iter_init (&iter, failed->paths);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    if (!g_hash_table_contains (rescanner->order.paths, path))
      g_hash_table_add (rescanner->order.paths, g_strdup (path));
}

/* While there is nothing else to do; called with the mutex. FALSE: that is done already. */
static gboolean
prepare (PmRescanner *rescanner)
{
  if (rescanner->is_prepared || rescanner->rescan == NULL)
    return FALSE;
  rescanner->is_prepared = TRUE;
  g_mutex_unlock (&rescanner->mutex);
  pm_rescan_prepare (rescanner->rescan);
  g_mutex_lock (&rescanner->mutex);
  return TRUE;
}

static gpointer
work (gpointer data)
{
  PmRescanner *rescanner = data;
  gboolean has_failed = FALSE; /* then it waits to be woken, whatever was put back */
  g_mutex_lock (&rescanner->mutex);
  for (;;) {
    if (!rescanner->is_stopping && !has_failed && order_is_empty (&rescanner->order) &&
        prepare (rescanner))
      continue;
    if (!rescanner->is_stopping && (has_failed || order_is_empty (&rescanner->order)))
      g_cond_wait (&rescanner->wake, &rescanner->mutex);
    has_failed = FALSE;
    if (rescanner->is_stopping)
      break;
    if (order_is_empty (&rescanner->order))
      continue;
    Order order = rescanner->order;
    order_init (&rescanner->order);
    g_mutex_unlock (&rescanner->mutex);
    Result *result = g_new0 (Result, 1);
    has_failed = !do_order (rescanner, &order, result);
    rescanner->is_prepared = FALSE;
    g_mutex_lock (&rescanner->mutex);
    if (has_failed)
      put_back (rescanner, &order);
    hand_over (rescanner, result);
    order_clear (&order);
  }
  g_mutex_unlock (&rescanner->mutex);
  return NULL;
}

/* --- from the main loop --- */

PmRescanner *
pm_rescanner_new (const char *state_dir, PmConfig *config, PmRescannedFunc done, gpointer data)
{
  PmRescanner *rescanner = g_new0 (PmRescanner, 1);
  rescanner->state_dir = g_strdup (state_dir);
  rescanner->config = pm_config_ref (config);
  rescanner->done = done;
  rescanner->data = data;
  rescanner->main = g_main_context_ref_thread_default ();
  g_mutex_init (&rescanner->mutex);
  g_cond_init (&rescanner->wake);
  g_queue_init (&rescanner->results);
  order_init (&rescanner->order);
  rescanner->thread = g_thread_new ("rescan", work, rescanner);
  return rescanner;
}

void
pm_rescanner_free (PmRescanner *rescanner)
{
  g_mutex_lock (&rescanner->mutex);
  rescanner->is_stopping = TRUE;
  g_cond_signal (&rescanner->wake);
  g_mutex_unlock (&rescanner->mutex);
  g_thread_join (rescanner->thread);
  if (rescanner->telling != NULL) {
    g_source_destroy (rescanner->telling);
    g_source_unref (rescanner->telling);
  }
  while (!g_queue_is_empty (&rescanner->results))
    result_free (g_queue_pop_head (&rescanner->results));
  pm_rescan_free (rescanner->rescan);
  pm_context_free (rescanner->context);
  order_clear (&rescanner->order);
  g_cond_clear (&rescanner->wake);
  g_mutex_clear (&rescanner->mutex);
  g_main_context_unref (rescanner->main);
  pm_config_unref (rescanner->config);
  g_free (rescanner->state_dir);
  g_free (rescanner);
}
