/* DESIGN
 * What happened: the event log, and the history of ports, addresses and status. Both are only ever
 * appended to, in the transaction of the change they tell of. */

#include "registry/scan.h"

#include "model/service-json.h"

#include <string.h>

#define DEFAULT_LIMIT 1000

/* --- events --- */

gboolean
pm_registry_event_append (PmRegistry *registry, const char *event, const char *data, gint64 now_us,
                          GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error))
    return FALSE;
  gboolean ok = pm_sql_run (
      registry, "INSERT INTO events (host, time, event, data) VALUES (?, ?, ?, ?)",
      PM_VALUES (pm_text (registry->host), pm_int (now_us), pm_text (event), pm_text (data)),
      error);
  return pm_registry_leave (registry, ok, error);
}

gboolean
pm_registry_events (PmRegistry *registry, gint64 after_id, guint limit, PmArena *arena,
                    GArray *events, GError **error)
{
  PmStatement *rows = pm_sql_query (
      registry, "SELECT id, time, event, data FROM events WHERE id > ? ORDER BY id LIMIT ?",
      PM_VALUES (pm_int (after_id), pm_int (limit == 0 ? DEFAULT_LIMIT : limit)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmEvent event = {
        .id = registry->backend->integer (rows, 0),
        .time_us = registry->backend->integer (rows, 1),
        .event = pm_sql_text (registry, rows, 2, arena),
        .data = pm_sql_text (registry, rows, 3, arena),
    };
    g_array_append_val (events, event);
  }
  return step == PM_STEP_DONE;
}

gboolean
pm_registry_last_event (PmRegistry *registry, gint64 *ret_id, GError **error)
{
  return pm_sql_integer (registry, "SELECT coalesce (max (id), 0) FROM events", PM_NO_VALUES,
                         ret_id, error);
}

gboolean
pm_registry_prune_events (PmRegistry *registry, gint64 before_us, guint keep, GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error))
    return FALSE;
  gboolean ok = pm_sql_run (registry,
                            "DELETE FROM events WHERE time < ? AND id <= "
                            "(SELECT coalesce (max (id), 0) FROM events) - ?",
                            PM_VALUES (pm_int (before_us), pm_int (keep)), error);
  return pm_registry_leave (registry, ok, error);
}

/* --- changes of a service --- */

static void
write_value (PmJsonWriter *json, const char *key, const char *text, gboolean number)
{
  pm_json_key (json, key);
  if (text[0] == '\0')
    pm_json_null (json);
  else if (number)
    pm_json_raw (json, text);
  else
    pm_json_string (json, text);
}

static gboolean
append_history (PmRegistry *registry, const PmService *service, const PmServiceChange *change,
                gint64 now_us, GError **error)
{
  const char *old_value = change->old_value[0] == '\0' ? NULL : change->old_value;
  const char *new_value = change->new_value[0] == '\0' ? NULL : change->new_value;
  return pm_sql_run (registry,
                     "INSERT INTO port_history (service_id, old_value, new_value, change_type,"
                     " timestamp, internal_port, external_port) VALUES (?, ?, ?, ?, ?, ?, ?)",
                     PM_VALUES (pm_int (service->id), pm_text_or_null (old_value),
                                pm_text_or_null (new_value), pm_text (change->type),
                                pm_int (now_us), pm_int (service->internal_port),
                                pm_int (service->external_port)),
                     error);
}

gboolean
pm_service_changed (PmRegistry *registry, const char *event, const PmService *service,
                    const PmServiceChange *change, gint64 now_us, GError **error)
{
  gboolean details = strcmp (change->type, "details") == 0;
  if (!details && !append_history (registry, service, change, now_us, error))
    return FALSE;
  g_autoptr (GString) data = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (data);
  pm_json_begin_object (&json);
  pm_service_write_json_members (&json, service);
  pm_json_member_string (&json, "changeType", change->type);
  if (!details) {
    write_value (&json, "oldValue", change->old_value, change->number);
    write_value (&json, "newValue", change->new_value, change->number);
  }
  pm_json_end_object (&json);
  return pm_registry_event_append (registry, event, data->str, now_us, error);
}

/* --- history --- */

/* "project/name" names one project's service; a project's id may hold slashes itself, so the last
 * one counts. A bare name is any project's. */
typedef struct {
  char port[8];
  char *project;
  const char *name;
} HistoryFilter;

static PmStatement *
query_history (PmRegistry *registry, const PmHistoryQuery *query, const HistoryFilter *filter,
               GError **error)
{
  PmSqlValue number = pm_int (query->port), text = pm_text (filter->port);
  PmSqlValue id = pm_int (query->service_id);
  PmSqlValue name = pm_text_or_null (filter->name), project = pm_text_or_null (filter->project);
  return pm_sql_query (
      registry,
      "SELECT h.id, h.service_id, s.host, s.project_id, s.service_name, h.old_value, h.new_value,"
      " h.change_type, h.timestamp FROM port_history h JOIN services s ON s.id = h.service_id"
      " WHERE h.id < ? AND h.timestamp >= ? AND (? = 0 OR h.service_id = ?)"
      " AND (? = 0 OR h.internal_port = ? OR h.external_port = ? OR"
      "  (h.change_type NOT IN ('status', 'external_ip') AND (h.old_value = ? OR h.new_value = ?)))"
      " AND (? IS NULL OR s.service_name = ?) AND (? IS NULL OR s.project_id = ?)"
      " ORDER BY h.id DESC LIMIT ?",
      PM_VALUES (pm_int (query->before_id == 0 ? G_MAXINT64 : query->before_id),
                 pm_int (query->since_us), id, id, number, number, number, text, text, name, name,
                 project, project, pm_int (query->limit == 0 ? DEFAULT_LIMIT : query->limit)),
      error);
}

static PmHistoryEntry
read_history (PmRegistry *registry, PmStatement *row, PmArena *arena)
{
  return (PmHistoryEntry){
      .id = registry->backend->integer (row, 0),
      .service_id = registry->backend->integer (row, 1),
      .host = pm_sql_text (registry, row, 2, arena),
      .project_id = pm_sql_text (registry, row, 3, arena),
      .service_name = pm_sql_text (registry, row, 4, arena),
      .old_value = pm_sql_text_or_null (registry, row, 5, arena),
      .new_value = pm_sql_text_or_null (registry, row, 6, arena),
      .change_type = pm_sql_text (registry, row, 7, arena),
      .timestamp_us = registry->backend->integer (row, 8),
  };
}

gboolean
pm_registry_history (PmRegistry *registry, const PmHistoryQuery *query, PmArena *arena,
                     GArray *entries, GError **error)
{
  const char *slash = query->service == NULL ? NULL : strrchr (query->service, '/');
  g_autofree char *project =
      slash == NULL ? NULL : g_strndup (query->service, (gsize) (slash - query->service));
  HistoryFilter filter = {.project = project, .name = slash == NULL ? query->service : slash + 1};
  g_snprintf (filter.port, sizeof filter.port, "%u", query->port);
  PmStatement *rows = query_history (registry, query, &filter, error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmHistoryEntry entry = read_history (registry, rows, arena);
    g_array_append_val (entries, entry);
  }
  return step == PM_STEP_DONE;
}
