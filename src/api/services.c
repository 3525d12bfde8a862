#include <string.h>

#include "api/route.h"
#include "model/service-json.h"
#include "verbs/filter.h"

#define DEFAULT_LIMIT 1000
#define MOST_LIMIT 10000

/* ?limit and ?cursor; FALSE: refused. A cursor is the last id of the page before. */
static gboolean
parse_page (PmHttpRequest *request, guint *ret_limit, gint64 *ret_after)
{
  const char *limit = pm_http_request_query (request, "limit");
  const char *cursor = pm_http_request_query (request, "cursor");
  guint64 count = DEFAULT_LIMIT;
  *ret_after = 0;
  if (limit != NULL && !g_ascii_string_to_unsigned (limit, 10, 1, MOST_LIMIT, &count, NULL)) {
    pm_http_respond_problem (request, 400, "limit: “%s” is no number from 1 to %d", limit,
                             MOST_LIMIT);
    return FALSE;
  }
  if (cursor != NULL && !g_ascii_string_to_signed (cursor, 10, 0, G_MAXINT64, ret_after, NULL)) {
    pm_http_respond_problem (request, 400, "cursor: “%s” is none that a list gave", cursor);
    return FALSE;
  }
  *ret_limit = (guint) count;
  return TRUE;
}

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
  gint64 left = ((const PmService *) a)->id, right = ((const PmService *) b)->id;
  return left < right ? -1 : left > right;
}

static GString *
write_page (GArray *services, const PmFilter *filter, guint limit, gint64 after)
{
  GString *body = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (body);
  guint total = 0, written = 0;
  gint64 last = 0;
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
  g_autofree char *next = more ? g_strdup_printf ("%" G_GINT64_FORMAT, last) : NULL;
  pm_json_member_string (&json, "nextCursor", next);
  pm_json_member_int (&json, "total", total);
  pm_json_end_object (&json);
  return body;
}

void
pm_api_services_list (PmApi *api, PmHttpRequest *request, const char *segment)
{
  GError *error = NULL;
  guint limit;
  gint64 after;
  static const char *const known[] = {"q", "limit", "cursor", NULL};
  const char *q = pm_http_request_query (request, "q");
  if (!pm_http_request_query_is_known (request, known) || !parse_page (request, &limit, &after))
    return;
  g_autoptr (PmFilter) filter = pm_filter_parse (q == NULL ? "" : q, &error);
  if (filter == NULL) {
    pm_http_respond_problem (request, 400, "q: %s", error->message);
    g_error_free (error);
    return;
  }
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) services = g_array_new (FALSE, TRUE, sizeof (PmService));
  if (!pm_registry_services (api->context->registry, arena, services, &error)) {
    pm_api_respond_error (request, error);
    return;
  }
  g_array_sort (services, compare_ids);
  pm_http_respond (request, 200, "application/json", write_page (services, filter, limit, after));
}

void
pm_api_services_show (PmApi *api, PmHttpRequest *request, const char *segment)
{
  GError *error = NULL;
  gint64 id;
  if (!g_ascii_string_to_signed (segment, 10, 1, G_MAXINT64, &id, NULL)) {
    pm_http_respond_problem (request, 404, "there is no service “%s”: ids are numbers", segment);
    return;
  }
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmService service;
  if (!pm_registry_service (api->context->registry, id, arena, &service, &error)) {
    if (g_error_matches (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND)) {
      pm_http_respond_problem (request, 404, "there is no service %s", segment);
      g_error_free (error);
    } else {
      pm_api_respond_error (request, error);
    }
    return;
  }
  GString *body = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (body);
  pm_service_write_json (&json, &service);
  pm_http_respond (request, 200, "application/json", body);
}
