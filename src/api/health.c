/* Health as it is and as it was, looks on demand, and what people say about incidents. */

#include <string.h>

#include "api/handlers.h"
#include "api/parameters.h"
#include "base/timestamp.h"
#include "model/filter.h"
#include "verbs/health-json.h"
#include "verbs/health-view.h"
#include "verbs/incident.h"
#include "verbs/probe.h"

#define PROBE_DEADLINE_MS 10000
#define INCIDENTS_SHOWN 50

/* --- numbers --- */

static void
write_uptime (PmJsonWriter *json, const char *key, const PmHealthRollup *rollup)
{
  double uptime = pm_health_uptime (rollup);
  pm_json_key (json, key);
  if (uptime < 0)
    pm_json_null (json);
  else
    pm_json_double (json, uptime);
}

static void
write_percentile (PmJsonWriter *json, const char *key, const PmHistogram *histogram, double percent)
{
  pm_json_key (json, key);
  if (histogram->total == 0)
    pm_json_null (json);
  else
    pm_json_int (json, pm_histogram_percentile (histogram, percent));
}

static void
write_percentiles (PmJsonWriter *json, const PmHistogram *histogram)
{
  write_percentile (json, "p50Us", histogram, 50);
  write_percentile (json, "p95Us", histogram, 95);
  write_percentile (json, "p99Us", histogram, 99);
}

static void
write_trend (PmJsonWriter *json, const PmHealthTrend *trend)
{
  write_uptime (json, "uptime24h", &trend->day);
  write_uptime (json, "uptime7d", &trend->week);
  write_uptime (json, "uptime30d", &trend->month);
  write_percentiles (json, &trend->day.latency);
  write_percentile (json, "p95WeekUs", &trend->week.latency, 95);
}

static void
write_points (PmJsonWriter *json, const GArray *points)
{
  pm_json_key (json, "points");
  pm_json_begin_array (json);
  for (guint i = 0; i < points->len; i++) {
    const PmHealthRollup *point = &g_array_index (points, PmHealthRollup, i);
    pm_json_begin_object (json);
    pm_json_member_time (json, "start", point->start * G_USEC_PER_SEC);
    pm_json_member_int (json, "up", (gint64) point->up);
    pm_json_member_int (json, "down", (gint64) point->down);
    pm_json_member_int (json, "unknown", (gint64) point->unknown);
    write_percentiles (json, &point->latency);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

/* --- the list --- */

static void
write_item (PmJsonWriter *json, const PmHealthItem *item)
{
  pm_json_begin_object (json);
  pm_health_write_json_members (json, item->service, &item->state);
  pm_json_member_id (json, "incidentId", item->incident);
  pm_json_member_int (json, "dependants", item->n_dependants);
  write_trend (json, item->trend);
  pm_json_end_object (json);
}

static void
write_summary (PmJsonWriter *json, const PmHealthView *view)
{
  pm_json_key (json, "summary");
  pm_json_begin_object (json);
  pm_json_member_int (json, "up", view->summary.up);
  pm_json_member_int (json, "down", view->summary.down);
  pm_json_member_int (json, "unknown", view->summary.unknown);
  pm_json_member_int (json, "failing", view->summary.failing);
  pm_json_member_int (json, "caused", view->summary.caused);
  pm_json_member_int (json, "muted", view->summary.muted);
  pm_json_member_int (json, "incidents", view->incidents->len);
  pm_json_end_object (json);
}

static const PmService *
service_of (const GArray *services, gint64 id)
{
  for (guint i = 0; i < services->len; i++)
    if (g_array_index (services, PmService, i).id == id)
      return &g_array_index (services, PmService, i);
  return NULL;
}

static void
write_incident (PmJsonWriter *json, const PmService *service, const PmIncident *incident)
{
  pm_json_begin_object (json);
  pm_incident_write_json_members (json, service, incident);
  pm_json_end_object (json);
}

static void
write_open_incidents (PmJsonWriter *json, const PmHealthView *view)
{
  pm_json_key (json, "incidents");
  pm_json_begin_array (json);
  for (guint i = 0; i < view->incidents->len; i++) {
    const PmIncident *incident = &g_array_index (view->incidents, PmIncident, i);
    const PmService *service = service_of (view->services, incident->service_id);
    if (service != NULL)
      write_incident (json, service, incident);
  }
  pm_json_end_array (json);
}

/* NULL: the call has been answered. */
static PmHealthView *
read_view (PmCall *call)
{
  GError *error = NULL;
  PmHealthView *view = pm_verb_health_view (call->context, pm_call_query (call, "q"), TRUE, &error);
  if (view != NULL)
    return view;
  if (error->domain != PM_FILTER_ERROR) {
    pm_call_failed (call, error);
    return NULL;
  }
  pm_call_query_mistake (call, "q", "%s", error->message);
  pm_call_is_mistaken (call);
  g_error_free (error);
  return NULL;
}

/* The order is by how bad things are, which changes: a cursor is how many came before. */
void
pm_api_health_list (PmCall *call)
{
  gint64 start, limit = pm_call_query_integer (call, "limit", PM_PAGE_LIMIT);
  if (!pm_call_cursor (call, &start))
    return;
  g_autoptr (PmHealthView) view = read_view (call);
  if (view == NULL)
    return;
  gint64 end = start < view->items->len ? MIN (start + limit, view->items->len) : start;
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  write_summary (&json, view);
  pm_json_key (&json, "services");
  pm_json_begin_array (&json);
  for (gint64 i = start; i < end; i++)
    write_item (&json, &g_array_index (view->items, PmHealthItem, (guint) i));
  pm_json_end_array (&json);
  write_open_incidents (&json, view);
  pm_json_member_cursor (&json, end < view->items->len ? end : 0);
  pm_json_member_int (&json, "total", view->items->len);
  pm_json_end_object (&json);
}

/* --- projects --- */

typedef struct {
  const char *id;
  guint counts[3];
  PmHealthTrend trend;
} Project;

static void
add_trend (PmHealthRollup *into, const PmHealthRollup *from)
{
  into->up += from->up;
  into->down += from->down;
  into->unknown += from->unknown;
  pm_histogram_merge (&into->latency, &from->latency);
}

static GPtrArray *
group_projects (const PmHealthView *view)
{
  GPtrArray *projects = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < view->items->len; i++) {
    const PmHealthItem *item = &g_array_index (view->items, PmHealthItem, i);
    Project *project = g_hash_table_lookup (by_id, item->service->project_id);
    if (project == NULL) {
      project = g_new0 (Project, 1);
      project->id = item->service->project_id;
      g_hash_table_insert (by_id, (gpointer) item->service->project_id, project);
      g_ptr_array_add (projects, project);
    }
    project->counts[item->state.health]++;
    add_trend (&project->trend.day, &item->trend->day);
    add_trend (&project->trend.week, &item->trend->week);
    add_trend (&project->trend.month, &item->trend->month);
  }
  return projects;
}

void
pm_api_health_projects (PmCall *call)
{
  g_autoptr (PmHealthView) view = read_view (call);
  if (view == NULL)
    return;
  g_autoptr (GPtrArray) projects = group_projects (view);
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_key (&json, "projects");
  pm_json_begin_array (&json);
  for (guint i = 0; i < projects->len; i++) {
    const Project *project = projects->pdata[i];
    pm_json_begin_object (&json);
    pm_json_member_string (&json, "projectId", project->id);
    pm_json_member_int (&json, "up", project->counts[PM_HEALTH_UP]);
    pm_json_member_int (&json, "down", project->counts[PM_HEALTH_DOWN]);
    pm_json_member_int (&json, "unknown", project->counts[PM_HEALTH_UNKNOWN]);
    write_trend (&json, &project->trend);
    pm_json_end_object (&json);
  }
  pm_json_end_array (&json);
  pm_json_end_object (&json);
}

/* --- over time --- */

static const PmHealthRange *
range_of (const PmCall *call)
{
  const char *word = pm_call_query (call, "range");
  return pm_health_range (word == NULL ? "24h" : word);
}

static void
write_range (PmJsonWriter *json, const PmHealthRange *range)
{
  pm_json_member_string (json, "range", range->word);
  pm_json_member_int (json, "stepSeconds", range->step_s);
}

static GArray *
read_points (PmCall *call, const gint64 *ids, guint n, const PmHealthRange *range)
{
  GError *error = NULL;
  g_autoptr (GArray) points = g_array_new (FALSE, TRUE, sizeof (PmHealthRollup));
  if (pm_verb_health_series (call->context->registry, ids, n, range, points, &error))
    return g_steal_pointer (&points);
  pm_call_failed (call, error);
  return NULL;
}

/* "1,2,3", or none; FALSE: it is no such list, and the call has been answered. */
static gboolean
read_ids (PmCall *call, GArray *ids)
{
  const char *text = pm_call_query (call, "ids");
  g_auto (GStrv) parts = g_strsplit (text == NULL ? "" : text, ",", PM_HEALTH_MOST_SERIES + 2);
  for (guint i = 0; parts[i] != NULL; i++) {
    guint64 id;
    if (!g_ascii_string_to_unsigned (parts[i], 10, 1, G_MAXINT64, &id, NULL)) {
      pm_call_query_mistake (call, "ids", "“%s” is no id of a service", parts[i]);
      return !pm_call_is_mistaken (call);
    }
    gint64 signed_id = (gint64) id;
    g_array_append_val (ids, signed_id);
  }
  if (ids->len > PM_HEALTH_MOST_SERIES)
    pm_call_query_mistake (call, "ids", "more than %d at once", PM_HEALTH_MOST_SERIES);
  return !pm_call_is_mistaken (call);
}

void
pm_api_health_series (PmCall *call)
{
  const PmHealthRange *range = range_of (call);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  if (!read_ids (call, ids))
    return;
  for (guint i = 0; i < ids->len; i++) {
    GArray *points = read_points (call, &g_array_index (ids, gint64, i), 1, range);
    if (points == NULL)
      return;
    g_ptr_array_add (all, points);
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  write_range (&json, range);
  pm_json_key (&json, "series");
  pm_json_begin_array (&json);
  for (guint i = 0; i < ids->len; i++) {
    pm_json_begin_object (&json);
    pm_json_member_int (&json, "serviceId", g_array_index (ids, gint64, i));
    write_points (&json, all->pdata[i]);
    pm_json_end_object (&json);
  }
  pm_json_end_array (&json);
  pm_json_end_object (&json);
}

/* --- one service --- */

static void
write_looks (PmJsonWriter *json, const GArray *looks)
{
  pm_json_key (json, "samples");
  pm_json_begin_array (json);
  for (guint i = 0; i < looks->len; i++) {
    const PmHealthSample *look = &g_array_index (looks, PmHealthSample, i);
    pm_json_begin_object (json);
    pm_json_member_time (json, "time", look->time_us);
    pm_json_member_string (json, "seen", pm_health_name (look->seen));
    pm_json_member_int (json, "latencyUs", look->latency_us);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

static void
write_one (PmCall *call, const PmHealthItem *item, const PmHealthRange *range, const GArray *points,
           const GArray *looks, const GArray *incidents)
{
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_health_write_json_members (&json, item->service, &item->state);
  pm_json_member_id (&json, "incidentId", item->incident);
  pm_json_member_int (&json, "dependants", item->n_dependants);
  write_trend (&json, item->trend);
  write_range (&json, range);
  write_points (&json, points);
  write_looks (&json, looks);
  pm_json_key (&json, "incidents");
  pm_json_begin_array (&json);
  for (guint i = 0; i < incidents->len; i++)
    write_incident (&json, item->service, &g_array_index (incidents, PmIncident, i));
  pm_json_end_array (&json);
  pm_json_end_object (&json);
}

static const PmHealthItem *
find_item (const PmHealthView *view, gint64 id)
{
  for (guint i = 0; i < view->items->len; i++)
    if (g_array_index (view->items, PmHealthItem, i).state.service_id == id)
      return &g_array_index (view->items, PmHealthItem, i);
  return NULL;
}

void
pm_api_health_show (PmCall *call)
{
  GError *error = NULL;
  gint64 id = pm_call_id (call);
  const PmHealthRange *range = range_of (call);
  if (id == 0)
    return;
  g_autoptr (PmHealthView) view = pm_verb_health_view (call->context, NULL, TRUE, &error);
  const PmHealthItem *item = view == NULL ? NULL : find_item (view, id);
  if (view != NULL && item == NULL)
    g_set_error (&error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND,
                 "there is no service with id %" G_GINT64_FORMAT, id);
  g_autoptr (GArray) looks = g_array_new (FALSE, FALSE, sizeof (PmHealthSample));
  g_autoptr (GArray) incidents = g_array_new (FALSE, FALSE, sizeof (PmIncident));
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (PmHealthRollup));
  gint64 since_us = g_get_real_time () - PM_HEALTH_SAMPLES_KEPT_S * G_USEC_PER_SEC;
  PmIncidentQuery query = {.service_id = id, .limit = INCIDENTS_SHOWN};
  PmRegistry *registry = call->context->registry;
  if (error != NULL || !pm_registry_health_looks (registry, id, since_us, looks, &error) ||
      !pm_registry_incidents (registry, &query, view->arena, incidents, &error) ||
      !pm_verb_health_series (registry, &id, 1, range, points, &error)) {
    pm_call_failed (call, error);
    return;
  }
  write_one (call, item, range, points, looks, incidents);
}

/* --- a look now --- */

void
pm_api_health_probe (PmCall *call)
{
  GError *error = NULL;
  gint64 id = pm_call_id (call);
  if (id == 0)
    return;
  if (call->dry_run) {
    g_autoptr (PmArena) arena = pm_arena_new ();
    PmService record;
    if (pm_registry_service (call->context->registry, id, arena, &record, &error))
      pm_call_dry_run (call, "look at service %" G_GINT64_FORMAT, id);
    else
      pm_call_failed (call, error);
    return;
  }
  PmProbeOptions options = {
      .service_ids = &id, .n_service_ids = 1, .deadline_ms = PROBE_DEADLINE_MS};
  g_autoptr (PmProbeReport) report = pm_verb_probe (call->context, &options, &error);
  if (report != NULL && report->results->len == 0)
    g_set_error (&error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND,
                 "there is no service with id %" G_GINT64_FORMAT, id);
  if (error != NULL) {
    pm_call_failed (call, error);
    return;
  }
  const PmProbed *seen = &g_array_index (report->results, PmProbed, 0);
  g_autofree char *target = pm_check_target (seen->check);
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "serviceId", id);
  pm_json_member_string (&json, "state", pm_health_name (seen->health));
  pm_json_member_int (&json, "latencyUs", seen->latency_us);
  pm_json_member_string (&json, "kind", pm_check_kind_name (seen->check->kind));
  pm_json_member_string (&json, "target", target);
  pm_json_member_string (&json, "cause", seen->cause);
  pm_json_member_time (&json, "certificateExpires", seen->certificate_expiry * G_USEC_PER_SEC);
  pm_json_end_object (&json);
}
