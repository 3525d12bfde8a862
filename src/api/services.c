#include "api/handlers.h"
#include "api/parameters.h"
#include "model/service-json.h"
#include "verbs/filter.h"

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
  gint64 left = ((const PmService *) a)->id, right = ((const PmService *) b)->id;
  return left < right ? -1 : left > right;
}

static void
write_page (PmCall *call, GArray *services, const PmFilter *filter, gint64 after)
{
  PmJsonWriter json = pm_call_json (call, 200);
  gint64 limit = pm_call_query_integer (call, "limit", PM_PAGE_LIMIT), last = 0;
  guint total = 0, written = 0;
  gboolean more = FALSE;
  pm_json_begin_object (&json);
  pm_json_key (&json, "services");
  pm_json_begin_array (&json);
  for (guint i = 0; i < services->len; i++) {
    const PmService *service = &g_array_index (services, PmService, i);
    if (!pm_filter_matches (filter, service))
      continue;
    total++;
    if (service->id <= after)
      continue;
    if (written == limit) {
      more = TRUE;
      continue;
    }
    pm_service_write_json (&json, service);
    last = service->id;
    written++;
  }
  pm_json_end_array (&json);
  pm_json_member_cursor (&json, more ? last : 0);
  pm_json_member_int (&json, "total", total);
  pm_json_end_object (&json);
}

static PmFilter *
parse_filter (PmCall *call)
{
  g_autoptr (GError) error = NULL;
  const char *q = pm_call_query (call, "q");
  PmFilter *filter = pm_filter_parse (q == NULL ? "" : q, &error);
  if (filter == NULL)
    pm_call_query_mistake (call, "q", "%s", error->message);
  return filter;
}

void
pm_api_services_list (PmCall *call)
{
  GError *error = NULL;
  gint64 after;
  g_autoptr (PmFilter) filter = parse_filter (call);
  if (!pm_call_cursor (call, &after))
    return;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) services = g_array_new (FALSE, TRUE, sizeof (PmService));
  if (!pm_registry_services (call->context->registry, arena, services, &error)) {
    pm_call_failed (call, error);
    return;
  }
  g_array_sort (services, compare_ids);
  write_page (call, services, filter, after);
}

void
pm_api_services_show (PmCall *call)
{
  GError *error = NULL;
  gint64 id = pm_call_id (call);
  if (id == 0)
    return;
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmService service;
  if (!pm_registry_service (call->context->registry, id, arena, &service, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_service_write_json (&json, &service);
}
