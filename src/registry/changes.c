#include "registry/changes.h"

#include "registry/backend.h"

/* --- changes --- */

gboolean
pm_registry_change_open (PmRegistry *registry, const PmAddressChange *change, gint64 *ret_id,
                         GError **error)
{
  gint64 id = 0;
  if (!pm_registry_enter (registry, PM_ACCESS_DECISION, error))
    return FALSE;
  gboolean ok = pm_sql_integer (
      registry,
      "INSERT INTO address_changes (host, kind, source, slot, old_address, new_address, stage,"
      " confirmed, report) VALUES (?, ?, ?, ?, ?, ?, 'confirmed', ?, ?) RETURNING id",
      PM_VALUES (pm_text (registry->host), pm_text (change->kind), pm_text (change->source),
                 pm_text (change->slot), pm_text (change->old_address),
                 pm_text (change->new_address), pm_int (change->confirmed_us),
                 pm_text (change->report == NULL ? "{}" : change->report)),
      &id, error);
  if (ok && ret_id != NULL)
    *ret_id = id;
  return pm_registry_leave (registry, ok, error);
}

static gboolean
step (PmRegistry *registry, const PmChangeStep *s, GError **error)
{
  gint64 found = 0;
  if (!pm_sql_integer (registry,
                       "UPDATE address_changes SET stage = ?, report = ?, finished = ?,"
                       " old_address = coalesce (?, old_address)"
                       " WHERE id = ? AND finished IS NULL RETURNING 1",
                       PM_VALUES (pm_text (s->stage), pm_text (s->report),
                                  pm_int_or_null (s->is_end ? s->now_us : 0),
                                  pm_text_or_null (s->old_address), pm_int (s->id)),
                       &found, error))
    return FALSE;
  /* Somebody else was quicker. */
  return !found || s->event == NULL ||
         pm_registry_event_append (registry, s->event, s->report, s->now_us, error);
}

gboolean
pm_registry_change_step (PmRegistry *registry, const PmChangeStep *s, GError **error)
{
  return pm_registry_enter (registry, PM_ACCESS_DECISION, error) &&
         pm_registry_leave (registry, step (registry, s, error), error);
}

static gboolean
not_found (gint64 id, GError **error)
{
  g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND,
               "there is no change %" G_GINT64_FORMAT " that could be taken up; “port-manager ip "
               "show” lists them",
               id);
  return FALSE;
}

gboolean
pm_registry_change_reopen (PmRegistry *registry, gint64 id, const char *stage, const char *report,
                           GError **error)
{
  gint64 found = 0;
  if (!pm_registry_enter (registry, PM_ACCESS_DECISION, error))
    return FALSE;
  gboolean ok = pm_sql_integer (registry,
                                "UPDATE address_changes SET stage = ?, report = ?, finished = NULL"
                                " WHERE id = ? AND host = ? AND finished IS NOT NULL RETURNING 1",
                                PM_VALUES (pm_text (stage), pm_text (report), pm_int (id),
                                           pm_text (registry->host)),
                                &found, error) &&
                (found || not_found (id, error));
  return pm_registry_leave (registry, ok, error);
}

#define CHANGE_COLUMNS                                                                             \
  "SELECT id, kind, source, slot, old_address, new_address, stage, confirmed, finished, report"    \
  " FROM address_changes WHERE host = ?"

static gboolean
read_changes (PmRegistry *registry, PmStatement *rows, PmArena *arena, GArray *changes,
              GError **error)
{
  if (rows == NULL)
    return FALSE;
  PmStep s;
  while ((s = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmAddressChange change = {
        .id = registry->backend->integer (rows, 0),
        .kind = pm_sql_text (registry, rows, 1, arena),
        .source = pm_sql_text (registry, rows, 2, arena),
        .slot = pm_sql_text (registry, rows, 3, arena),
        .old_address = pm_sql_text (registry, rows, 4, arena),
        .new_address = pm_sql_text (registry, rows, 5, arena),
        .stage = pm_sql_text (registry, rows, 6, arena),
        .confirmed_us = registry->backend->integer (rows, 7),
        .finished_us = registry->backend->integer (rows, 8),
        .report = pm_sql_text (registry, rows, 9, arena),
    };
    g_array_append_val (changes, change);
  }
  return s == PM_STEP_DONE;
}

gboolean
pm_registry_change (PmRegistry *registry, gint64 id, PmArena *arena, PmAddressChange *ret_change,
                    GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (PmAddressChange));
  PmStatement *rows = pm_sql_query (registry, CHANGE_COLUMNS " AND id = ?",
                                    PM_VALUES (pm_text (registry->host), pm_int (id)), error);
  if (!read_changes (registry, rows, arena, found, error))
    return FALSE;
  if (found->len == 0)
    return not_found (id, error);
  *ret_change = g_array_index (found, PmAddressChange, 0);
  return TRUE;
}

gboolean
pm_registry_changes_open (PmRegistry *registry, PmArena *arena, GArray *changes, GError **error)
{
  PmStatement *rows = pm_sql_query (registry, CHANGE_COLUMNS " AND finished IS NULL ORDER BY id",
                                    PM_VALUES (pm_text (registry->host)), error);
  return read_changes (registry, rows, arena, changes, error);
}

gboolean
pm_registry_changes (PmRegistry *registry, guint limit, PmArena *arena, GArray *changes,
                     GError **error)
{
  PmStatement *rows = pm_sql_query (registry, CHANGE_COLUMNS " ORDER BY id DESC LIMIT ?",
                                    PM_VALUES (pm_text (registry->host), pm_int (limit)), error);
  return read_changes (registry, rows, arena, changes, error);
}

gboolean
pm_registry_changes_ended (PmRegistry *registry, const char *stage, gint64 since_us,
                           gint64 *ret_count, GError **error)
{
  return pm_sql_integer (registry,
                         "SELECT count (*) FROM address_changes WHERE host = ? AND stage = ?"
                         " AND source <> 'hand' AND finished >= ?",
                         PM_VALUES (pm_text (registry->host), pm_text (stage), pm_int (since_us)),
                         ret_count, error);
}

/* --- healing --- */

gboolean
pm_registry_healing (PmRegistry *registry, PmArena *arena, GArray *records, GError **error)
{
  PmStatement *rows = pm_sql_query (registry,
                                    "SELECT subject, state, saved FROM healing WHERE host = ?"
                                    " ORDER BY subject",
                                    PM_VALUES (pm_text (registry->host)), error);
  if (rows == NULL)
    return FALSE;
  PmStep s;
  while ((s = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmHealingRecord record = {.subject = pm_sql_text (registry, rows, 0, arena),
                              .state = pm_sql_text (registry, rows, 1, arena),
                              .saved_us = registry->backend->integer (rows, 2)};
    g_array_append_val (records, record);
  }
  return s == PM_STEP_DONE;
}

gboolean
pm_registry_healing_put (PmRegistry *registry, const PmHealingRecord *record, GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error))
    return FALSE;
  gboolean ok =
      record->state == NULL
          ? pm_sql_run (registry, "DELETE FROM healing WHERE host = ? AND subject = ?",
                        PM_VALUES (pm_text (registry->host), pm_text (record->subject)), error)
          : pm_sql_run (registry,
                        "INSERT INTO healing (host, subject, state, saved) VALUES (?, ?, ?, ?)"
                        " ON CONFLICT (host, subject) DO UPDATE SET state = excluded.state,"
                        " saved = excluded.saved",
                        PM_VALUES (pm_text (registry->host), pm_text (record->subject),
                                   pm_text (record->state), pm_int (record->saved_us)),
                        error);
  return pm_registry_leave (registry, ok, error);
}
