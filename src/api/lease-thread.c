/* DESIGN
 * One thread takes everything out of its queue at once. First each call's handler says what it
 * wants, then the desk serves all of them; in its transaction the answers are made and the audit
 * log gets its lines. What a transaction costs hardly depends on how many it serves, so behind one
 * that served somebody the next one waits a little for more of them. Now and then the dead are
 * looked for, and how full the pools are is written down. */

#include "api/lease-thread.h"

#include "api/api-private.h"
#include "api/audit.h"
#include "api/route.h"
#include "api/tidy-thread.h"
#include "registry/maintenance.h"
#include "verbs/lease-json.h"
#include "verbs/pools.h"

#define GATHER_US 1000
#define REAP_EVERY_US (5 * G_USEC_PER_SEC)
#define NOTE_EVERY_US (600 * G_GINT64_CONSTANT (1000000))

struct PmLeaseThread {
  char *state_dir;
  GThread *thread;
  GAsyncQueue *waiting;  /* of Task; one without a call says that it is over */
  GAsyncQueue *finished; /* of Task */
  GMainContext *main;
  PmTidyThread *tidy;

  /* The thread's alone. */
  PmConfig *config;
  PmContext *context;
  PmDesk *desk;
  gint64 reaped_us, noted_us, served_us;
};

typedef struct {
  PmCall *call;
  PmConfig *config;
} Task;

static void
task_free (gpointer data)
{
  Task *task = data;
  pm_call_unref (task->call);
  pm_config_unref (task->config);
  g_free (task);
}

/* --- the registry --- */

static void
close_desk (PmLeaseThread *thread)
{
  g_clear_pointer (&thread->desk, pm_desk_free);
  g_clear_pointer (&thread->context, pm_context_free);
}

/* Another configuration may have other pools. */
static gboolean
open_desk (PmLeaseThread *thread, PmConfig *config, GError **error)
{
  if (thread->context != NULL && thread->context->config == config)
    return TRUE;
  close_desk (thread);
  thread->context = pm_context_join (thread->state_dir, config, error);
  if (thread->context == NULL)
    return FALSE;
  if (!pm_registry_leave_tidying (thread->context->registry, error)) {
    close_desk (thread);
    return FALSE;
  }
  thread->desk = pm_verb_desk_open (thread->context);
  return TRUE;
}

static gboolean
is_due (gint64 *last_us, gint64 every_us)
{
  gint64 now_us = g_get_monotonic_time ();
  if (*last_us != 0 && now_us - *last_us < every_us)
    return FALSE;
  *last_us = now_us;
  return TRUE;
}

static void
look_around (PmLeaseThread *thread)
{
  g_autoptr (GError) error = NULL;
  if (!is_due (&thread->reaped_us, REAP_EVERY_US))
    return;
  if (!open_desk (thread, thread->config, &error) || !pm_desk_reap (thread->desk, NULL, &error))
    g_warning ("leases of the dead could not be taken back: %s", error->message);
  else if (is_due (&thread->noted_us, NOTE_EVERY_US) &&
           !pm_verb_pools_note (thread->context, NULL, &error))
    g_warning ("how full the pools are could not be written down: %s", error->message);
}

/* --- serving --- */

static void
answer (PmCall *call)
{
  const PmDeskRequest *request = &call->lease->request;
  const PmLease *lease = &request->lease;
  if (request->error != NULL) {
    pm_call_failed (call, g_error_copy (request->error));
    return;
  }
  PmJsonWriter json = pm_call_json (call, request->kind == PM_DESK_TAKE ? 201 : 200);
  pm_json_begin_object (&json);
  pm_json_key (&json, "lease");
  pm_lease_write_json (&json, lease, lease->released_us == 0 ? "held" : lease->outcome);
  pm_json_end_object (&json);
}

static void
ask (PmLeaseThread *thread, Task *task, PmLeaseCall *lease, GPtrArray *requests)
{
  PmCall *call = task->call;
  *lease = (PmLeaseCall){.desk = thread->desk};
  call->lease = lease;
  call->context = thread->context;
  call->route->handle (call);
  if (lease->is_made)
    g_ptr_array_add (requests, &lease->request);
}

typedef struct {
  PmLeaseThread *thread;
  GPtrArray *tasks;
  PmLeaseCall *leases; /* one for each task */
  gboolean is_answered;
} Batch;

static PmCall *
call_at (const Batch *batch, guint index)
{
  return ((Task *) g_ptr_array_index (batch->tasks, index))->call;
}

/* In the transaction that serves them, so that the audit log says what was done, and nothing else.
 */
static gboolean
answer_all (gpointer data, GError **error)
{
  Batch *batch = data;
  for (guint i = 0; i < batch->tasks->len; i++) {
    if (batch->leases[i].is_made)
      answer (call_at (batch, i));
    pm_audit_write (call_at (batch, i));
  }
  batch->is_answered = TRUE;
  return TRUE;
}

/* Nothing was to be served, or it failed: also after its answers were made. */
static void
answer_late (Batch *batch)
{
  PmRegistry *registry = batch->thread->context->registry;
  gboolean failed = !batch->is_answered;
  for (guint i = 0; i < batch->tasks->len; i++)
    failed |= batch->leases[i].request.error != NULL && call_at (batch, i)->status < 400;
  if (!failed)
    return;
  g_autoptr (GError) error = NULL;
  if (pm_registry_begin (registry, PM_DURABILITY_OBSERVATION, &error)) {
    answer_all (batch, NULL);
    pm_registry_commit (registry, &error);
  } else {
    for (guint i = 0; i < batch->tasks->len; i++)
      if (batch->leases[i].is_made)
        answer (call_at (batch, i));
  }
  if (error != NULL)
    g_warning ("the audit log cannot be written: %s", error->message);
}

static void
serve (PmLeaseThread *thread, GPtrArray *tasks)
{
  g_autofree PmLeaseCall *leases = g_new0 (PmLeaseCall, tasks->len);
  g_autoptr (GPtrArray) requests = g_ptr_array_sized_new (tasks->len);
  Batch batch = {.thread = thread, .tasks = tasks, .leases = leases};
  for (guint i = 0; i < tasks->len; i++)
    ask (thread, g_ptr_array_index (tasks, i), &leases[i], requests);
  if (requests->len > 0)
    pm_desk_serve_and (thread->desk, (PmDeskRequest **) requests->pdata, requests->len, answer_all,
                       &batch);
  answer_late (&batch);
  for (guint i = 0; i < tasks->len; i++) {
    call_at (&batch, i)->lease = NULL;
    g_clear_error (&leases[i].request.error);
  }
}

static void
fail_all (GPtrArray *tasks, GError *error)
{
  for (guint i = 0; i < tasks->len; i++)
    pm_call_problem (((Task *) g_ptr_array_index (tasks, i))->call, 503, "%s", error->message);
  g_error_free (error);
}

/* --- back to the main loop --- */

static gboolean
hand_back (gpointer data)
{
  GAsyncQueue *finished = data;
  for (Task *task; (task = g_async_queue_try_pop (finished)) != NULL; task_free (task))
    pm_api_call_done (task->call);
  return G_SOURCE_REMOVE;
}

static void
queue_unref (gpointer queue)
{
  g_async_queue_unref (queue);
}

static void
finish (PmLeaseThread *thread, GPtrArray *tasks)
{
  for (guint i = 0; i < tasks->len; i++)
    g_async_queue_push (thread->finished, g_ptr_array_index (tasks, i));
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, hand_back, g_async_queue_ref (thread->finished), queue_unref);
  g_source_attach (source, thread->main);
}

/* --- the thread --- */

static void
gather (const PmLeaseThread *thread)
{
  gint64 wait_us = thread->served_us + GATHER_US - g_get_monotonic_time ();
  if (wait_us > 0)
    g_usleep ((gulong) wait_us);
}

/* All that waits, or nothing when it was long enough. FALSE: it is over. */
static gboolean
collect (PmLeaseThread *thread, GPtrArray *tasks)
{
  Task *task = g_async_queue_timeout_pop (thread->waiting, REAP_EVERY_US);
  if (task != NULL)
    gather (thread);
  for (; task != NULL; task = g_async_queue_try_pop (thread->waiting)) {
    if (task->call == NULL) {
      task_free (task);
      return FALSE;
    }
    g_ptr_array_add (tasks, task);
  }
  return TRUE;
}

static gpointer
run (gpointer data)
{
  PmLeaseThread *thread = data;
  gboolean goes_on = TRUE;
  while (goes_on) {
    g_autoptr (GPtrArray) tasks = g_ptr_array_new ();
    GError *error = NULL;
    goes_on = collect (thread, tasks);
    if (tasks->len > 0) {
      const Task *newest = g_ptr_array_index (tasks, tasks->len - 1);
      pm_config_unref (thread->config);
      thread->config = pm_config_ref (newest->config);
      if (open_desk (thread, thread->config, &error))
        serve (thread, tasks);
      else
        fail_all (tasks, error);
      pm_tidy_thread_tell (thread->tidy);
      finish (thread, tasks);
      thread->served_us = g_get_monotonic_time ();
    }
    look_around (thread);
  }
  close_desk (thread);
  return NULL;
}

static void
push (PmLeaseThread *thread, PmCall *call, PmConfig *config)
{
  Task *task = g_new0 (Task, 1);
  task->call = call == NULL ? NULL : pm_call_ref (call);
  task->config = config == NULL ? NULL : pm_config_ref (config);
  g_async_queue_push (thread->waiting, task);
}

PmLeaseThread *
pm_lease_thread_new (const char *state_dir, PmConfig *config)
{
  PmLeaseThread *thread = g_new0 (PmLeaseThread, 1);
  thread->state_dir = g_strdup (state_dir);
  thread->config = pm_config_ref (config);
  thread->waiting = g_async_queue_new_full (task_free);
  thread->finished = g_async_queue_new_full (task_free);
  thread->main = g_main_context_ref_thread_default ();
  thread->tidy = pm_tidy_thread_new (state_dir, config);
  thread->thread = g_thread_new ("leases", run, thread);
  return thread;
}

void
pm_lease_thread_free (PmLeaseThread *thread)
{
  push (thread, NULL, NULL);
  g_thread_join (thread->thread);
  pm_tidy_thread_free (thread->tidy);
  for (Task *task; (task = g_async_queue_try_pop (thread->finished)) != NULL;)
    task_free (task);
  g_async_queue_unref (thread->waiting);
  g_async_queue_unref (thread->finished);
  g_main_context_unref (thread->main);
  pm_config_unref (thread->config);
  g_free (thread->state_dir);
  g_free (thread);
}

gboolean
pm_lease_thread_push (PmLeaseThread *thread, PmConfig *config, PmCall *call)
{
  if (g_async_queue_length (thread->waiting) >= PM_LEASE_THREAD_MOST_WAITING)
    return FALSE;
  push (thread, call, config);
  return TRUE;
}
