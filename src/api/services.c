#include <string.h>

#include "api/handlers.h"
#include "api/parameters.h"
#include "model/filter.h"
#include "model/service-json.h"

/* --- order --- */

typedef enum {
  SORT_ID,
  SORT_PROJECT,
  SORT_NAME,
  SORT_EXTERNAL_PORT,
  SORT_INTERNAL_PORT,
  SORT_STATUS,
  SORT_UPDATED,
} SortKey;

/* In the order of the enumeration; behind a “-” they sort the other way round. */
const char *const pm_api_sort_words[] = {
    "id",          "projectId",    "serviceName", "externalPort", "internalPort",  "status",
    "lastUpdated", "-id",          "-projectId",  "-serviceName", "-externalPort", "-internalPort",
    "-status",     "-lastUpdated", NULL};

static gint
compare_numbers (gint64 a, gint64 b)
{
  return a < b ? -1 : a > b;
}

static gint
compare_by (SortKey key, const PmService *a, const PmService *b)
{
  switch (key) {
  case SORT_PROJECT:
    return strcmp (a->project_id, b->project_id);
  case SORT_NAME:
    return strcmp (pm_service_shown_name (a), pm_service_shown_name (b));
  case SORT_EXTERNAL_PORT:
    return compare_numbers (a->external_port, b->external_port);
  case SORT_INTERNAL_PORT:
    return compare_numbers (a->internal_port, b->internal_port);
  case SORT_STATUS:
    return compare_numbers (a->status, b->status);
  case SORT_UPDATED:
    return compare_numbers (a->last_updated_us, b->last_updated_us);
  default:
    return 0;
  }
}

/* Ids decide between equals, so that a page's end is a place in the order. */
static gint
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  guint word = GPOINTER_TO_UINT (data);
  gboolean backwards = word > SORT_UPDATED;
  const PmService *left = a, *right = b;
  gint order = compare_by (backwards ? word - SORT_UPDATED - 1 : word, left, right);
  if (order == 0)
    order = compare_numbers (left->id, right->id);
  return backwards ? -order : order;
}

static guint
sort_word (const PmCall *call)
{
  const char *sort = pm_call_query (call, "sort");
  for (guint i = 0; sort != NULL && pm_api_sort_words[i] != NULL; i++)
    if (strcmp (pm_api_sort_words[i], sort) == 0)
      return i;
  return SORT_ID;
}

/* --- pages --- */

/* Where the page behind the service with this id begins; one that is gone since began the page
 * behind nobody, unless ids are the order, and then it does not matter. */
static gboolean
find_start (const GArray *services, gint64 after, guint word, guint *ret_start)
{
  *ret_start = 0;
  if (after == 0)
    return TRUE;
  for (guint i = 0; i < services->len; i++) {
    gint64 id = g_array_index (services, PmService, i).id;
    if (id == after || (word == SORT_ID && id > after)) {
      *ret_start = id == after ? i + 1 : i;
      return TRUE;
    }
  }
  *ret_start = services->len;
  return word == SORT_ID;
}

typedef void (*WriteService) (PmJsonWriter *json, const PmService *service);

static void
write_page (PmCall *call, const GArray *services, const PmFilter *filter, guint start,
            WriteService write)
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
    if (i < start)
      continue;
    if (written == limit) {
      more = TRUE;
      continue;
    }
    write (&json, service);
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

static void
list (PmCall *call, WriteService write)
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
  guint word = sort_word (call), start;
  g_array_sort_with_data (services, compare, GUINT_TO_POINTER (word));
  if (find_start (services, after, word, &start)) {
    write_page (call, services, filter, start, write);
    return;
  }
  pm_call_query_mistake (call, "cursor", "that service is gone: begin with the first page");
  pm_call_is_mistaken (call);
}

void
pm_api_services_list (PmCall *call)
{
  list (call, pm_service_write_json);
}

void
pm_api_services_rows (PmCall *call)
{
  list (call, pm_service_write_row_json);
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
