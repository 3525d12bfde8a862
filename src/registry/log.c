/* DESIGN
 * What happened: the event log, and the history of ports, addresses and status (read by history.c).
 * Both are only ever appended to, in the transaction of the change they tell of. */

#include "registry/scan.h"

#include "model/service-json.h"

#include <string.h>

#define DEFAULT_LIMIT 1000

/* --- events --- */

gboolean
pm_registry_event_append (PmRegistry *registry, const char *event, const char *data, gint64 now_us,
                          GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error))
    return FALSE;
  gboolean ok =
      registry->backend->append_event != NULL
          ? registry->backend->append_event (registry, event, data, now_us, error)
          : pm_sql_run (registry,
                        "INSERT INTO events (host, time, event, data) VALUES (?, ?, ?, ?)",
                        PM_VALUES (pm_text (registry->host), pm_int (now_us), pm_text (event),
                                   pm_text (data)),
                        error);
  return pm_registry_leave (registry, ok, error);
}

gboolean
pm_registry_events (PmRegistry *registry, gint64 after_id, guint limit, PmArena *arena,
                    GArray *events, GError **error)
{
  PmStatement *rows = pm_sql_query (
      registry, "SELECT id, time, event, data, host FROM events WHERE id > ? ORDER BY id LIMIT ?",
      PM_VALUES (pm_int (after_id), pm_int (limit == 0 ? DEFAULT_LIMIT : limit)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmEvent event = {
        .id = registry->backend->integer (rows, 0),
        .time_us = registry->backend->integer (rows, 1),
        .event = pm_sql_text (registry, rows, 2, arena),
        .data = pm_sql_text (registry, rows, 3, arena),
        .host = pm_sql_text (registry, rows, 4, arena),
    };
    g_array_append_val (events, event);
  }
  return step == PM_STEP_DONE;
}

gboolean
pm_registry_last_event (PmRegistry *registry, gint64 *ret_id, GError **error)
{
  return pm_sql_integer (registry, "SELECT coalesce (max (id), 0) FROM events", PM_NO_VALUES,
                         ret_id, error);
}

gboolean
pm_registry_prune_events (PmRegistry *registry, gint64 before_us, guint keep, GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error))
    return FALSE;
  gboolean ok = pm_sql_run (registry,
                            "DELETE FROM events WHERE time < ? AND id <= "
                            "(SELECT coalesce (max (id), 0) FROM events) - ?",
                            PM_VALUES (pm_int (before_us), pm_int (keep)), error);
  return pm_registry_leave (registry, ok, error);
}

/* --- changes of a service --- */

static void
write_value (PmJsonWriter *json, const char *key, const char *text, gboolean number)
{
  pm_json_key (json, key);
  if (text[0] == '\0')
    pm_json_null (json);
  else if (number)
    pm_json_raw (json, text);
  else
    pm_json_string (json, text);
}

/* Every port that the line has to do with; most of them are the same. */
static gboolean
index_history (PmRegistry *registry, gint64 id, const PmService *service,
               const PmServiceChange *change, gint64 now_us, GError **error)
{
  guint64 ports[4] = {service->internal_port, service->external_port, 0, 0};
  if (change->number) {
    g_ascii_string_to_unsigned (change->old_value, 10, 1, G_MAXUINT16, &ports[2], NULL);
    g_ascii_string_to_unsigned (change->new_value, 10, 1, G_MAXUINT16, &ports[3], NULL);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (ports); i++)
    if (ports[i] != 0 &&
        !pm_sql_run (registry,
                     "INSERT INTO port_history_ports (port, timestamp, history_id)"
                     " VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                     PM_VALUES (pm_int ((gint64) ports[i]), pm_int (now_us), pm_int (id)), error))
      return FALSE;
  return TRUE;
}

static gboolean
append_history (PmRegistry *registry, const PmService *service, const PmServiceChange *change,
                gint64 now_us, GError **error)
{
  const char *old_value = change->old_value[0] == '\0' ? NULL : change->old_value;
  const char *new_value = change->new_value[0] == '\0' ? NULL : change->new_value;
  gint64 id;
  return pm_sql_new_id (registry, "port_history", 0, &id, error) &&
         pm_sql_insert (
             registry,
             "INSERT INTO port_history (id, service_id, old_value, new_value, change_type,"
             " timestamp, internal_port, external_port) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
             PM_VALUES (pm_int_or_null (id), pm_int (service->id), pm_text_or_null (old_value),
                        pm_text_or_null (new_value), pm_text (change->type), pm_int (now_us),
                        pm_int (service->internal_port), pm_int (service->external_port)),
             &id, error) &&
         index_history (registry, id, service, change, now_us, error);
}

gboolean
pm_service_changed (PmRegistry *registry, const char *event, const PmService *service,
                    const PmServiceChange *change, gint64 now_us, GError **error)
{
  gboolean details = strcmp (change->type, "details") == 0;
  if (!details && !append_history (registry, service, change, now_us, error))
    return FALSE;
  g_autoptr (GString) data = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (data);
  pm_json_begin_object (&json);
  pm_service_write_json_members (&json, service);
  pm_json_member_string (&json, "changeType", change->type);
  if (!details) {
    write_value (&json, "oldValue", change->old_value, change->number);
    write_value (&json, "newValue", change->new_value, change->number);
  }
  pm_json_end_object (&json);
  return pm_registry_event_append (registry, event, data->str, now_us, error);
}
