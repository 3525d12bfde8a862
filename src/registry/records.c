/* DESIGN
 * Roots, hosts, settings and the update engine's transactions: a few small rows each, read as a
 * whole. */

#include "registry/records.h"

#include "base/json-writer.h"
#include "registry/backend.h"

#define DEFAULT_LIMIT 1000

/* --- roots --- */

static gboolean
append_root_event (PmRegistry *registry, const char *event, const char *path, gint64 now_us,
                   GError **error)
{
  g_autoptr (GString) data = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (data);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "host", registry->host);
  pm_json_member_string (&json, "path", path);
  pm_json_end_object (&json);
  return pm_registry_event_append (registry, event, data->str, now_us, error);
}

static gboolean
add_root (PmRegistry *registry, const char *path, gint64 now_us, GError **error)
{
  gint64 is_new = 0;
  return pm_sql_integer (registry,
                         "INSERT INTO roots (host, path, added) VALUES (?, ?, ?)"
                         " ON CONFLICT DO NOTHING RETURNING 1",
                         PM_VALUES (pm_text (registry->host), pm_text (path), pm_int (now_us)),
                         &is_new, error) &&
         (!is_new || append_root_event (registry, "root.added", path, now_us, error));
}

gboolean
pm_registry_root_add (PmRegistry *registry, const char *path, gint64 now_us, GError **error)
{
  return pm_registry_enter (registry, PM_ACCESS_DECISION, error) &&
         pm_registry_leave (registry, add_root (registry, path, now_us, error), error);
}

gboolean
pm_registry_roots (PmRegistry *registry, PmArena *arena, GArray *roots, GError **error)
{
  PmStatement *rows = pm_sql_query (registry, "SELECT path FROM roots WHERE host = ? ORDER BY path",
                                    PM_VALUES (pm_text (registry->host)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    const char *path = pm_sql_text (registry, rows, 0, arena);
    g_array_append_val (roots, path);
  }
  return step == PM_STEP_DONE;
}

static gboolean
remove_root (PmRegistry *registry, const char *path, gint64 now_us, GError **error)
{
  const char *const roots[] = {path, NULL};
  PmScanScope scope = {.roots = roots};
  g_autoptr (PmSnapshot) nothing = pm_snapshot_new ();
  gint64 removed = 0;
  if (!pm_sql_integer (registry, "DELETE FROM roots WHERE host = ? AND path = ? RETURNING 1",
                       PM_VALUES (pm_text (registry->host), pm_text (path)), &removed, error))
    return FALSE;
  if (!removed) {
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND, "%s is not a root", path);
    return FALSE;
  }
  return pm_registry_store_scan (registry, nothing, &scope, now_us, NULL, error) &&
         append_root_event (registry, "root.removed", path, now_us, error);
}

gboolean
pm_registry_root_remove (PmRegistry *registry, const char *path, gint64 now_us, GError **error)
{
  return pm_registry_enter (registry, PM_ACCESS_DECISION, error) &&
         pm_registry_leave (registry, remove_root (registry, path, now_us, error), error);
}

/* --- hosts --- */

gboolean
pm_registry_hosts (PmRegistry *registry, PmArena *arena, GArray *names, GError **error)
{
  PmStatement *rows =
      pm_sql_query (registry, "SELECT name FROM hosts ORDER BY name", PM_NO_VALUES, error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    const char *name = pm_sql_text (registry, rows, 0, arena);
    g_array_append_val (names, name);
  }
  return step == PM_STEP_DONE;
}

/* --- settings --- */

gboolean
pm_registry_setting (PmRegistry *registry, const char *key, PmArena *arena, const char **ret_value,
                     GError **error)
{
  const char *value = NULL;
  PmStatement *rows =
      pm_sql_query (registry, "SELECT value FROM settings WHERE host = ? AND key = ?",
                    PM_VALUES (pm_text (registry->host), pm_text (key)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW)
    value = pm_sql_text (registry, rows, 0, arena);
  if (step == PM_STEP_DONE)
    *ret_value = value;
  return step == PM_STEP_DONE;
}

gboolean
pm_registry_setting_put (PmRegistry *registry, const char *key, const char *value, GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_DECISION, error))
    return FALSE;
  gboolean ok =
      pm_sql_run (registry,
                  "INSERT INTO settings (host, key, value) VALUES (?, ?, ?)"
                  " ON CONFLICT (host, key) DO UPDATE SET value = excluded.value",
                  PM_VALUES (pm_text (registry->host), pm_text (key), pm_text (value)), error);
  return pm_registry_leave (registry, ok, error);
}

/* --- transactions --- */

static gboolean
append_transaction_event (PmRegistry *registry, const PmTransactionRecord *record, gint64 now_us,
                          GError **error)
{
  g_autofree char *event = g_strconcat ("transaction.", record->state, NULL);
  g_autoptr (GString) data = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (data);
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "id", record->id);
  pm_json_member_string (&json, "host", registry->host);
  pm_json_member_string (&json, "kind", record->kind);
  pm_json_member_string (&json, "state", record->state);
  pm_json_member_time (&json, "started", record->started_us);
  pm_json_member_time (&json, "finished", record->finished_us);
  pm_json_member_int (&json, "files", record->files);
  pm_json_member_int (&json, "edits", record->edits);
  pm_json_key (&json, "summary");
  pm_json_raw (&json, record->summary);
  pm_json_end_object (&json);
  return pm_registry_event_append (registry, event, data->str, now_us, error);
}

static gboolean
is_recorded (PmRegistry *registry, const PmTransactionRecord *record, gboolean *ret_recorded,
             GError **error)
{
  gint64 same = 0;
  if (!pm_sql_integer (registry,
                       "SELECT 1 FROM transactions WHERE host = ? AND id = ? AND state = ?"
                       " AND coalesce (finished, 0) = ? AND summary = ?",
                       PM_VALUES (pm_text (registry->host), pm_int (record->id),
                                  pm_text (record->state), pm_int (record->finished_us),
                                  pm_text (record->summary)),
                       &same, error))
    return FALSE;
  *ret_recorded = same != 0;
  return TRUE;
}

static gboolean
put_transaction (PmRegistry *registry, const PmTransactionRecord *record, gint64 now_us,
                 GError **error)
{
  gboolean recorded;
  if (!is_recorded (registry, record, &recorded, error))
    return FALSE;
  if (recorded)
    return TRUE;
  return pm_sql_run (registry,
                     "INSERT INTO transactions (host, id, kind, state, started, finished, files,"
                     " edits, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                     " ON CONFLICT (host, id) DO UPDATE SET state = excluded.state,"
                     " finished = excluded.finished, files = excluded.files,"
                     " edits = excluded.edits, summary = excluded.summary",
                     PM_VALUES (pm_text (registry->host), pm_int (record->id),
                                pm_text (record->kind), pm_text (record->state),
                                pm_int (record->started_us), pm_int_or_null (record->finished_us),
                                pm_int (record->files), pm_int (record->edits),
                                pm_text (record->summary)),
                     error) &&
         append_transaction_event (registry, record, now_us, error);
}

gboolean
pm_registry_transaction_put (PmRegistry *registry, const PmTransactionRecord *record, gint64 now_us,
                             GError **error)
{
  return pm_registry_enter (registry, PM_ACCESS_DECISION, error) &&
         pm_registry_leave (registry, put_transaction (registry, record, now_us, error), error);
}

#define TRANSACTION_COLUMNS "id, kind, state, started, finished, files, edits, summary"

static PmTransactionRecord
read_transaction (PmRegistry *registry, PmStatement *row, PmArena *arena)
{
  return (PmTransactionRecord){
      .id = registry->backend->integer (row, 0),
      .kind = pm_sql_text (registry, row, 1, arena),
      .state = pm_sql_text (registry, row, 2, arena),
      .started_us = registry->backend->integer (row, 3),
      .finished_us = registry->backend->integer (row, 4),
      .files = (guint) registry->backend->integer (row, 5),
      .edits = (guint) registry->backend->integer (row, 6),
      .summary = pm_sql_text (registry, row, 7, arena),
  };
}

gboolean
pm_registry_transactions (PmRegistry *registry, gint64 before_id, guint limit, PmArena *arena,
                          GArray *records, GError **error)
{
  PmStatement *rows = pm_sql_query (registry,
                                    "SELECT " TRANSACTION_COLUMNS " FROM transactions"
                                    " WHERE host = ? AND id < ? ORDER BY id DESC LIMIT ?",
                                    PM_VALUES (pm_text (registry->host),
                                               pm_int (before_id == 0 ? G_MAXINT64 : before_id),
                                               pm_int (limit == 0 ? DEFAULT_LIMIT : limit)),
                                    error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmTransactionRecord record = read_transaction (registry, rows, arena);
    g_array_append_val (records, record);
  }
  return step == PM_STEP_DONE;
}

gboolean
pm_registry_transaction (PmRegistry *registry, gint64 id, PmArena *arena,
                         PmTransactionRecord *ret_record, GError **error)
{
  PmStatement *rows = pm_sql_query (
      registry, "SELECT " TRANSACTION_COLUMNS " FROM transactions WHERE host = ? AND id = ?",
      PM_VALUES (pm_text (registry->host), pm_int (id)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step = pm_sql_step (registry, rows, error);
  if (step == PM_STEP_ROW) {
    *ret_record = read_transaction (registry, rows, arena);
    pm_sql_finish (registry, rows);
    return TRUE;
  }
  if (step == PM_STEP_DONE)
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND,
                 "there is no transaction %" G_GINT64_FORMAT, id);
  return FALSE;
}
