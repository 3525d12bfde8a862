#include "api/audit.h"

#include <string.h>

#include "api/api-private.h"
#include "api/handlers.h"
#include "api/parameters.h"
#include "api/route.h"
#include "registry/audit.h"

#define MOST_REQUEST_BYTES 4096

/* --- writing --- */

/* An entry that owns its text. */
typedef struct {
  char *actor, *address, *method, *path, *request, *detail;
  guint status;
} Record;

static void
record_free (gpointer data)
{
  Record *record = data;
  g_free (record->actor);
  g_free (record->address);
  g_free (record->method);
  g_free (record->path);
  g_free (record->request);
  g_free (record->detail);
  g_free (record);
}

/* What was sent, unless it is secret, too long, or was never believed. */
static char *
describe_request (const PmCall *call)
{
  if (call->body == NULL || call->route->body_is_secret)
    return g_strdup ("");
  char *text = json_dumps (call->body, JSON_COMPACT);
  char *copy = g_strdup (text == NULL || strlen (text) > MOST_REQUEST_BYTES ? "" : text);
  free (text);
  return copy;
}

static char *
describe_failure (const PmCall *call)
{
  if (call->status < 400 || call->answer == NULL)
    return g_strdup ("");
  json_t *problem = json_loadb (call->answer->str, call->answer->len, 0, NULL);
  const char *detail = json_string_value (json_object_get (problem, "detail"));
  char *copy = g_strdup (detail == NULL ? "" : detail);
  json_decref (problem);
  return copy;
}

static Record *
record_new (const PmCall *call)
{
  Record *record = g_new0 (Record, 1);
  *record = (Record){
      .actor = g_strdup (call->actor == NULL ? "anonymous" : call->actor),
      .address = g_strdup (call->peer),
      .method = g_strdup (call->method),
      .path = g_strdup (call->path),
      .request = describe_request (call),
      .detail = describe_failure (call),
      .status = call->status,
  };
  return record;
}

/* The change itself is done or refused by now; that it could not be written down is for the log. */
static void
append (PmContext *context, const GError *cause, gpointer data)
{
  const Record *record = data;
  g_autoptr (GError) error = NULL;
  PmAuditEntry entry = {
      .time_us = g_get_real_time (),
      .actor = record->actor,
      .address = record->address,
      .method = record->method,
      .path = record->path,
      .request = record->request,
      .status = record->status,
      .detail = record->detail,
  };
  if (context == NULL)
    g_warning ("the audit log cannot be opened: %s", cause->message);
  else if (!pm_registry_audit_append (context->registry, &entry, &error))
    g_warning ("the audit log cannot be written: %s", error->message);
}

void
pm_audit_write (PmCall *call)
{
  Record *record = record_new (call);
  append (call->context, NULL, record);
  record_free (record);
}

void
pm_audit_later (PmCall *call)
{
  PmWork work = {.run = append, .free = record_free, .data = record_new (call)};
  pm_worker_push (call->api->worker, call->api->context->config, &work);
}

/* --- reading --- */

static void
write_entry (PmJsonWriter *json, const PmAuditEntry *entry)
{
  pm_json_begin_object (json);
  pm_json_member_int (json, "id", entry->id);
  pm_json_member_time (json, "time", entry->time_us);
  pm_json_member_string (json, "actor", entry->actor);
  pm_json_member_string (json, "address", entry->address);
  pm_json_member_string (json, "method", entry->method);
  pm_json_member_string (json, "path", entry->path);
  pm_json_key (json, "request");
  pm_json_raw (json, entry->request[0] == '\0' ? "null" : entry->request);
  pm_json_member_int (json, "status", entry->status);
  pm_json_member_string (json, "detail", entry->detail);
  pm_json_end_object (json);
}

void
pm_api_audit (PmCall *call)
{
  GError *error = NULL;
  guint limit = (guint) pm_call_query_integer (call, "limit", PM_PAGE_LIMIT);
  gint64 before;
  if (!pm_call_cursor (call, &before))
    return;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (PmAuditEntry));
  if (!pm_registry_audit (call->context->registry, before, limit + 1, arena, entries, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  guint n = MIN (entries->len, limit);
  pm_json_begin_object (&json);
  pm_json_key (&json, "audit");
  pm_json_begin_array (&json);
  for (guint i = 0; i < n; i++)
    write_entry (&json, &g_array_index (entries, PmAuditEntry, i));
  pm_json_end_array (&json);
  gint64 last = n == 0 ? 0 : g_array_index (entries, PmAuditEntry, n - 1).id;
  pm_json_member_cursor (&json, entries->len > limit ? last : 0);
  pm_json_end_object (&json);
}
