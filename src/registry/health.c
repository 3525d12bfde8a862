/* DESIGN
 * What is written at one moment lies together: rollups are keyed by time before service, so that a
 * batch of a thousand services touches a few dozen pages, and old ones go as one range. One service
 * is read by one lookup for each stretch of time, which is bounded by how long each kind is kept.
 * Counts of a batch are added to what is there, so that no batch has to end with its minute. */

#include "registry/health.h"

#include <string.h>

#include "registry/backend.h"

/* --- as it is now --- */

#define STATE_COLUMNS                                                                              \
  "health.service_id, state, since, last_up, checked, expires, latency, kind, target, cause,"      \
  " caused_by, certificate_expires, muted_until"

static PmHealthState
read_state (PmRegistry *registry, PmStatement *row, PmArena *arena)
{
  const PmRegistryBackend *b = registry->backend;
  PmHealthState state = {
      .service_id = b->integer (row, 0),
      .since_us = b->integer (row, 2),
      .last_up_us = b->integer (row, 3),
      .checked_us = b->integer (row, 4),
      .expires_us = b->integer (row, 5),
      .latency_us = b->integer (row, 6),
      .kind = pm_sql_text (registry, row, 7, arena),
      .target = pm_sql_text (registry, row, 8, arena),
      .cause = pm_sql_text (registry, row, 9, arena),
      .caused_by = b->integer (row, 10),
      .certificate_expiry = b->integer (row, 11),
      .muted_until_us = b->integer (row, 12),
  };
  pm_health_from_name (b->text (row, 1), &state.health);
  state.is_failing = state.health == PM_HEALTH_UP && state.cause[0] != '\0';
  return state;
}

gboolean
pm_registry_health (PmRegistry *registry, PmArena *arena, GArray *states, GError **error)
{
  PmStatement *rows =
      pm_sql_query (registry,
                    "SELECT " STATE_COLUMNS " FROM health JOIN services ON services.id = service_id"
                    " WHERE removed IS NULL ORDER BY health.service_id",
                    PM_NO_VALUES, error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmHealthState state = read_state (registry, rows, arena);
    g_array_append_val (states, state);
  }
  return step == PM_STEP_DONE;
}

gboolean
pm_registry_health_put (PmRegistry *registry, const PmHealthState *state, GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error))
    return FALSE;
  gboolean ok = pm_sql_run (
      registry,
      "INSERT INTO health (service_id, state, since, last_up, checked, expires, latency, kind,"
      " target, cause, caused_by, certificate_expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (service_id) DO UPDATE SET state = excluded.state, since = excluded.since,"
      " last_up = excluded.last_up, checked = excluded.checked, expires = excluded.expires,"
      " latency = excluded.latency, kind = excluded.kind, target = excluded.target,"
      " cause = excluded.cause, caused_by = excluded.caused_by,"
      " certificate_expires = excluded.certificate_expires",
      PM_VALUES (pm_int (state->service_id), pm_text (pm_health_name (state->health)),
                 pm_int (state->since_us), pm_int (state->last_up_us), pm_int (state->checked_us),
                 pm_int (state->expires_us), pm_int (state->latency_us), pm_text (state->kind),
                 pm_text (state->target), pm_text (state->cause), pm_int_or_null (state->caused_by),
                 pm_int (state->certificate_expiry)),
      error);
  return pm_registry_leave (registry, ok, error);
}

static gboolean
mute (PmRegistry *registry, gint64 service_id, gint64 until_us, GError **error)
{
  gint64 found = 0;
  if (!pm_sql_integer (registry,
                       "UPDATE health SET muted_until = ? WHERE service_id = ? RETURNING 1",
                       PM_VALUES (pm_int (until_us), pm_int (service_id)), &found, error))
    return FALSE;
  if (found != 0)
    return TRUE;
  g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND,
               "service %" G_GINT64_FORMAT " is not checked", service_id);
  return FALSE;
}

gboolean
pm_registry_health_mute (PmRegistry *registry, gint64 service_id, gint64 until_us, GError **error)
{
  return pm_registry_enter (registry, PM_ACCESS_DECISION, error) &&
         pm_registry_leave (registry, mute (registry, service_id, until_us, error), error);
}

gboolean
pm_registry_health_muted (PmRegistry *registry, gint64 service_id, gint64 *ret_until_us,
                          GError **error)
{
  *ret_until_us = 0;
  return pm_sql_integer (registry, "SELECT muted_until FROM health WHERE service_id = ?",
                         PM_VALUES (pm_int (service_id)), ret_until_us, error);
}

/* --- counting --- */

static gint
compare_samples (gconstpointer a, gconstpointer b)
{
  const PmHealthSample *left = a, *right = b;
  if (left->service_id != right->service_id)
    return left->service_id < right->service_id ? -1 : 1;
  return left->time_us < right->time_us ? -1 : left->time_us > right->time_us;
}

static gint64
start_of (const PmHealthSample *sample, gint64 span)
{
  gint64 seconds = sample->time_us / G_USEC_PER_SEC;
  return seconds - seconds % span;
}

/* How many from the first belong to its service and its stretch of time. */
static guint
count_together (const PmHealthSample *samples, guint n, gint64 span)
{
  guint i = 1;
  while (i < n && samples[i].service_id == samples[0].service_id &&
         start_of (&samples[i], span) == start_of (&samples[0], span))
    i++;
  return i;
}

static void
count_into (PmHealthRollup *rollup, const PmHealthSample *samples, guint n)
{
  for (guint i = 0; i < n; i++) {
    rollup->up += samples[i].seen == PM_HEALTH_UP;
    rollup->down += samples[i].seen == PM_HEALTH_DOWN;
    rollup->unknown += samples[i].seen == PM_HEALTH_UNKNOWN;
    if (samples[i].seen == PM_HEALTH_UP)
      pm_histogram_add (&rollup->latency, samples[i].latency_us);
  }
}

/* Adds what is there. */
static gboolean
add_rollup (PmRegistry *registry, gint64 service_id, gint64 span, gint64 start,
            PmHealthRollup *rollup, GError **error)
{
  const PmRegistryBackend *b = registry->backend;
  PmStatement *row =
      pm_sql_query (registry,
                    "SELECT up, down, unknown, latency FROM health_rollups"
                    " WHERE span = ? AND start = ? AND service_id = ?",
                    PM_VALUES (pm_int (span), pm_int (start), pm_int (service_id)), error);
  if (row == NULL)
    return FALSE;
  PmStep step = pm_sql_step (registry, row, error);
  if (step != PM_STEP_ROW)
    return step == PM_STEP_DONE;
  rollup->up += (guint64) b->integer (row, 0);
  rollup->down += (guint64) b->integer (row, 1);
  rollup->unknown += (guint64) b->integer (row, 2);
  pm_histogram_read (&rollup->latency, b->text (row, 3));
  pm_sql_finish (registry, row);
  return TRUE;
}

static gboolean
put_rollup (PmRegistry *registry, const PmHealthSample *samples, guint n, gint64 span,
            GString *text, GError **error)
{
  PmHealthRollup rollup = {.start = start_of (samples, span)};
  gint64 id = samples->service_id;
  count_into (&rollup, samples, n);
  if (!add_rollup (registry, id, span, rollup.start, &rollup, error))
    return FALSE;
  g_string_truncate (text, 0);
  pm_histogram_write (&rollup.latency, text);
  return pm_sql_run (
      registry,
      "INSERT INTO health_rollups (span, start, service_id, up, down, unknown, latency)"
      " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (span, start, service_id) DO UPDATE SET"
      " up = excluded.up, down = excluded.down, unknown = excluded.unknown,"
      " latency = excluded.latency",
      PM_VALUES (pm_int (span), pm_int (rollup.start), pm_int (id), pm_int ((gint64) rollup.up),
                 pm_int ((gint64) rollup.down), pm_int ((gint64) rollup.unknown),
                 pm_text (text->str)),
      error);
}

static gboolean
put_looks (PmRegistry *registry, const PmHealthSample *samples, guint n, GString *text,
           GError **error)
{
  static const char marks[] = {[PM_HEALTH_UNKNOWN] = '?', [PM_HEALTH_DOWN] = '!'};
  gint64 minute = start_of (samples, PM_HEALTH_MINUTE);
  g_string_truncate (text, 0);
  for (guint i = 0; i < n; i++) {
    if (samples[i].seen != PM_HEALTH_UP)
      g_string_append_c (text, marks[samples[i].seen]);
    g_string_append_printf (text, "%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT " ",
                            (samples[i].time_us - minute * G_USEC_PER_SEC) / 1000,
                            samples[i].latency_us);
  }
  return pm_sql_run (registry,
                     "INSERT INTO health_samples (minute, service_id, samples) VALUES (?, ?, ?)"
                     " ON CONFLICT (minute, service_id) DO UPDATE SET"
                     " samples = health_samples.samples || excluded.samples",
                     PM_VALUES (pm_int (minute), pm_int (samples->service_id), pm_text (text->str)),
                     error);
}

static gboolean
put_samples (PmRegistry *registry, const PmHealthSample *samples, guint n_samples, GError **error)
{
  static const gint64 spans[] = {PM_HEALTH_MINUTE, PM_HEALTH_HOUR, PM_HEALTH_DAY};
  g_autoptr (GString) text = g_string_new (NULL);
  guint n;
  for (guint i = 0; i < n_samples; i += n) {
    n = count_together (samples + i, n_samples - i, PM_HEALTH_MINUTE);
    if (!put_looks (registry, samples + i, n, text, error))
      return FALSE;
    for (guint k = 0; k < G_N_ELEMENTS (spans); k++)
      if (!put_rollup (registry, samples + i, n, spans[k], text, error))
        return FALSE;
  }
  return TRUE;
}

gboolean
pm_registry_health_samples (PmRegistry *registry, const PmHealthSample *samples, guint n_samples,
                            GError **error)
{
  if (n_samples == 0)
    return TRUE;
  g_autofree PmHealthSample *sorted = g_memdup2 (samples, n_samples * sizeof *samples);
  qsort (sorted, n_samples, sizeof *sorted, compare_samples);
  return pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error) &&
         pm_registry_leave (registry, put_samples (registry, sorted, n_samples, error), error);
}

/* --- keeping --- */

static gboolean
prune (PmRegistry *registry, gint64 now, GError **error)
{
  static const struct {
    gint64 span, kept_s;
  } kept[] = {
      {PM_HEALTH_MINUTE, PM_HEALTH_MINUTES_KEPT_S},
      {PM_HEALTH_HOUR, PM_HEALTH_HOURS_KEPT_S},
      {PM_HEALTH_DAY, PM_HEALTH_DAYS_KEPT_S},
  };
  if (!pm_sql_run (registry, "DELETE FROM health_samples WHERE minute < ?",
                   PM_VALUES (pm_int (now - PM_HEALTH_SAMPLES_KEPT_S - PM_HEALTH_MINUTE)), error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    if (!pm_sql_run (registry, "DELETE FROM health_rollups WHERE span = ? AND start < ?",
                     PM_VALUES (pm_int (kept[i].span), pm_int (now - kept[i].kept_s)), error))
      return FALSE;
  return TRUE;
}

gboolean
pm_registry_health_prune (PmRegistry *registry, gint64 now_us, GError **error)
{
  return pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error) &&
         pm_registry_leave (registry, prune (registry, now_us / G_USEC_PER_SEC, error), error);
}

/* --- reading --- */

gboolean
pm_registry_health_sum (PmRegistry *registry, gint64 service_id, gint64 span, gint64 from,
                        gint64 until, PmHealthRollup *ret_sum, GError **error)
{
  memset (ret_sum, 0, sizeof *ret_sum);
  ret_sum->start = from - from % span;
  for (gint64 start = ret_sum->start; start < until; start += span)
    if (!add_rollup (registry, service_id, span, start, ret_sum, error))
      return FALSE;
  return TRUE;
}

gboolean
pm_registry_health_each (PmRegistry *registry, gint64 span, gint64 from, gint64 until,
                         PmHealthEach each, gpointer data, GError **error)
{
  const PmRegistryBackend *b = registry->backend;
  PmStatement *rows =
      pm_sql_query (registry,
                    "SELECT service_id, start, up, down, unknown, latency FROM health_rollups"
                    " WHERE span = ? AND start >= ? AND start < ? ORDER BY start, service_id",
                    PM_VALUES (pm_int (span), pm_int (from), pm_int (until)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmHealthRollup row = {
        .start = b->integer (rows, 1),
        .up = (guint64) b->integer (rows, 2),
        .down = (guint64) b->integer (rows, 3),
        .unknown = (guint64) b->integer (rows, 4),
    };
    pm_histogram_read (&row.latency, b->text (rows, 5));
    each (b->integer (rows, 0), &row, data);
  }
  return step == PM_STEP_DONE;
}

static void
parse_looks (const char *text, gint64 service_id, gint64 minute, gint64 since_us, GArray *samples)
{
  while (*text != '\0') {
    PmHealthSample sample = {.service_id = service_id, .seen = PM_HEALTH_UP};
    char *end;
    if (*text == '!' || *text == '?')
      sample.seen = *text++ == '!' ? PM_HEALTH_DOWN : PM_HEALTH_UNKNOWN;
    sample.time_us = minute * G_USEC_PER_SEC + g_ascii_strtoll (text, &end, 10) * 1000;
    if (end == text || *end != ':')
      return;
    text = end + 1;
    sample.latency_us = g_ascii_strtoll (text, &end, 10);
    if (end == text || *end != ' ')
      return;
    text = end + 1;
    if (sample.time_us >= since_us)
      g_array_append_val (samples, sample);
  }
}

gboolean
pm_registry_health_looks (PmRegistry *registry, gint64 service_id, gint64 since_us, GArray *samples,
                          GError **error)
{
  gint64 since = since_us / G_USEC_PER_SEC, now = g_get_real_time () / G_USEC_PER_SEC;
  for (gint64 minute = since - since % 60; minute <= now; minute += 60) {
    PmStatement *row = pm_sql_query (
        registry, "SELECT samples FROM health_samples WHERE minute = ? AND service_id = ?",
        PM_VALUES (pm_int (minute), pm_int (service_id)), error);
    if (row == NULL)
      return FALSE;
    PmStep step = pm_sql_step (registry, row, error);
    if (step == PM_STEP_FAILED)
      return FALSE;
    if (step == PM_STEP_DONE)
      continue;
    parse_looks (registry->backend->text (row, 0), service_id, minute, since_us, samples);
    pm_sql_finish (registry, row);
  }
  return TRUE;
}
