#include "net/targets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static gboolean
is_allowed_v4 (guint32 address)
{
  gboolean link_local = (address & 0xffff0000u) == 0xa9fe0000u;
  gboolean this_network = (address & 0xff000000u) == 0;
  gboolean multicast_or_reserved = address >= 0xe0000000u; /* and the broadcast address */
  return !link_local && !this_network && !multicast_or_reserved;
}

static guint32
v4_at (const guint8 *bytes)
{
  guint32 address;
  memcpy (&address, bytes, sizeof address);
  return ntohl (address);
}

static gboolean
is_allowed_v6 (const struct in6_addr *address)
{
  static const guint8 translated[12] = {0x00, 0x64, 0xff, 0x9b};
  /* AWS's metadata service, in the range of unique local addresses. */
  static const guint8 metadata[16] = {[0] = 0xfd, [2] = 0x0e, [3] = 0xc2, [14] = 0x02, [15] = 0x54};
  const guint8 *bytes = address->s6_addr;
  if (IN6_IS_ADDR_V4MAPPED (address) || memcmp (bytes, translated, sizeof translated) == 0)
    return is_allowed_v4 (v4_at (bytes + 12));
  return !IN6_IS_ADDR_LINKLOCAL (address) && !IN6_IS_ADDR_MULTICAST (address) &&
         !IN6_IS_ADDR_UNSPECIFIED (address) && memcmp (bytes, metadata, sizeof metadata) != 0;
}

gboolean
pm_target_is_allowed (const struct sockaddr *address, socklen_t length, gpointer unused)
{
  if (address->sa_family == AF_INET && length >= sizeof (struct sockaddr_in)) {
    struct sockaddr_in in;
    memcpy (&in, address, sizeof in);
    return is_allowed_v4 (ntohl (in.sin_addr.s_addr));
  }
  if (address->sa_family == AF_INET6 && length >= sizeof (struct sockaddr_in6)) {
    struct sockaddr_in6 in6;
    memcpy (&in6, address, sizeof in6);
    return is_allowed_v6 (&in6.sin6_addr);
  }
  return FALSE;
}
