/* Real sockets: what others may hold of a port, in every way that makes it useless to a server. */

#include "leases-test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "leases/bind-test.h"

typedef struct {
  const char *address;
  gboolean dual; /* IPv6 that takes IPv4 too */
  gboolean listens;
  gboolean reuses;
  PmTransport transport;
} Squatter;

/* Below the ephemeral range, so that nobody's outgoing connection gets the port once we let go. */
static int
bind_somewhere (int fd, struct sockaddr_storage *address, socklen_t size, guint16 *ret_port)
{
  for (guint i = 0; i < 100; i++) {
    guint16 port = (guint16) g_test_rand_int_range (22000, 32000);
    if (address->ss_family == AF_INET6)
      ((struct sockaddr_in6 *) address)->sin6_port = htons (port);
    else
      ((struct sockaddr_in *) address)->sin_port = htons (port);
    *ret_port = port;
    if (bind (fd, (struct sockaddr *) address, size) == 0)
      return 0;
  }
  return -1;
}

static int
squat (const Squatter *how, guint16 *ret_port)
{
  gboolean v6 = strchr (how->address, ':') != NULL;
  int kind = how->transport == PM_TRANSPORT_UDP ? SOCK_DGRAM : SOCK_STREAM;
  int fd = socket (v6 ? AF_INET6 : AF_INET, kind | SOCK_CLOEXEC, 0), on = 1, off = 0;
  struct sockaddr_storage storage = {0};
  struct sockaddr_in *v4 = (struct sockaddr_in *) &storage;
  struct sockaddr_in6 *six = (struct sockaddr_in6 *) &storage;
  socklen_t size = v6 ? sizeof *six : sizeof *v4;
  if (fd < 0)
    return -1;
  storage.ss_family = v6 ? AF_INET6 : AF_INET;
  inet_pton (storage.ss_family, how->address,
             v6 ? (void *) &six->sin6_addr : (void *) &v4->sin_addr);
  if (v6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, how->dual ? &off : &on, sizeof on);
  if (how->reuses)
    setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind_somewhere (fd, &storage, size, ret_port) != 0) {
    close (fd);
    return -1; /* no IPv6 here */
  }
  if (how->listens)
    g_assert_cmpint (listen (fd, 1), ==, 0);
  return fd;
}

static void
sees_every_squatter (void)
{
  static const Squatter squatters[] = {
      {"0.0.0.0", .listens = TRUE},
      {"127.0.0.1", .listens = TRUE},
      {"127.0.0.2", .listens = TRUE, .reuses = TRUE},
      {"0.0.0.0", .listens = TRUE, .reuses = TRUE},
      {"127.0.0.1"}, /* bound only */
      {"::", .dual = TRUE, .listens = TRUE, .reuses = TRUE},
      {"::", .listens = TRUE, .reuses = TRUE},
      {"::1", .listens = TRUE, .reuses = TRUE},
      {"127.0.0.1", .transport = PM_TRANSPORT_UDP},
      {"::1", .transport = PM_TRANSPORT_UDP},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (squatters); i++) {
    guint16 port = 0;
    int fd = squat (&squatters[i], &port);
    if (fd < 0) {
      g_test_message ("%s: not on this machine", squatters[i].address);
      continue;
    }
    PmTransport transport = squatters[i].transport;
    if (pm_bind_test (transport, port, PM_BIND_FRESH) ||
        pm_bind_test (transport, port, PM_BIND_AGAIN))
      g_error ("squatter %" G_GSIZE_FORMAT " on %s was not seen", i, squatters[i].address);
    close (fd);
    g_assert_true (pm_bind_test (transport, port, PM_BIND_FRESH));
  }
}

/* Every connection that a server closes stays for a minute: its port is its own still, and not for
 * somebody new. */
static void
a_restarting_server_keeps_its_port (void)
{
  Squatter server = {"127.0.0.1", .listens = TRUE, .reuses = TRUE};
  struct sockaddr_in address = {.sin_family = AF_INET};
  guint16 port;
  int listener = squat (&server, &port);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  address.sin_port = htons (port);
  int client = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (connect (client, (struct sockaddr *) &address, sizeof address), ==, 0);
  int served = accept (listener, NULL, NULL);
  char byte;
  close (served); /* the side that closes first is the one that waits */
  g_assert_cmpint (read (client, &byte, 1), ==, 0);
  close (client);
  close (listener);
  g_assert_false (pm_bind_test (PM_TRANSPORT_TCP, port, PM_BIND_FRESH));
  g_assert_true (pm_bind_test (PM_TRANSPORT_TCP, port, PM_BIND_AGAIN));
}

static void
leaves_nothing_behind (void)
{
  Squatter server = {"0.0.0.0", .listens = TRUE};
  guint16 port = 0;
  int fd = squat (&server, &port);
  close (fd);
  for (guint i = 0; i < 3; i++)
    g_assert_true (pm_bind_test (PM_TRANSPORT_TCP, port, PM_BIND_FRESH));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/leases/bind/sees-every-squatter", sees_every_squatter);
  g_test_add_func ("/leases/bind/a-restarting-server-keeps-its-port",
                   a_restarting_server_keeps_its_port);
  g_test_add_func ("/leases/bind/leaves-nothing-behind", leaves_nothing_behind);
  return g_test_run ();
}
