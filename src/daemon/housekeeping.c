/* DESIGN
 * A thread that looks once a second: whether the registry changed at all is one cheap question. A
 * backup that is due waits until nothing was changed for QUIET_US and no change is on its way, so
 * that it takes nothing from an emergency, but not for longer than MOST_WAIT_US. Nothing is kept of
 * what is due: the registry tells (verbs/backup.h). */

#include "daemon/housekeeping.h"

#include "daemon/pulse.h"
#include "pipeline/change.h"
#include "verbs/backup.h"

#define TICK_US G_USEC_PER_SEC
#define QUIET_US (2 * G_USEC_PER_SEC)
#define MOST_WAIT_US (60 * G_USEC_PER_SEC)
#define BY_TIME_US (600 * (gint64) G_USEC_PER_SEC)
#define PRUNE_US (3600 * (gint64) G_USEC_PER_SEC)
#define AGAIN_US (600 * (gint64) G_USEC_PER_SEC) /* after one that failed */

struct PmHousekeeping {
  char *state_dir;
  PmConfig *config;
  PmHousekeepingFailed failed;
  gpointer data;
  GThread *thread;
  GMainContext *main;
  PmPulse pulse;
  GMutex mutex;
  GError *failure;  /* under the mutex: to be told */
  GSource *telling; /* under the mutex */

  /* The thread's own; times are monotonic. */
  PmContext *context;
  gint64 token;
  gint64 due;        /* the transaction that a backup is due for; 0 none */
  gint64 since_us;   /* when the first one became due */
  gint64 changed_us; /* and the last one */
  gint64 by_time_us; /* when the next look by time is */
  gint64 prune_us;   /* and when old events are taken away next */
  gint64 again_us;   /* nothing is tried before */
};

/* --- telling --- */

static gboolean
tell (gpointer data)
{
  PmHousekeeping *self = data;
  g_mutex_lock (&self->mutex);
  g_autoptr (GError) failure = g_steal_pointer (&self->failure);
  g_clear_pointer (&self->telling, g_source_unref);
  g_mutex_unlock (&self->mutex);
  self->failed (failure, self->data);
  return G_SOURCE_REMOVE;
}

/* Takes the error over. */
static void
complain (PmHousekeeping *self, GError *error)
{
  self->again_us = g_get_monotonic_time () + AGAIN_US;
  g_mutex_lock (&self->mutex);
  g_clear_error (&self->failure);
  self->failure = error;
  if (self->telling == NULL) {
    self->telling = g_idle_source_new ();
    g_source_set_callback (self->telling, tell, self, NULL);
    g_source_attach (self->telling, self->main);
  }
  g_mutex_unlock (&self->mutex);
}

/* --- backups --- */

static void
make_backup (PmHousekeeping *self)
{
  g_auto (PmBackup) backup = {0};
  GError *error = NULL;
  self->due = 0;
  if (!pm_verb_backup_keep (self->context, &backup, &error))
    complain (self, error);
}

static void
look_for_changes (PmHousekeeping *self, gint64 now_us)
{
  gint64 token = self->token, due = 0;
  if (!pm_registry_change_token (self->context->registry, &token, NULL) || token == self->token)
    return;
  self->token = token;
  if (!pm_verb_backup_due (self->context, &due, NULL) || due == self->due)
    return;
  self->since_us = self->due == 0 ? now_us : self->since_us;
  self->changed_us = now_us;
  self->due = due;
}

static gboolean
is_calm (PmHousekeeping *self, gint64 now_us)
{
  return now_us - self->since_us >= MOST_WAIT_US ||
         (now_us - self->changed_us >= QUIET_US && !pm_pipeline_is_busy (self->context));
}

/* --- by time --- */

static gboolean
is_old (const PmHousekeeping *self)
{
  const PmConfig *config = self->config;
  if (config->backup.every_h == 0 || config->registry.url[0] != '\0')
    return FALSE;
  g_autoptr (GArray) backups = pm_verb_backups (self->state_dir);
  gint64 newest_us = backups->len == 0 ? 0 : g_array_index (backups, PmBackup, 0).order_us;
  gint64 age_us = g_get_real_time () - newest_us;
  return age_us < 0 || age_us >= config->backup.every_h * G_TIME_SPAN_HOUR;
}

static void
look_by_time (PmHousekeeping *self, gint64 now_us)
{
  self->by_time_us = now_us + BY_TIME_US;
  if (is_old (self))
    make_backup (self);
}

static void
prune (PmHousekeeping *self, gint64 now_us)
{
  GError *error = NULL;
  gint64 before_us = g_get_real_time () - PM_EVENTS_KEPT_DAYS * G_TIME_SPAN_DAY;
  self->prune_us = now_us + PRUNE_US;
  if (!pm_registry_prune_events (self->context->registry, before_us, PM_EVENTS_KEPT, &error))
    complain (self, error);
}

/* --- the thread --- */

static void
take_config (PmHousekeeping *self)
{
  PmConfig *wanted = pm_pulse_take_config (&self->pulse);
  if (wanted == NULL)
    return;
  pm_config_unref (self->config);
  self->config = wanted;
  g_clear_pointer (&self->context, pm_context_free);
}

static void
tick (PmHousekeeping *self)
{
  gint64 now_us = g_get_monotonic_time ();
  GError *error = NULL;
  take_config (self);
  if (now_us < self->again_us)
    return;
  if (self->context == NULL)
    self->context = pm_context_join (self->state_dir, self->config, &error);
  if (self->context == NULL) {
    complain (self, error);
    return;
  }
  look_for_changes (self, now_us);
  if (self->due != 0 && is_calm (self, now_us))
    make_backup (self);
  if (now_us >= self->by_time_us)
    look_by_time (self, now_us);
  if (now_us >= self->prune_us)
    prune (self, now_us);
}

static gpointer
run (gpointer data)
{
  PmHousekeeping *self = data;
  do
    tick (self);
  while (pm_pulse_wait (&self->pulse, TICK_US));
  if (self->context != NULL)
    look_for_changes (self, g_get_monotonic_time ());
  if (self->due != 0)
    make_backup (self);
  g_clear_pointer (&self->context, pm_context_free);
  return NULL;
}

/* --- from outside --- */

PmHousekeeping *
pm_housekeeping_new (const char *state_dir, PmConfig *config, PmHousekeepingFailed failed,
                     gpointer data)
{
  PmHousekeeping *self = g_new0 (PmHousekeeping, 1);
  self->state_dir = g_strdup (state_dir);
  self->config = pm_config_ref (config);
  self->failed = failed;
  self->data = data;
  self->main = g_main_context_ref_thread_default ();
  pm_pulse_init (&self->pulse);
  g_mutex_init (&self->mutex);
  self->token = -1;
  self->thread = g_thread_new ("housekeeping", run, self);
  return self;
}

void
pm_housekeeping_set_config (PmHousekeeping *self, PmConfig *config)
{
  pm_pulse_set_config (&self->pulse, config);
}

void
pm_housekeeping_free (PmHousekeeping *self)
{
  if (self == NULL)
    return;
  pm_pulse_stop (&self->pulse);
  g_thread_join (self->thread);
  if (self->telling != NULL) {
    g_source_destroy (self->telling);
    g_source_unref (self->telling);
  }
  g_clear_error (&self->failure);
  pm_pulse_clear (&self->pulse);
  g_mutex_clear (&self->mutex);
  g_main_context_unref (self->main);
  pm_config_unref (self->config);
  g_free (self->state_dir);
  g_free (self);
}
