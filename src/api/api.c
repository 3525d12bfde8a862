/* DESIGN
 * A request's way. Its head comes (begin): the route is found, the guard says who asks and whether
 * they may, the query is checked; whatever is wrong by then is answered before a body is read. Then
 * all of it is there (handle): the body is checked, and the route's handler makes the answer, here,
 * on the worker, or as a job.
 *
 * A call that goes to the worker is held by the worker and by the request. The request may be gone
 * when the worker is done with it; then nobody gets the answer. */

#include "api/api.h"

#include "api/answering.h"
#include "api/api-private.h"
#include "api/handing-on.h"
#include "api/handlers.h"
#include "api/route.h"
#include "base/timestamp.h"
#include "verbs/token.h"

G_DEFINE_QUARK (pm - api - error - quark, pm_api_error)

static void
unref_calls (gpointer calls)
{
  g_ptr_array_unref (calls);
}

PmApi *
pm_api_new (PmContext *context, PmJobs *jobs, GError **error)
{
  PmEventHub *hub = pm_event_hub_new (context, error);
  PmCache *cache = hub == NULL ? NULL : pm_cache_new (context, error);
  if (cache == NULL) {
    pm_event_hub_free (hub);
    return NULL;
  }
  PmApi *api = g_new0 (PmApi, 1);
  api->context = context;
  api->jobs = jobs;
  api->worker = pm_worker_new (context->state_dir);
  api->leases = pm_lease_thread_new (context->state_dir, context->config);
  api->guard = pm_guard_new ();
  api->sessions = pm_sessions_new ();
  api->hub = hub;
  api->cache = cache;
  api->last = context->config->registry.url[0] == '\0' ? NULL : pm_last_answers_new ();
  api->making = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_calls);
  api->traffic = pm_traffic_new ();
  api->started_us = g_get_real_time ();
  api->notify_tests = pm_api_notify_tests_new ();
  api->changed_jobs = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return api;
}

void
pm_api_free (PmApi *api)
{
  if (api == NULL)
    return;
  pm_lease_thread_free (api->leases);
  pm_worker_free (api->worker);
  g_hash_table_unref (api->making);
  if (api->on_progress != 0)
    g_source_remove (api->on_progress);
  g_hash_table_unref (api->changed_jobs);
  g_hash_table_unref (api->notify_tests);
  pm_event_hub_free (api->hub);
  pm_guard_free (api->guard);
  pm_sessions_free (api->sessions);
  pm_cache_free (api->cache);
  pm_last_answers_free (api->last);
  pm_traffic_free (api->traffic);
  g_free (api);
}

/* --- as a job --- */

static void
unref_call (gpointer call)
{
  pm_call_unref (call);
}

static void
on_progress (const char *step, guint64 done, guint64 total, gpointer job)
{
  pm_job_progress (job, step, done, total);
}

/* What a handler answered is the job's result, or what it failed with. */
static gboolean
run_as_job (PmJob *job, PmContext *context, gpointer data, GString *result, GError **error)
{
  PmCall *call = data;
  call->context = context;
  call->job = job;
  context->progress = on_progress;
  context->progress_data = job;
  call->route->handle (call);
  context->progress = NULL;
  g_string_append_len (result, call->answer->str, (gssize) call->answer->len);
  if (call->status < 400)
    return TRUE;
  json_t *problem = json_loadb (call->answer->str, call->answer->len, 0, NULL);
  const char *detail = json_string_value (json_object_get (problem, "detail"));
  g_set_error_literal (error, PM_API_ERROR, (int) call->status, detail == NULL ? "" : detail);
  json_decref (problem);
  return FALSE;
}

/* FALSE: there is no such thing, and that is the answer. */
static gboolean
names_something (PmCall *call)
{
  GError *error = NULL;
  if (call->route->exists == NULL)
    return TRUE;
  gint64 id = pm_call_id (call);
  if (id == 0)
    return FALSE;
  if (call->route->exists (call->context, id, &error))
    return TRUE;
  pm_call_failed (call, error);
  return FALSE;
}

static void
start_job (PmCall *call)
{
  GError *error = NULL;
  PmJobWork work = {
      .kind = call->route->job,
      .run = run_as_job,
      .data = pm_call_fork (call),
      .free_data = unref_call,
      .actor = call->actor,
  };
  gint64 id = pm_jobs_start (call->api->jobs, &work, &error);
  if (id == 0) {
    pm_call_problem (call, 503, "%s", error->message);
    pm_call_header (call, "Retry-After", "5");
    g_error_free (error);
    return;
  }
  g_autofree char *location = g_strdup_printf ("/api/jobs/%" G_GINT64_FORMAT, id);
  PmJsonWriter json = pm_call_json (call, 202);
  pm_jobs_write (call->api->jobs, id, &json);
  pm_call_header (call, "Location", location);
}

/* --- from the server --- */

/* The request is gone. */
static void
forget_request (gpointer data)
{
  PmCall *call = data;
  call->request = NULL;
  pm_call_unref (call);
}

static gboolean
find_route (PmCall *call)
{
  g_autofree char *allowed = NULL;
  call->route = pm_route_find (call->method, call->path, &call->id, &allowed);
  if (call->route != NULL)
    return TRUE;
  if (allowed == NULL) {
    if (pm_api_dashboard_missing (call))
      return FALSE;
    pm_call_problem (call, 404, "there is nothing at %s", call->path);
    return FALSE;
  }
  pm_call_problem (call, 405, "%s is not for %s", call->method, call->path);
  pm_call_header (call, "Allow", allowed);
  return FALSE;
}

static void
begin (PmHttpRequest *request, gpointer data)
{
  PmApi *api = data;
  PmCall *call = pm_call_new (api, request);
  pm_http_request_attach (request, call, forget_request);
  call->context = api->context;
  if (find_route (call) && pm_guard_check (api->guard, call))
    pm_validate_query (call);
  pm_api_finish (call);
}

static void
handle (PmHttpRequest *request, gpointer data)
{
  PmCall *call = pm_http_request_attached (request);
  const GString *body = pm_http_request_body (request);
  if (!pm_validate_body (call, body->str, body->len)) {
    pm_api_finish (call);
    return;
  }
  if (pm_api_give_from_cache (call))
    return;
  PmRuns runs = call->route->runs;
  if (runs == PM_RUNS_WORKER || (runs == PM_RUNS_JOB && call->dry_run)) {
    pm_api_send_to_worker (call);
    return;
  }
  if (runs == PM_RUNS_DESK) {
    pm_api_send_to_desk (call);
    return;
  }
  if (runs != PM_RUNS_JOB)
    call->route->handle (call);
  else if (names_something (call) && (call->route->admit == NULL || call->route->admit (call)))
    start_job (call);
  if (runs == PM_RUNS_UNTIL_ENDED && call->status == 0)
    pm_http_request_pause (call->request);
  else
    pm_api_finish (call);
}

static const PmHttpFace face = {begin, handle};

/* --- listening --- */

static gboolean
check_tokens (PmApi *api, const char *const *addresses, GError **error)
{
  gboolean any;
  /* As long as nobody can be known, nobody is let in. */
  if (!pm_registry_reach (api->context->registry, NULL))
    return TRUE;
  if (!pm_verb_token_any (api->context, &any, error))
    return FALSE;
  for (gsize i = 0; addresses[i] != NULL && !any; i++) {
    if (!pm_http_is_network (addresses[i]))
      continue;
    g_set_error (
        error, PM_HTTP_ERROR, PM_HTTP_ERROR_ADDRESS,
        "refusing to listen on %s as long as there is no token: “port-manager token create "
        "NAME” makes one",
        addresses[i]);
    return FALSE;
  }
  return TRUE;
}

static gboolean
use_certificate (PmHttpServer *server, const PmConfig *config, GError **error)
{
  const char *certificate = config->server.tls_certificate, *key = config->server.tls_key;
  if (certificate[0] == '\0' && key[0] == '\0')
    return TRUE;
  if (certificate[0] == '\0' || key[0] == '\0') {
    g_set_error (error, PM_HTTP_ERROR, PM_HTTP_ERROR_TLS,
                 "the configuration has only one of server.tls_certificate and server.tls_key");
    return FALSE;
  }
  return pm_http_server_use_tls (server, certificate, key, error);
}

PmHttpServer *
pm_api_listen (PmApi *api, const char *const *addresses, GError **error)
{
  const PmConfig *config = api->context->config;
  g_autoptr (PmHttpServer) server = pm_http_server_new (&face, api);
  g_autofree char *socket = g_strdup_printf ("unix:%s/%s", api->context->state_dir, PM_API_SOCKET);
  pm_http_server_allow_hosts (server, (const char *const *) config->server.allowed_hosts);
  if (!use_certificate (server, config, error))
    return NULL;
  for (gsize i = 0; addresses[i] != NULL; i++)
    if (!pm_http_server_listen (server, addresses[i], error))
      return NULL;
  if (!check_tokens (api, addresses, error) || !pm_http_server_listen (server, socket, error))
    return NULL;
  api->server = server;
  return g_steal_pointer (&server);
}

char *
pm_api_page_url (PmApi *api, const PmHttpServer *server)
{
  g_autofree char *code = pm_sessions_make (api->sessions);
  return g_strdup_printf ("%s/#code=%s", pm_http_server_url (server), code);
}

void
pm_api_set_absence (PmApi *api, const char *why)
{
  char time[PM_TIMESTAMP_SIZE];
  g_autoptr (GString) text = g_string_new (NULL);
  if (why == NULL) {
    pm_event_hub_hold (api->hub, NULL, NULL);
    pm_event_hub_tell (api->hub, "registry.back", "{}");
    return;
  }
  PmJsonWriter json = pm_json_writer (text);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "since", pm_timestamp_format (g_get_real_time (), time));
  pm_json_member_string (&json, "reason", why);
  pm_json_end_object (&json);
  pm_event_hub_hold (api->hub, "registry.away", text->str);
}

void
pm_api_set_health_counters (PmApi *api, const PmHealthCounters *counters)
{
  api->health = counters;
}
