/* DESIGN
 * A request's way: its head comes (begin), the route is found and the query checked, and whatever
 * is wrong by then is answered before a body is read; then all of it is there (handle), the body is
 * checked, and the route's handler makes the answer. */

#include "api/api.h"

#include "api/api-private.h"
#include "api/route.h"

PmApi *
pm_api_new (PmContext *context, PmJobs *jobs, GError **error)
{
  PmEventHub *hub = pm_event_hub_new (context, error);
  if (hub == NULL)
    return NULL;
  PmApi *api = g_new0 (PmApi, 1);
  api->context = context;
  api->jobs = jobs;
  api->hub = hub;
  api->changed_jobs = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return api;
}

void
pm_api_free (PmApi *api)
{
  if (api == NULL)
    return;
  if (api->on_progress != 0)
    g_source_remove (api->on_progress);
  g_hash_table_unref (api->changed_jobs);
  pm_event_hub_free (api->hub);
  g_free (api);
}

static void
free_call (gpointer call)
{
  pm_call_free (call);
}

/* The call's answer becomes the request's. */
static void
give_answer (PmCall *call)
{
  if (call->status == 0)
    return;
  pm_http_respond (call->request, call->status, call->type, g_steal_pointer (&call->answer));
  for (guint i = 0; i + 1 < call->headers->len; i += 2)
    pm_http_respond_header (call->request, g_ptr_array_index (call->headers, i),
                            g_ptr_array_index (call->headers, i + 1));
}

static gboolean
find_route (PmCall *call)
{
  const char *method = pm_http_request_method (call->request);
  const char *path = pm_http_request_path (call->request);
  g_autofree char *allowed = NULL;
  call->route = pm_route_find (method, path, &call->id, &allowed);
  if (call->route != NULL)
    return TRUE;
  if (allowed == NULL) {
    pm_call_problem (call, 404, "there is nothing at %s", path);
    return FALSE;
  }
  pm_call_problem (call, 405, "%s is not for %s", method, path);
  pm_call_header (call, "Allow", allowed);
  return FALSE;
}

static void
begin (PmHttpRequest *request, gpointer data)
{
  PmApi *api = data;
  PmCall *call = pm_call_new (api, request);
  pm_http_request_attach (request, call, free_call);
  call->context = api->context;
  if (find_route (call))
    pm_validate_query (call);
  give_answer (call);
}

static void
handle (PmHttpRequest *request, gpointer data)
{
  PmCall *call = pm_http_request_attached (request);
  const GString *body = pm_http_request_body (request);
  if (pm_validate_body (call, body->str, body->len))
    call->route->handle (call);
  give_answer (call);
}

const PmHttpFace pm_api_face = {begin, handle};
