/* DESIGN
 * There are a million lines of history before long, so each question walks an index that holds just
 * its answer, newest first, and stops at its limit: of a port by port_history_ports, of services by
 * port_history_by_service, of everything by port_history_by_time. Time goes before id, since
 * several hosts may write; the cursor is an id, whose time is looked up. */

#include "registry/registry.h"

#include "registry/backend.h"

#include <string.h>

#define DEFAULT_LIMIT 1000

#define ENTRY_COLUMNS                                                                              \
  "h.id, h.service_id, s.host, s.project_id, s.service_name, h.old_value, h.new_value,"            \
  " h.change_type, h.timestamp, s.project_name"

/* What a query asks for, as parameters. "project/name" names one project's service; a project's id
 * may hold slashes itself, so the last one counts. A bare name is any project's. */
typedef struct {
  PmSqlValue port, service_id, name, project;
  PmSqlValue since_us, before_us, before_id, limit;
} HistoryFilter;

static gboolean
read_cursor (PmRegistry *registry, const PmHistoryQuery *query, HistoryFilter *filter,
             GError **error)
{
  gint64 before_id = query->before_id;
  gint64 time_us = query->until_us == 0 ? G_MAXINT64 : query->until_us;
  if (before_id != 0 &&
      !pm_sql_integer (registry, "SELECT timestamp FROM port_history WHERE id = ?",
                       PM_VALUES (pm_int (before_id)), &time_us, error))
    return FALSE;
  filter->before_us = pm_int (time_us);
  filter->before_id = pm_int (before_id == 0 ? G_MAXINT64 : before_id);
  return TRUE;
}

static PmStatement *
query_all (PmRegistry *registry, const HistoryFilter *f, GError **error)
{
  return pm_sql_query (registry,
                       "SELECT " ENTRY_COLUMNS " FROM port_history h"
                       " JOIN services s ON s.id = h.service_id"
                       " WHERE (h.timestamp, h.id) < (?, ?) AND h.timestamp >= ?"
                       " ORDER BY h.timestamp DESC, h.id DESC LIMIT ?",
                       PM_VALUES (f->before_us, f->before_id, f->since_us, f->limit), error);
}

static PmStatement *
query_port (PmRegistry *registry, const HistoryFilter *f, GError **error)
{
  return pm_sql_query (
      registry,
      "SELECT " ENTRY_COLUMNS " FROM port_history_ports p"
      " CROSS JOIN port_history h JOIN services s ON s.id = h.service_id"
      " WHERE h.id = p.history_id AND p.port = ? AND (p.timestamp, p.history_id) < (?, ?) AND "
      "p.timestamp >= ?"
      " AND (? = 0 OR h.service_id = ?) AND (CAST (? AS TEXT) IS NULL OR s.service_name = ?)"
      " AND (CAST (? AS TEXT) IS NULL OR s.project_id = ?) ORDER BY p.timestamp DESC, p.history_id "
      "DESC LIMIT ?",
      PM_VALUES (f->port, f->before_us, f->before_id, f->since_us, f->service_id, f->service_id,
                 f->name, f->name, f->project, f->project, f->limit),
      error);
}

static PmStatement *
query_service (PmRegistry *registry, const HistoryFilter *f, GError **error)
{
  return pm_sql_query (registry,
                       "SELECT " ENTRY_COLUMNS " FROM port_history h"
                       " JOIN services s ON s.id = h.service_id WHERE h.service_id = ?"
                       " AND (h.timestamp, h.id) < (?, ?) AND h.timestamp >= ?"
                       " AND (CAST (? AS TEXT) IS NULL OR s.service_name = ?) AND (CAST (? AS "
                       "TEXT) IS NULL OR s.project_id = ?)"
                       " ORDER BY h.timestamp DESC, h.id DESC LIMIT ?",
                       PM_VALUES (f->service_id, f->before_us, f->before_id, f->since_us, f->name,
                                  f->name, f->project, f->project, f->limit),
                       error);
}

static PmStatement *
query_name (PmRegistry *registry, const HistoryFilter *f, GError **error)
{
  return pm_sql_query (registry,
                       "SELECT " ENTRY_COLUMNS " FROM services s"
                       " CROSS JOIN port_history h"
                       " WHERE h.service_id = s.id AND s.service_name = ? AND (CAST (? AS TEXT) IS "
                       "NULL OR s.project_id = ?)"
                       " AND (h.timestamp, h.id) < (?, ?) AND h.timestamp >= ?"
                       " ORDER BY h.timestamp DESC, h.id DESC LIMIT ?",
                       PM_VALUES (f->name, f->project, f->project, f->before_us, f->before_id,
                                  f->since_us, f->limit),
                       error);
}

static PmStatement *
query_project (PmRegistry *registry, const HistoryFilter *f, GError **error)
{
  return pm_sql_query (registry,
                       "SELECT " ENTRY_COLUMNS " FROM services s"
                       " CROSS JOIN port_history h"
                       " WHERE h.service_id = s.id AND s.project_id = ?"
                       " AND (h.timestamp, h.id) < (?, ?) AND h.timestamp >= ?"
                       " ORDER BY h.timestamp DESC, h.id DESC LIMIT ?",
                       PM_VALUES (f->project, f->before_us, f->before_id, f->since_us, f->limit),
                       error);
}

static PmHistoryEntry
read_entry (PmRegistry *registry, PmStatement *row, PmArena *arena)
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
      .project_name = pm_sql_text (registry, row, 9, arena),
  };
}

gboolean
pm_registry_history (PmRegistry *registry, const PmHistoryQuery *query, PmArena *arena,
                     GArray *entries, GError **error)
{
  const char *slash = query->service == NULL ? NULL : strrchr (query->service, '/');
  g_autofree char *project =
      slash == NULL ? NULL : g_strndup (query->service, (gsize) (slash - query->service));
  HistoryFilter filter = {
      .port = pm_int (query->port),
      .service_id = pm_int (query->service_id),
      .name = pm_text_or_null (slash == NULL ? query->service : slash + 1),
      .project = pm_text_or_null (project == NULL ? query->project : project),
      .since_us = pm_int (query->since_us),
      .limit = pm_int (query->limit == 0 ? DEFAULT_LIMIT : query->limit),
  };
  if (!read_cursor (registry, query, &filter, error))
    return FALSE;
  PmStatement *rows = query->port != 0         ? query_port (registry, &filter, error)
                      : query->service_id != 0 ? query_service (registry, &filter, error)
                      : query->service != NULL ? query_name (registry, &filter, error)
                      : query->project != NULL ? query_project (registry, &filter, error)
                                               : query_all (registry, &filter, error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmHistoryEntry entry = read_entry (registry, rows, arena);
    g_array_append_val (entries, entry);
  }
  return step == PM_STEP_DONE;
}
