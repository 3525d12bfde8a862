#include "registry/demand.h"

#include "registry/backend.h"

#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

/* --- pools --- */

gboolean
pm_registry_pool_note (PmRegistry *registry, const PmPoolHour *note, gint64 now_us, GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error))
    return FALSE;
  gboolean ok = pm_sql_run (
      registry,
      "INSERT INTO pool_hours (host, pool, hour, size, in_use, peak, taken, released, refused)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (host, pool, hour) DO UPDATE SET"
      " size = CASE WHEN excluded.size > 0 THEN excluded.size ELSE pool_hours.size END,"
      " in_use = CASE WHEN excluded.size > 0 THEN excluded.in_use ELSE pool_hours.in_use END,"
      " peak = CASE WHEN excluded.peak > pool_hours.peak THEN excluded.peak"
      "  ELSE pool_hours.peak END,"
      " taken = pool_hours.taken + excluded.taken,"
      " released = pool_hours.released + excluded.released,"
      " refused = pool_hours.refused + excluded.refused",
      PM_VALUES (pm_text (registry->host), pm_text (note->pool), pm_int (now_us / HOUR_US),
                 pm_int (note->size), pm_int (note->in_use), pm_int (note->in_use),
                 pm_int (note->taken), pm_int (note->released), pm_int (note->refused)),
      error);
  return pm_registry_leave (registry, ok, error);
}

gboolean
pm_registry_pool_hours (PmRegistry *registry, gint64 since_us, PmArena *arena, GArray *hours,
                        GError **error)
{
  const PmRegistryBackend *b = registry->backend;
  PmStatement *rows =
      pm_sql_query (registry,
                    "SELECT pool, hour, size, in_use, peak, taken, released, refused"
                    " FROM pool_hours WHERE host = ? AND hour >= ? ORDER BY pool, hour",
                    PM_VALUES (pm_text (registry->host), pm_int (since_us / HOUR_US)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmPoolHour hour = {
        .pool = pm_sql_text (registry, rows, 0, arena),
        .hour = b->integer (rows, 1),
        .size = (guint) b->integer (rows, 2),
        .in_use = (guint) b->integer (rows, 3),
        .peak = (guint) b->integer (rows, 4),
        .taken = (guint) b->integer (rows, 5),
        .released = (guint) b->integer (rows, 6),
        .refused = (guint) b->integer (rows, 7),
    };
    g_array_append_val (hours, hour);
  }
  return step == PM_STEP_DONE;
}

/* --- ports --- */

gboolean
pm_registry_port_demand_add (PmRegistry *registry, const PmPortDemand *more, gint64 now_us,
                             GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error))
    return FALSE;
  gboolean ok = pm_sql_run (
      registry,
      "INSERT INTO port_demand (host, transport, port, leased, lost, conflicts, last)"
      " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (host, transport, port) DO UPDATE SET"
      " leased = port_demand.leased + excluded.leased, lost = port_demand.lost + excluded.lost,"
      " conflicts = port_demand.conflicts + excluded.conflicts, last = excluded.last",
      PM_VALUES (pm_text (registry->host), pm_text (pm_transport_name (more->transport)),
                 pm_int (more->port), pm_int (more->leased), pm_int (more->lost),
                 pm_int (more->conflicts), pm_int (now_us)),
      error);
  return pm_registry_leave (registry, ok, error);
}

gboolean
pm_registry_contested_ports (PmRegistry *registry, guint limit, GArray *list, GError **error)
{
  const PmRegistryBackend *b = registry->backend;
  PmStatement *rows =
      pm_sql_query (registry,
                    "SELECT transport, port, leased, lost, conflicts, last FROM port_demand"
                    " WHERE host = ? AND lost + conflicts > 0 ORDER BY lost + conflicts DESC, "
                    "leased DESC LIMIT ?",
                    PM_VALUES (pm_text (registry->host), pm_int (limit)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmPortDemand demand = {
        .port = (guint16) b->integer (rows, 1),
        .leased = (guint) b->integer (rows, 2),
        .lost = (guint) b->integer (rows, 3),
        .conflicts = (guint) b->integer (rows, 4),
        .last_us = b->integer (rows, 5),
    };
    pm_transport_from_name (b->text (rows, 0), &demand.transport);
    g_array_append_val (list, demand);
  }
  return step == PM_STEP_DONE;
}

gboolean
pm_registry_count_moves (PmRegistry *registry, gint64 since_us, guint *ret_count, GError **error)
{
  gint64 count = 0;
  if (!pm_sql_integer (registry,
                       "SELECT count (*) FROM port_history"
                       " WHERE change_type = 'external_port' AND timestamp >= ?",
                       PM_VALUES (pm_int (since_us)), &count, error))
    return FALSE;
  *ret_count = (guint) count;
  return TRUE;
}
