/* DESIGN
 * A request is one object, made at the first call of the access handler for it and freed when the
 * request is completed. The first call is for its head, the next ones bring its body, the last one
 * has no more of it. libmicrohttpd takes an answer in the first and in the last one only; a body
 * that grows too large in between is dropped and refused at its end. */

#include <string.h>
#include <sys/socket.h>

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

PmHttpReach
pm_http_request_reach (const PmHttpRequest *request)
{
  return request->listener->reach;
}

const char *
pm_http_request_peer (PmHttpRequest *request)
{
  if (request->peer == NULL) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info (request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    request->peer = request->listener->reach == PM_HTTP_SOCKET
                        ? g_strdup ("unix")
                        : pm_http_peer_host (info->client_addr);
  }
  return request->peer;
}

gboolean
pm_http_request_peer_user (const PmHttpRequest *request, uid_t *ret_uid)
{
  struct ucred user;
  socklen_t length = sizeof user;
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info (request->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (request->listener->reach != PM_HTTP_SOCKET ||
      getsockopt (info->connect_fd, SOL_SOCKET, SO_PEERCRED, &user, &length) != 0)
    return FALSE;
  *ret_uid = user.uid;
  return TRUE;
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

static PmHttpDeadline *
deadline_of (const PmHttpRequest *request)
{
  return MHD_get_connection_info (request->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
      ->socket_context;
}

void
pm_http_request_pause (PmHttpRequest *request)
{
  g_hash_table_add (request->listener->server->paused, request);
  pm_http_deadline_set (deadline_of (request), 0);
  MHD_suspend_connection (request->connection);
}

void
pm_http_request_resume (PmHttpRequest *request)
{
  if (!g_hash_table_remove (request->listener->server->paused, request))
    return;
  MHD_resume_connection (request->connection);
  pm_http_loop_set_due (request->listener->source);
}

/* --- the response --- */

const char *
pm_http_status_title (guint status)
{
  return MHD_get_reason_phrase_for (status);
}

void
pm_http_respond_bytes (PmHttpRequest *request, guint status, const char *type, GBytes *body)
{
  g_bytes_ref (body);
  g_clear_pointer (&request->body, g_bytes_unref);
  request->status = status;
  request->type = type;
  request->body = body;
}

void
pm_http_respond_answer (PmHttpRequest *request, PmHttpAnswer *answer)
{
  request->status = 200;
  request->answer = pm_http_answer_ref (answer);
}

void
pm_http_respond (PmHttpRequest *request, guint status, const char *type, GString *body)
{
  g_autoptr (GBytes) bytes = g_string_free_to_bytes (body);
  pm_http_respond_bytes (request, status, type, bytes);
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
unref_body (void *body)
{
  g_bytes_unref (body);
}

static gboolean
has_header (const GPtrArray *headers, const char *name)
{
  for (guint i = 0; i + 1 < headers->len; i += 2)
    if (g_ascii_strcasecmp (g_ptr_array_index (headers, i), name) == 0)
      return TRUE;
  return FALSE;
}

void
pm_http_add_headers (struct MHD_Response *response, const char *type, const GPtrArray *headers,
                     gboolean is_tls)
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
  MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
  for (gsize i = 0; i < G_N_ELEMENTS (usual); i++)
    if (!has_header (headers, usual[i][0]))
      MHD_add_response_header (response, usual[i][0], usual[i][1]);
  if (is_tls)
    MHD_add_response_header (response, "Strict-Transport-Security", "max-age=31536000");
  for (guint i = 0; i + 1 < headers->len; i += 2)
    MHD_add_response_header (response, g_ptr_array_index (headers, i),
                             g_ptr_array_index (headers, i + 1));
}

struct MHD_Response *
pm_http_body_response (GBytes *body)
{
  gsize length;
  const char *bytes = g_bytes_get_data (g_bytes_ref (body), &length);
  struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls (
      length, (void *) bytes, unref_body, body);
  if (response == NULL)
    g_bytes_unref (body);
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
send_answer (PmHttpRequest *request)
{
  struct MHD_Response *response =
      pm_http_answer_response (request->answer, request->listener->is_tls);
  if (response == NULL)
    return MHD_NO;
  pm_http_deadline_set (deadline_of (request), PM_HTTP_SEND_S);
  return MHD_queue_response (request->connection, request->status, response);
}

/* A stream has no end; that its client takes nothing is libmicrohttpd's to notice. */
static enum MHD_Result
send_response (PmHttpRequest *request)
{
  if (request->answer != NULL)
    return send_answer (request);
  struct MHD_Response *response =
      request->stream != NULL ? stream_response (request) : pm_http_body_response (request->body);
  if (response == NULL)
    return MHD_NO;
  pm_http_add_headers (response, request->type, request->headers, request->listener->is_tls);
  enum MHD_Result result = MHD_queue_response (request->connection, request->status, response);
  MHD_destroy_response (response);
  pm_http_deadline_set (deadline_of (request), request->stream != NULL ? 0 : PM_HTTP_SEND_S);
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

/* A client that is refused while it sends may see only that its connection broke. So a body of
 * bearable size is let in and dropped, and the answer comes behind it; unless the client waits to
 * be told whether to send it (RFC 9110, 10.1.1). */
static gboolean
is_bearable (PmHttpRequest *request, guint64 length_bytes)
{
  return length_bytes > 0 && length_bytes <= MOST_DROPPED_BYTES &&
         pm_http_request_header (request, "Expect") == NULL;
}

/* The head has come. What is refused is answered at once where there is no body, or one that nobody
 * wants to wait for: libmicrohttpd closes the connection then. */
static enum MHD_Result
begin (PmHttpRequest *request)
{
  const PmHttpServer *server = request->listener->server;
  const char *header = pm_http_request_header (request, "Content-Length");
  guint64 length_bytes = header == NULL ? 0 : g_ascii_strtoull (header, NULL, 10);
  pm_http_deadline_set (deadline_of (request), PM_HTTP_BODY_S);
  if (pm_http_refuse (request))
    return send_response (request);
  if (length_bytes > PM_HTTP_MOST_BODY_BYTES)
    refuse_too_large (request);
  else
    server->face->begin (request, server->data);
  return request->status == 0 || is_bearable (request, length_bytes) ? MHD_YES
                                                                     : send_response (request);
}

static enum MHD_Result
receive (PmHttpRequest *request, const char *upload, size_t *upload_size)
{
  gsize size = *upload_size;
  *upload_size = 0;
  request->received_bytes += size;
  if (request->received_bytes > MOST_DROPPED_BYTES)
    return MHD_NO;
  if (request->status == 0 && request->received_bytes <= PM_HTTP_MOST_BODY_BYTES)
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
  if (!request->is_handled && request->status == 0) {
    request->is_handled = TRUE;
    if (request->received_bytes > PM_HTTP_MOST_BODY_BYTES)
      refuse_too_large (request);
    else
      listener->server->face->handle (request, listener->server->data);
  }
  if (g_hash_table_contains (listener->server->paused, request))
    return MHD_YES;
  if (request->status == 0)
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
  g_hash_table_remove (request->listener->server->paused, request);
  pm_http_deadline_set (deadline_of (request), PM_HTTP_IDLE_TIMEOUT_S + PM_HTTP_HEAD_S);
  pm_http_request_attach (request, NULL, NULL);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_clear_pointer (&request->answer, pm_http_answer_unref);
  g_string_free (request->received, TRUE);
  g_ptr_array_unref (request->headers);
  g_free (request->path);
  g_free (request->peer);
  g_free (request);
}
