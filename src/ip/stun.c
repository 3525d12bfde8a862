/* DESIGN
 * A Binding request of STUN (RFC 8489) over UDP: the server answers with the address that it sees.
 * `ip.stun.servers` are asked one after another until one answers.
 *
 *   RESOLVE (server n) → SENT (500 ms, 1 s, 2 s: section 6.2.1) → answer, else server n + 1
 *
 * The socket is connected, so only that server's packets arrive, and the transaction id of 96
 * random bits must come back. */

#include <errno.h>
#include <gio/gio.h>
#include <sys/random.h>

#include "ip/source.h"
#include "ip/sources.h"

#define DEFAULT_PORT 3478
#define MAGIC_COOKIE 0x2112A442u
#define BINDING_REQUEST 0x0001
#define BINDING_SUCCESS 0x0101
#define ATTRIBUTE_XOR_MAPPED_ADDRESS 0x0020
#define HEADER_BYTES 20
#define FIRST_WAIT_MS 500
#define MOST_TRIES 3

typedef struct {
  PmIpSource *source;
  char **servers;
  guint server;
  GCancellable *cancellable;
  GSocket *socket;
  GSource *on_packet;
  guint on_time;
  guint tries;
  guint8 request[HEADER_BYTES];
} Stun;

static void ask_server (Stun *self);

static void
drop_socket (Stun *self)
{
  g_clear_handle_id (&self->on_time, g_source_remove);
  if (self->on_packet != NULL)
    g_source_destroy (self->on_packet);
  g_clear_pointer (&self->on_packet, g_source_unref);
  g_clear_object (&self->socket);
}

static void
next_server (Stun *self, const char *cause)
{
  drop_socket (self);
  self->server++;
  if (self->servers[self->server] != NULL)
    ask_server (self);
  else
    pm_ip_source_fail (self->source, "no STUN server answers; the last, %s: %s",
                       self->servers[self->server - 1], cause);
}

static guint16
u16 (const guint8 *at)
{
  return (guint16) (at[0] << 8 | at[1]);
}

/* Section 14.2: the address, exclusive-or with the cookie and, of IPv6, the transaction id: both
 * stand one behind the other in the header. NULL when it is none. */
static char *
xor_mapped (const guint8 *value, gsize bytes, const guint8 *header)
{
  gboolean is_v6 = bytes >= 2 && value[1] == 2;
  gsize length = is_v6 ? 16 : 4;
  if (bytes < 4 + length || (!is_v6 && value[1] != 1))
    return NULL;
  guint8 address[16];
  for (gsize i = 0; i < length; i++)
    address[i] = value[4 + i] ^ header[4 + i];
  g_autoptr (GInetAddress) inet =
      g_inet_address_new_from_bytes (address, is_v6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4);
  return g_inet_address_to_string (inet);
}

static char *
address_in (const guint8 *packet, gsize bytes)
{
  gsize end = HEADER_BYTES + u16 (packet + 2);
  for (gsize at = HEADER_BYTES; at + 4 <= MIN (end, bytes);) {
    gsize length = u16 (packet + at + 2);
    if (length > MIN (end, bytes) - at - 4)
      return NULL;
    if (u16 (packet + at) == ATTRIBUTE_XOR_MAPPED_ADDRESS)
      return xor_mapped (packet + at + 4, length, packet);
    at += 4 + (length + 3) / 4 * 4;
  }
  return NULL;
}

static gboolean
on_packet (GSocket *socket, GIOCondition condition, gpointer data)
{
  Stun *self = data;
  guint8 packet[1500];
  g_autoptr (GError) error = NULL;
  gssize n = g_socket_receive (socket, (char *) packet, sizeof packet, NULL, &error);
  if (n < 0) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      next_server (self, error->message);
    return G_SOURCE_CONTINUE;
  }
  /* Not an answer to this question: as if it had not come. */
  if (n < HEADER_BYTES || u16 (packet) != BINDING_SUCCESS ||
      memcmp (packet + 4, self->request + 4, HEADER_BYTES - 4) != 0)
    return G_SOURCE_CONTINUE;
  g_autofree char *address = address_in (packet, (gsize) n);
  if (address == NULL) {
    next_server (self, "its answer holds no address");
    return G_SOURCE_CONTINUE;
  }
  drop_socket (self);
  GPtrArray *seen = pm_ip_seen_list ();
  pm_ip_seen_add (seen, strchr (address, ':') != NULL ? "v6" : "v4", address);
  pm_ip_source_answer (self->source, seen);
  return G_SOURCE_CONTINUE;
}

static gboolean
send_request (gpointer data)
{
  Stun *self = data;
  self->on_time = 0;
  if (self->tries == MOST_TRIES) {
    next_server (self, "no answer");
    return G_SOURCE_REMOVE;
  }
  g_autoptr (GError) error = NULL;
  if (g_socket_send (self->socket, (const char *) self->request, HEADER_BYTES, NULL, &error) < 0) {
    next_server (self, error->message);
    return G_SOURCE_REMOVE;
  }
  self->on_time = g_timeout_add (FIRST_WAIT_MS << self->tries++, send_request, self);
  return G_SOURCE_REMOVE;
}

static void
fill_request (Stun *self)
{
  memset (self->request, 0, HEADER_BYTES);
  self->request[1] = BINDING_REQUEST;
  const guint32 cookie = GUINT32_TO_BE (MAGIC_COOKIE);
  memcpy (self->request + 4, &cookie, sizeof cookie);
  /* So few bytes are never given in part (getrandom(2)). */
  if (getrandom (self->request + 8, HEADER_BYTES - 8, 0) < 0)
    g_error ("no random numbers: %s", g_strerror (errno));
}

static void
on_address (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) address = g_socket_address_enumerator_next_finish (
      G_SOCKET_ADDRESS_ENUMERATOR (object), result, &error);
  /* Stopped: the source may be gone. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  Stun *self = data;
  g_clear_object (&self->cancellable);
  if (address != NULL)
    self->socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_DATAGRAM,
                                 G_SOCKET_PROTOCOL_UDP, &error);
  if (self->socket == NULL || !g_socket_connect (self->socket, address, NULL, &error)) {
    next_server (self, error != NULL ? error->message : "the name has no address");
    return;
  }
  g_socket_set_blocking (self->socket, FALSE);
  self->on_packet = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->on_packet, (GSourceFunc) (void (*) (void)) on_packet, self, NULL);
  g_source_attach (self->on_packet, g_main_context_get_thread_default ());
  fill_request (self);
  self->tries = 0;
  send_request (self);
}

static void
ask_server (Stun *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnectable) name =
      g_network_address_parse (self->servers[self->server], DEFAULT_PORT, &error);
  if (name == NULL) {
    next_server (self, error->message);
    return;
  }
  g_autoptr (GSocketAddressEnumerator) addresses = g_socket_connectable_enumerate (name);
  self->cancellable = g_cancellable_new ();
  g_socket_address_enumerator_next_async (addresses, self->cancellable, on_address, self);
}

static void
stun_ask (gpointer data, gboolean wait)
{
  Stun *self = data;
  self->server = 0;
  ask_server (self);
}

static void
stun_stop (gpointer data)
{
  Stun *self = data;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  drop_socket (self);
}

static gpointer
stun_new (PmIpSource *source, const PmConfig *config, GError **error)
{
  if (config->ip.stun_servers[0] == NULL) {
    g_set_error (error, PM_IP_ERROR, PM_IP_ERROR_SETTINGS,
                 "the source \"stun\" needs ip.stun.servers, a list of host:port");
    return NULL;
  }
  Stun *self = g_new0 (Stun, 1);
  self->source = source;
  self->servers = g_strdupv (config->ip.stun_servers);
  return self;
}

static void
stun_free (gpointer data)
{
  Stun *self = data;
  g_strfreev (self->servers);
  g_free (self);
}

const PmIpSourceKind pm_ip_stun = {
    .name = "stun",
    .summary = "STUN servers, which answer with the address they see",
    .new = stun_new,
    .ask = stun_ask,
    .stop = stun_stop,
    .free = stun_free,
};
