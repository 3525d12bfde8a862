#include "ip/external.h"

#include <gio/gio.h>

char *
pm_external_canonical (const char *text)
{
  g_autofree char *bare = g_strstrip (g_strdup (text));
  if (strlen (bare) > 45)
    return NULL;
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (bare);
  return address != NULL ? g_inet_address_to_string (address) : NULL;
}

gboolean
pm_external_is_within (const char *address, const char *const *networks)
{
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (address);
  if (parsed == NULL)
    return FALSE;
  for (; *networks != NULL; networks++) {
    g_autoptr (GInetAddressMask) mask = g_inet_address_mask_new_from_string (*networks, NULL);
    if (mask != NULL && g_inet_address_mask_matches (mask, parsed))
      return TRUE;
  }
  return FALSE;
}

/* IANA's registries of special-purpose addresses, as far as nobody outside can use them, without
 * those for documentation. */
static const char *const not_public[] = {
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/3",
    "::/128",
    "::1/128",
    "::ffff:0:0/96",
    "64:ff9b:1::/48",
    "100::/64",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
    NULL,
};

gboolean
pm_external_is_public (const char *address)
{
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (address);
  return parsed != NULL && !pm_external_is_within (address, not_public);
}
