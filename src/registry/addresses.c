#include "registry/addresses.h"

#include "registry/backend.h"

gboolean
pm_registry_addresses (PmRegistry *registry, PmArena *arena, GArray *addresses, GError **error)
{
  PmStatement *rows = pm_sql_query (registry,
                                    "SELECT source, slot, address, since, last_seen FROM addresses"
                                    " WHERE host = ? ORDER BY source, slot",
                                    PM_VALUES (pm_text (registry->host)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmSourceAddress known = {
        .source = pm_sql_text (registry, rows, 0, arena),
        .slot = pm_sql_text (registry, rows, 1, arena),
        .address = pm_sql_text (registry, rows, 2, arena),
        .since_us = registry->backend->integer (rows, 3),
        .last_seen_us = registry->backend->integer (rows, 4),
    };
    g_array_append_val (addresses, known);
  }
  return step == PM_STEP_DONE;
}

gboolean
pm_registry_address_put (PmRegistry *registry, const PmSourceAddress *known, GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_DECISION, error))
    return FALSE;
  gboolean ok = pm_sql_run (
      registry,
      "INSERT INTO addresses (host, source, slot, address, since)"
      " VALUES (?, ?, ?, ?, ?)"
      " ON CONFLICT (host, source, slot) DO UPDATE SET address = excluded.address,"
      " since = excluded.since WHERE addresses.address <> excluded.address",
      PM_VALUES (pm_text (registry->host), pm_text (known->source), pm_text (known->slot),
                 pm_text (known->address), pm_int (known->since_us)),
      error);
  return pm_registry_leave (registry, ok, error);
}

gboolean
pm_registry_address_seen (PmRegistry *registry, const char *source, gint64 now_us, GError **error)
{
  gint64 oldest_us = now_us;
  if (!pm_sql_integer (registry,
                       "SELECT min (last_seen) FROM addresses WHERE host = ? AND source = ?",
                       PM_VALUES (pm_text (registry->host), pm_text (source)), &oldest_us, error))
    return FALSE;
  if (now_us - oldest_us < G_TIME_SPAN_MINUTE)
    return TRUE;
  if (!pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error))
    return FALSE;
  gboolean ok =
      pm_sql_run (registry, "UPDATE addresses SET last_seen = ? WHERE host = ? AND source = ?",
                  PM_VALUES (pm_int (now_us), pm_text (registry->host), pm_text (source)), error);
  return pm_registry_leave (registry, ok, error);
}
