/* DESIGN
 * An entry is in the queue until its result is written, in one transaction. Whether it was sent is
 * only ever known after the fact: a crash in between leaves it in the queue, with its attempt
 * counted. */

#include "registry/outbox.h"

#include "registry/backend.h"

/* --- the event log --- */

gboolean
pm_registry_outbox_cursor (PmRegistry *registry, gint64 *ret_event_id, GError **error)
{
  gint64 id = -1;
  if (!pm_sql_integer (registry, "SELECT event_id FROM outbox_cursors WHERE host = ?",
                       PM_VALUES (pm_text (registry->host)), &id, error))
    return FALSE;
  *ret_event_id = id;
  return TRUE;
}

/* Everything that writes is this frame around one statement. */
static gboolean
run (PmRegistry *registry, const char *sql, const PmSqlValue *values, guint n_values,
     GError **error)
{
  return pm_registry_enter (registry, PM_ACCESS_DECISION, error) &&
         pm_registry_leave (registry, pm_sql_run (registry, sql, values, n_values, error), error);
}

gboolean
pm_registry_outbox_cursor_put (PmRegistry *registry, gint64 event_id, GError **error)
{
  return run (registry,
              "INSERT INTO outbox_cursors (host, event_id) VALUES (?, ?)"
              " ON CONFLICT (host) DO UPDATE SET event_id = excluded.event_id",
              PM_VALUES (pm_text (registry->host), pm_int (event_id)), error);
}

gboolean
pm_registry_outbox_events (PmRegistry *registry, gint64 after_id, guint limit, PmArena *arena,
                           GArray *events, gint64 *ret_last, GError **error)
{
  PmStatement *rows = pm_sql_query (
      registry, "SELECT id, time, event, data, host FROM events WHERE id > ? ORDER BY id LIMIT ?",
      PM_VALUES (pm_int (after_id), pm_int (limit)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  *ret_last = after_id;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    *ret_last = registry->backend->integer (rows, 0);
    if (g_strcmp0 (registry->backend->text (rows, 4), registry->host) != 0)
      continue;
    PmEvent event = {
        .id = *ret_last,
        .time_us = registry->backend->integer (rows, 1),
        .event = pm_sql_text (registry, rows, 2, arena),
        .data = pm_sql_text (registry, rows, 3, arena),
    };
    g_array_append_val (events, event);
  }
  return step == PM_STEP_DONE;
}

/* --- what was told --- */

gboolean
pm_registry_outbox_told (PmRegistry *registry, const char *subject, PmArena *arena,
                         const char **ret_state, gint64 *ret_time_us, GError **error)
{
  PmStatement *rows =
      pm_sql_query (registry, "SELECT state, time FROM outbox_told WHERE host = ? AND subject = ?",
                    PM_VALUES (pm_text (registry->host), pm_text (subject)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  *ret_state = NULL;
  *ret_time_us = 0;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    *ret_state = pm_sql_text (registry, rows, 0, arena);
    *ret_time_us = registry->backend->integer (rows, 1);
  }
  return step == PM_STEP_DONE;
}

gboolean
pm_registry_outbox_told_put (PmRegistry *registry, const char *subject, const char *state,
                             gint64 now_us, GError **error)
{
  return run (
      registry,
      "INSERT INTO outbox_told (host, subject, state, time) VALUES (?, ?, ?, ?)"
      " ON CONFLICT (host, subject) DO UPDATE SET state = excluded.state,"
      " time = excluded.time",
      PM_VALUES (pm_text (registry->host), pm_text (subject), pm_text (state), pm_int (now_us)),
      error);
}

gboolean
pm_registry_outbox_told_prune (PmRegistry *registry, gint64 before_us, GError **error)
{
  return run (registry, "DELETE FROM outbox_told WHERE host = ? AND time < ?",
              PM_VALUES (pm_text (registry->host), pm_int (before_us)), error);
}

/* --- the queue --- */

#define ENTRY_COLUMNS                                                                              \
  "id, channel, key, grouping, severity, message, created, not_before, attempts, cause"

static PmOutboxEntry
read_entry (PmRegistry *registry, PmStatement *row, PmArena *arena)
{
  return (PmOutboxEntry){
      .id = registry->backend->integer (row, 0),
      .channel = pm_sql_text (registry, row, 1, arena),
      .key = pm_sql_text (registry, row, 2, arena),
      .grouping = pm_sql_text (registry, row, 3, arena),
      .severity = pm_sql_text (registry, row, 4, arena),
      .message = pm_sql_text (registry, row, 5, arena),
      .created_us = registry->backend->integer (row, 6),
      .not_before_us = registry->backend->integer (row, 7),
      .attempts = (guint) registry->backend->integer (row, 8),
      .cause = pm_sql_text (registry, row, 9, arena),
  };
}

static gboolean
read_one (PmRegistry *registry, const char *sql, const PmSqlValue *values, guint n_values,
          PmArena *arena, PmOutboxEntry *ret_entry, gboolean *ret_found, GError **error)
{
  PmStatement *rows = pm_sql_query (registry, sql, values, n_values, error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  *ret_found = FALSE;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    *ret_entry = read_entry (registry, rows, arena);
    *ret_found = TRUE;
  }
  return step == PM_STEP_DONE;
}

gboolean
pm_registry_outbox_add (PmRegistry *registry, const PmOutboxEntry *e, GError **error)
{
  return run (registry,
              "INSERT INTO outbox (host, channel, key, grouping, severity, message, created,"
              " not_before, attempts, cause) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, '')",
              PM_VALUES (pm_text (registry->host), pm_text (e->channel), pm_text (e->key),
                         pm_text (e->grouping), pm_text (e->severity), pm_text (e->message),
                         pm_int (e->created_us), pm_int (e->not_before_us)),
              error);
}

gboolean
pm_registry_outbox_open (PmRegistry *registry, const char *channel, const char *grouping,
                         PmArena *arena, PmOutboxEntry *ret_entry, gboolean *ret_found,
                         GError **error)
{
  return read_one (registry,
                   "SELECT " ENTRY_COLUMNS " FROM outbox WHERE host = ? AND channel = ?"
                   " AND grouping = ? AND attempts = 0 ORDER BY id DESC LIMIT 1",
                   PM_VALUES (pm_text (registry->host), pm_text (channel), pm_text (grouping)),
                   arena, ret_entry, ret_found, error);
}

gboolean
pm_registry_outbox_change (PmRegistry *registry, const PmOutboxEntry *e, GError **error)
{
  return run (registry,
              "UPDATE outbox SET message = ?, severity = ?, not_before = ?"
              " WHERE id = ? AND attempts = 0",
              PM_VALUES (pm_text (e->message), pm_text (e->severity), pm_int (e->not_before_us),
                         pm_int (e->id)),
              error);
}

gboolean
pm_registry_outbox_due (PmRegistry *registry, const char *channel, gint64 now_us, PmArena *arena,
                        PmOutboxEntry *ret_entry, gboolean *ret_found, gint64 *ret_next_us,
                        GError **error)
{
  if (!read_one (registry,
                 "SELECT " ENTRY_COLUMNS " FROM outbox WHERE host = ? AND channel = ?"
                 " ORDER BY not_before, id LIMIT 1",
                 PM_VALUES (pm_text (registry->host), pm_text (channel)), arena, ret_entry,
                 ret_found, error))
    return FALSE;
  *ret_next_us = *ret_found ? ret_entry->not_before_us : 0;
  *ret_found = *ret_found && ret_entry->not_before_us <= now_us;
  return TRUE;
}

gboolean
pm_registry_outbox_attempt (PmRegistry *registry, gint64 id, GError **error)
{
  return run (registry, "UPDATE outbox SET attempts = attempts + 1 WHERE id = ?",
              PM_VALUES (pm_int (id)), error);
}

static gboolean
note_failure (PmRegistry *registry, const PmOutboxEntry *entry, gint64 not_before_us,
              const char *cause, gint64 now_us, GError **error)
{
  return pm_sql_run (registry, "UPDATE outbox SET not_before = ?, cause = ? WHERE id = ?",
                     PM_VALUES (pm_int (not_before_us), pm_text (cause), pm_int (entry->id)),
                     error) &&
         pm_sql_run (registry,
                     "INSERT INTO outbox_channels (host, channel, failed, last_failed, cause)"
                     " VALUES (?, ?, 1, ?, ?) ON CONFLICT (host, channel) DO UPDATE SET"
                     " failed = outbox_channels.failed + 1, last_failed = excluded.last_failed,"
                     " cause = excluded.cause",
                     PM_VALUES (pm_text (registry->host), pm_text (entry->channel), pm_int (now_us),
                                pm_text (cause)),
                     error);
}

gboolean
pm_registry_outbox_failed (PmRegistry *registry, const PmOutboxEntry *entry, gint64 not_before_us,
                           const char *cause, gint64 now_us, GError **error)
{
  return pm_registry_enter (registry, PM_ACCESS_DECISION, error) &&
         pm_registry_leave (
             registry, note_failure (registry, entry, not_before_us, cause, now_us, error), error);
}

/* --- results --- */

static gboolean
count_result (PmRegistry *registry, const PmOutboxResult *r, GError **error)
{
  if (g_str_equal (r->state, "sent"))
    return pm_sql_run (
        registry,
        "INSERT INTO outbox_channels (host, channel, sent, last_sent) VALUES (?, ?, 1, ?)"
        " ON CONFLICT (host, channel) DO UPDATE SET sent = outbox_channels.sent + 1,"
        " last_sent = excluded.last_sent, cause = ''",
        PM_VALUES (pm_text (registry->host), pm_text (r->channel), pm_int (r->time_us)), error);
  return pm_sql_run (registry,
                     "INSERT INTO outbox_channels (host, channel, dropped) VALUES (?, ?, 1)"
                     " ON CONFLICT (host, channel) DO UPDATE SET"
                     " dropped = outbox_channels.dropped + 1",
                     PM_VALUES (pm_text (registry->host), pm_text (r->channel)), error);
}

static gboolean
finish (PmRegistry *registry, gint64 id, const PmOutboxResult *r, GError **error)
{
  PmSqlValue host = pm_text (registry->host);
  return pm_sql_run (registry, "DELETE FROM outbox WHERE id = ?", PM_VALUES (pm_int (id)), error) &&
         pm_sql_run (registry,
                     "INSERT INTO outbox_results (host, channel, key, grouping, severity, title,"
                     " state, time, attempts, cause) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     PM_VALUES (host, pm_text (r->channel), pm_text (r->key), pm_text (r->grouping),
                                pm_text (r->severity), pm_text (r->title), pm_text (r->state),
                                pm_int (r->time_us), pm_int (r->attempts), pm_text (r->cause)),
                     error) &&
         pm_sql_run (registry,
                     "DELETE FROM outbox_results WHERE host = ? AND channel = ? AND id <= (SELECT"
                     " coalesce (min (id), 0) - 1 FROM (SELECT id FROM outbox_results"
                     " WHERE host = ? AND channel = ? ORDER BY id DESC LIMIT ?) AS kept)",
                     PM_VALUES (host, pm_text (r->channel), host, pm_text (r->channel),
                                pm_int (PM_OUTBOX_RESULTS_KEPT)),
                     error) &&
         count_result (registry, r, error);
}

gboolean
pm_registry_outbox_finish (PmRegistry *registry, gint64 id, const PmOutboxResult *result,
                           GError **error)
{
  return pm_registry_enter (registry, PM_ACCESS_DECISION, error) &&
         pm_registry_leave (registry, finish (registry, id, result, error), error);
}

gboolean
pm_registry_outbox_sent_at (PmRegistry *registry, const char *channel, const char *grouping,
                            guint nth, gint64 *ret_time_us, GError **error)
{
  gint64 time_us = 0;
  if (!pm_sql_integer (registry,
                       "SELECT time FROM outbox_results WHERE host = ? AND channel = ?"
                       " AND state = 'sent' AND (? = '' OR grouping = ?)"
                       " ORDER BY id DESC LIMIT 1 OFFSET ?",
                       PM_VALUES (pm_text (registry->host), pm_text (channel), pm_text (grouping),
                                  pm_text (grouping), pm_int ((gint64) nth - 1)),
                       &time_us, error))
    return FALSE;
  *ret_time_us = time_us;
  return TRUE;
}

/* --- looking --- */

gboolean
pm_registry_outbox_entries (PmRegistry *registry, guint limit, PmArena *arena, GArray *entries,
                            GError **error)
{
  PmStatement *rows = pm_sql_query (registry,
                                    "SELECT " ENTRY_COLUMNS " FROM outbox WHERE host = ?"
                                    " ORDER BY channel, not_before, id LIMIT ?",
                                    PM_VALUES (pm_text (registry->host), pm_int (limit)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmOutboxEntry entry = read_entry (registry, rows, arena);
    g_array_append_val (entries, entry);
  }
  return step == PM_STEP_DONE;
}

gboolean
pm_registry_outbox_least (PmRegistry *registry, const char *channel, PmArena *arena,
                          PmOutboxEntry *ret_entry, guint64 *ret_queued, GError **error)
{
  gint64 queued = 0;
  gboolean found;
  *ret_entry = (PmOutboxEntry){0};
  if (!pm_sql_integer (registry, "SELECT count (*) FROM outbox WHERE host = ? AND channel = ?",
                       PM_VALUES (pm_text (registry->host), pm_text (channel)), &queued, error))
    return FALSE;
  *ret_queued = (guint64) queued;
  return read_one (registry,
                   "SELECT " ENTRY_COLUMNS " FROM outbox WHERE host = ? AND channel = ?"
                   " ORDER BY CASE severity WHEN 'error' THEN 2 WHEN 'warning' THEN 1 ELSE 0 END,"
                   " id LIMIT 1",
                   PM_VALUES (pm_text (registry->host), pm_text (channel)), arena, ret_entry,
                   &found, error);
}

gboolean
pm_registry_outbox_results (PmRegistry *registry, guint limit, PmArena *arena, GArray *results,
                            GError **error)
{
  PmStatement *rows = pm_sql_query (
      registry,
      "SELECT id, channel, key, grouping, severity, title, state, time, attempts, cause"
      " FROM outbox_results WHERE host = ? ORDER BY id DESC LIMIT ?",
      PM_VALUES (pm_text (registry->host), pm_int (limit)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmOutboxResult result = {
        .id = registry->backend->integer (rows, 0),
        .channel = pm_sql_text (registry, rows, 1, arena),
        .key = pm_sql_text (registry, rows, 2, arena),
        .grouping = pm_sql_text (registry, rows, 3, arena),
        .severity = pm_sql_text (registry, rows, 4, arena),
        .title = pm_sql_text (registry, rows, 5, arena),
        .state = pm_sql_text (registry, rows, 6, arena),
        .time_us = registry->backend->integer (rows, 7),
        .attempts = (guint) registry->backend->integer (rows, 8),
        .cause = pm_sql_text (registry, rows, 9, arena),
    };
    g_array_append_val (results, result);
  }
  return step == PM_STEP_DONE;
}

gboolean
pm_registry_outbox_channels (PmRegistry *registry, PmArena *arena, GArray *channels, GError **error)
{
  PmStatement *rows = pm_sql_query (
      registry,
      "SELECT names.channel, (SELECT count (*) FROM outbox"
      "  WHERE outbox.host = ? AND outbox.channel = names.channel),"
      " coalesce (c.sent, 0), coalesce (c.failed, 0), coalesce (c.dropped, 0),"
      " coalesce (c.last_sent, 0), coalesce (c.last_failed, 0), coalesce (c.cause, '')"
      " FROM (SELECT channel FROM outbox WHERE host = ?"
      "  UNION SELECT channel FROM outbox_channels WHERE host = ?) AS names"
      " LEFT JOIN outbox_channels AS c ON c.host = ? AND c.channel = names.channel"
      " ORDER BY names.channel",
      PM_VALUES (pm_text (registry->host), pm_text (registry->host), pm_text (registry->host),
                 pm_text (registry->host)),
      error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmOutboxChannel channel = {
        .channel = pm_sql_text (registry, rows, 0, arena),
        .queued = (guint64) registry->backend->integer (rows, 1),
        .sent = (guint64) registry->backend->integer (rows, 2),
        .failed = (guint64) registry->backend->integer (rows, 3),
        .dropped = (guint64) registry->backend->integer (rows, 4),
        .last_sent_us = registry->backend->integer (rows, 5),
        .last_failed_us = registry->backend->integer (rows, 6),
        .cause = pm_sql_text (registry, rows, 7, arena),
    };
    g_array_append_val (channels, channel);
  }
  return step == PM_STEP_DONE;
}
