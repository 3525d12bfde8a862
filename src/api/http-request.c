/* DESIGN
 * A request is one object, made at the first call of the access handler for it and freed when the
 * request is completed. The first call is for its head, the next ones bring its body, the last one
 * has no more of it. libmicrohttpd takes an answer in the first and in the last one only; a body
 * that grows too large in between is dropped and refused at its end. */

#include <string.h>

#include "api/http-private.h"
#include "base/json-writer.h"

/* What is read of a body that is too large before the connection is cut. */
#define MOST_DROPPED_BYTES (8 * PM_HTTP_MOST_BODY_BYTES)

/* --- the request --- */

const char *
pm_http_request_method (const PmHttpRequest *request)
{
  return request->method;
}

const char *
pm_http_request_path (const PmHttpRequest *request)
{
  return request->path;
}

const GString *
pm_http_request_body (const PmHttpRequest *request)
{
  return request->received;
}

typedef struct {
  PmHttpQueryFunc function;
  gpointer data;
} QueryCall;

static enum MHD_Result
call_for_query (void *data, enum MHD_ValueKind kind, const char *name, const char *value)
{
  const QueryCall *call = data;
  call->function (name, value, call->data);
  return MHD_YES;
}

void
pm_http_request_each_query (PmHttpRequest *request, PmHttpQueryFunc function, gpointer data)
{
  QueryCall call = {function, data};
  MHD_get_connection_values (request->connection, MHD_GET_ARGUMENT_KIND, call_for_query, &call);
}

const char *
pm_http_request_header (const PmHttpRequest *request, const char *name)
{
  return MHD_lookup_connection_value (request->connection, MHD_HEADER_KIND, name);
}

void
pm_http_request_attach (PmHttpRequest *request, gpointer object, GDestroyNotify free)
{
  if (request->free_attached != NULL)
    request->free_attached (request->attached);
  request->attached = object;
  request->free_attached = free;
}

gpointer
pm_http_request_attached (const PmHttpRequest *request)
{
  return request->attached;
}

/* --- the response --- */

const char *
pm_http_status_title (guint status)
{
  return MHD_get_reason_phrase_for (status);
}

void
pm_http_respond (PmHttpRequest *request, guint status, const char *type, GString *body)
{
  if (request->body != NULL)
    g_string_free (request->body, TRUE);
  request->status = status;
  request->type = type;
  request->body = body;
}

void
pm_http_respond_header (PmHttpRequest *request, const char *name, const char *value)
{
  g_ptr_array_add (request->headers, g_strdup (name));
  g_ptr_array_add (request->headers, g_strdup (value));
}

void
pm_http_respond_problem (PmHttpRequest *request, guint status, const char *detail, ...)
{
  va_list arguments;
  va_start (arguments, detail);
  g_autofree char *text = g_strdup_vprintf (detail, arguments);
  va_end (arguments);
  GString *body = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (body);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "type", "about:blank");
  pm_json_member_string (&json, "title", pm_http_status_title (status));
  pm_json_member_int (&json, "status", status);
  pm_json_member_string (&json, "detail", text);
  pm_json_end_object (&json);
  pm_http_respond (request, status, "application/problem+json", body);
}

/* --- answering --- */

static void
free_body (void *body)
{
  g_string_free (body, TRUE);
}

static void
add_usual_headers (struct MHD_Response *response, const PmHttpRequest *request)
{
  static const char *const usual[][2] = {
      {"Cache-Control", "no-store"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Content-Security-Policy",
       "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self'; "
       "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
  };
  MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, request->type);
  for (gsize i = 0; i < G_N_ELEMENTS (usual); i++)
    MHD_add_response_header (response, usual[i][0], usual[i][1]);
  for (guint i = 0; i + 1 < request->headers->len; i += 2)
    MHD_add_response_header (response, g_ptr_array_index (request->headers, i),
                             g_ptr_array_index (request->headers, i + 1));
}

static struct MHD_Response *
body_response (PmHttpRequest *request)
{
  GString *body = g_steal_pointer (&request->body);
  struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls (
      body->len, body->str, free_body, body);
  if (response == NULL)
    g_string_free (body, TRUE);
  return response;
}

static struct MHD_Response *
stream_response (PmHttpRequest *request)
{
  struct MHD_Response *response = pm_http_stream_response (request->stream);
  if (response == NULL)
    pm_http_stream_drop (request);
  return response;
}

static enum MHD_Result
send_response (PmHttpRequest *request)
{
  struct MHD_Response *response =
      request->stream != NULL ? stream_response (request) : body_response (request);
  if (response == NULL)
    return MHD_NO;
  add_usual_headers (response, request);
  enum MHD_Result result = MHD_queue_response (request->connection, request->status, response);
  MHD_destroy_response (response);
  return result;
}

/* --- libmicrohttpd's callbacks --- */

static PmHttpRequest *
request_new (PmHttpListener *listener, struct MHD_Connection *connection, const char *method,
             const char *path)
{
  PmHttpRequest *request = g_new0 (PmHttpRequest, 1);
  request->listener = listener;
  request->connection = connection;
  request->method = method;
  request->path = g_strdup (path);
  request->received = g_string_new (NULL);
  request->headers = g_ptr_array_new_with_free_func (g_free);
  return request;
}

static void
refuse_too_large (PmHttpRequest *request)
{
  pm_http_respond_problem (request, 413, "the body is larger than %d bytes",
                           PM_HTTP_MOST_BODY_BYTES);
}

/* The head has come. What is refused is answered at once: a body that nobody wants is not waited
 * for. */
static enum MHD_Result
begin (PmHttpRequest *request)
{
  const PmHttpServer *server = request->listener->server;
  const char *length = pm_http_request_header (request, "Content-Length");
  if (!pm_http_refuse (request)) {
    if (length != NULL && g_ascii_strtoull (length, NULL, 10) > PM_HTTP_MOST_BODY_BYTES)
      refuse_too_large (request);
    else if (server->face->begin != NULL)
      server->face->begin (request, server->data);
  }
  return request->status == 0 ? MHD_YES : send_response (request);
}

static enum MHD_Result
receive (PmHttpRequest *request, const char *upload, size_t *upload_size)
{
  gsize size = *upload_size;
  *upload_size = 0;
  request->received_bytes += size;
  if (request->received_bytes > MOST_DROPPED_BYTES)
    return MHD_NO;
  if (request->received_bytes <= PM_HTTP_MOST_BODY_BYTES)
    g_string_append_len (request->received, upload, (gssize) size);
  return MHD_YES;
}

enum MHD_Result
pm_http_on_access (void *data, struct MHD_Connection *connection, const char *url,
                   const char *method, const char *version, const char *upload, size_t *upload_size,
                   void **state)
{
  PmHttpListener *listener = data;
  PmHttpRequest *request = *state;
  if (request == NULL) {
    request = *state = request_new (listener, connection, method, url);
    return begin (request);
  }
  if (*upload_size > 0)
    return receive (request, upload, upload_size);
  if (request->received_bytes > PM_HTTP_MOST_BODY_BYTES)
    refuse_too_large (request);
  else
    listener->server->face->handle (request, listener->server->data);
  if (request->body == NULL && request->stream == NULL)
    pm_http_respond_problem (request, 500, "no answer was made");
  return send_response (request);
}

void
pm_http_on_completed (void *data, struct MHD_Connection *connection, void **state,
                      enum MHD_RequestTerminationCode code)
{
  PmHttpRequest *request = *state;
  *state = NULL;
  if (request == NULL)
    return;
  pm_http_request_attach (request, NULL, NULL);
  if (request->body != NULL)
    g_string_free (request->body, TRUE);
  g_string_free (request->received, TRUE);
  g_ptr_array_unref (request->headers);
  g_free (request->path);
  g_free (request);
}
