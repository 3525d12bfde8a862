#pragma once

#include <gio/gio.h>

#include "base/json-writer.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* Long work off the main loop: a rescan, a plan, its application, a backup.
 *
 *   PmJobs *jobs = pm_jobs_new (state_dir, config);
 *   PmJobWork work = {.kind = "sync", .run = run_sync, .data = wish, .free_data = wish_free};
 *   gint64 id = pm_jobs_start (jobs, &work);          // the main loop goes on
 *   pm_jobs_write (jobs, id, &json);                   // how far it is, and at last its result
 *
 * One thread runs them, in the order in which they were started: writers would only wait for each
 * other's locks. Each gets a context with a registry connection of its own. That a job began and
 * how it ended goes to the event log ("job.started", "job.finished"), its progress only to the
 * listener. What ended is kept for an hour, at most the newest 200. All functions are the main
 * loop's, but those of a PmJob. */

#define PM_JOBS_MOST_WAITING 100
#define PM_JOBS_MOST_KEPT 200
#define PM_JOBS_KEPT_US (G_TIME_SPAN_HOUR)

#define PM_JOBS_ERROR (pm_jobs_error_quark ())
GQuark pm_jobs_error_quark (void);
typedef enum {
  PM_JOBS_ERROR_FULL,      /* PM_JOBS_MOST_WAITING wait already */
  PM_JOBS_ERROR_NOT_FOUND, /* there is none with this id, or not any more */
  PM_JOBS_ERROR_TOO_LATE,  /* it is being done and cannot be left half-way, or has ended */
  PM_JOBS_ERROR_CANCELLED, /* what `run` fails with once it saw pm_job_is_cancelled */
} PmJobsError;

typedef enum {
  PM_JOB_WAITING,
  PM_JOB_RUNNING,
  PM_JOB_DONE,
  PM_JOB_FAILED,
  PM_JOB_CANCELLED,
} PmJobState;

const char *pm_job_state_name (PmJobState state);

typedef struct PmJobs PmJobs;
typedef struct PmJob PmJob;

/* Runs on the jobs' thread. `result` may be given one JSON value, also when it fails: what there is
 * to tell then. `context` is this job's alone. */
typedef gboolean (*PmJobRun) (PmJob *job, PmContext *context, gpointer data, GString *result,
                              GError **error);

typedef struct {
  const char *kind; /* "sync", "apply", "backup" …; static */
  PmJobRun run;
  gpointer data;
  GDestroyNotify free_data; /* NULL: nothing is to be freed; called on any thread */
  const char *actor;        /* who wanted it, for the event log; NULL: the program itself */
  gboolean can_cancel;      /* `run` looks at pm_job_is_cancelled, and may be left where it does */
} PmJobWork;

PmJobs *pm_jobs_new (const char *state_dir, PmConfig *config);

/* Cancels what waits and what can be cancelled, and waits for what is being done; that sees
 * pm_job_stopping. */
void pm_jobs_free (PmJobs *jobs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmJobs, pm_jobs_free)

/* Of the jobs that begin from now on. */
void pm_jobs_set_config (PmJobs *jobs, PmConfig *config);

/* The job's id; 0 with an error, and then `data` has been freed. */
gint64 pm_jobs_start (PmJobs *jobs, const PmJobWork *work, GError **error);

gboolean pm_jobs_cancel (PmJobs *jobs, gint64 id, GError **error);

/* Whether there is anything that waits or is being done. */
gboolean pm_jobs_are_idle (PmJobs *jobs);

/* How many. */
guint pm_jobs_unfinished (PmJobs *jobs);

/* {"id","kind","state","actor","canCancel","step","done","total","created","started","finished",
 * "result","error"}; FALSE without writing anything when there is no such job. */
gboolean pm_jobs_write (PmJobs *jobs, gint64 id, PmJsonWriter *json);

/* The same without the result. */
gboolean pm_jobs_write_outline (PmJobs *jobs, gint64 id, PmJsonWriter *json);

/* [job, …], newest first, without their results. */
void pm_jobs_write_all (PmJobs *jobs, PmJsonWriter *json);

/* Called on the main loop after a job's state or progress changed; several changes may be told as
 * one. `ended` is TRUE exactly once for each job, with the error that it failed with, or NULL. */
typedef void (*PmJobsListener) (PmJobs *jobs, gint64 id, gboolean ended, const GError *error,
                                gpointer data);
void pm_jobs_set_listener (PmJobs *jobs, PmJobsListener listener, gpointer data);

/* --- for the work itself, on its thread --- */

/* `step` is static: what is being done ("reading projects"); total 0: nobody knows. */
void pm_job_progress (PmJob *job, const char *step, guint64 done, guint64 total);

gboolean pm_job_is_cancelled (PmJob *job);

/* Cancelled when the jobs are freed: nobody waits any more for what goes on by itself, such as an
 * answer of what was restarted. The jobs'. */
GCancellable *pm_job_stopping (PmJob *job);

/* The same, and fills the error. */
gboolean pm_job_check_cancelled (PmJob *job, GError **error);

G_END_DECLS
