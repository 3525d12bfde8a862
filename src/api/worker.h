#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* Short work off the main loop: what waits for the disk or for another writer of the registry, and
 * whose answer a client waits for. What takes longer is a job (jobs/jobs.h). */

typedef struct PmWorker PmWorker;

typedef struct {
  /* On a thread of the worker. `context` is NULL when the registry cannot be opened: `error` says
   * why. */
  void (*run) (PmContext *context, const GError *error, gpointer data);
  void (*done) (gpointer data); /* on the main loop; not called once the worker is stopped */
  void (*free) (gpointer data);
  gpointer data;
} PmWork;

#define PM_WORKER_MOST_WAITING 1000

PmWorker *pm_worker_new (const char *state_dir);

/* Waits for what has begun or waits. */
void pm_worker_free (PmWorker *worker);

/* FALSE when too many wait: `data` is freed then. */
gboolean pm_worker_push (PmWorker *worker, PmConfig *config, const PmWork *work);

guint pm_worker_waiting (PmWorker *worker);

G_END_DECLS
