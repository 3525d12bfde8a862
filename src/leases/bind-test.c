/* DESIGN
 * bind(2) is the only one who knows: it sees other users' sockets, those of containers that share
 * the network, and those that are bound and do not listen yet. Without SO_REUSEADDR it also refuses
 * for a connection in TIME_WAIT, which a new service should not have to care for. With it, on
 * Linux, a listening socket still refuses (socket(7), net/ipv4/inet_connection_sock.c), and what is
 * only bound with SO_REUSEADDR itself does not. For UDP the option means sharing: it is never set.
 *
 * A socket on all addresses is refused for whoever has the port on any of them, and one for IPv6
 * that takes IPv4 as well (IPV6_V6ONLY off, ipv6(7)) for both families (inet_rcv_saddr_equal in
 * net/ipv4/inet_connection_sock.c): one bind asks for all. Where there is no IPv6, one of IPv4. */

#include "leases/bind-test.h"

#include <errno.h>
#include <netinet/in.h>
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
  int zero = 0, one = 1, kind = transport == PM_TRANSPORT_UDP ? SOCK_DGRAM : SOCK_STREAM;
  int fd = socket (family, kind | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -1;
  if (family == AF_INET6 && setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero) != 0) {
    close (fd);
    return -1;
  }
  if (mode == PM_BIND_AGAIN && transport == PM_TRANSPORT_TCP)
    setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  return fd;
}

/* 0, or why not. */
static int
try_to_bind (PmTransport transport, PmBindMode mode, const Address *address, socklen_t size)
{
  int fd = open_socket (address->any.sa_family, transport, mode);
  if (fd < 0)
    return errno;
  int code = bind (fd, &address->any, size) == 0 ? 0 : errno;
  close (fd);
  return code;
}

gboolean
pm_bind_test (PmTransport transport, guint16 port, PmBindMode mode)
{
  Address both = {.v6 = {.sin6_family = AF_INET6, .sin6_port = htons (port)}}; /* in6addr_any */
  Address v4 = {.v4 = {.sin_family = AF_INET, .sin_port = htons (port)}};      /* INADDR_ANY */
  int code = try_to_bind (transport, mode, &both, sizeof both.v6);
  if (code != 0 && code != EADDRINUSE && code != EACCES)
    code = try_to_bind (transport, mode, &v4, sizeof v4.v4);
  return code == 0;
}
