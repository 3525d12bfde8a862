/* DESIGN
 * One entry a service: its check, its judgement, when it is due. A heap of them and one timer keep
 * the time; the prober does the rest. Each entry's grid of times is fixed when it comes, and each
 * look is at a point of the grid plus a shift, so that shifts and late starts never add up.
 *
 * What answers at a port is its service only if no stranger sits there, and that is known behind
 * the next look at the sockets. Until then the answer is held, one for each entry.
 *
 * An entry outlives its set of checks while a look is under way: it holds a reference to the set
 * that its check lies in. */

#include "health/monitor.h"

#include "health/due.h"
#include "health/judge.h"

#define MOST_SHIFT_US (G_USEC_PER_SEC / 2)
#define EXPIRES_LATER_US (30 * G_USEC_PER_SEC)

typedef struct {
  PmDueEntry due; /* first: what the heap gives is the entry */
  PmHealthMonitor *monitor;
  PmCheckSet *set;
  const PmCheck *check;
  PmProbe *probe;       /* NULL: none is under way */
  PmProbeResult held;   /* an answer that does not count yet */
  gint64 held_us;       /* monotonic: when it came; 0: none is held */
  gint64 held_began_us; /* Unix time */
  gint64 grid_us;       /* monotonic: the point that it is due at, but for the shift */
  gint64 began_us;      /* Unix time of the look that is under way */
  gint64 late_us;       /* how long behind its time it was asked for */
  PmJudgement judgement;
  PmHealthState state; /* its text is the entry's own */
  char *cause;
  char *target;
  gboolean is_touched; /* since the last batch */
} Entry;

struct PmHealthMonitor {
  gboolean confirms;
  PmHealthChanged changed;
  gpointer data;
  PmProber *prober;
  GHashTable *entries; /* service id (in the entry) → Entry */
  PmDue due;
  GSource *timer;
  GArray *samples;
  PmHealthCounters counters;
};

static void set_timer (PmHealthMonitor *monitor);

/* --- one look --- */

static gint64
interval_us (const Entry *entry)
{
  return MAX ((gint64) entry->check->interval_ms, 1) * 1000;
}

/* The next point of its grid that is not over. */
static void
schedule (Entry *entry)
{
  gint64 now_us = g_get_monotonic_time (), every_us = interval_us (entry);
  gint64 most_shift_us = MIN (every_us / 20, MOST_SHIFT_US);
  entry->grid_us += every_us;
  if (entry->grid_us < now_us)
    entry->grid_us += (now_us - entry->grid_us + every_us - 1) / every_us * every_us;
  pm_due_set (&entry->monitor->due, &entry->due,
              entry->grid_us + g_random_int_range (0, (gint32) most_shift_us + 1));
}

static void
set_cause (Entry *entry, const char *cause)
{
  if (g_strcmp0 (entry->cause, cause) == 0)
    return;
  g_free (entry->cause);
  entry->cause = g_strdup (cause);
  entry->state.cause = entry->cause;
}

static void
count (Entry *entry, const PmProbeResult *result)
{
  const PmCheck *check = entry->check;
  PmHealthCounters *counters = &entry->monitor->counters;
  pm_histogram_add (&counters->lag, entry->late_us + result->lag_us);
  counters->lag_us += entry->late_us + result->lag_us;
  counters->looks[check->kind][result->health]++;
  counters->duration_us[check->kind] += result->latency_us;
  pm_histogram_add (&counters->duration[check->kind], result->latency_us);
}

static void
note (Entry *entry, const PmProbeResult *result, gint64 began_us)
{
  PmHealthState *state = &entry->state;
  PmHealth counts_as;
  gboolean was_failing = state->is_failing;
  gint64 now_us = g_get_real_time ();
  gboolean is_changed = pm_judge (&entry->judgement, entry->check, result->health,
                                  g_get_monotonic_time (), &counts_as);
  state->health = entry->judgement.health;
  state->is_failing = result->health == PM_HEALTH_DOWN && state->health != PM_HEALTH_DOWN &&
                      counts_as == PM_HEALTH_DOWN;
  state->since_us = is_changed || state->since_us == 0 ? now_us : state->since_us;
  state->last_up_us = result->health == PM_HEALTH_UP ? now_us : state->last_up_us;
  state->checked_us = now_us;
  state->expires_us = now_us + 2 * interval_us (entry) + (gint64) entry->check->timeout_ms * 1000 +
                      EXPIRES_LATER_US;
  state->latency_us = result->latency_us;
  if (result->certificate_expiry != 0)
    state->certificate_expiry = result->certificate_expiry;
  if (result->health != PM_HEALTH_UP)
    set_cause (entry, result->cause);
  else if (state->health == PM_HEALTH_UP)
    set_cause (entry, "");
  entry->is_touched = TRUE;
  PmHealthSample sample = {state->service_id, began_us, result->latency_us, counts_as};
  g_array_append_val (entry->monitor->samples, sample);
  if (is_changed || state->is_failing != was_failing)
    entry->monitor->changed (entry->monitor->data);
}

/* Whether a stranger could have given it. */
static gboolean
is_doubtful (const Entry *entry, const PmProbeResult *result)
{
  const PmCheck *check = entry->check;
  return entry->monitor->confirms && !check->is_configured && check->port != 0 &&
         result->health == PM_HEALTH_UP;
}

static void
note_held (Entry *entry, const PmProbeResult *as)
{
  entry->held_us = 0;
  note (entry, as, entry->held_began_us);
}

/* It was a stranger's. */
static void
deny_held (Entry *entry, const char *obstacle)
{
  PmProbeResult denied = entry->held;
  denied.health = PM_HEALTH_DOWN;
  denied.cause = obstacle;
  note_held (entry, &denied);
}

static void
hold (Entry *entry, const PmProbeResult *result)
{
  entry->held = *result;
  entry->held.cause = "";
  entry->held_us = g_get_monotonic_time ();
  entry->held_began_us = entry->began_us;
}

static void
on_probed (const PmProbeResult *result, gpointer data)
{
  Entry *entry = data;
  entry->probe = NULL;
  count (entry, result);
  /* Nobody looked for a whole interval: it is believed. */
  if (entry->held_us != 0)
    note_held (entry, &entry->held);
  if (is_doubtful (entry, result))
    hold (entry, result);
  else
    note (entry, result, entry->began_us);
}

static void
look (Entry *entry, gint64 now_us)
{
  PmHealthMonitor *monitor = entry->monitor;
  if (entry->probe == NULL) {
    entry->late_us = MAX (0, now_us - entry->due.time_us);
    entry->began_us = g_get_real_time ();
    entry->probe = pm_prober_probe (monitor->prober, entry->check, on_probed, entry);
  }
  schedule (entry);
}

/* --- time --- */

static gboolean
on_timer (gpointer data)
{
  PmHealthMonitor *monitor = data;
  gint64 now_us = g_get_monotonic_time ();
  for (PmDueEntry *first = pm_due_first (&monitor->due); first != NULL && first->time_us <= now_us;
       first = pm_due_first (&monitor->due))
    look ((Entry *) (void *) first, now_us);
  set_timer (monitor);
  return G_SOURCE_CONTINUE;
}

static void
set_timer (PmHealthMonitor *monitor)
{
  const PmDueEntry *first = pm_due_first (&monitor->due);
  g_source_set_ready_time (monitor->timer, first == NULL ? -1 : first->time_us);
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

/* --- entries --- */

static void
entry_free (gpointer data)
{
  Entry *entry = data;
  pm_due_remove (&entry->monitor->due, &entry->due);
  pm_probe_cancel (entry->probe);
  pm_check_set_unref (entry->set);
  g_free (entry->cause);
  g_free (entry->target);
  g_free (entry);
}

static void
take_check (Entry *entry, PmCheckSet *set, const PmCheck *check)
{
  g_clear_pointer (&entry->probe, pm_probe_cancel);
  pm_check_set_ref (set);
  pm_check_set_unref (entry->set);
  entry->set = set;
  entry->check = check;
  g_free (entry->target);
  entry->target = pm_check_target (check);
  entry->state.kind = pm_check_kind_name (check->kind);
  entry->state.target = entry->target;
}

/* Kept as it is, but for where its check lies. A look that is under way goes on with the old set.
 */
static void
keep_check (Entry *entry, PmCheckSet *set, const PmCheck *check)
{
  if (entry->probe != NULL)
    return;
  pm_check_set_ref (set);
  pm_check_set_unref (entry->set);
  entry->set = set;
  entry->check = check;
}

/* Somewhere in the first interval, so that not all begin at once; what is not checked is only told
 * of. */
static void
begin (Entry *entry)
{
  gint64 every_us = interval_us (entry);
  if (entry->check->kind == PM_CHECK_NONE) {
    entry->held_us = 0;
    pm_due_remove (&entry->monitor->due, &entry->due);
    entry->judgement = (PmJudgement){.was_up = entry->judgement.was_up};
    if (entry->state.health != PM_HEALTH_UNKNOWN)
      entry->state.since_us = g_get_real_time ();
    entry->state.health = PM_HEALTH_UNKNOWN;
    entry->state.is_failing = FALSE;
    entry->state.expires_us = 0;
    set_cause (entry, entry->check->obstacle != NULL ? entry->check->obstacle : "");
    entry->is_touched = TRUE;
    return;
  }
  entry->grid_us = g_get_monotonic_time () +
                   (gint64) ((double) MIN (every_us, 10 * G_USEC_PER_SEC) * g_random_double ());
  pm_due_set (&entry->monitor->due, &entry->due, entry->grid_us);
}

static const PmHealthState *
find_known (const PmHealthState *known, guint n_known, gint64 id)
{
  guint low = 0, high = n_known;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (known[middle].service_id == id)
      return &known[middle];
    if (known[middle].service_id < id)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

static Entry *
add_entry (PmHealthMonitor *monitor, PmCheckSet *set, const PmCheck *check,
           const PmHealthState *known)
{
  Entry *entry = g_new0 (Entry, 1);
  entry->monitor = monitor;
  take_check (entry, set, check);
  if (known != NULL) {
    const PmHealthState *k = known;
    entry->state.health = k->health;
    entry->state.since_us = k->since_us;
    entry->state.last_up_us = k->last_up_us;
    entry->state.checked_us = k->checked_us;
    entry->state.expires_us = k->expires_us;
    entry->state.latency_us = k->latency_us;
    entry->state.certificate_expiry = k->certificate_expiry;
    set_cause (entry, k->cause);
  } else {
    set_cause (entry, "not checked yet");
  }
  entry->state.service_id = check->service_id;
  entry->judgement = (PmJudgement){
      .health = entry->state.health,
      .was_up = entry->state.last_up_us != 0,
      .starting_since_us = g_get_monotonic_time (),
  };
  g_hash_table_replace (monitor->entries, &entry->state.service_id, entry);
  begin (entry);
  return entry;
}

/* Another question, another pace, or the same. */
static void
update_entry (Entry *entry, PmCheckSet *set, const PmCheck *check)
{
  if (pm_check_equal (entry->check, check)) {
    keep_check (entry, set, check);
    return;
  }
  gboolean has_pace = entry->check->interval_ms == check->interval_ms &&
                      (entry->check->kind == PM_CHECK_NONE) == (check->kind == PM_CHECK_NONE);
  take_check (entry, set, check);
  if (entry->held_us != 0 && check->obstacle != NULL && check->kind != PM_CHECK_NONE)
    deny_held (entry, check->obstacle);
  if (!has_pace)
    begin (entry);
}

static void
drop_missing (PmHealthMonitor *monitor, const PmCheckSet *set)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_int64_hash, g_int64_equal);
  GHashTableIter iter;
  gpointer id;
  for (guint i = 0; i < set->checks->len; i++)
    g_hash_table_add (ids, &g_array_index (set->checks, PmCheck, i).service_id);
  g_hash_table_iter_init (&iter, monitor->entries);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (ids, id))
      g_hash_table_iter_remove (&iter);
}

void
pm_health_monitor_set (PmHealthMonitor *monitor, PmCheckSet *set, const PmHealthState *known,
                       guint n_known)
{
  drop_missing (monitor, set);
  for (guint i = 0; i < set->checks->len; i++) {
    const PmCheck *check = &g_array_index (set->checks, PmCheck, i);
    Entry *entry = g_hash_table_lookup (monitor->entries, &check->service_id);
    if (entry != NULL)
      update_entry (entry, set, check);
    else
      add_entry (monitor, set, check, find_known (known, n_known, check->service_id));
  }
  monitor->counters.scheduled = monitor->due.entries->len;
  set_timer (monitor);
}

void
pm_health_monitor_confirm (PmHealthMonitor *monitor, gint64 looked_us)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, monitor->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Entry *entry = value;
    if (entry->held_us != 0 && entry->held_us <= looked_us)
      note_held (entry, &entry->held);
  }
}

void
pm_health_monitor_hurry (PmHealthMonitor *monitor, gint64 service_id)
{
  Entry *entry = g_hash_table_lookup (monitor->entries, &service_id);
  if (entry == NULL || entry->due.place == 0)
    return;
  entry->judgement.starting_since_us = g_get_monotonic_time ();
  pm_due_set (&monitor->due, &entry->due, g_get_monotonic_time ());
  set_timer (monitor);
}

/* --- batches --- */

static void
add_state (PmHealthBatch *batch, const Entry *entry)
{
  PmHealthState state = entry->state;
  state.target = pm_arena_strdup (batch->arena, state.target);
  state.cause = pm_arena_strdup (batch->arena, state.cause);
  g_array_append_val (batch->states, state);
}

PmHealthBatch *
pm_health_monitor_take (PmHealthMonitor *monitor)
{
  PmHealthBatch *batch = g_new0 (PmHealthBatch, 1);
  GHashTableIter iter;
  gpointer value;
  batch->arena = pm_arena_new ();
  batch->states = g_array_new (FALSE, FALSE, sizeof (PmHealthState));
  batch->samples = monitor->samples;
  monitor->samples = g_array_new (FALSE, FALSE, sizeof (PmHealthSample));
  g_hash_table_iter_init (&iter, monitor->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Entry *entry = value;
    if (entry->is_touched)
      add_state (batch, entry);
    entry->is_touched = FALSE;
  }
  return batch;
}

void
pm_health_batch_free (PmHealthBatch *batch)
{
  if (batch == NULL)
    return;
  pm_arena_free (batch->arena);
  g_array_unref (batch->states);
  g_array_unref (batch->samples);
  g_free (batch);
}

const PmHealthCounters *
pm_health_monitor_counters (const PmHealthMonitor *monitor)
{
  return &monitor->counters;
}

/* --- from outside --- */

PmHealthMonitor *
pm_health_monitor_new (gboolean confirms, PmHealthChanged changed, gpointer data)
{
  static GSourceFuncs functions = {.dispatch = dispatch};
  PmHealthMonitor *monitor = g_new0 (PmHealthMonitor, 1);
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  monitor->confirms = confirms;
  monitor->changed = changed;
  monitor->data = data;
  monitor->prober = pm_prober_new ();
  monitor->entries = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, entry_free);
  pm_due_init (&monitor->due);
  monitor->samples = g_array_new (FALSE, FALSE, sizeof (PmHealthSample));
  monitor->timer = g_source_new (&functions, sizeof (GSource));
  g_source_set_callback (monitor->timer, on_timer, monitor, NULL);
  g_source_set_ready_time (monitor->timer, -1);
  g_source_attach (monitor->timer, context);
  return monitor;
}

void
pm_health_monitor_free (PmHealthMonitor *monitor)
{
  if (monitor == NULL)
    return;
  g_hash_table_unref (monitor->entries);
  pm_due_clear (&monitor->due);
  pm_prober_free (monitor->prober);
  g_source_destroy (monitor->timer);
  g_source_unref (monitor->timer);
  g_array_unref (monitor->samples);
  g_free (monitor);
}
