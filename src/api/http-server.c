/* DESIGN
 * libmicrohttpd in external epoll mode: MHD_run is called whenever its epoll descriptor is readable
 * or its next time-out is due, by one GSource. A request is one object, made at the first call of
 * the access handler for it and freed when the request is completed; the handler is called once,
 * when the body has come. */

#include "api/http-server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/json-writer.h"
#include "base/suggest.h"

G_DEFINE_QUARK (pm - http - error - quark, pm_http_error)

typedef struct {
  GSource source;
  struct MHD_Daemon *daemon;
  gpointer tag;
} LoopSource;

struct PmHttpServer {
  struct MHD_Daemon *daemon;
  GSource *source;
  PmHttpHandler handler;
  gpointer data;
  char *url;
  guint16 port;
};

struct PmHttpRequest {
  PmHttpServer *server;
  struct MHD_Connection *connection;
  const char *method;
  char *path;
  gsize body_bytes;
  gboolean refused;

  guint status;
  const char *type;
  GString *body;
  GPtrArray *headers; /* name, value, name, value … */
};

/* --- the loop --- */

static gboolean
loop_prepare (GSource *source, gint *timeout_ms)
{
  MHD_UNSIGNED_LONG_LONG due_ms;
  *timeout_ms = -1;
  if (MHD_get_timeout (((LoopSource *) source)->daemon, &due_ms) == MHD_YES)
    *timeout_ms = (gint) MIN (due_ms, G_MAXINT);
  return *timeout_ms == 0;
}

static gboolean
loop_check (GSource *source)
{
  LoopSource *loop = (LoopSource *) source;
  MHD_UNSIGNED_LONG_LONG due_ms;
  return g_source_query_unix_fd (source, loop->tag) != 0 ||
         (MHD_get_timeout (loop->daemon, &due_ms) == MHD_YES && due_ms == 0);
}

static gboolean
loop_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  MHD_run (((LoopSource *) source)->daemon);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs loop_functions = {
    .prepare = loop_prepare,
    .check = loop_check,
    .dispatch = loop_dispatch,
};

static GSource *
attach (struct MHD_Daemon *daemon)
{
  const union MHD_DaemonInfo *info = MHD_get_daemon_info (daemon, MHD_DAEMON_INFO_EPOLL_FD);
  GSource *source = g_source_new (&loop_functions, sizeof (LoopSource));
  LoopSource *loop = (LoopSource *) source;
  loop->daemon = daemon;
  loop->tag = g_source_add_unix_fd (source, info->epoll_fd, G_IO_IN);
  g_source_set_name (source, "http");
  g_source_attach (source, NULL);
  return source;
}

/* --- requests --- */

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

const char *
pm_http_request_query (const PmHttpRequest *request, const char *name)
{
  return MHD_lookup_connection_value (request->connection, MHD_GET_ARGUMENT_KIND, name);
}

typedef struct {
  const char *const *names;
  const char *unknown;
} QueryCheck;

static enum MHD_Result
check_query_name (void *data, enum MHD_ValueKind kind, const char *name, const char *value)
{
  QueryCheck *check = data;
  if (check->unknown == NULL && !g_strv_contains (check->names, name))
    check->unknown = name;
  return MHD_YES;
}

gboolean
pm_http_request_query_is_known (PmHttpRequest *request, const char *const *names)
{
  QueryCheck check = {names, NULL};
  MHD_get_connection_values (request->connection, MHD_GET_ARGUMENT_KIND, check_query_name, &check);
  if (check.unknown == NULL)
    return TRUE;
  const char *nearest = pm_suggest_nearest (check.unknown, names);
  g_autofree char *list = g_strjoinv (", ", (char **) names);
  if (nearest != NULL)
    pm_http_respond_problem (request, 400, "there is no parameter “%s”; did you mean “%s”?",
                             check.unknown, nearest);
  else
    pm_http_respond_problem (request, 400, "there is no parameter “%s” (%s)", check.unknown, list);
  return FALSE;
}

const char *
pm_http_request_header (const PmHttpRequest *request, const char *name)
{
  return MHD_lookup_connection_value (request->connection, MHD_HEADER_KIND, name);
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
  pm_json_member_string (&json, "title", MHD_get_reason_phrase_for (status));
  pm_json_member_int (&json, "status", status);
  pm_json_member_string (&json, "detail", text);
  pm_json_end_object (&json);
  pm_http_respond (request, status, "application/problem+json", body);
}

/* --- what is refused before routing --- */

/* localhost, 127.0.0.1 or [::1], with our port or none. */
static gboolean
is_our_host (const PmHttpServer *server, const char *host)
{
  static const char *const names[] = {"localhost", "127.0.0.1", "[::1]", NULL};
  if (host == NULL)
    return FALSE;
  for (guint i = 0; names[i] != NULL; i++) {
    gsize length = strlen (names[i]);
    if (g_ascii_strncasecmp (host, names[i], length) != 0)
      continue;
    g_autofree char *port = g_strdup_printf (":%u", server->port);
    return host[length] == '\0' || strcmp (host + length, port) == 0;
  }
  return FALSE;
}

typedef struct {
  guint hosts, lengths, encodings;
} Framing;

static enum MHD_Result
count_header (void *data, enum MHD_ValueKind kind, const char *name, const char *value)
{
  Framing *framing = data;
  framing->hosts += g_ascii_strcasecmp (name, "Host") == 0;
  framing->lengths += g_ascii_strcasecmp (name, "Content-Length") == 0;
  framing->encodings += g_ascii_strcasecmp (name, "Transfer-Encoding") == 0;
  return MHD_YES;
}

/* TRUE when the request was refused: its response is filled. */
static gboolean
refuse (PmHttpRequest *request)
{
  Framing framing = {0};
  MHD_get_connection_values (request->connection, MHD_HEADER_KIND, count_header, &framing);
  if (framing.lengths > 1 || (framing.lengths > 0 && framing.encodings > 0)) {
    pm_http_respond_problem (request, 400, "the request's length is ambiguous");
    return TRUE;
  }
  if (framing.hosts != 1 ||
      !is_our_host (request->server, pm_http_request_header (request, "Host"))) {
    pm_http_respond_problem (request, 421, "this server does not answer for that Host");
    return TRUE;
  }
  return FALSE;
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

static enum MHD_Result
send_response (PmHttpRequest *request)
{
  GString *body = g_steal_pointer (&request->body);
  struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls (
      body->len, body->str, free_body, body);
  if (response == NULL) {
    g_string_free (body, TRUE);
    return MHD_NO;
  }
  add_usual_headers (response, request);
  enum MHD_Result result = MHD_queue_response (request->connection, request->status, response);
  MHD_destroy_response (response);
  return result;
}

static PmHttpRequest *
request_new (PmHttpServer *server, struct MHD_Connection *connection, const char *method,
             const char *path)
{
  PmHttpRequest *request = g_new0 (PmHttpRequest, 1);
  request->server = server;
  request->connection = connection;
  request->method = method;
  request->path = g_strdup (path);
  request->headers = g_ptr_array_new_with_free_func (g_free);
  return request;
}

static enum MHD_Result
on_access (void *data, struct MHD_Connection *connection, const char *url, const char *method,
           const char *version, const char *upload, size_t *upload_size, void **state)
{
  PmHttpServer *server = data;
  PmHttpRequest *request = *state;
  if (request == NULL) {
    request = *state = request_new (server, connection, method, url);
    /* Refused at once: a body that nobody wants is not waited for. */
    request->refused = refuse (request);
    return request->refused ? send_response (request) : MHD_YES;
  }
  if (*upload_size > 0) {
    request->body_bytes += *upload_size;
    *upload_size = 0;
    return request->body_bytes > PM_HTTP_MOST_BODY_BYTES ? MHD_NO : MHD_YES;
  }
  if (request->status == 0)
    server->handler (request, server->data);
  if (request->body == NULL)
    pm_http_respond_problem (request, 500, "no answer was made");
  return send_response (request);
}

static void
on_completed (void *data, struct MHD_Connection *connection, void **state,
              enum MHD_RequestTerminationCode code)
{
  PmHttpRequest *request = *state;
  *state = NULL;
  if (request == NULL)
    return;
  if (request->body != NULL)
    g_string_free (request->body, TRUE);
  g_ptr_array_unref (request->headers);
  g_free (request->path);
  g_free (request);
}

/* --- starting and stopping --- */

static gboolean
parse_listen (const char *text, struct sockaddr_storage *ret_address, socklen_t *ret_length,
              GError **error)
{
  const char *colon = strrchr (text, ':');
  guint64 port;
  if (colon == NULL || !g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &port, NULL)) {
    g_set_error (error, PM_HTTP_ERROR, PM_HTTP_ERROR_ADDRESS,
                 "cannot listen on “%s”: it is not ADDRESS:PORT, such as 127.0.0.1:7411", text);
    return FALSE;
  }
  g_autofree char *host = g_strndup (text, (gsize) (colon - text));
  struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = g_htons ((guint16) port)};
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = g_htons ((guint16) port)};
  memset (ret_address, 0, sizeof *ret_address);
  if (strcmp (host, "localhost") == 0 || inet_pton (AF_INET, host, &v4.sin_addr) == 1) {
    if (strcmp (host, "localhost") == 0)
      v4.sin_addr.s_addr = g_htonl (INADDR_LOOPBACK);
    if ((g_ntohl (v4.sin_addr.s_addr) >> 24) == 127) {
      memcpy (ret_address, &v4, sizeof v4);
      *ret_length = sizeof v4;
      return TRUE;
    }
  }
  if (strcmp (host, "[::1]") == 0) {
    v6.sin6_addr = in6addr_loopback;
    memcpy (ret_address, &v6, sizeof v6);
    *ret_length = sizeof v6;
    return TRUE;
  }
  g_set_error (error, PM_HTTP_ERROR, PM_HTTP_ERROR_ADDRESS,
               "cannot listen on “%s”: only loopback (127.0.0.1, [::1]) is served, since nothing "
               "here asks who you are; use an SSH tunnel to reach it from elsewhere",
               text);
  return FALSE;
}

static int
open_socket (const char *listen_text, GError **error)
{
  struct sockaddr_storage address;
  socklen_t length;
  if (!parse_listen (listen_text, &address, &length, error))
    return -1;
  int fd = socket (address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int yes = 1;
  if (fd >= 0)
    setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (fd < 0 || bind (fd, (struct sockaddr *) &address, length) != 0 || listen (fd, 1024) != 0) {
    int code = errno;
    g_set_error (error, PM_HTTP_ERROR, PM_HTTP_ERROR_LISTEN,
                 "cannot listen on %s: %s; choose another port with --listen", listen_text,
                 g_strerror (code));
    if (fd >= 0)
      close (fd);
    return -1;
  }
  return fd;
}

static void
learn_url (PmHttpServer *server, int fd)
{
  struct sockaddr_storage bound;
  socklen_t length = sizeof bound;
  char host[INET6_ADDRSTRLEN] = "";
  getsockname (fd, (struct sockaddr *) &bound, &length);
  if (bound.ss_family == AF_INET) {
    const struct sockaddr_in *v4 = (const struct sockaddr_in *) &bound;
    server->port = g_ntohs (v4->sin_port);
    inet_ntop (AF_INET, &v4->sin_addr, host, sizeof host);
    server->url = g_strdup_printf ("http://%s:%u", host, server->port);
  } else {
    server->port = g_ntohs (((const struct sockaddr_in6 *) &bound)->sin6_port);
    server->url = g_strdup_printf ("http://[::1]:%u", server->port);
  }
}

PmHttpServer *
pm_http_server_new (const char *listen, PmHttpHandler handler, gpointer data, GError **error)
{
  int fd = open_socket (listen, error);
  if (fd < 0)
    return NULL;
  PmHttpServer *server = g_new0 (PmHttpServer, 1);
  server->handler = handler;
  server->data = data;
  learn_url (server, fd);
  server->daemon = MHD_start_daemon (
      MHD_USE_EPOLL, 0, NULL, NULL, on_access, server, MHD_OPTION_LISTEN_SOCKET, fd,
      MHD_OPTION_NOTIFY_COMPLETED, on_completed, server, MHD_OPTION_CONNECTION_LIMIT,
      (unsigned) PM_HTTP_MOST_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
      (unsigned) PM_HTTP_IDLE_TIMEOUT_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) 32 * 1024,
      MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
  if (server->daemon == NULL) {
    g_set_error (error, PM_HTTP_ERROR, PM_HTTP_ERROR_LISTEN, "cannot start the server on %s",
                 listen);
    close (fd);
    pm_http_server_free (server);
    return NULL;
  }
  server->source = attach (server->daemon);
  return server;
}

void
pm_http_server_free (PmHttpServer *server)
{
  if (server == NULL)
    return;
  if (server->source != NULL) {
    g_source_destroy (server->source);
    g_source_unref (server->source);
  }
  if (server->daemon != NULL)
    MHD_stop_daemon (server->daemon);
  g_free (server->url);
  g_free (server);
}

const char *
pm_http_server_url (const PmHttpServer *server)
{
  return server->url;
}
