#include "verbs/addresses.h"

#include <arpa/inet.h>
#include <string.h>

#include "model/host.h"

static int
by_places (gconstpointer a, gconstpointer b)
{
  const PmKnownAddress *x = a, *y = b;
  return x->places != y->places ? (x->places > y->places ? -1 : 1)
                                : strcmp (x->address, y->address);
}

char *
pm_address_canonical (const char *text)
{
  guint8 bytes[sizeof (struct in6_addr)];
  char canonical[INET6_ADDRSTRLEN];
  gsize length = strlen (text);
  g_autofree char *bare =
      text[0] == '[' && length > 2 ? g_strndup (text + 1, length - 2) : g_strdup (text);
  int family = strchr (bare, ':') != NULL ? AF_INET6 : AF_INET;
  if (inet_pton (family, bare, bytes) != 1)
    return g_strdup (text);
  return g_strdup (inet_ntop (family, bytes, canonical, sizeof canonical));
}

/* One address in one project, as a key. */
static char *
pair_of (const char *address, const PmFinding *finding)
{
  return g_strdup_printf ("%s %s %s", address, finding->root, finding->project);
}

GArray *
pm_verb_addresses (const PmSnapshot *snapshot)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (PmKnownAddress));
  g_autoptr (GHashTable) index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, i);
    if (f->kind != PM_KIND_IP || !pm_host_is_public_address (f->address))
      continue;
    g_autofree char *address = pm_address_canonical (f->address);
    guint place = GPOINTER_TO_UINT (g_hash_table_lookup (index, address));
    if (place == 0) {
      PmKnownAddress added = {.address = f->address};
      g_array_append_val (list, added);
      place = list->len;
      g_hash_table_insert (index, g_strdup (address), GUINT_TO_POINTER (place));
    }
    PmKnownAddress *known = &g_array_index (list, PmKnownAddress, place - 1);
    known->places++;
    known->projects += g_hash_table_add (pairs, pair_of (address, f));
  }
  g_array_sort (list, by_places);
  return list;
}

void
pm_addresses_write_json (PmJsonWriter *json, const GArray *addresses)
{
  pm_json_begin_array (json);
  for (guint i = 0; i < addresses->len; i++) {
    const PmKnownAddress *known = &g_array_index (addresses, PmKnownAddress, i);
    pm_json_begin_object (json);
    pm_json_member_string (json, "address", known->address);
    pm_json_member_int (json, "places", known->places);
    pm_json_member_int (json, "projects", known->projects);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}
