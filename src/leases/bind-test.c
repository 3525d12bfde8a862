/* DESIGN
 * bind(2) is the only one who knows: it sees other users' sockets, those of containers that share
 * the network, and those that are bound and do not listen yet. Without SO_REUSEADDR it also refuses
 * for a connection in TIME_WAIT, which a new service should not have to care for. With it, on
 * Linux, a listening socket still refuses (socket(7), net/ipv4/inet_connection_sock.c), and what is
 * only bound with SO_REUSEADDR itself does not. For UDP the option means sharing: it is never set.
 * IPV6_V6ONLY keeps the two families apart, so that each is asked for itself. */

#include "leases/bind-test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef union {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} Address;

static int
open_socket (int family, PmTransport transport, PmBindMode mode)
{
  int one = 1, kind = transport == PM_TRANSPORT_UDP ? SOCK_DGRAM : SOCK_STREAM;
  int fd = socket (family, kind | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -1;
  if (family == AF_INET6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
  if (mode == PM_BIND_AGAIN && transport == PM_TRANSPORT_TCP)
    setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  return fd;
}

/* An address that this machine does not have refuses nobody. */
static gboolean
can_bind_to (PmTransport transport, PmBindMode mode, const Address *address, socklen_t size)
{
  int fd = open_socket (address->any.sa_family, transport, mode);
  if (fd < 0)
    return errno == EAFNOSUPPORT;
  gboolean bound = bind (fd, &address->any, size) == 0 || errno == EADDRNOTAVAIL;
  close (fd);
  return bound;
}

gboolean
pm_bind_test (PmTransport transport, guint16 port, PmBindMode mode)
{
  const in_addr_t v4[] = {htonl (INADDR_ANY), htonl (INADDR_LOOPBACK)};
  const struct in6_addr v6[] = {in6addr_any, in6addr_loopback};
  for (gsize i = 0; i < G_N_ELEMENTS (v4); i++) {
    Address address = {
        .v4 = {.sin_family = AF_INET, .sin_port = htons (port), .sin_addr = {v4[i]}}};
    if (!can_bind_to (transport, mode, &address, sizeof address.v4))
      return FALSE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (v6); i++) {
    Address address = {
        .v6 = {.sin6_family = AF_INET6, .sin6_port = htons (port), .sin6_addr = v6[i]}};
    if (!can_bind_to (transport, mode, &address, sizeof address.v6))
      return FALSE;
  }
  return TRUE;
}
