#include "verbs/health-view.h"

#include <string.h>

#include "model/filter.h"

double
pm_health_uptime (const PmHealthRollup *rollup)
{
  guint64 told = rollup->up + rollup->down;
  return told == 0 ? -1 : 100.0 * (double) rollup->up / (double) told;
}

static void
add_up (PmHealthRollup *into, const PmHealthRollup *row)
{
  into->up += row->up;
  into->down += row->down;
  into->unknown += row->unknown;
  pm_histogram_merge (&into->latency, &row->latency);
}

/* --- trends --- */

typedef struct {
  GHashTable *trends; /* service id → PmHealthTrend */
  gint64 week_from;
} Gathering;

static void
add_hour (gint64 service_id, const PmHealthRollup *row, gpointer data)
{
  Gathering *gathering = data;
  PmHealthTrend *trend = g_hash_table_lookup (gathering->trends, &service_id);
  if (trend != NULL)
    add_up (&trend->day, row);
}

static void
add_day (gint64 service_id, const PmHealthRollup *row, gpointer data)
{
  Gathering *gathering = data;
  PmHealthTrend *trend = g_hash_table_lookup (gathering->trends, &service_id);
  if (trend == NULL)
    return;
  trend->month.up += row->up;
  trend->month.down += row->down;
  trend->month.unknown += row->unknown;
  if (row->start >= gathering->week_from)
    add_up (&trend->week, row);
}

static gboolean
gather_trends (PmRegistry *registry, PmHealthView *view, GError **error)
{
  g_autoptr (GHashTable) trends = g_hash_table_new (g_int64_hash, g_int64_equal);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gint64 today = now - now % PM_HEALTH_DAY, hour = now - now % PM_HEALTH_HOUR;
  Gathering gathering = {trends, today - 6 * PM_HEALTH_DAY};
  for (guint i = 0; i < view->items->len; i++) {
    PmHealthItem *item = &g_array_index (view->items, PmHealthItem, i);
    item->trend = g_new0 (PmHealthTrend, 1);
    g_ptr_array_add (view->trends, item->trend);
    g_hash_table_insert (trends, &item->state.service_id, item->trend);
  }
  return pm_registry_health_each (registry, PM_HEALTH_HOUR, hour - 23 * PM_HEALTH_HOUR, now + 1,
                                  add_hour, &gathering, error) &&
         pm_registry_health_each (registry, PM_HEALTH_DAY, today - 29 * PM_HEALTH_DAY, now + 1,
                                  add_day, &gathering, error);
}

/* --- the view --- */

static void
count (PmHealthSummary *summary, const PmHealthState *state)
{
  summary->up += state->health == PM_HEALTH_UP;
  summary->down += state->health == PM_HEALTH_DOWN;
  summary->unknown += state->health == PM_HEALTH_UNKNOWN;
  summary->failing += state->health == PM_HEALTH_UP && state->cause[0] != '\0';
  summary->caused += state->caused_by != 0;
  summary->muted += state->muted_until_us > g_get_real_time ();
}

static guint
badness (const PmHealthItem *item)
{
  switch (item->state.health) {
  case PM_HEALTH_DOWN:
    return item->state.caused_by == 0 ? 0 : 1;
  case PM_HEALTH_UP:
    return item->state.cause[0] != '\0' ? 2 : 4;
  default:
    return 3;
  }
}

/* Worst first, and of equally bad ones the one that has been so for longer. */
static gint
compare_items (gconstpointer a, gconstpointer b)
{
  const PmHealthItem *left = a, *right = b;
  guint left_badness = badness (left), right_badness = badness (right);
  if (left_badness != right_badness)
    return left_badness < right_badness ? -1 : 1;
  if (left_badness < 2 && left->state.since_us != right->state.since_us)
    return left->state.since_us < right->state.since_us ? -1 : 1;
  return pm_service_compare (left->service, right->service);
}

static void
fill (PmHealthView *view, const GArray *states, const PmFilter *filter)
{
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GHashTable) dependants = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GHashTable) incidents = g_hash_table_new (g_int64_hash, g_int64_equal);
  for (guint i = 0; i < states->len; i++) {
    PmHealthState *state = &g_array_index (states, PmHealthState, i);
    g_hash_table_insert (by_id, &state->service_id, state);
    guint n = GPOINTER_TO_UINT (g_hash_table_lookup (dependants, &state->caused_by));
    g_hash_table_insert (dependants, &state->caused_by, GUINT_TO_POINTER (n + 1));
  }
  for (guint i = 0; i < view->incidents->len; i++) {
    PmIncident *incident = &g_array_index (view->incidents, PmIncident, i);
    g_hash_table_insert (incidents, &incident->service_id, incident);
  }
  for (guint i = 0; i < view->services->len; i++) {
    const PmService *service = &g_array_index (view->services, PmService, i);
    const PmHealthState *known = g_hash_table_lookup (by_id, &service->id);
    const PmIncident *incident = g_hash_table_lookup (incidents, &service->id);
    PmHealthItem item = {
        .service = service,
        .state = {.service_id = service->id,
                  .kind = "none",
                  .target = "",
                  .cause = "not checked yet"},
        .incident = incident != NULL ? incident->id : 0,
        .n_dependants = GPOINTER_TO_UINT (g_hash_table_lookup (dependants, &service->id)),
    };
    if (known != NULL)
      item.state = *known;
    count (&view->summary, &item.state);
    if (pm_filter_matches (filter, service))
      g_array_append_val (view->items, item);
  }
  g_array_sort (view->items, compare_items);
}

PmHealthView *
pm_verb_health_view (PmContext *context, const char *filter_text, gboolean with_trends,
                     GError **error)
{
  g_autoptr (PmFilter) filter = pm_filter_parse (filter_text == NULL ? "" : filter_text, error);
  if (filter == NULL)
    return NULL;
  g_autoptr (PmHealthView) view = g_new0 (PmHealthView, 1);
  g_autoptr (GArray) states = g_array_new (FALSE, FALSE, sizeof (PmHealthState));
  PmIncidentQuery open = {.only_open = TRUE, .limit = G_MAXUINT};
  view->arena = pm_arena_new ();
  view->services = g_array_new (FALSE, TRUE, sizeof (PmService));
  view->items = g_array_new (FALSE, TRUE, sizeof (PmHealthItem));
  view->incidents = g_array_new (FALSE, TRUE, sizeof (PmIncident));
  view->trends = g_ptr_array_new_with_free_func (g_free);
  PmRegistry *registry = context->registry;
  if (!pm_registry_services (registry, view->arena, view->services, error) ||
      !pm_registry_health (registry, view->arena, states, error) ||
      !pm_registry_incidents (registry, &open, view->arena, view->incidents, error))
    return NULL;
  fill (view, states, filter);
  if (with_trends && !gather_trends (registry, view, error))
    return NULL;
  return g_steal_pointer (&view);
}

void
pm_health_view_free (PmHealthView *view)
{
  if (view == NULL)
    return;
  pm_arena_free (view->arena);
  g_clear_pointer (&view->services, g_array_unref);
  g_clear_pointer (&view->items, g_array_unref);
  g_clear_pointer (&view->incidents, g_array_unref);
  g_clear_pointer (&view->trends, g_ptr_array_unref);
  g_free (view);
}

/* --- over time --- */

#define HOURS(n) ((n) *PM_HEALTH_HOUR)
#define DAYS(n) ((n) *PM_HEALTH_DAY)

static const PmHealthRange ranges[] = {
    {"1h", HOURS (1), PM_HEALTH_MINUTE, PM_HEALTH_MINUTE},
    {"24h", HOURS (24), 15 * PM_HEALTH_MINUTE, PM_HEALTH_MINUTE},
    {"7d", DAYS (7), PM_HEALTH_HOUR, PM_HEALTH_HOUR},
    {"30d", DAYS (30), HOURS (6), PM_HEALTH_HOUR},
    {"1y", DAYS (365), PM_HEALTH_DAY, PM_HEALTH_DAY},
};

const char *const pm_health_range_words[] = {"1h", "24h", "7d", "30d", "1y", NULL};

const PmHealthRange *
pm_health_range (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    if (strcmp (ranges[i].word, word) == 0)
      return &ranges[i];
  return NULL;
}

gboolean
pm_verb_health_series (PmRegistry *registry, const gint64 *service_ids, guint n,
                       const PmHealthRange *range, GArray *points, GError **error)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gint64 last = now - now % range->step_s;
  for (gint64 start = last - range->length_s + range->step_s; start <= last;
       start += range->step_s) {
    PmHealthRollup point = {0};
    for (guint i = 0; i < n; i++) {
      PmHealthRollup one;
      if (!pm_registry_health_sum (registry, service_ids[i], range->span, start,
                                   start + range->step_s, &one, error))
        return FALSE;
      add_up (&point, &one);
    }
    point.start = start;
    g_array_append_val (points, point);
  }
  return TRUE;
}
