/* DESIGN
 * `desired` holds what is desired now; `desired_changes` what each transaction made of it: the row
 * before, and the row after. Taking a transaction back is a change like any other, so it can be
 * taken back itself. */

#include "registry/records.h"

#include <string.h>

#include "registry/backend.h"

/* A row that may be missing: `value` NULL. */
static gboolean
read_row (PmRegistry *registry, const PmDesired *key, PmArena *arena, PmDesired *ret_row,
          GError **error)
{
  PmStatement *rows =
      pm_sql_query (registry,
                    "SELECT value, reason, transaction_id, decided FROM desired"
                    " WHERE host = ? AND service_id = ? AND subject = ? AND field = ?",
                    PM_VALUES (pm_text (registry->host), pm_int (key->service_id),
                               pm_text (key->subject), pm_text (key->field)),
                    error);
  *ret_row = (PmDesired){
      .service_id = key->service_id, .subject = key->subject, .field = key->field, .reason = ""};
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    ret_row->value = pm_sql_text (registry, rows, 0, arena);
    ret_row->reason = pm_sql_text (registry, rows, 1, arena);
    ret_row->transaction_id = registry->backend->integer (rows, 2);
    ret_row->decided_us = registry->backend->integer (rows, 3);
  }
  return step == PM_STEP_DONE;
}

static gboolean
write_row (PmRegistry *registry, const PmDesired *row, GError **error)
{
  if (row->value == NULL)
    return pm_sql_run (registry,
                       "DELETE FROM desired"
                       " WHERE host = ? AND service_id = ? AND subject = ? AND field = ?",
                       PM_VALUES (pm_text (registry->host), pm_int (row->service_id),
                                  pm_text (row->subject), pm_text (row->field)),
                       error);
  return pm_sql_run (
      registry,
      "INSERT INTO desired (host, service_id, subject, field, value, reason, transaction_id,"
      " decided) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (host, service_id, subject, field) DO UPDATE SET value = excluded.value,"
      " reason = excluded.reason, transaction_id = excluded.transaction_id,"
      " decided = excluded.decided",
      PM_VALUES (pm_text (registry->host), pm_int (row->service_id), pm_text (row->subject),
                 pm_text (row->field), pm_text (row->value), pm_text (row->reason),
                 pm_int_or_null (row->transaction_id), pm_int (row->decided_us)),
      error);
}

/* What was there before the transaction's first change stays what was there before. */
static gboolean
remember (PmRegistry *registry, gint64 by, const PmDesired *before, const PmDesired *after,
          GError **error)
{
  return pm_sql_run (
      registry,
      "INSERT INTO desired_changes (host, transaction_id, service_id, subject, field, old_value,"
      " old_reason, old_transaction_id, old_decided, new_value, new_transaction_id)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (host, transaction_id, service_id, subject, field) DO UPDATE SET"
      " new_value = excluded.new_value, new_transaction_id = excluded.new_transaction_id",
      PM_VALUES (pm_text (registry->host), pm_int (by), pm_int (after->service_id),
                 pm_text (after->subject), pm_text (after->field), pm_text_or_null (before->value),
                 pm_text (before->reason), pm_int_or_null (before->transaction_id),
                 pm_int (before->decided_us), pm_text_or_null (after->value),
                 pm_int_or_null (after->value == NULL ? 0 : after->transaction_id)),
      error);
}

static gboolean
put (PmRegistry *registry, gint64 by, const PmDesired *desired, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmDesired before;
  return read_row (registry, desired, arena, &before, error) &&
         write_row (registry, desired, error) && remember (registry, by, &before, desired, error);
}

gboolean
pm_registry_desired_put (PmRegistry *registry, gint64 by, const PmDesired *desired, GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_DECISION, error))
    return FALSE;
  return pm_registry_leave (registry, put (registry, by, desired, error), error);
}

gboolean
pm_registry_desired (PmRegistry *registry, PmArena *arena, GArray *list, GError **error)
{
  PmStatement *rows = pm_sql_query (
      registry,
      "SELECT service_id, subject, field, value, reason, transaction_id, decided FROM desired"
      " WHERE host = ? ORDER BY service_id, subject, field",
      PM_VALUES (pm_text (registry->host)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmDesired desired = {
        .service_id = registry->backend->integer (rows, 0),
        .subject = pm_sql_text (registry, rows, 1, arena),
        .field = pm_sql_text (registry, rows, 2, arena),
        .value = pm_sql_text (registry, rows, 3, arena),
        .reason = pm_sql_text (registry, rows, 4, arena),
        .transaction_id = registry->backend->integer (rows, 5),
        .decided_us = registry->backend->integer (rows, 6),
    };
    g_array_append_val (list, desired);
  }
  return step == PM_STEP_DONE;
}

/* --- taking back --- */

typedef struct {
  PmDesired before, after;
} Change;

static GArray *
read_changes (PmRegistry *registry, gint64 of, PmArena *arena, GError **error)
{
  g_autoptr (GArray) changes = g_array_new (FALSE, TRUE, sizeof (Change));
  const PmRegistryBackend *backend = registry->backend;
  PmStatement *rows = pm_sql_query (
      registry,
      "SELECT service_id, subject, field, old_value, old_reason, old_transaction_id, old_decided,"
      " new_value, new_transaction_id FROM desired_changes"
      " WHERE host = ? AND transaction_id = ? ORDER BY service_id, subject, field",
      PM_VALUES (pm_text (registry->host), pm_int (of)), error);
  if (rows == NULL)
    return NULL;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    Change change = {.before = {
                         .service_id = backend->integer (rows, 0),
                         .subject = pm_sql_text (registry, rows, 1, arena),
                         .field = pm_sql_text (registry, rows, 2, arena),
                         .value = pm_sql_text_or_null (registry, rows, 3, arena),
                         .reason = pm_sql_text (registry, rows, 4, arena),
                         .transaction_id = backend->integer (rows, 5),
                         .decided_us = backend->integer (rows, 6),
                     }};
    change.after.value = pm_sql_text_or_null (registry, rows, 7, arena);
    change.after.transaction_id = backend->integer (rows, 8);
    g_array_append_val (changes, change);
  }
  return step == PM_STEP_DONE ? g_steal_pointer (&changes) : NULL;
}

static gboolean
take_back (PmRegistry *registry, gint64 past, gint64 by, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) changes = read_changes (registry, past, arena, error);
  if (changes == NULL)
    return FALSE;
  for (guint i = 0; i < changes->len; i++) {
    const Change *change = &g_array_index (changes, Change, i);
    PmDesired now;
    if (!read_row (registry, &change->before, arena, &now, error))
      return FALSE;
    gboolean is_still_there = g_strcmp0 (now.value, change->after.value) == 0 &&
                              now.transaction_id == change->after.transaction_id;
    if (is_still_there && !put (registry, by, &change->before, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
pm_registry_desired_take_back (PmRegistry *registry, gint64 past, gint64 by, GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_DECISION, error))
    return FALSE;
  return pm_registry_leave (registry, take_back (registry, past, by, error), error);
}
