/* Which bind addresses collide: ip(7), ipv6(7). */

#include <arpa/inet.h>
#include <string.h>

#include "allocation/conflicts.h"

typedef enum { FAMILY_BOTH, FAMILY_V4, FAMILY_V6, FAMILY_NAME } Family;

typedef struct {
  Family family;
  gboolean wildcard;
  guint8 bytes[16];
} Address;

/* `::ffff:a.b.c.d` is the IPv4 address a.b.c.d (RFC 4291, 2.5.5.2). */
static Address
v6_address (const struct in6_addr *in)
{
  Address address = {.family = FAMILY_V6};
  if (IN6_IS_ADDR_V4MAPPED (in)) {
    address.family = FAMILY_V4;
    memcpy (address.bytes, in->s6_addr + 12, 4);
    return address;
  }
  memcpy (address.bytes, in->s6_addr, 16);
  address.wildcard = IN6_IS_ADDR_UNSPECIFIED (in);
  if (address.wildcard)
    address.family = FAMILY_BOTH;
  return address;
}

static Address
parse_address (const char *text)
{
  Address address = {.family = FAMILY_BOTH, .wildcard = TRUE};
  if (text[0] == '\0' || strcmp (text, "*") == 0)
    return address;
  if (strcmp (text, "localhost") == 0)
    text = "127.0.0.1";

  gsize length = strlen (text);
  g_autofree char *bare =
      text[0] == '[' && length > 2 ? g_strndup (text + 1, length - 2) : g_strdup (text);
  struct in_addr v4;
  struct in6_addr v6;
  if (inet_pton (AF_INET6, bare, &v6) == 1)
    return v6_address (&v6);
  address.family = FAMILY_NAME;
  address.wildcard = FALSE;
  if (inet_pton (AF_INET, bare, &v4) == 1) {
    address.family = FAMILY_V4;
    address.wildcard = v4.s_addr == 0;
    memcpy (address.bytes, &v4, 4);
  }
  return address;
}

gboolean
pm_conflicts_addresses_overlap (const char *a, const char *b)
{
  if (strcmp (a, b) == 0)
    return TRUE;
  Address left = parse_address (a), right = parse_address (b);
  /* A name may stand for any address. */
  if (left.family == FAMILY_NAME || right.family == FAMILY_NAME)
    return TRUE;
  if (left.family != FAMILY_BOTH && right.family != FAMILY_BOTH && left.family != right.family)
    return FALSE;
  return left.wildcard || right.wildcard || memcmp (left.bytes, right.bytes, 16) == 0;
}
