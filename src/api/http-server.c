#include <unistd.h>

#include "api/http-private.h"

/* Headers and what libmicrohttpd needs beside them. */
#define CONNECTION_MEMORY_BYTES ((size_t) 32 * 1024)

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
  return server;
}

void
pm_http_server_free (PmHttpServer *server)
{
  if (server == NULL)
    return;
  g_ptr_array_unref (server->listeners);
  g_free (server);
}

gboolean
pm_http_server_listen (PmHttpServer *server, const char *address, GError **error)
{
  int fd = pm_http_listen_open (address, error);
  if (fd < 0)
    return FALSE;
  PmHttpListener *listener = g_new0 (PmHttpListener, 1);
  listener->server = server;
  listener->url = pm_http_listen_url (fd, &listener->port);
  listener->daemon =
      MHD_start_daemon (MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, pm_http_on_access,
                        listener, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED,
                        pm_http_on_completed, listener, MHD_OPTION_CONNECTION_LIMIT,
                        (unsigned) PM_HTTP_MOST_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
                        (unsigned) PM_HTTP_IDLE_TIMEOUT_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                        CONNECTION_MEMORY_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
  if (listener->daemon == NULL) {
    g_set_error (error, PM_HTTP_ERROR, PM_HTTP_ERROR_LISTEN, "cannot start the server on %s",
                 address);
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
