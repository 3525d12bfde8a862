#include "model/host.h"

#include <arpa/inet.h>
#include <string.h>

gboolean
pm_host_is_this_machine (const char *host)
{
  static const char *const names[] = {"localhost",
                                      "0.0.0.0",
                                      "[::]",
                                      "::",
                                      "::1",
                                      "[::1]",
                                      "host.docker.internal",
                                      "localhost.localdomain",
                                      NULL};
  return g_str_has_prefix (host, "127.") || g_strv_contains (names, host);
}

static gboolean
in_block (guint32 address, guint32 block, guint length)
{
  return (address >> (32 - length)) == (block >> (32 - length));
}

gboolean
pm_host_is_public_address (const char *host)
{
  struct in_addr v4;
  struct in6_addr v6;
  if (inet_pton (AF_INET, host, &v4) == 1) {
    guint32 a = g_ntohl (v4.s_addr);
    return !(in_block (a, 0x00000000, 8) || in_block (a, 0x0a000000, 8) ||
             in_block (a, 0x64400000, 10) || in_block (a, 0x7f000000, 8) ||
             in_block (a, 0xa9fe0000, 16) || in_block (a, 0xac100000, 12) ||
             in_block (a, 0xc0a80000, 16) || in_block (a, 0xe0000000, 3));
  }
  gsize length = strlen (host);
  g_autofree char *bare =
      host[0] == '[' && length > 2 ? g_strndup (host + 1, length - 2) : g_strdup (host);
  return inet_pton (AF_INET6, bare, &v6) == 1 && (v6.s6_addr[0] & 0xe0) == 0x20;
}

static gboolean
is_loopback (const char *address)
{
  return strcmp (address, "localhost") == 0 || strcmp (address, "::1") == 0 ||
         strcmp (address, "[::1]") == 0 || g_str_has_prefix (address, "127.");
}

static gboolean
is_wildcard (const char *address)
{
  static const char *const wildcards[] = {"", "*", "0.0.0.0", "::", "[::]", NULL};
  return g_strv_contains (wildcards, address);
}

gboolean
pm_host_reaches (const char *host, const char *bind)
{
  if (is_wildcard (bind))
    return TRUE;
  if (!is_loopback (host))
    return !pm_host_is_public_address (host) || !is_loopback (bind);
  gboolean is_name = strcmp (host, "localhost") == 0 || strcmp (bind, "localhost") == 0;
  return is_name ? is_loopback (bind) : strcmp (host, bind) == 0;
}
