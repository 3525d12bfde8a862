#include "api/handing-on.h"

#include "api/answering.h"
#include "api/api-private.h"
#include "api/audit.h"
#include "api/route.h"

static void
unref_call (gpointer call)
{
  pm_call_unref (call);
}

static void
run_on_worker (PmContext *context, const GError *error, gpointer data)
{
  PmCall *call = data;
  call->context = context;
  if (context == NULL) {
    pm_call_problem (call, 503, "%s", error->message);
    call->is_registry_gone = g_error_matches (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_IO);
    return;
  }
  call->route->handle (call);
  if (pm_route_writes (call->route))
    pm_audit_write (call);
}

/* --- one answer for all who ask for it at once --- */

static gboolean
is_shared (const PmCall *call)
{
  return call->route->keeps == PM_ANSWER_KEPT && call->route->runs == PM_RUNS_WORKER;
}

/* TRUE: somebody is making what it asks for already, and it waits for that. */
static gboolean
waits_for_another (PmCall *call)
{
  GPtrArray *waiting = g_hash_table_lookup (call->api->making, call->key);
  if (waiting == NULL) {
    waiting = g_ptr_array_new_with_free_func (unref_call);
    g_hash_table_insert (call->api->making, g_strdup (call->key), waiting);
    return FALSE;
  }
  g_ptr_array_add (waiting, pm_call_ref (call));
  pm_http_request_pause (call->request);
  return TRUE;
}

static void serve_waiting (PmApi *api, const char *key);

static void
worker_done (gpointer data)
{
  PmCall *call = data;
  pm_api_call_done (call);
  if (is_shared (call))
    serve_waiting (call->api, call->key);
}

static gboolean
push_to_worker (PmCall *call)
{
  PmWork work = {
      .run = run_on_worker, .done = worker_done, .free = unref_call, .data = pm_call_ref (call)};
  return pm_worker_push (call->api->worker, call->api->context->config, &work);
}

static void
say_too_much (PmCall *call)
{
  pm_call_problem (call, 503, "too much is being done at once; try again");
  pm_call_header (call, "Retry-After", "1");
}

/* By the first of them, whose request waits already. FALSE: it was told that nobody has the time.
 */
static gboolean
make_for_next (PmApi *api, GPtrArray *waiting)
{
  g_autoptr (PmCall) call = g_ptr_array_steal_index (waiting, 0);
  g_hash_table_insert (api->making, g_strdup (call->key), g_ptr_array_ref (waiting));
  if (push_to_worker (call))
    return TRUE;
  g_hash_table_remove (api->making, call->key);
  say_too_much (call);
  pm_api_call_done (call);
  return FALSE;
}

/* What was made is kept now, unless it failed or somebody wrote meanwhile: then the next one makes
 * it for those that are left. */
static void
serve_waiting (PmApi *api, const char *key)
{
  g_autofree char *kept_key = NULL;
  g_autoptr (GPtrArray) waiting = NULL;
  g_hash_table_steal_extended (api->making, key, (gpointer *) &kept_key, (gpointer *) &waiting);
  while (waiting != NULL && waiting->len > 0) {
    PmCall *call = g_ptr_array_index (waiting, 0);
    if (call->request != NULL && !pm_api_give_from_cache (call)) {
      if (make_for_next (api, waiting))
        return;
      continue;
    }
    if (call->request != NULL)
      pm_http_request_resume (call->request);
    g_ptr_array_remove_index (waiting, 0);
  }
}

/* Answered now, since nobody has the time. */
static void
turn_away (PmCall *call)
{
  say_too_much (call);
  pm_api_finish (call);
}

void
pm_api_send_to_desk (PmCall *call)
{
  if (pm_lease_thread_push (call->api->leases, call->api->context->config, call))
    pm_http_request_pause (call->request);
  else
    turn_away (call);
}

void
pm_api_send_to_worker (PmCall *call)
{
  if (is_shared (call) && waits_for_another (call))
    return;
  if (push_to_worker (call)) {
    pm_http_request_pause (call->request);
    return;
  }
  turn_away (call);
  if (is_shared (call))
    serve_waiting (call->api, call->key);
}
