#include "allocation/addresses.h"

#include <arpa/inet.h>
#include <string.h>

static PmBind
v6_bind (const struct in6_addr *in)
{
  PmBind bind = {.kind = PM_BIND_V6};
  static const guint8 any_v4[4];
  if (IN6_IS_ADDR_UNSPECIFIED (in))
    return (PmBind){.kind = PM_BIND_ANY};
  if (IN6_IS_ADDR_V4MAPPED (in)) {
    memcpy (bind.bytes, in->s6_addr + 12, 4);
    bind.kind = memcmp (bind.bytes, any_v4, 4) == 0 ? PM_BIND_ANY_V4 : PM_BIND_V4;
    return bind;
  }
  memcpy (bind.bytes, in->s6_addr, 16);
  return bind;
}

PmBind
pm_bind_parse (const char *text)
{
  struct in_addr v4;
  struct in6_addr v6;
  char bare[INET6_ADDRSTRLEN];
  if (text[0] == '\0' || strcmp (text, "*") == 0)
    return (PmBind){.kind = PM_BIND_ANY};
  if (g_ascii_strcasecmp (text, "localhost") == 0)
    return (PmBind){.kind = PM_BIND_LOCALHOST};
  const char *start = text[0] == '[' ? text + 1 : text;
  gsize length = strcspn (start, "]%");
  if (length >= sizeof bare)
    return (PmBind){.kind = PM_BIND_NAME};
  memcpy (bare, start, length);
  bare[length] = '\0';
  if (inet_pton (AF_INET6, bare, &v6) == 1)
    return v6_bind (&v6);
  if (inet_pton (AF_INET, bare, &v4) != 1)
    return (PmBind){.kind = PM_BIND_NAME};
  PmBind bind = {.kind = v4.s_addr == 0 ? PM_BIND_ANY_V4 : PM_BIND_V4};
  memcpy (bind.bytes, &v4, 4);
  return bind;
}

PmBind
pm_bind_of_socket (const char *address, gboolean is_v6_only)
{
  PmBind bind = pm_bind_parse (address);
  if (bind.kind == PM_BIND_ANY && is_v6_only)
    bind.kind = PM_BIND_ANY_V6;
  return bind;
}

static gboolean
is_loopback (const PmBind *bind)
{
  static const guint8 v4[4] = {127, 0, 0, 1}, v6[16] = {[15] = 1};
  return bind->kind == PM_BIND_V4 ? memcmp (bind->bytes, v4, sizeof v4) == 0
                                  : memcmp (bind->bytes, v6, sizeof v6) == 0;
}

static gboolean
covers_ipv4 (PmBindKind kind)
{
  return kind == PM_BIND_ANY_V4 || kind == PM_BIND_V4 || kind == PM_BIND_LOCALHOST;
}

static gboolean
covers_ipv6 (PmBindKind kind)
{
  return kind == PM_BIND_ANY_V6 || kind == PM_BIND_V6 || kind == PM_BIND_LOCALHOST;
}

gboolean
pm_bind_overlaps (const PmBind *a, const PmBind *b)
{
  if (a->kind > b->kind) {
    const PmBind *other = a;
    a = b;
    b = other;
  }
  if (a->kind == PM_BIND_ANY || b->kind == PM_BIND_NAME)
    return TRUE;
  if (a->kind == PM_BIND_ANY_V4)
    return covers_ipv4 (b->kind);
  if (a->kind == PM_BIND_ANY_V6)
    return covers_ipv6 (b->kind);
  if (a->kind == PM_BIND_LOCALHOST)
    return b->kind == PM_BIND_LOCALHOST || is_loopback (b);
  return a->kind == b->kind && memcmp (a->bytes, b->bytes, sizeof a->bytes) == 0;
}
