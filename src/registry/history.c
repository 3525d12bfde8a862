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

/* One shape for all questions: `source` is what is walked, and where it begins; `time` and `id` are
 * the columns of its index. The conditions that a question does not ask for are no conditions. */
#define ENTRIES(source, time, id)                                                                  \
  "SELECT " ENTRY_COLUMNS " FROM " source " AND (" time ", " id ") < (?, ?) AND " time " >= ?"     \
  " AND (? = 0 OR h.service_id = ?) AND (CAST (? AS TEXT) IS NULL OR s.service_name = ?)"          \
  " AND (CAST (? AS TEXT) IS NULL OR s.project_id = ?)"                                            \
  " ORDER BY " time " DESC, " id " DESC LIMIT ?"

#define OF_SERVICES(column)                                                                        \
  ENTRIES ("services s CROSS JOIN port_history h WHERE h.service_id = s.id AND " column " = ?",    \
           "h.timestamp", "h.id")
#define OF_HISTORY(where)                                                                          \
  ENTRIES ("port_history h JOIN services s ON s.id = h.service_id WHERE " where, "h.timestamp",    \
           "h.id")

static const char of_port[] =
    ENTRIES ("port_history_ports p CROSS JOIN port_history h JOIN services s ON s.id = h.service_id"
             " WHERE h.id = p.history_id AND p.port = ?",
             "p.timestamp", "p.history_id");
static const char of_service[] = OF_HISTORY ("h.service_id = ?");
static const char of_name[] = OF_SERVICES ("s.service_name");
static const char of_project[] = OF_SERVICES ("s.project_id");
static const char of_all[] = OF_HISTORY ("? = 0");

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
query_from (PmRegistry *registry, const char *sql, PmSqlValue start, const HistoryFilter *f,
            GError **error)
{
  return pm_sql_query (registry, sql,
                       PM_VALUES (start, f->before_us, f->before_id, f->since_us, f->service_id,
                                  f->service_id, f->name, f->name, f->project, f->project,
                                  f->limit),
                       error);
}

/* From the condition that fewest entries meet. */
static PmStatement *
query_entries (PmRegistry *registry, const HistoryFilter *f, GError **error)
{
  if (f->port.integer != 0)
    return query_from (registry, of_port, f->port, f, error);
  if (f->service_id.integer != 0)
    return query_from (registry, of_service, f->service_id, f, error);
  if (f->name.text != NULL)
    return query_from (registry, of_name, f->name, f, error);
  if (f->project.text != NULL)
    return query_from (registry, of_project, f->project, f, error);
  return query_from (registry, of_all, pm_int (0), f, error);
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
  PmStatement *rows = query_entries (registry, &filter, error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmHistoryEntry entry = read_entry (registry, rows, arena);
    g_array_append_val (entries, entry);
  }
  return step == PM_STEP_DONE;
}
