#include "api/handlers.h"
#include "api/parameters.h"
#include "base/since.h"
#include "verbs/history-json.h"

static gboolean
read_query (PmCall *call, PmHistoryQuery *query)
{
  const char *since = pm_call_query (call, "since");
  *query = (PmHistoryQuery){
      .port = (guint16) pm_call_query_integer (call, "port", 0),
      .service_id = pm_call_query_integer (call, "serviceId", 0),
      .service = pm_call_query (call, "service"),
      .limit = (guint) pm_call_query_integer (call, "limit", PM_PAGE_LIMIT),
  };
  if (since != NULL && !pm_since_parse (since, g_get_real_time (), &query->since_us))
    pm_call_query_mistake (call, "since", "“%s” is no time (2h, 7d, 2026-11-22, RFC 3339)", since);
  return pm_call_cursor (call, &query->before_id);
}

void
pm_api_history (PmCall *call)
{
  GError *error = NULL;
  PmHistoryQuery query;
  if (!read_query (call, &query))
    return;
  guint limit = query.limit++;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) entries = g_array_new (FALSE, TRUE, sizeof (PmHistoryEntry));
  if (!pm_registry_history (call->context->registry, &query, arena, entries, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  guint n = MIN (entries->len, limit);
  pm_json_begin_object (&json);
  pm_json_key (&json, "history");
  pm_json_begin_array (&json);
  for (guint i = 0; i < n; i++)
    pm_history_entry_write_json (&json, &g_array_index (entries, PmHistoryEntry, i));
  pm_json_end_array (&json);
  pm_json_member_cursor (
      &json, entries->len > limit ? g_array_index (entries, PmHistoryEntry, n - 1).id : 0);
  pm_json_end_object (&json);
}
