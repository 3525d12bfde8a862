/* DESIGN
 * A pool of a few threads runs the work; what it has run comes back through a queue that one idle
 * source of the main loop empties. */

#include "api/worker.h"

#define THREADS 2

typedef struct {
  PmWork work;
  PmConfig *config;
} Task;

struct PmWorker {
  char *state_dir;
  GThreadPool *pool;
  GAsyncQueue *finished; /* of Task */
  GMainContext *main;
};

static void
task_free (gpointer data)
{
  Task *task = data;
  task->work.free (task->work.data);
  pm_config_unref (task->config);
  g_free (task);
}

static gboolean
finish (gpointer data)
{
  Task *task = g_async_queue_try_pop (data);
  if (task != NULL) {
    if (task->work.done != NULL)
      task->work.done (task->work.data);
    task_free (task);
  }
  return G_SOURCE_REMOVE;
}

static void
queue_unref (gpointer queue)
{
  g_async_queue_unref (queue);
}

static void
run (gpointer data, gpointer user)
{
  Task *task = data;
  PmWorker *worker = user;
  g_autoptr (GError) error = NULL;
  PmContext *context = pm_context_join (worker->state_dir, task->config, &error);
  task->work.run (context, error, task->work.data);
  pm_context_free (context);
  g_async_queue_push (worker->finished, task);
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, finish, g_async_queue_ref (worker->finished), queue_unref);
  g_source_attach (source, worker->main);
}

PmWorker *
pm_worker_new (const char *state_dir)
{
  PmWorker *worker = g_new0 (PmWorker, 1);
  worker->state_dir = g_strdup (state_dir);
  worker->finished = g_async_queue_new_full (task_free);
  worker->main = g_main_context_ref_thread_default ();
  worker->pool = g_thread_pool_new (run, worker, THREADS, TRUE, NULL);
  return worker;
}

void
pm_worker_free (PmWorker *worker)
{
  g_thread_pool_free (worker->pool, FALSE, TRUE);
  for (Task *task; (task = g_async_queue_try_pop (worker->finished)) != NULL;)
    task_free (task);
  g_async_queue_unref (worker->finished);
  g_main_context_unref (worker->main);
  g_free (worker->state_dir);
  g_free (worker);
}

gboolean
pm_worker_push (PmWorker *worker, PmConfig *config, const PmWork *work)
{
  Task *task = g_new0 (Task, 1);
  task->work = *work;
  task->config = pm_config_ref (config);
  if (g_thread_pool_unprocessed (worker->pool) < PM_WORKER_MOST_WAITING) {
    g_thread_pool_push (worker->pool, task, NULL);
    return TRUE;
  }
  task_free (task);
  return FALSE;
}

guint
pm_worker_waiting (PmWorker *worker)
{
  return g_thread_pool_unprocessed (worker->pool);
}
