/* DESIGN
 * A thread that looks once a second: whether the registry changed at all is one cheap question.
 * When it did, the state of every service is read and told to the healer, by what restarts it; what
 * the healer wants then is done by a small pool of threads, so that one restart that takes its time
 * holds nobody else up. Results come back through a queue.
 *
 * What restarts a service is asked anew every minute and after every scan. A service whose process
 * is gone tells nothing any more, so what was found for it while it ran is remembered. */

#include "daemon/healing.h"

#include <string.h>

#include "base/json-writer.h"
#include "daemon/healing-state.h"
#include "daemon/pulse.h"
#include "heal/healer.h"
#include "pipeline/restart-service.h"
#include "registry/health.h"

#define TICK_US G_USEC_PER_SEC
#define LOOK_US (60 * G_USEC_PER_SEC)
#define AT_ONCE 8
#define MOST_EVENTS 500

/* What is restarted together. */
typedef struct {
  char *key;
  GArray *services; /* gint64: ids */
  gboolean can_restart;
  gboolean was_told, is_up; /* as the healer was told last */
  gboolean is_caused;       /* it is down since another one is */
  gint64 tried_us;          /* real time of the end of its last restart; 0 none */
  gint64 down_us;           /* real time of when it went down; 0 before this program looked */
} Subject;

typedef struct {
  char *key;
  GArray *services; /* gint64 */
  PmConfig *config; /* as it was when the restart was wanted */
  gboolean is_up;
} Job;

struct PmHealing {
  char *state_dir;
  PmConfig *config;
  GThread *thread;
  PmPulse pulse;
  GAsyncQueue *results;          /* of Job */
  GAsyncQueue *ended;            /* gets one item when the last restart has ended */
  GCancellable *hurry, *give_up; /* as in PmRestartWish: cancelled when it is to end */

  /* The thread's own. */
  PmContext *context;
  PmHealer *healer;
  GThreadPool *pool;
  GHashTable *subjects;   /* key → Subject */
  GHashTable *by_service; /* id → Subject */
  gint64 token, last_event, looked_us;
  gint64 begun_us; /* when that was tried last; 0 never */
  gboolean has_begun;
  gboolean wants_look;
};

/* --- memory --- */

static void
subject_free (gpointer data)
{
  Subject *subject = data;
  g_free (subject->key);
  g_array_unref (subject->services);
  g_free (subject);
}

static void
job_free (gpointer data)
{
  Job *job = data;
  g_free (job->key);
  g_array_unref (job->services);
  pm_config_unref (job->config);
  g_free (job);
}

static Subject *
subject_of (PmHealing *self, const char *key)
{
  Subject *subject = g_hash_table_lookup (self->subjects, key);
  if (subject != NULL)
    return subject;
  subject = g_new0 (Subject, 1);
  subject->key = g_strdup (key);
  subject->services = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_hash_table_insert (self->subjects, subject->key, subject);
  return subject;
}

/* A service belongs to one. */
static void
put_service (PmHealing *self, Subject *subject, gint64 id)
{
  Subject *before = g_hash_table_lookup (self->by_service, &id);
  if (before == subject)
    return;
  for (guint i = 0; before != NULL && i < before->services->len; i++)
    if (g_array_index (before->services, gint64, i) == id)
      g_array_remove_index_fast (before->services, i--);
  g_array_append_val (subject->services, id);
  g_hash_table_replace (self->by_service, g_memdup2 (&id, sizeof id), subject);
}

/* --- in the registry --- */

static void
complain (const char *what, GError *error)
{
  g_warning ("healing: %s: %s", what, error->message);
  g_error_free (error);
}

static void
save (PmHealing *self, const Subject *subject)
{
  PmHealerState state;
  GError *error = NULL;
  if (!subject->can_restart ||
      !pm_healer_save (self->healer, subject->key, g_get_monotonic_time (), &state))
    return;
  g_autofree char *text = pm_healing_state_write (&state, subject->services);
  PmHealingRecord record = {subject->key, text, g_get_real_time ()};
  if (!pm_registry_healing_put (self->context->registry, &record, &error))
    complain ("what is known cannot be kept", error);
}

static void
load_one (PmHealing *self, const PmHealingRecord *record)
{
  PmHealerState state;
  g_autoptr (GArray) services = pm_healing_state_read (record->state, &state);
  pm_healer_load (self->healer, record->subject, &state, g_get_real_time () - record->saved_us,
                  g_get_monotonic_time ());
  Subject *subject = subject_of (self, record->subject);
  subject->can_restart = TRUE;
  subject->was_told = state.was_up;
  subject->is_up = !state.is_down;
  for (guint i = 0; i < services->len; i++)
    put_service (self, subject, g_array_index (services, gint64, i));
}

static gboolean
load_all (PmHealing *self, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (PmHealingRecord));
  if (!pm_registry_healing (self->context->registry, arena, records, error))
    return FALSE;
  for (guint i = 0; i < records->len; i++)
    load_one (self, &g_array_index (records, PmHealingRecord, i));
  return TRUE;
}

/* --- what restarts whom --- */

static void
on_restartee (const char *key, gint64 service_id, gpointer data)
{
  PmHealing *self = data;
  const Subject *before = g_hash_table_lookup (self->by_service, &service_id);
  if (key == NULL && before != NULL && before->can_restart)
    return; /* its process is gone: what was found while it ran still holds */
  g_autofree char *alone = g_strdup_printf ("service %" G_GINT64_FORMAT, service_id);
  Subject *subject = subject_of (self, key == NULL ? alone : key);
  subject->can_restart = key != NULL;
  put_service (self, subject, service_id);
}

static void
look (PmHealing *self)
{
  GError *error = NULL;
  if (!pm_pipeline_restartees (self->context, on_restartee, self, &error))
    complain ("what restarts the services cannot be told", error);
  self->looked_us = g_get_monotonic_time ();
  self->wants_look = FALSE;
}

/* --- how they are --- */

/* Checks need their time to believe that a service is up again. */
static gboolean
is_of_before (PmHealing *self, const Subject *subject, const PmHealthState *state)
{
  const PmConfig *config = self->config;
  gint64 grace_s = (config->health.rise + config->health.fall + 1) * config->health.interval_s;
  return subject->tried_us != 0 && state->since_us < subject->tried_us &&
         g_get_real_time () - subject->tried_us < grace_s * G_USEC_PER_SEC;
}

static gboolean
tells_something (PmHealing *self, const Subject *subject, const PmHealthState *state)
{
  return subject != NULL && state->health != PM_HEALTH_UNKNOWN &&
         (state->health == PM_HEALTH_UP || !is_of_before (self, subject, state));
}

/* Up: all that are known are. Unknown ones tell nothing. */
static void
gather (PmHealing *self, const GArray *states, GHashTable *told)
{
  for (guint i = 0; i < states->len; i++) {
    const PmHealthState *state = &g_array_index (states, PmHealthState, i);
    Subject *subject = g_hash_table_lookup (self->by_service, &state->service_id);
    if (!tells_something (self, subject, state))
      continue;
    int before = GPOINTER_TO_INT (g_hash_table_lookup (told, subject));
    gboolean is_up = state->health == PM_HEALTH_UP && before != 2;
    if (before == 0)
      subject->is_caused = FALSE;
    subject->is_caused |= state->health == PM_HEALTH_DOWN && state->caused_by != 0;
    g_hash_table_insert (told, subject, GINT_TO_POINTER (is_up ? 1 : 2));
  }
}

static void
hear (PmHealing *self, Subject *subject, gboolean is_up)
{
  /* Whose failure is another one's counts, and is not restarted: it would not help. */
  pm_healer_hear (self->healer, subject->key, subject->can_restart && !subject->is_caused, is_up,
                  g_get_monotonic_time ());
  if (subject->was_told && subject->is_up == is_up)
    return;
  subject->was_told = TRUE;
  subject->is_up = is_up;
  subject->down_us = is_up ? 0 : g_get_real_time ();
  save (self, subject);
}

static void
hear_all (PmHealing *self)
{
  GError *error = NULL;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) states = g_array_new (FALSE, FALSE, sizeof (PmHealthState));
  g_autoptr (GHashTable) told = g_hash_table_new (NULL, NULL);
  if (!pm_registry_health (self->context->registry, arena, states, &error)) {
    complain ("the services' health cannot be read", error);
    return;
  }
  gather (self, states, told);
  GHashTableIter iter;
  gpointer subject, how;
  g_hash_table_iter_init (&iter, told);
  while (g_hash_table_iter_next (&iter, &subject, &how))
    hear (self, subject, GPOINTER_TO_INT (how) == 1);
}

/* --- what is done --- */

static void
append_event (PmHealing *self, const char *event, GString *data)
{
  GError *error = NULL;
  if (!pm_registry_event_append (self->context->registry, event, data->str, g_get_real_time (),
                                 &error))
    complain (event, error);
}

static void
tell_breaker (PmHealing *self, const PmHealerAction *action)
{
  gboolean is_open = action->kind == PM_HEALER_BREAKER_OPENED;
  g_autoptr (GString) data = g_string_new (NULL);
  g_autofree char *cause =
      g_strdup_printf ("%u of %u are down, more than heal.breaker_share within a minute",
                       action->count, action->total);
  PmJsonWriter json = pm_json_writer (data);
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "down", action->count);
  pm_json_member_int (&json, "total", action->total);
  pm_json_member_string (&json, "cause", is_open ? cause : NULL);
  pm_json_end_object (&json);
  append_event (self, is_open ? "breaker.opened" : "breaker.closed", data);
}

/* Ids for programs, names for people. */
static void
write_services (PmHealing *self, const Subject *subject, PmJsonWriter *json)
{
  pm_json_key (json, "services");
  pm_json_begin_array (json);
  for (guint i = 0; i < subject->services->len; i++)
    pm_json_int (json, g_array_index (subject->services, gint64, i));
  pm_json_end_array (json);
  pm_json_key (json, "names");
  pm_json_begin_array (json);
  for (guint i = 0; i < subject->services->len; i++) {
    g_autoptr (PmArena) arena = pm_arena_new ();
    PmService service;
    if (!pm_registry_service (self->context->registry, g_array_index (subject->services, gint64, i),
                              arena, &service, NULL))
      continue;
    g_autofree char *name = pm_service_full_name (&service);
    pm_json_string (json, name);
  }
  pm_json_end_array (json);
}

static void
tell_gave_up (PmHealing *self, const Subject *subject, guint attempts)
{
  g_autoptr (GString) data = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (data);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "target", subject->key);
  pm_json_member_int (&json, "attempts", attempts);
  if (subject->down_us != 0)
    pm_json_member_time (&json, "since", subject->down_us);
  write_services (self, subject, &json);
  pm_json_end_object (&json);
  append_event (self, "healing.gave-up", data);
}

static void
start_restart (PmHealing *self, const Subject *subject)
{
  Job *job = g_new0 (Job, 1);
  job->key = g_strdup (subject->key);
  job->services = g_array_copy (subject->services);
  job->config = pm_config_ref (self->config);
  g_thread_pool_push (self->pool, job, NULL);
}

static void
act (const PmHealerAction *action, gpointer data)
{
  PmHealing *self = data;
  if (action->key == NULL) {
    tell_breaker (self, action);
    return;
  }
  const Subject *subject = subject_of (self, action->key);
  if (action->kind == PM_HEALER_RESTART)
    start_restart (self, subject);
  else
    tell_gave_up (self, subject, action->attempt);
  save (self, subject);
}

/* On a thread of the pool. One that has not begun when this program stops has not been tried; one
 * whose answer nobody could wait for has not been seen up. */
static void
restart (gpointer data, gpointer user)
{
  Job *job = data;
  PmHealing *self = user;
  GError *error = NULL;
  if (g_cancellable_is_cancelled (self->hurry)) {
    job_free (job);
    return;
  }
  g_auto (PmRestartReport) report = {0};
  PmRestartWish wish = {.actor = "healing", .hurry = self->hurry, .give_up = self->give_up};
  g_autoptr (PmContext) context = pm_context_join (self->state_dir, job->config, &error);
  if (context != NULL &&
      pm_pipeline_restart_known (context, job->key, (const gint64 *) (void *) job->services->data,
                                 job->services->len, &wish, &report, &error))
    job->is_up =
        strcmp (report.outcome, "restarted") == 0 && !g_cancellable_is_cancelled (self->hurry);
  if (error != NULL)
    complain (job->key, error);
  g_async_queue_push (self->results, job);
}

static void
take_results (PmHealing *self)
{
  Job *job;
  while ((job = g_async_queue_try_pop (self->results)) != NULL) {
    Subject *subject = subject_of (self, job->key);
    pm_healer_tried (self->healer, job->key, job->is_up, g_get_monotonic_time ());
    subject->was_told = TRUE;
    subject->is_up = job->is_up;
    subject->tried_us = g_get_real_time ();
    save (self, subject);
    job_free (job);
  }
}

/* --- the thread --- */

static void
follow_events (PmHealing *self)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (PmEvent));
  if (!pm_registry_events (self->context->registry, self->last_event, MOST_EVENTS, arena, events,
                           NULL))
    return;
  for (guint i = 0; i < events->len; i++) {
    const PmEvent *event = &g_array_index (events, PmEvent, i);
    self->last_event = event->id;
    if (strcmp (event->event, "pipeline.resumed") == 0)
      pm_healer_close_breaker (self->healer, g_get_monotonic_time ());
    self->wants_look |= strcmp (event->event, "scan.finished") == 0;
  }
}

/* A change restarts what it needs itself. */
static gboolean
is_held (PmHealing *self)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmPause pause = {0};
  return !pm_pause_read (self->context, arena, &pause, NULL) || pause.since_us != 0 ||
         pm_pipeline_is_busy (self->context);
}

static PmHealerLimits
limits_of (const PmConfig *config)
{
  PmHealerLimits limits = pm_healer_limits;
  limits.first_wait_us = config->heal.first_wait_s * G_USEC_PER_SEC;
  limits.most_wait_us = MAX (config->heal.most_wait_s, config->heal.first_wait_s) * G_USEC_PER_SEC;
  limits.budget = (guint) config->heal.budget;
  limits.breaker_share = config->heal.breaker_share;
  return limits;
}

static void
take_config (PmHealing *self)
{
  PmConfig *wanted = pm_pulse_take_config (&self->pulse);
  if (wanted == NULL)
    return;
  PmHealerLimits limits = limits_of (wanted);
  pm_config_unref (self->config);
  self->config = wanted;
  pm_healer_set_limits (self->healer, &limits);
  if (self->context == NULL)
    return;
  pm_config_unref (self->context->config);
  self->context->config = pm_config_ref (wanted);
  self->wants_look = TRUE;
}

static gboolean
begin (PmHealing *self)
{
  GError *error = NULL;
  g_clear_pointer (&self->context, pm_context_free);
  self->context = pm_context_join (self->state_dir, self->config, &error);
  if (self->context == NULL || !load_all (self, &error) ||
      !pm_registry_last_event (self->context->registry, &self->last_event, &error)) {
    complain ("it cannot begin", error);
    return FALSE;
  }
  self->has_begun = self->wants_look = TRUE;
  return TRUE;
}

/* What failed is tried again after a minute, not a second. */
static gboolean
ensure_begun (PmHealing *self)
{
  if (self->has_begun)
    return TRUE;
  gint64 now_us = g_get_monotonic_time ();
  if (self->begun_us != 0 && now_us - self->begun_us < LOOK_US)
    return FALSE;
  self->begun_us = now_us;
  return begin (self);
}

static void
tick (PmHealing *self)
{
  gint64 token = self->token;
  gint64 now_us = g_get_monotonic_time ();
  take_config (self);
  if (!self->config->heal.enabled || !ensure_begun (self))
    return;
  take_results (self);
  pm_registry_change_token (self->context->registry, &token, NULL);
  gboolean is_new = token != self->token;
  self->token = token;
  if (is_new)
    follow_events (self);
  if (self->wants_look || now_us - self->looked_us >= LOOK_US) {
    look (self);
    is_new = TRUE;
  }
  if (is_new)
    hear_all (self);
  pm_healer_pause (self->healer, is_held (self));
  pm_healer_step (self->healer, now_us, act, self);
}

static gpointer
end_restarts (gpointer data)
{
  PmHealing *self = data;
  g_thread_pool_free (g_steal_pointer (&self->pool), FALSE, TRUE);
  g_async_queue_push (self->ended, self);
  return NULL;
}

/* The pool can be waited for, but not for so long: a thread of its own does that. */
static void
stop_restarts (PmHealing *self)
{
  GThread *waiter = g_thread_new ("healing-end", end_restarts, self);
  if (g_async_queue_timeout_pop (self->ended, PM_HEALING_STOP_S * G_USEC_PER_SEC) == NULL)
    g_cancellable_cancel (self->give_up);
  g_thread_join (waiter);
}

static gpointer
run (gpointer data)
{
  PmHealing *self = data;
  self->pool = g_thread_pool_new (restart, self, AT_ONCE, FALSE, NULL);
  while (pm_pulse_wait (&self->pulse, TICK_US))
    tick (self);
  stop_restarts (self);
  if (self->has_begun)
    take_results (self);
  g_clear_pointer (&self->context, pm_context_free);
  return NULL;
}

/* --- public --- */

PmHealing *
pm_healing_new (const char *state_dir, PmConfig *config)
{
  PmHealing *self = g_new0 (PmHealing, 1);
  PmHealerLimits limits = limits_of (config);
  self->state_dir = g_strdup (state_dir);
  self->config = pm_config_ref (config);
  self->healer = pm_healer_new (&limits, g_random_int ());
  self->subjects = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, subject_free);
  self->by_service = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->results = g_async_queue_new_full (job_free);
  self->ended = g_async_queue_new ();
  self->hurry = g_cancellable_new ();
  self->give_up = g_cancellable_new ();
  pm_pulse_init (&self->pulse);
  self->thread = g_thread_new ("healing", run, self);
  return self;
}

void
pm_healing_set_config (PmHealing *self, PmConfig *config)
{
  pm_pulse_set_config (&self->pulse, config);
}

void
pm_healing_free (PmHealing *self)
{
  if (self == NULL)
    return;
  g_cancellable_cancel (self->hurry);
  pm_pulse_stop (&self->pulse);
  g_thread_join (self->thread);
  pm_healer_free (self->healer);
  g_hash_table_unref (self->by_service);
  g_hash_table_unref (self->subjects);
  g_async_queue_unref (self->results);
  g_async_queue_unref (self->ended);
  g_object_unref (self->hurry);
  g_object_unref (self->give_up);
  pm_pulse_clear (&self->pulse);
  pm_config_unref (self->config);
  g_free (self->state_dir);
  g_free (self);
}
