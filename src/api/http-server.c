#include <microhttpd.h>
#include <unistd.h>

#include "api/http-private.h"

/* What libmicrohttpd has for a request's head, twice what we take: what is over our own limit is
 * then refused by us, and only what is far over it by libmicrohttpd. */
#define CONNECTION_MEMORY_BYTES ((size_t) 2 * PM_HTTP_MOST_HEAD_BYTES)

static void
listener_free (gpointer data)
{
  PmHttpListener *listener = data;
  if (listener->source != NULL) {
    pm_http_streams_end (listener);
    g_source_destroy (listener->source);
    g_source_unref (listener->source);
  }
  if (listener->daemon != NULL)
    MHD_stop_daemon (listener->daemon);
  if (listener->path != NULL)
    unlink (listener->path);
  g_free (listener->path);
  g_free (listener->url);
  g_free (listener);
}

PmHttpServer *
pm_http_server_new (const PmHttpFace *face, gpointer data)
{
  PmHttpServer *server = g_new0 (PmHttpServer, 1);
  server->face = face;
  server->data = data;
  server->listeners = g_ptr_array_new_with_free_func (listener_free);
  server->deadlines = pm_http_deadlines_new ();
  server->allowed_hosts = g_new0 (char *, 1);
  server->paused = g_hash_table_new (g_direct_hash, g_direct_equal);
  return server;
}

/* A connection that is suspended must go on before its daemon may stop. */
static void
answer_the_paused (PmHttpServer *server)
{
  g_autoptr (GList) paused = g_hash_table_get_keys (server->paused);
  for (GList *item = paused; item != NULL; item = item->next) {
    pm_http_respond_problem (item->data, 503, "the server is stopping");
    pm_http_request_resume (item->data);
  }
  for (guint i = 0; i < server->listeners->len; i++)
    MHD_run (((PmHttpListener *) g_ptr_array_index (server->listeners, i))->daemon);
}

void
pm_http_server_free (PmHttpServer *server)
{
  if (server == NULL)
    return;
  answer_the_paused (server);
  g_ptr_array_unref (server->listeners);
  g_hash_table_unref (server->paused);
  pm_http_deadlines_free (server->deadlines);
  pm_http_tls_free (server->tls);
  g_strfreev (server->allowed_hosts);
  g_free (server);
}

void
pm_http_server_allow_hosts (PmHttpServer *server, const char *const *names)
{
  g_strfreev (server->allowed_hosts);
  server->allowed_hosts = g_strdupv ((char **) names);
}

gboolean
pm_http_server_use_tls (PmHttpServer *server, const char *certificate_file, const char *key_file,
                        GError **error)
{
  server->tls = pm_http_tls_new (certificate_file, key_file, error);
  return server->tls != NULL;
}

/* --- connections --- */

static void
on_connection (void *data, struct MHD_Connection *connection, void **state,
               enum MHD_ConnectionNotificationCode code)
{
  PmHttpListener *listener = data;
  PmHttpServer *server = listener->server;
  if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
    pm_http_deadline_free (*state);
    return;
  }
  PmHttpDeadline *deadline = pm_http_deadline_new (server->deadlines, connection);
  pm_http_deadline_set (deadline, PM_HTTP_HEAD_S);
  *state = deadline;
  if (listener->is_tls) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info (connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    pm_http_tls_use (server->tls, info->tls_session);
  }
}

/* --- listening --- */

#define MOST_OPTIONS 16

/* %XX as it stands for (RFC 3986, 2.1), in place; but a NUL would end the text, so what stands for
 * one stays as it is, and is no route and no value. libmicrohttpd's own would cut the path there.
 */
static size_t
unescape (void *data, struct MHD_Connection *connection, char *text)
{
  char *to = text;
  for (const char *from = text; *from != '\0';) {
    gboolean is_escape = from[0] == '%' && g_ascii_isxdigit (from[1]) && g_ascii_isxdigit (from[2]);
    int value =
        is_escape ? g_ascii_xdigit_value (from[1]) * 16 + g_ascii_xdigit_value (from[2]) : 0;
    *to++ = value == 0 ? *from : (char) value;
    from += value == 0 ? 1 : 3;
  }
  *to = '\0';
  return (size_t) (to - text);
}

static struct MHD_Daemon *
start_daemon (PmHttpListener *listener, int fd)
{
  struct MHD_OptionItem options[MOST_OPTIONS];
  guint n = 0;
  unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (listener->is_tls ? MHD_USE_TLS : 0);
  if (listener->is_tls) {
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_CERT_CALLBACK, 0,
                                           (void *) (gsize) pm_http_tls_retrieve};
    options[n++] = (struct MHD_OptionItem){
        MHD_OPTION_HTTPS_PRIORITIES, 0,
        (void *) "NORMAL:-VERS-TLS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"};
  }
  if (listener->reach == PM_HTTP_NETWORK)
    options[n++] = (struct MHD_OptionItem){MHD_OPTION_PER_IP_CONNECTION_LIMIT,
                                           PM_HTTP_MOST_CONNECTIONS_OF_ONE, NULL};
  options[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
  return MHD_start_daemon (
      flags, 0, NULL, NULL, pm_http_on_access, listener, MHD_OPTION_LISTEN_SOCKET, fd,
      MHD_OPTION_NOTIFY_COMPLETED, pm_http_on_completed, listener, MHD_OPTION_NOTIFY_CONNECTION,
      on_connection, listener, MHD_OPTION_CONNECTION_LIMIT, (unsigned) PM_HTTP_MOST_CONNECTIONS,
      MHD_OPTION_CONNECTION_TIMEOUT, (unsigned) PM_HTTP_IDLE_TIMEOUT_S,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL,
      MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

static void
learn_place (PmHttpListener *listener, const PmHttpAddress *address, int fd)
{
  if (address->reach == PM_HTTP_SOCKET) {
    listener->path = g_strdup (address->path);
    listener->url = g_strdup_printf ("unix:%s", address->path);
    return;
  }
  g_autofree char *host = pm_http_local_host (fd, &listener->port);
  listener->url =
      g_strdup_printf ("%s://%s:%u", listener->is_tls ? "https" : "http", host, listener->port);
}

gboolean
pm_http_server_listen (PmHttpServer *server, const char *text, GError **error)
{
  g_auto (PmHttpAddress) address = {0};
  if (!pm_http_address_parse (text, &address, error))
    return FALSE;
  if (address.reach == PM_HTTP_NETWORK && server->tls == NULL) {
    g_set_error (error, PM_HTTP_ERROR, PM_HTTP_ERROR_ADDRESS,
                 "refusing to listen on %s without TLS: set server.tls_certificate and "
                 "server.tls_key in the configuration, or listen on 127.0.0.1 and reach it through "
                 "an SSH tunnel",
                 text);
    return FALSE;
  }
  int fd = pm_http_address_open (&address, text, error);
  if (fd < 0)
    return FALSE;
  PmHttpListener *listener = g_new0 (PmHttpListener, 1);
  listener->server = server;
  listener->reach = address.reach;
  listener->is_tls = server->tls != NULL && address.reach != PM_HTTP_SOCKET;
  learn_place (listener, &address, fd);
  listener->daemon = start_daemon (listener, fd);
  if (listener->daemon == NULL) {
    g_set_error (error, PM_HTTP_ERROR, PM_HTTP_ERROR_LISTEN, "cannot start the server on %s", text);
    close (fd);
    listener_free (listener);
    return FALSE;
  }
  listener->source = pm_http_loop_attach (listener->daemon);
  g_ptr_array_add (server->listeners, listener);
  return TRUE;
}

const char *
pm_http_server_url (const PmHttpServer *server)
{
  return ((const PmHttpListener *) g_ptr_array_index (server->listeners, 0))->url;
}

guint
pm_http_server_connections (const PmHttpServer *server)
{
  return pm_http_deadlines_count (server->deadlines);
}
