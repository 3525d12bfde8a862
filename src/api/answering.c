#include "api/answering.h"

#include "api/api-private.h"
#include "api/audit.h"
#include "api/etag.h"
#include "api/route.h"
#include "base/timestamp.h"

#define PRIVATE "private, no-cache"

static void
give_headers (PmCall *call)
{
  for (guint i = 0; i + 1 < call->headers->len; i += 2)
    pm_http_respond_header (call->request, g_ptr_array_index (call->headers, i),
                            g_ptr_array_index (call->headers, i + 1));
}

static void
count_answer (const PmCall *call, guint status)
{
  pm_traffic_count (call->api->traffic, call, status, g_get_monotonic_time () - call->began_us);
}

static gboolean
has_client_it (const PmCall *call, const char *etag)
{
  return call->if_none_match != NULL && pm_etag_is_named (call->if_none_match, etag, TRUE);
}

static void
tell_tag (PmCall *call, const char *etag)
{
  pm_call_header (call, "ETag", etag);
  pm_call_header (call, "Cache-Control", PRIVATE);
}

/* Nothing but the tag, when the client has the answer already (RFC 9110, 13.1.2). */
static void
give_not_modified (PmCall *call, const char *type, const char *etag)
{
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  tell_tag (call, etag);
  pm_http_respond_bytes (call->request, 304, type, nothing);
  give_headers (call);
  count_answer (call, 304);
}

static void
give_kept (PmCall *call, PmHttpAnswer *answer, const char *etag)
{
  if (has_client_it (call, etag)) {
    give_not_modified (call, "application/json", etag);
    return;
  }
  pm_http_respond_answer (call->request, answer);
  count_answer (call, 200);
}

static void
keep_and_give (PmCall *call, GBytes *body, const char *etag)
{
  const char *const headers[] = {"ETag", etag, "Cache-Control", PRIVATE, NULL};
  PmHttpAnswer *answer = pm_http_answer_new (call->type, body, headers);
  pm_cache_keep (call->api->cache, call->key, call->token, answer, g_bytes_get_size (body), etag);
  give_kept (call, answer, etag);
  pm_http_answer_unref (answer);
}

static void
give_tagged (PmCall *call, GBytes *body)
{
  gsize length;
  const char *bytes = g_bytes_get_data (body, &length);
  g_autofree char *etag = pm_etag_of (bytes, length);
  if (call->route->keeps == PM_ANSWER_KEPT && call->headers->len == 0) {
    keep_and_give (call, body, etag);
    return;
  }
  if (has_client_it (call, etag)) {
    give_not_modified (call, call->type, etag);
    return;
  }
  tell_tag (call, etag);
  pm_http_respond_bytes (call->request, 200, call->type, body);
  give_headers (call);
  count_answer (call, 200);
}

/* What is read of the registry. Whether all is well (anybody may ask that) is no such thing. */
static gboolean
is_remembered (const PmCall *call)
{
  return call->api->last != NULL && call->key != NULL && call->route != NULL &&
         call->route->answer != NULL && call->route->who == PM_WHO_VIEWER &&
         !pm_route_writes (call->route);
}

/* While the registry's server cannot be reached, what it said last, and of when that is. */
static gboolean
give_last (PmCall *call)
{
  char time[PM_TIMESTAMP_SIZE];
  const PmLastAnswer *last = call->is_registry_gone && is_remembered (call)
                                 ? pm_last_answers_find (call->api->last, call->key)
                                 : NULL;
  if (last == NULL)
    return FALSE;
  pm_http_respond_bytes (call->request, 200, last->type, last->body);
  pm_http_respond_header (call->request, "Cache-Control", "no-store");
  pm_http_respond_header (call->request, "Registry-As-Of",
                          pm_timestamp_format (last->made_us, time));
  count_answer (call, 200);
  return TRUE;
}

void
pm_api_give_answer (PmCall *call)
{
  if (call->status == 0 || call->request == NULL || give_last (call))
    return;
  g_autoptr (GBytes) body = g_string_free_to_bytes (g_steal_pointer (&call->answer));
  if (call->status == 200 && is_remembered (call))
    pm_last_answers_keep (call->api->last, call->key, call->type, body);
  if (call->status == 200 && call->route->keeps != PM_ANSWER_FRESH) {
    give_tagged (call, body);
    return;
  }
  pm_http_respond_bytes (call->request, call->status, call->type, body);
  give_headers (call);
  count_answer (call, call->status);
}

gboolean
pm_api_give_from_cache (PmCall *call)
{
  if (call->route->keeps != PM_ANSWER_KEPT)
    return FALSE;
  const PmCached *cached = pm_cache_find (call->api->cache, call->key, &call->token);
  if (cached != NULL)
    give_kept (call, cached->answer, cached->etag);
  return cached != NULL;
}

void
pm_api_finish (PmCall *call)
{
  if (call->status != 0 && call->route != NULL && pm_route_writes (call->route) &&
      call->status != 429)
    pm_audit_later (call);
  pm_api_give_answer (call);
}

void
pm_api_call_done (PmCall *call)
{
  if (call->request == NULL)
    return;
  pm_api_give_answer (call);
  pm_http_request_resume (call->request);
}

void
pm_api_call_ended (PmCall *call)
{
  if (pm_route_writes (call->route))
    pm_audit_later (call);
  pm_api_call_done (call);
}
