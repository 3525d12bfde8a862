#include "api/call.h"

#include "verbs/change.h"
#include "verbs/incident.h"
#include "verbs/lease.h"
#include "verbs/pools.h"
#include "verbs/roots.h"
#include "verbs/scan.h"
#include "verbs/token.h"

static void
mistake_clear (gpointer data)
{
  PmMistake *mistake = data;
  g_free (mistake->pointer);
  g_free (mistake->parameter);
  g_free (mistake->path);
  g_free (mistake->detail);
}

PmCall *
pm_call_new (PmApi *api, PmHttpRequest *request)
{
  PmCall *call = g_new0 (PmCall, 1);
  g_atomic_ref_count_init (&call->references);
  call->api = api;
  call->request = request;
  call->began_us = g_get_monotonic_time ();
  call->method = g_strdup (pm_http_request_method (request));
  call->path = g_strdup (pm_http_request_path (request));
  call->peer = g_strdup (pm_http_request_peer (request));
  call->if_match = g_strdup (pm_http_request_header (request, "If-Match"));
  call->if_none_match = g_strdup (pm_http_request_header (request, "If-None-Match"));
  call->query = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  call->mistakes = g_array_new (FALSE, FALSE, sizeof (PmMistake));
  g_array_set_clear_func (call->mistakes, mistake_clear);
  call->headers = g_ptr_array_new_with_free_func (g_free);
  return call;
}

PmCall *
pm_call_fork (PmCall *call)
{
  PmCall *fork = g_new0 (PmCall, 1);
  g_atomic_ref_count_init (&fork->references);
  fork->api = call->api;
  fork->route = call->route;
  fork->method = g_strdup (call->method);
  fork->path = g_strdup (call->path);
  fork->peer = g_strdup (call->peer);
  fork->if_match = g_strdup (call->if_match);
  fork->may = call->may;
  fork->actor = g_strdup (call->actor);
  fork->id = g_strdup (call->id);
  fork->query = g_hash_table_ref (call->query);
  fork->body = g_steal_pointer (&call->body);
  fork->dry_run = call->dry_run;
  fork->mistakes = g_array_new (FALSE, FALSE, sizeof (PmMistake));
  g_array_set_clear_func (fork->mistakes, mistake_clear);
  fork->headers = g_ptr_array_new_with_free_func (g_free);
  return fork;
}

PmCall *
pm_call_ref (PmCall *call)
{
  g_atomic_ref_count_inc (&call->references);
  return call;
}

void
pm_call_unref (PmCall *call)
{
  if (call == NULL || !g_atomic_ref_count_dec (&call->references))
    return;
  g_free (call->method);
  g_free (call->path);
  g_free (call->peer);
  g_free (call->if_match);
  g_free (call->if_none_match);
  g_free (call->key);
  g_free (call->actor);
  g_free (call->id);
  g_hash_table_unref (call->query);
  json_decref (call->body);
  g_array_unref (call->mistakes);
  g_ptr_array_unref (call->headers);
  if (call->answer != NULL)
    g_string_free (call->answer, TRUE);
  g_free (call);
}

/* --- what was asked --- */

const char *
pm_call_query (const PmCall *call, const char *name)
{
  return g_hash_table_lookup (call->query, name);
}

gint64
pm_call_query_integer (const PmCall *call, const char *name, gint64 fallback)
{
  const char *text = pm_call_query (call, name);
  return text == NULL ? fallback : g_ascii_strtoll (text, NULL, 10);
}

gboolean
pm_call_cursor (PmCall *call, gint64 *ret_cursor)
{
  const char *cursor = pm_call_query (call, "cursor");
  *ret_cursor = 0;
  if (cursor != NULL && !g_ascii_string_to_signed (cursor, 10, 1, G_MAXINT64, ret_cursor, NULL))
    pm_call_query_mistake (call, "cursor", "“%s” is none that a list gave", cursor);
  return !pm_call_is_mistaken (call);
}

const char *
pm_call_text_member (const PmCall *call, const char *name)
{
  return json_string_value (json_object_get (call->body, name));
}

gint64
pm_call_integer_member (const PmCall *call, const char *name, gint64 fallback)
{
  const json_t *value = json_object_get (call->body, name);
  return json_is_integer (value) ? json_integer_value (value) : fallback;
}

gboolean
pm_call_flag_member (const PmCall *call, const char *name)
{
  return json_is_true (json_object_get (call->body, name));
}

gint64
pm_call_id (PmCall *call)
{
  gint64 id;
  if (g_ascii_string_to_signed (call->id, 10, 1, G_MAXINT64, &id, NULL))
    return id;
  pm_call_problem (call, 404, "there is nothing called “%s” here: ids are numbers", call->id);
  return 0;
}

void
pm_call_mistake (PmCall *call, const char *pointer, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  PmMistake mistake = {.pointer = g_strdup (pointer),
                       .detail = g_strdup_vprintf (format, arguments)};
  va_end (arguments);
  g_array_append_val (call->mistakes, mistake);
}

void
pm_call_query_mistake (PmCall *call, const char *parameter, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  PmMistake mistake = {.parameter = g_strdup (parameter),
                       .detail = g_strdup_vprintf (format, arguments)};
  va_end (arguments);
  g_array_append_val (call->mistakes, mistake);
}

void
pm_call_file_mistakes (PmCall *call, const GPtrArray *notes)
{
  for (guint i = 0; i < notes->len; i++) {
    const PmFileNote *note = g_ptr_array_index (notes, i);
    PmMistake mistake = {.path = g_strdup (note->path), .detail = g_strdup (note->reason)};
    g_array_append_val (call->mistakes, mistake);
  }
}

/* --- the answer --- */

void
pm_call_text (PmCall *call, guint status, const char *type, GString *text)
{
  if (call->answer != NULL)
    g_string_free (call->answer, TRUE);
  call->status = status;
  call->type = type;
  call->answer = text;
}

PmJsonWriter
pm_call_json (PmCall *call, guint status)
{
  pm_call_text (call, status, "application/json", g_string_new (NULL));
  return pm_json_writer (call->answer);
}

void
pm_json_member_cursor (PmJsonWriter *json, gint64 last)
{
  g_autofree char *cursor = last == 0 ? NULL : g_strdup_printf ("%" G_GINT64_FORMAT, last);
  pm_json_member_string (json, "nextCursor", cursor);
}

void
pm_call_header (PmCall *call, const char *name, const char *value)
{
  g_ptr_array_add (call->headers, g_strdup (name));
  g_ptr_array_add (call->headers, g_strdup (value));
}

static void
write_mistakes (PmJsonWriter *json, const PmCall *call)
{
  pm_json_key (json, "errors");
  pm_json_begin_array (json);
  for (guint i = 0; i < call->mistakes->len; i++) {
    const PmMistake *mistake = &g_array_index (call->mistakes, PmMistake, i);
    pm_json_begin_object (json);
    if (mistake->pointer != NULL)
      pm_json_member_string (json, "pointer", mistake->pointer);
    else if (mistake->path != NULL)
      pm_json_member_string (json, "path", mistake->path);
    else
      pm_json_member_string (json, "parameter", mistake->parameter);
    pm_json_member_string (json, "detail", mistake->detail);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

static void
write_problem (PmCall *call, guint status, const char *detail)
{
  PmJsonWriter json = pm_call_json (call, status);
  call->type = "application/problem+json";
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "type", "about:blank");
  pm_json_member_string (&json, "title", pm_http_status_title (status));
  pm_json_member_int (&json, "status", status);
  pm_json_member_string (&json, "detail", detail);
  if (call->mistakes->len > 0)
    write_mistakes (&json, call);
  pm_json_end_object (&json);
}

gboolean
pm_call_begin (PmCall *call, GError **error)
{
  return pm_registry_begin (call->context->registry, PM_DURABILITY_DECISION, error);
}

gboolean
pm_call_end (PmCall *call, gboolean is_fine, GError **error)
{
  if (is_fine && !call->dry_run)
    return pm_registry_commit (call->context->registry, error);
  pm_registry_rollback (call->context->registry);
  return is_fine;
}

void
pm_call_dry_run (PmCall *call, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *would = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_member_bool (&json, "dryRun", TRUE);
  pm_json_member_string (&json, "would", would);
  pm_json_end_object (&json);
}

void
pm_call_problem (PmCall *call, guint status, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *detail = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  write_problem (call, status, detail);
}

/* "q: …" or "/externalPort: …", so that who reads the detail alone knows too. */
gboolean
pm_call_is_mistaken (PmCall *call)
{
  if (call->mistakes->len == 0)
    return FALSE;
  const PmMistake *first = &g_array_index (call->mistakes, PmMistake, 0);
  gboolean in_body = first->pointer != NULL;
  const char *where = in_body ? first->pointer : first->parameter;
  if (call->mistakes->len > 1)
    pm_call_problem (call, in_body ? 422 : 400, "%s: %s (and %u more)", where, first->detail,
                     call->mistakes->len - 1);
  else
    pm_call_problem (call, in_body ? 422 : 400, "%s%s%s", where, where[0] == '\0' ? "" : ": ",
                     first->detail);
  return TRUE;
}

void
pm_call_step (PmCall *call, const char *step)
{
  if (call->job != NULL)
    pm_job_progress (call->job, step, 0, 0);
}

/* What each error of a verb is in HTTP; 0 stands for all of a domain that are not listed. */
guint
pm_call_status_of (const GError *error)
{
  const struct {
    GQuark domain;
    int code;
    guint status;
  } known[] = {
      {PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_BUSY, 503},
      {PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_IO, 503},
      {PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND, 404},
      {PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_EXISTS, 409},
      {PM_INCIDENT_ERROR, PM_INCIDENT_ERROR_CLOSED, 409},
      {PM_LEASE_ERROR, PM_LEASE_ERROR_EXHAUSTED, 409},
      {PM_LEASE_ERROR, PM_LEASE_ERROR_TAKEN, 409},
      {PM_LEASE_ERROR, PM_LEASE_ERROR_HOLDER, 422},
      {PM_POOL_VERB_ERROR, PM_POOL_VERB_ERROR_TYPE, 422},
      {PM_POOL_VERB_ERROR, PM_POOL_VERB_ERROR_NONE_FREE, 409},
      {PM_PLANNING_ERROR, PM_PLANNING_ERROR_INVALID, 422},
      {PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED, 409},
      {PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_SERVICE, 404},
      {PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_KEPT, 404},
      {PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_ELSEWHERE, 409},
      {PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_NO_PLAN, 404},
      {PM_ROOTS_ERROR, PM_ROOTS_ERROR_UNKNOWN, 404},
      {PM_ROOTS_ERROR, PM_ROOTS_ERROR_CONFIGURED, 409},
      {PM_SCAN_ERROR, PM_SCAN_ERROR_NO_ROOT, 409},
      {PM_SCAN_ERROR, PM_SCAN_ERROR_ROOT, 409},
      {PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, 500},
      {PM_UPDATE_ERROR, PM_UPDATE_ERROR_DAMAGED, 500},
      {PM_UPDATE_ERROR, PM_UPDATE_ERROR_LOCKED, 503},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_error_matches (error, known[i].domain, known[i].code))
      return known[i].status;
  if (error->domain == PM_TOKEN_ERROR)
    return 422;
  return error->domain == PM_UPDATE_ERROR ? 409 : 500;
}

void
pm_call_failed (PmCall *call, GError *error)
{
  pm_call_problem (call, pm_call_status_of (error), "%s", error->message);
  call->is_registry_gone = g_error_matches (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_IO);
  g_error_free (error);
}
