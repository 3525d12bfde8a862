#include "health-test.h"

#include <gio/gio.h>
#include <string.h>

struct HealthServer {
  GSocketService *service;
  guint16 port;
  char *reply;
  GMutex mutex;
  char *request; /* under the mutex */
};

/* What does not begin as a request does is answered at once, as servers do. */
static gboolean
is_no_request (const GString *head)
{
  return head->len > 0 && !g_ascii_isalpha (head->str[0]);
}

static char *
read_head (GInputStream *input)
{
  GString *head = g_string_new (NULL);
  char byte;
  while (head->len < 65536 && !is_no_request (head) && strstr (head->str, "\r\n\r\n") == NULL &&
         g_input_stream_read (input, &byte, 1, NULL, NULL) == 1)
    g_string_append_c (head, byte);
  return g_string_free (head, FALSE);
}

static char *
accept_for (const char *head)
{
  static const char name[] = "Sec-WebSocket-Key: ";
  const char *at = strstr (head, name);
  if (at == NULL)
    return g_strdup ("");
  g_autofree char *key = g_strndup (at + strlen (name), strcspn (at + strlen (name), "\r"));
  g_autofree char *text = g_strconcat (key, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", NULL);
  guint8 digest[20];
  gsize length = sizeof digest;
  g_autoptr (GChecksum) sha1 = g_checksum_new (G_CHECKSUM_SHA1);
  g_checksum_update (sha1, (const guchar *) text, -1);
  g_checksum_get_digest (sha1, digest, &length);
  return g_base64_encode (digest, length);
}

static gboolean
on_connection (GThreadedSocketService *service, GSocketConnection *connection, GObject *source,
               gpointer data)
{
  HealthServer *server = data;
  g_autofree char *head = read_head (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_mutex_lock (&server->mutex);
  g_free (server->request);
  server->request = g_strdup (head);
  g_mutex_unlock (&server->mutex);
  if (server->reply == NULL) {
    /* Until the other side gives up. */
    char byte;
    g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), &byte, 1, NULL,
                         NULL);
    return TRUE;
  }
  g_autofree char *accept = accept_for (head);
  g_auto (GStrv) parts = g_strsplit (server->reply, "{accept}", -1);
  g_autofree char *reply = g_strjoinv (accept, parts);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), reply,
                             strlen (reply), NULL, NULL, NULL);
  return TRUE;
}

HealthServer *
health_server_new (const char *reply)
{
  g_autoptr (GError) error = NULL;
  HealthServer *server = g_new0 (HealthServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wish = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) got = NULL;
  g_mutex_init (&server->mutex);
  server->reply = g_strdup (reply);
  server->request = g_strdup ("");
  server->service = g_threaded_socket_service_new (16);
  g_socket_listener_add_address (G_SOCKET_LISTENER (server->service), wish, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &got, &error);
  g_assert_no_error (error);
  server->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
  g_signal_connect (server->service, "run", G_CALLBACK (on_connection), server);
  g_socket_service_start (server->service);
  return server;
}

guint16
health_server_port (const HealthServer *server)
{
  return server->port;
}

const char *
health_server_request (const HealthServer *server)
{
  return server->request;
}

/* Its threads may still hold the rest: it stays, where a leak checker finds it, until the process
 * ends. */
void
health_server_free (HealthServer *server)
{
  static GSList *ended;
  g_socket_service_stop (server->service);
  g_socket_listener_close (G_SOCKET_LISTENER (server->service));
  g_object_unref (server->service);
  ended = g_slist_prepend (ended, server);
}

guint16
health_free_port (void)
{
  g_autoptr (HealthServer) server = health_server_new (NULL);
  return server->port;
}

PmCheck
health_check (PmCheckKind kind, guint16 port)
{
  static const char *const loopback[] = {"127.0.0.1", NULL};
  return (PmCheck){
      .service_id = 1,
      .kind = kind,
      .host = "localhost",
      .addresses = loopback,
      .port = port,
      .path = "/",
      .method = "",
      .statuses = "",
      .body = "",
      .name = "",
      .folder = "",
      .interval_ms = 1000,
      .timeout_ms = 1000,
      .rise = 1,
      .fall = 1,
  };
}

typedef struct {
  gboolean is_done;
  HealthSeen seen;
} Waiting;

static void
on_done (const PmProbeResult *result, gpointer data)
{
  Waiting *waiting = data;
  waiting->is_done = TRUE;
  waiting->seen = (HealthSeen){
      .health = result->health,
      .latency_us = result->latency_us,
      .certificate_expiry = result->certificate_expiry,
      .cause = g_strdup (result->cause),
  };
}

HealthSeen
health_probe (const PmCheck *check)
{
  Waiting waiting = {0};
  g_autoptr (PmProber) prober = pm_prober_new ();
  pm_prober_probe (prober, check, on_done, &waiting);
  g_assert_false (waiting.is_done); /* never from within */
  while (!waiting.is_done)
    g_main_context_iteration (NULL, TRUE);
  return waiting.seen;
}

void
health_seen_clear (HealthSeen *seen)
{
  g_clear_pointer (&seen->cause, g_free);
}
