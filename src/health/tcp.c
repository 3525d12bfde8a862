/* Whether a connection is accepted. A connection to one's own ephemeral port, which the kernel
 * makes of two ends that open at once (RFC 9293, 3.5, figure 7), is nobody's answer. On loopback
 * the handshake is over when connect(2) returns, so that a look at once spares the wait. */

#include <arpa/inet.h>
#include <errno.h>
#include <gio/gio.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "health/kind.h"

typedef struct {
  PmProbe *probe;
  const PmCheck *check;
  GCancellable *lookup; /* NULL: none is under way */
  GPtrArray *addresses; /* of GSocketAddress, those still to be tried at the end */
  int fd;
  char *failure; /* of the address before */
} Tcp;

static void try_next (Tcp *self);

static void
close_socket (Tcp *self)
{
  if (self->fd < 0)
    return;
  pm_probe_await (self->probe, -1, NULL);
  close (self->fd);
  self->fd = -1;
}

static gboolean
is_connected_to_itself (int fd)
{
  struct sockaddr_storage ours, theirs;
  socklen_t n_ours = sizeof ours, n_theirs = sizeof theirs;
  memset (&ours, 0, sizeof ours);
  memset (&theirs, 0, sizeof theirs);
  return getsockname (fd, (struct sockaddr *) &ours, &n_ours) == 0 &&
         getpeername (fd, (struct sockaddr *) &theirs, &n_theirs) == 0 && n_ours == n_theirs &&
         memcmp (&ours, &theirs, n_ours) == 0;
}

static void
fail_over (Tcp *self, int error)
{
  close_socket (self);
  g_free (self->failure);
  self->failure = g_strdup (error == ECONNREFUSED ? "connection refused"
                            : error == EACCES     ? "that address may not be asked"
                                                  : g_strerror (error));
  try_next (self);
}

static void
on_writable (gpointer data)
{
  Tcp *self = data;
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt (self->fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
    error = errno;
  if (error == 0 && is_connected_to_itself (self->fd))
    error = ECONNREFUSED;
  if (error != 0)
    fail_over (self, error);
  else
    pm_probe_finish (self->probe, PM_HEALTH_UP, 0, "%s", "");
}

static gboolean
is_writable_now (int fd)
{
  struct pollfd one = {.fd = fd, .events = POLLOUT};
  return poll (&one, 1, 0) > 0;
}

static void
connect_to (Tcp *self, GSocketAddress *address)
{
  struct sockaddr_storage native;
  gssize length = g_socket_address_get_native_size (address);
  if (length < 0 || !g_socket_address_to_native (address, &native, sizeof native, NULL)) {
    fail_over (self, EAFNOSUPPORT);
    return;
  }
  if (!pm_probe_may_connect (self->probe, (struct sockaddr *) &native, (socklen_t) length)) {
    fail_over (self, EACCES);
    return;
  }
  self->fd = socket (native.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (self->fd < 0)
    fail_over (self, errno);
  else if (connect (self->fd, (struct sockaddr *) &native, (socklen_t) length) != 0 &&
           errno != EINPROGRESS)
    fail_over (self, errno);
  else if (is_writable_now (self->fd))
    on_writable (self);
  else
    pm_probe_await (self->probe, self->fd, on_writable);
}

static void
try_next (Tcp *self)
{
  if (self->addresses->len == 0) {
    const char *why = self->failure == NULL ? "has no address" : self->failure;
    pm_probe_finish (self->probe, PM_HEALTH_DOWN, 0, "%s:%u: %s", self->check->host,
                     self->check->port, why);
    return;
  }
  g_autoptr (GSocketAddress) next =
      g_ptr_array_steal_index (self->addresses, self->addresses->len - 1);
  connect_to (self, next);
}

/* --- addresses --- */

/* To be tried before those that are there. */
static void
add_address (Tcp *self, GInetAddress *address)
{
  g_ptr_array_add (self->addresses, g_inet_socket_address_new (address, self->check->port));
}

static void
on_looked_up (GObject *resolver, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  GList *found = g_resolver_lookup_by_name_finish (G_RESOLVER (resolver), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* and `data` is gone */
  Tcp *self = data;
  g_clear_object (&self->lookup);
  for (GList *i = g_list_last (found); i != NULL; i = i->prev)
    add_address (self, i->data);
  g_resolver_free_addresses (found);
  if (error != NULL)
    self->failure = g_strdup (error->message);
  try_next (self);
}

static void
look_up (Tcp *self)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  self->lookup = g_cancellable_new ();
  g_resolver_lookup_by_name_async (resolver, self->check->host, self->lookup, on_looked_up, self);
}

/* Numeric ones; FALSE: there are none. */
static gboolean
take_addresses (Tcp *self)
{
  const char *const host[] = {self->check->host, NULL};
  const char *const *list = self->check->addresses != NULL ? self->check->addresses : host;
  for (guint i = g_strv_length ((char **) list); i > 0; i--) {
    g_autoptr (GInetAddress) address = g_inet_address_new_from_string (list[i - 1]);
    if (address != NULL)
      add_address (self, address);
  }
  return self->addresses->len > 0;
}

/* --- the kind --- */

static gpointer
tcp_start (PmProbe *probe, const PmCheck *check)
{
  Tcp *self = g_new0 (Tcp, 1);
  self->probe = probe;
  self->check = check;
  self->fd = -1;
  self->addresses = g_ptr_array_new_with_free_func (g_object_unref);
  if (take_addresses (self))
    try_next (self);
  else
    look_up (self);
  return self;
}

static void
tcp_stop (gpointer data)
{
  Tcp *self = data;
  if (self->lookup != NULL)
    g_cancellable_cancel (self->lookup);
  g_clear_object (&self->lookup);
  close_socket (self);
  g_ptr_array_unref (self->addresses);
  g_free (self->failure);
  g_free (self);
}

const PmProbeKind pm_probe_tcp = {.start = tcp_start, .stop = tcp_stop};
