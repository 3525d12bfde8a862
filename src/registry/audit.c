#include "registry/audit.h"

#include "registry/backend.h"

#define DEFAULT_LIMIT 1000

/* Old entries go a thousand at a time. */
#define PRUNE_EVERY 1000

static gboolean
append (PmRegistry *registry, const PmAuditEntry *e, GError **error)
{
  gint64 id = 0;
  if (!pm_sql_insert_one (
          registry,
          PM_WRITES ("INSERT INTO audit (host, time, actor, address, method, path, request,"
                     " status, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
          PM_VALUES (pm_text (registry->host), pm_int (e->time_us), pm_text (e->actor),
                     pm_text (e->address), pm_text (e->method), pm_text (e->path),
                     pm_text (e->request), pm_int (e->status), pm_text (e->detail)),
          &id, error))
    return FALSE;
  return id % PRUNE_EVERY != 0 ||
         pm_sql_run (registry, "DELETE FROM audit WHERE host = ? AND id <= ?",
                     PM_VALUES (pm_text (registry->host), pm_int (id - PM_AUDIT_MOST)), error);
}

gboolean
pm_registry_audit_append (PmRegistry *registry, const PmAuditEntry *entry, GError **error)
{
  return pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error) &&
         pm_registry_leave (registry, append (registry, entry, error), error);
}

gboolean
pm_registry_audit (PmRegistry *registry, gint64 before_id, guint limit, PmArena *arena,
                   GArray *entries, GError **error)
{
  PmStatement *rows = pm_sql_query (
      registry,
      "SELECT id, time, actor, address, method, path, request, status, detail FROM audit"
      " WHERE host = ? AND id < ? ORDER BY id DESC LIMIT ?",
      PM_VALUES (pm_text (registry->host), pm_int (before_id == 0 ? G_MAXINT64 : before_id),
                 pm_int (limit == 0 ? DEFAULT_LIMIT : limit)),
      error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmAuditEntry entry = {
        .id = registry->backend->integer (rows, 0),
        .time_us = registry->backend->integer (rows, 1),
        .actor = pm_sql_text (registry, rows, 2, arena),
        .address = pm_sql_text (registry, rows, 3, arena),
        .method = pm_sql_text (registry, rows, 4, arena),
        .path = pm_sql_text (registry, rows, 5, arena),
        .request = pm_sql_text (registry, rows, 6, arena),
        .status = (guint) registry->backend->integer (rows, 7),
        .detail = pm_sql_text (registry, rows, 8, arena),
    };
    g_array_append_val (entries, entry);
  }
  return step == PM_STEP_DONE;
}
