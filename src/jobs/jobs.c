/* DESIGN
 * One thread and one queue under one mutex. A job goes waiting → running → done, failed or
 * cancelled; each change marks it as changed and wakes the main loop, where one idle source tells
 * the listener of all that are marked. Main loop and thread share nothing else; a job is freed by
 * the main loop only, after it has ended. */

#include "jobs/jobs.h"

G_DEFINE_QUARK (pm - jobs - error - quark, pm_jobs_error)

struct PmJob {
  PmJobs *jobs;
  gint64 id;
  PmJobWork work;
  char *actor;
  int cancelled; /* atomic */

  /* Under the mutex. */
  PmJobState state;
  const char *step;
  guint64 done, total;
  gint64 created_us, started_us, finished_us;
  GString *result;
  GError *error;
  gboolean is_changed;
  gboolean is_settled; /* it ended, and its thread has let go of it */
  gboolean is_told;    /* that it ended */
};

struct PmJobs {
  char *state_dir;
  GMutex mutex;
  GCond wake;
  GThread *thread;
  GQueue waiting; /* of PmJob, borrowed */
  GPtrArray *all; /* of PmJob, by id */
  PmConfig *config;
  gint64 last_id;
  gboolean is_stopping;
  GCancellable *stopping; /* the same, for whoever waits in a job */
  GMainContext *main;
  GSource *telling; /* NULL: nothing is to be told */
  PmJobsListener listener;
  gpointer listener_data;
};

const char *
pm_job_state_name (PmJobState state)
{
  static const char *const names[] = {"waiting", "running", "done", "failed", "cancelled"};
  return names[state];
}

static gboolean
has_ended (const PmJob *job)
{
  return job->state >= PM_JOB_DONE;
}

static void
drop_data (PmJob *job)
{
  if (job->work.free_data != NULL)
    job->work.free_data (job->work.data);
  job->work.data = NULL;
  job->work.free_data = NULL;
}

static void
job_free (gpointer data)
{
  PmJob *job = data;
  drop_data (job);
  g_string_free (job->result, TRUE);
  g_clear_error (&job->error);
  g_free (job->actor);
  g_free (job);
}

/* --- telling the main loop --- */

typedef struct {
  gint64 id;
  gboolean ended;
  GError *error;
} Change;

static void
clear_change (gpointer data)
{
  g_clear_error (&((Change *) data)->error);
}

static GArray *
take_changes (PmJobs *jobs)
{
  GArray *changes = g_array_new (FALSE, TRUE, sizeof (Change));
  g_array_set_clear_func (changes, clear_change);
  for (guint i = 0; i < jobs->all->len; i++) {
    PmJob *job = g_ptr_array_index (jobs->all, i);
    if (!job->is_changed)
      continue;
    Change change = {.id = job->id, .ended = job->is_settled && !job->is_told};
    if (change.ended && job->error != NULL)
      change.error = g_error_copy (job->error);
    job->is_told = job->is_told || change.ended;
    job->is_changed = FALSE;
    g_array_append_val (changes, change);
  }
  return changes;
}

static gboolean
tell (gpointer data)
{
  PmJobs *jobs = data;
  g_mutex_lock (&jobs->mutex);
  g_autoptr (GArray) changes = take_changes (jobs);
  g_clear_pointer (&jobs->telling, g_source_unref);
  g_mutex_unlock (&jobs->mutex);
  for (guint i = 0; i < changes->len && jobs->listener != NULL; i++) {
    const Change *change = &g_array_index (changes, Change, i);
    jobs->listener (jobs, change->id, change->ended, change->error, jobs->listener_data);
  }
  return G_SOURCE_REMOVE;
}

/* Under the mutex. */
static void
mark_changed (PmJob *job)
{
  PmJobs *jobs = job->jobs;
  job->is_changed = TRUE;
  if (jobs->telling != NULL || jobs->is_stopping)
    return;
  jobs->telling = g_idle_source_new ();
  g_source_set_priority (jobs->telling, G_PRIORITY_DEFAULT);
  g_source_set_callback (jobs->telling, tell, jobs, NULL);
  g_source_attach (jobs->telling, jobs->main);
}

/* --- the thread --- */

static void
write_outline (const PmJob *job, PmJsonWriter *json)
{
  pm_json_member_int (json, "id", job->id);
  pm_json_member_string (json, "kind", job->work.kind);
  pm_json_member_string (json, "state", pm_job_state_name (job->state));
  pm_json_member_string (json, "actor", job->actor);
  if (job->error != NULL)
    pm_json_member_string (json, "error", job->error->message);
}

/* The log is the only thing that outlives the process; a job counts without its line there. */
static void
log_event (const PmJob *job, PmContext *context, const char *event)
{
  g_autoptr (GString) data = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (data);
  pm_json_begin_object (&json);
  write_outline (job, &json);
  pm_json_end_object (&json);
  pm_registry_event_append (context->registry, event, data->str, g_get_real_time (), NULL);
}

static PmJobState
state_after (gboolean fine, const GError *error)
{
  if (fine)
    return PM_JOB_DONE;
  return g_error_matches (error, PM_JOBS_ERROR, PM_JOBS_ERROR_CANCELLED) ? PM_JOB_CANCELLED
                                                                         : PM_JOB_FAILED;
}

/* Under the mutex. */
static void
end (PmJob *job, PmJobState state, GString *result, GError *error)
{
  job->state = state;
  job->finished_us = g_get_real_time ();
  if (result != NULL) {
    g_string_free (job->result, TRUE);
    job->result = result;
  }
  job->error = error;
}

static void
run_job (PmJobs *jobs, PmJob *job, PmConfig *config)
{
  GError *error = NULL;
  GString *result = g_string_new (NULL);
  g_autoptr (PmContext) context = pm_context_join (jobs->state_dir, config, &error);
  if (context != NULL)
    log_event (job, context, "job.started");
  gboolean fine = context != NULL && job->work.run (job, context, job->work.data, result, &error);
  drop_data (job);
  g_mutex_lock (&jobs->mutex);
  end (job, state_after (fine, error), result, error);
  g_mutex_unlock (&jobs->mutex);
  /* In the log before anybody is told: who hears of it finds it there. */
  if (context != NULL)
    log_event (job, context, "job.finished");
  g_mutex_lock (&jobs->mutex);
  job->is_settled = TRUE;
  mark_changed (job);
  g_mutex_unlock (&jobs->mutex);
}

static gpointer
work (gpointer data)
{
  PmJobs *jobs = data;
  g_mutex_lock (&jobs->mutex);
  for (;;) {
    while (!jobs->is_stopping && g_queue_is_empty (&jobs->waiting))
      g_cond_wait (&jobs->wake, &jobs->mutex);
    if (jobs->is_stopping)
      break;
    PmJob *job = g_queue_pop_head (&jobs->waiting);
    g_autoptr (PmConfig) config = pm_config_ref (jobs->config);
    job->state = PM_JOB_RUNNING;
    job->started_us = g_get_real_time ();
    mark_changed (job);
    g_mutex_unlock (&jobs->mutex);
    run_job (jobs, job, config);
    g_mutex_lock (&jobs->mutex);
  }
  g_mutex_unlock (&jobs->mutex);
  return NULL;
}

/* --- from the main loop --- */

PmJobs *
pm_jobs_new (const char *state_dir, PmConfig *config)
{
  PmJobs *jobs = g_new0 (PmJobs, 1);
  jobs->state_dir = g_strdup (state_dir);
  jobs->config = pm_config_ref (config);
  jobs->all = g_ptr_array_new_with_free_func (job_free);
  jobs->main = g_main_context_ref_thread_default ();
  g_mutex_init (&jobs->mutex);
  g_cond_init (&jobs->wake);
  g_queue_init (&jobs->waiting);
  jobs->stopping = g_cancellable_new ();
  jobs->thread = g_thread_new ("jobs", work, jobs);
  return jobs;
}

void
pm_jobs_free (PmJobs *jobs)
{
  if (jobs == NULL)
    return;
  g_mutex_lock (&jobs->mutex);
  jobs->is_stopping = TRUE;
  for (guint i = 0; i < jobs->all->len; i++)
    g_atomic_int_set (&((PmJob *) g_ptr_array_index (jobs->all, i))->cancelled, TRUE);
  g_cond_signal (&jobs->wake);
  g_mutex_unlock (&jobs->mutex);
  g_cancellable_cancel (jobs->stopping);
  g_thread_join (jobs->thread);
  if (jobs->telling != NULL) {
    g_source_destroy (jobs->telling);
    g_source_unref (jobs->telling);
  }
  g_queue_clear (&jobs->waiting);
  g_ptr_array_unref (jobs->all);
  g_cond_clear (&jobs->wake);
  g_mutex_clear (&jobs->mutex);
  g_main_context_unref (jobs->main);
  pm_config_unref (jobs->config);
  g_object_unref (jobs->stopping);
  g_free (jobs->state_dir);
  g_free (jobs);
}

void
pm_jobs_set_config (PmJobs *jobs, PmConfig *config)
{
  g_mutex_lock (&jobs->mutex);
  PmConfig *old = jobs->config;
  jobs->config = pm_config_ref (config);
  g_mutex_unlock (&jobs->mutex);
  pm_config_unref (old);
}

void
pm_jobs_set_listener (PmJobs *jobs, PmJobsListener listener, gpointer data)
{
  jobs->listener = listener;
  jobs->listener_data = data;
}

/* Under the mutex. */
static void
forget_old (PmJobs *jobs)
{
  gint64 before_us = g_get_real_time () - PM_JOBS_KEPT_US;
  for (guint i = 0; i < jobs->all->len;) {
    const PmJob *job = g_ptr_array_index (jobs->all, i);
    gboolean is_old = job->finished_us < before_us || jobs->all->len > PM_JOBS_MOST_KEPT;
    if (job->is_told && is_old)
      g_ptr_array_remove_index (jobs->all, i);
    else
      i++;
  }
}

gint64
pm_jobs_start (PmJobs *jobs, const PmJobWork *wanted, GError **error)
{
  PmJob *job = g_new0 (PmJob, 1);
  job->jobs = jobs;
  job->work = *wanted;
  job->actor = g_strdup (wanted->actor == NULL ? "port-manager" : wanted->actor);
  job->created_us = g_get_real_time ();
  job->result = g_string_new (NULL);
  g_mutex_lock (&jobs->mutex);
  gboolean is_full = jobs->waiting.length >= PM_JOBS_MOST_WAITING;
  if (!is_full) {
    forget_old (jobs);
    job->id = ++jobs->last_id;
    g_ptr_array_add (jobs->all, job);
    g_queue_push_tail (&jobs->waiting, job);
    mark_changed (job);
    g_cond_signal (&jobs->wake);
  }
  gint64 id = job->id;
  g_mutex_unlock (&jobs->mutex);
  if (!is_full)
    return id;
  job_free (job);
  g_set_error (error, PM_JOBS_ERROR, PM_JOBS_ERROR_FULL,
               "%u jobs wait already; try again when some are done", PM_JOBS_MOST_WAITING);
  return 0;
}

/* Under the mutex. */
static PmJob *
find (PmJobs *jobs, gint64 id)
{
  for (guint i = jobs->all->len; i > 0; i--) {
    PmJob *job = g_ptr_array_index (jobs->all, i - 1);
    if (job->id == id)
      return job;
  }
  return NULL;
}

static void
cancel_waiting (PmJobs *jobs, PmJob *job)
{
  g_queue_remove (&jobs->waiting, job);
  end (job, PM_JOB_CANCELLED, NULL,
       g_error_new_literal (PM_JOBS_ERROR, PM_JOBS_ERROR_CANCELLED, "cancelled before it began"));
  job->is_settled = TRUE;
  mark_changed (job);
}

gboolean
pm_jobs_cancel (PmJobs *jobs, gint64 id, GError **error)
{
  g_mutex_lock (&jobs->mutex);
  PmJob *job = find (jobs, id);
  gboolean fine = FALSE;
  if (job == NULL) {
    g_set_error (error, PM_JOBS_ERROR, PM_JOBS_ERROR_NOT_FOUND, "there is no job %" G_GINT64_FORMAT,
                 id);
  } else if (job->state == PM_JOB_WAITING) {
    cancel_waiting (jobs, job);
    fine = TRUE;
  } else if (job->state == PM_JOB_RUNNING && job->work.can_cancel) {
    g_atomic_int_set (&job->cancelled, TRUE);
    fine = TRUE;
  } else {
    g_set_error (error, PM_JOBS_ERROR, PM_JOBS_ERROR_TOO_LATE,
                 job->state == PM_JOB_RUNNING ? "job %" G_GINT64_FORMAT
                                                " is at work and cannot be left half-way"
                                              : "job %" G_GINT64_FORMAT " has ended already",
                 id);
  }
  g_mutex_unlock (&jobs->mutex);
  return fine;
}

guint
pm_jobs_unfinished (PmJobs *jobs)
{
  guint count = 0;
  g_mutex_lock (&jobs->mutex);
  for (guint i = 0; i < jobs->all->len; i++)
    count += !has_ended (g_ptr_array_index (jobs->all, i));
  g_mutex_unlock (&jobs->mutex);
  return count;
}

gboolean
pm_jobs_are_idle (PmJobs *jobs)
{
  return pm_jobs_unfinished (jobs) == 0;
}

static void
write_job (const PmJob *job, gboolean with_result, PmJsonWriter *json)
{
  pm_json_begin_object (json);
  write_outline (job, json);
  pm_json_member_bool (json, "canCancel",
                       job->state == PM_JOB_WAITING ||
                           (job->state == PM_JOB_RUNNING && job->work.can_cancel));
  pm_json_member_string (json, "step", job->step);
  pm_json_member_int (json, "done", (gint64) job->done);
  pm_json_member_int (json, "total", (gint64) job->total);
  pm_json_member_time (json, "created", job->created_us);
  pm_json_member_time (json, "started", job->started_us);
  pm_json_member_time (json, "finished", job->finished_us);
  if (with_result) {
    pm_json_key (json, "result");
    pm_json_raw (json, job->result->len == 0 ? "null" : job->result->str);
  }
  pm_json_end_object (json);
}

static gboolean
write_one (PmJobs *jobs, gint64 id, gboolean with_result, PmJsonWriter *json)
{
  g_mutex_lock (&jobs->mutex);
  const PmJob *job = find (jobs, id);
  if (job != NULL)
    write_job (job, with_result, json);
  g_mutex_unlock (&jobs->mutex);
  return job != NULL;
}

gboolean
pm_jobs_write (PmJobs *jobs, gint64 id, PmJsonWriter *json)
{
  return write_one (jobs, id, TRUE, json);
}

gboolean
pm_jobs_write_outline (PmJobs *jobs, gint64 id, PmJsonWriter *json)
{
  return write_one (jobs, id, FALSE, json);
}

void
pm_jobs_write_all (PmJobs *jobs, PmJsonWriter *json)
{
  g_mutex_lock (&jobs->mutex);
  pm_json_begin_array (json);
  for (guint i = jobs->all->len; i > 0; i--)
    write_job (g_ptr_array_index (jobs->all, i - 1), FALSE, json);
  pm_json_end_array (json);
  g_mutex_unlock (&jobs->mutex);
}

/* --- for the work itself --- */

void
pm_job_progress (PmJob *job, const char *step, guint64 done, guint64 total)
{
  g_mutex_lock (&job->jobs->mutex);
  job->step = step;
  job->done = done;
  job->total = total;
  mark_changed (job);
  g_mutex_unlock (&job->jobs->mutex);
}

gboolean
pm_job_is_cancelled (PmJob *job)
{
  return job->work.can_cancel && g_atomic_int_get (&job->cancelled);
}

GCancellable *
pm_job_stopping (PmJob *job)
{
  return job->jobs->stopping;
}

gboolean
pm_job_check_cancelled (PmJob *job, GError **error)
{
  if (!pm_job_is_cancelled (job))
    return FALSE;
  g_set_error_literal (error, PM_JOBS_ERROR, PM_JOBS_ERROR_CANCELLED, "cancelled");
  return TRUE;
}
