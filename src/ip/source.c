/* DESIGN
 * The frame around one source: a state machine with one timer.
 *
 *        start
 *   IDLE ─────→ ASKING ─────→ answer  → RESTING, then ASKING (open, where the kind waits)
 *                 │           failure → RESTING, longer each time
 *                 └─ nobody answers in time → a failure
 *
 * A kind that waits may be talking to somebody who does not (a proxy, an emulator): an answer that
 * came at once and says nothing new is not asked for again before PAUSE_MS. */

#include "ip/frame.h"

#include <stdarg.h>

#include "ip/external.h"

#define PAUSE_MS 500
#define FIRST_BACKOFF_S 1
#define MOST_BACKOFF_S 60
#define ANSWER_WITHIN_S 20 /* a plain question */
#define OPEN_WITHIN_S 60   /* one that waits */

struct PmIpSource {
  const PmIpSourceKind *kind;
  gpointer self;
  PmHttpClient *http;
  PmIpHeard heard;
  gpointer data;

  GSource *timer;
  gboolean is_asking;
  gboolean is_open;      /* the question may wait */
  gboolean is_repeating; /* goes on by itself */
  gint64 asked_at;       /* monotonic µs */
  char *said;            /* the last answer as one text */
  gboolean is_news;      /* it differs from the one before */
  gint64 interval_ms;

  gint64 spoke_at, failed_at;
  char *cause;
  guint n_failures;
};

static void ask (PmIpSource *source, gboolean wait);

/* --- the timer --- */

static void
stop_timer (PmIpSource *source)
{
  if (source->timer == NULL)
    return;
  g_source_destroy (source->timer);
  g_clear_pointer (&source->timer, g_source_unref);
}

static void
start_timer (PmIpSource *source, gint64 ms, GSourceFunc function)
{
  stop_timer (source);
  source->timer = g_timeout_source_new ((guint) ms);
  g_source_set_callback (source->timer, function, source, NULL);
  g_source_attach (source->timer, g_main_context_get_thread_default ());
}

static gboolean
on_rested (gpointer data)
{
  PmIpSource *source = data;
  stop_timer (source);
  ask (source, source->kind->waits && source->n_failures == 0);
  return G_SOURCE_REMOVE;
}

static gboolean
on_too_late (gpointer data)
{
  PmIpSource *source = data;
  source->kind->stop (source->self);
  pm_ip_source_fail (source, "no answer within %d s",
                     (int) ((g_get_monotonic_time () - source->asked_at) / G_USEC_PER_SEC));
  return G_SOURCE_REMOVE;
}

static void
ask (PmIpSource *source, gboolean wait)
{
  source->is_asking = TRUE;
  source->is_open = wait;
  source->asked_at = g_get_monotonic_time ();
  start_timer (source, (wait ? OPEN_WITHIN_S : ANSWER_WITHIN_S) * 1000, on_too_late);
  source->kind->ask (source->self, wait);
}

/* --- what the kinds say --- */

PmHttpClient *
pm_ip_source_http (PmIpSource *source)
{
  return source->http;
}

static void
seen_free (gpointer data)
{
  PmIpSeen *seen = data;
  g_free (seen->slot);
  g_free (seen->address);
  g_free (seen);
}

GPtrArray *
pm_ip_seen_list (void)
{
  return g_ptr_array_new_with_free_func (seen_free);
}

void
pm_ip_seen_add (GPtrArray *list, const char *slot, const char *address)
{
  PmIpSeen *seen = g_new0 (PmIpSeen, 1);
  *seen = (PmIpSeen){g_strdup (slot), g_strdup (address)};
  g_ptr_array_add (list, seen);
}

static gint64
rest_ms (const PmIpSource *source)
{
  if (source->n_failures > 0) {
    gint64 backoff_s = FIRST_BACKOFF_S << MIN (source->n_failures - 1, 6);
    return MIN (backoff_s, MOST_BACKOFF_S) * 1000;
  }
  if (!source->kind->waits)
    return source->interval_ms;
  gboolean was_quick = g_get_monotonic_time () - source->asked_at < PAUSE_MS * 1000;
  return source->is_open && was_quick && !source->is_news ? PAUSE_MS : 0;
}

void
pm_ip_source_fail (PmIpSource *source, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *cause = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  stop_timer (source);
  source->is_asking = FALSE;
  source->n_failures++;
  source->failed_at = g_get_real_time ();
  g_free (source->cause);
  source->cause = g_steal_pointer (&cause);
  if (source->is_repeating)
    start_timer (source, rest_ms (source), on_rested);
  if (source->heard != NULL)
    source->heard (source->kind->name, NULL, 0, source->cause, source->data);
}

/* Makes every address canonical; the one that cannot be, or NULL. */
static const char *
normalise (GPtrArray *list)
{
  for (guint i = 0; i < list->len; i++) {
    PmIpSeen *seen = g_ptr_array_index (list, i);
    char *canonical = pm_external_canonical (seen->address);
    if (canonical == NULL)
      return seen->address;
    g_free (seen->address);
    seen->address = canonical;
  }
  return NULL;
}

static void
remember (PmIpSource *source, GPtrArray *list)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < list->len; i++) {
    const PmIpSeen *seen = g_ptr_array_index (list, i);
    g_string_append_printf (text, "%s=%s\n", seen->slot, seen->address);
  }
  source->is_news = g_strcmp0 (source->said, text->str) != 0;
  g_free (source->said);
  source->said = g_string_free (text, FALSE);
}

static void
tell (PmIpSource *source, GPtrArray *list)
{
  g_autofree PmIpReading *readings = g_new0 (PmIpReading, list->len + 1);
  for (guint i = 0; i < list->len; i++) {
    const PmIpSeen *seen = g_ptr_array_index (list, i);
    readings[i] = (PmIpReading){source->kind->name, seen->slot, seen->address};
  }
  source->heard (source->kind->name, readings, list->len, NULL, source->data);
}

void
pm_ip_source_answer (PmIpSource *source, GPtrArray *seen)
{
  g_autoptr (GPtrArray) list = seen;
  const char *wrong = normalise (list);
  if (wrong != NULL) {
    g_autofree char *shown = g_utf8_make_valid (wrong, (gssize) MIN (strlen (wrong), 60));
    pm_ip_source_fail (source, "\"%s\" is no address", shown);
    return;
  }
  stop_timer (source);
  source->is_asking = FALSE;
  source->n_failures = 0;
  g_clear_pointer (&source->cause, g_free);
  source->spoke_at = g_get_real_time ();
  remember (source, list);
  if (source->is_repeating)
    start_timer (source, rest_ms (source), on_rested);
  if (source->heard != NULL)
    tell (source, list);
}

/* --- for sources.c --- */

PmIpSource *
pm_ip_source_new (const PmIpSourceKind *kind, const PmConfig *config, PmHttpClient *http,
                  PmIpHeard heard, gpointer data, GError **error)
{
  PmIpSource *source = g_new0 (PmIpSource, 1);
  source->kind = kind;
  source->http = http;
  source->heard = heard;
  source->data = data;
  source->interval_ms = config->ip.interval_s * 1000;
  source->self = kind->new (source, config, error);
  if (source->self == NULL)
    g_clear_pointer (&source, pm_ip_source_free);
  return source;
}

void
pm_ip_source_free (PmIpSource *source)
{
  if (source == NULL)
    return;
  stop_timer (source);
  if (source->self != NULL) {
    source->kind->stop (source->self);
    source->kind->free (source->self);
  }
  g_free (source->said);
  g_free (source->cause);
  g_free (source);
}

void
pm_ip_source_start (PmIpSource *source)
{
  source->is_repeating = TRUE;
  pm_ip_source_ask (source);
}

void
pm_ip_source_ask (PmIpSource *source)
{
  if (source->is_asking && !source->is_open)
    return;
  if (source->is_asking)
    source->kind->stop (source->self);
  ask (source, FALSE);
}

const char *
pm_ip_source_name (const PmIpSource *source)
{
  return source->kind->name;
}

void
pm_ip_source_state (const PmIpSource *source, PmIpSourceState *ret_state)
{
  *ret_state = (PmIpSourceState){
      .name = source->kind->name,
      .summary = source->kind->summary,
      .waits = source->kind->waits,
      .spoke_at = source->spoke_at,
      .failed_at = source->failed_at,
      .cause = source->cause,
      .n_failures = source->n_failures,
  };
}
