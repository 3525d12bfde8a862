#include "health/where.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

#define FRESH_US (5 * G_USEC_PER_SEC)

struct PmOwnAddresses {
  GHashTable *known; /* set of GBytes: 4 or 16 bytes */
  gint64 read_us;
};

/* The address alone: 4 bytes, also of one that is mapped, or 16; FALSE: of another family. */
static gboolean
bytes_of (const struct sockaddr *address, guint8 ret_bytes[16], gsize *ret_length)
{
  if (address->sa_family == AF_INET) {
    struct sockaddr_in v4;
    memcpy (&v4, address, sizeof v4);
    memcpy (ret_bytes, &v4.sin_addr, 4);
    *ret_length = 4;
    return TRUE;
  }
  if (address->sa_family != AF_INET6)
    return FALSE;
  struct sockaddr_in6 v6;
  memcpy (&v6, address, sizeof v6);
  gboolean is_mapped = IN6_IS_ADDR_V4MAPPED (&v6.sin6_addr);
  *ret_length = is_mapped ? 4 : 16;
  memcpy (ret_bytes, v6.sin6_addr.s6_addr + (is_mapped ? 12 : 0), *ret_length);
  return TRUE;
}

static void
read_addresses (PmOwnAddresses *own)
{
  struct ifaddrs *list;
  if (getifaddrs (&list) != 0)
    return;
  g_hash_table_remove_all (own->known);
  for (const struct ifaddrs *i = list; i != NULL; i = i->ifa_next) {
    guint8 bytes[16];
    gsize length;
    if (i->ifa_addr != NULL && bytes_of (i->ifa_addr, bytes, &length))
      g_hash_table_add (own->known, g_bytes_new (bytes, length));
  }
  freeifaddrs (list);
  own->read_us = g_get_monotonic_time ();
}

PmOwnAddresses *
pm_own_addresses_new (void)
{
  PmOwnAddresses *own = g_new0 (PmOwnAddresses, 1);
  own->known =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  own->read_us = G_MININT64 / 2;
  return own;
}

void
pm_own_addresses_free (PmOwnAddresses *own)
{
  if (own == NULL)
    return;
  g_hash_table_unref (own->known);
  g_free (own);
}

static gboolean
is_loopback_or_unspecified (const guint8 *bytes, gsize length)
{
  static const guint8 zero[16];
  if (memcmp (bytes, zero, length) == 0)
    return TRUE;
  if (length == 4)
    return bytes[0] == 127;
  return memcmp (bytes, zero, 15) == 0 && bytes[15] == 1;
}

gboolean
pm_own_addresses_has (PmOwnAddresses *own, const struct sockaddr *address)
{
  guint8 bytes[16];
  gsize length;
  if (!bytes_of (address, bytes, &length))
    return FALSE;
  if (is_loopback_or_unspecified (bytes, length))
    return TRUE;
  if (g_get_monotonic_time () - own->read_us > FRESH_US)
    read_addresses (own);
  g_autoptr (GBytes) key = g_bytes_new (bytes, length);
  return g_hash_table_contains (own->known, key);
}

gboolean
pm_address_is_link_local (const struct sockaddr *address)
{
  static const guint8 amazon[4] = {0xfd, 0x00, 0x0e, 0xc2};
  guint8 bytes[16];
  gsize length;
  if (!bytes_of (address, bytes, &length))
    return FALSE;
  if (length == 4)
    return bytes[0] == 169 && bytes[1] == 254;
  return (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80) || memcmp (bytes, amazon, 4) == 0;
}
