#include "registry/addresses.h"

#include "registry/backend.h"

gboolean
pm_registry_addresses (PmRegistry *registry, PmArena *arena, GArray *addresses, GError **error)
{
  PmStatement *rows = pm_sql_query (registry,
                                    "SELECT source, slot, address, since FROM addresses"
                                    " WHERE host = ? ORDER BY source, slot",
                                    PM_VALUES (pm_text (registry->host)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmKnownAddress known = {
        .source = pm_sql_text (registry, rows, 0, arena),
        .slot = pm_sql_text (registry, rows, 1, arena),
        .address = pm_sql_text (registry, rows, 2, arena),
        .since_us = registry->backend->integer (rows, 3),
    };
    g_array_append_val (addresses, known);
  }
  return step == PM_STEP_DONE;
}

gboolean
pm_registry_address_put (PmRegistry *registry, const PmKnownAddress *known, GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_DECISION, error))
    return FALSE;
  gboolean ok = pm_sql_run (
      registry,
      "INSERT INTO addresses (host, source, slot, address, since)"
      " VALUES (?, ?, ?, ?, ?)"
      " ON CONFLICT (host, source, slot) DO UPDATE SET address = excluded.address,"
      " since = excluded.since WHERE address <> excluded.address",
      PM_VALUES (pm_text (registry->host), pm_text (known->source), pm_text (known->slot),
                 pm_text (known->address), pm_int (known->since_us)),
      error);
  return pm_registry_leave (registry, ok, error);
}

/* --- changes --- */

gboolean
pm_registry_address_change_open (PmRegistry *registry, const PmAddressChange *change,
                                 GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_DECISION, error))
    return FALSE;
  gboolean ok = pm_sql_run (
      registry,
      "INSERT INTO address_changes (host, source, slot, old_address, new_address, stage, confirmed,"
      " report) VALUES (?, ?, ?, ?, ?, 'confirmed', ?, '{}')",
      PM_VALUES (pm_text (registry->host), pm_text (change->source), pm_text (change->slot),
                 pm_text (change->old_address), pm_text (change->new_address),
                 pm_int (change->confirmed_us)),
      error);
  return pm_registry_leave (registry, ok, error);
}

static gboolean
finish (PmRegistry *registry, gint64 id, const char *stage, const char *report, gint64 now_us,
        GError **error)
{
  gint64 found = 0;
  g_autofree char *event = g_strconcat ("ip.", stage, NULL);
  if (!pm_sql_integer (registry,
                       "UPDATE address_changes SET stage = ?, report = ?, finished = ?"
                       " WHERE id = ? AND finished IS NULL RETURNING 1",
                       PM_VALUES (pm_text (stage), pm_text (report), pm_int (now_us), pm_int (id)),
                       &found, error))
    return FALSE;
  /* Somebody else was quicker. */
  return !found || pm_registry_event_append (registry, event, report, now_us, error);
}

gboolean
pm_registry_address_change_finish (PmRegistry *registry, gint64 id, const char *stage,
                                   const char *report, gint64 now_us, GError **error)
{
  return pm_registry_enter (registry, PM_ACCESS_DECISION, error) &&
         pm_registry_leave (registry, finish (registry, id, stage, report, now_us, error), error);
}

#define CHANGE_COLUMNS                                                                             \
  "SELECT id, source, slot, old_address, new_address, stage, confirmed, finished, report"          \
  " FROM address_changes WHERE host = ?"

static gboolean
read_changes (PmRegistry *registry, PmStatement *rows, PmArena *arena, GArray *changes,
              GError **error)
{
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmAddressChange change = {
        .id = registry->backend->integer (rows, 0),
        .source = pm_sql_text (registry, rows, 1, arena),
        .slot = pm_sql_text (registry, rows, 2, arena),
        .old_address = pm_sql_text (registry, rows, 3, arena),
        .new_address = pm_sql_text (registry, rows, 4, arena),
        .stage = pm_sql_text (registry, rows, 5, arena),
        .confirmed_us = registry->backend->integer (rows, 6),
        .finished_us = registry->backend->integer (rows, 7),
        .report = pm_sql_text (registry, rows, 8, arena),
    };
    g_array_append_val (changes, change);
  }
  return step == PM_STEP_DONE;
}

gboolean
pm_registry_address_changes_open (PmRegistry *registry, PmArena *arena, GArray *changes,
                                  GError **error)
{
  PmStatement *rows = pm_sql_query (registry, CHANGE_COLUMNS " AND finished IS NULL ORDER BY id",
                                    PM_VALUES (pm_text (registry->host)), error);
  return read_changes (registry, rows, arena, changes, error);
}

gboolean
pm_registry_address_changes (PmRegistry *registry, guint limit, PmArena *arena, GArray *changes,
                             GError **error)
{
  PmStatement *rows = pm_sql_query (registry, CHANGE_COLUMNS " ORDER BY id DESC LIMIT ?",
                                    PM_VALUES (pm_text (registry->host), pm_int (limit)), error);
  return read_changes (registry, rows, arena, changes, error);
}
