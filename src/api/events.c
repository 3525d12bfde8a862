#include "api/api-private.h"
#include "api/handlers.h"

#define FROM_NOW_ON (-1)

/* Where to begin. A client that comes back repeats its URL, so what it saw last wins over `after`.
 * FALSE: the call has been answered. */
static gboolean
find_start (PmCall *call, gint64 *ret_after)
{
  const char *seen = pm_http_request_header (call->request, "Last-Event-ID");
  *ret_after = pm_call_query_integer (call, "after", FROM_NOW_ON);
  if (seen == NULL || seen[0] == '\0')
    return TRUE;
  if (g_ascii_string_to_signed (seen, 10, 0, G_MAXINT64, ret_after, NULL))
    return TRUE;
  pm_call_problem (call, 400, "Last-Event-ID must be the id of an event, a number");
  return FALSE;
}

void
pm_api_events (PmCall *call)
{
  gint64 after;
  GError *error = NULL;
  if (!find_start (call, &after))
    return;
  if (!pm_event_hub_begin (call->api->hub, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmEventFilter *filter =
      pm_event_filter_new (pm_call_query (call, "event"), pm_call_query (call, "project"));
  pm_event_hub_subscribe (call->api->hub, call->request, call->token_id, after, filter);
}
