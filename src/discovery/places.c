#include "discovery/places.h"

#include <string.h>

struct PmPlaces {
  GHashTable *named; /* char *, a set */
  GHashTable *above; /* the same: all folders above them */
};

static void
add_above (PmPlaces *places, const char *path)
{
  g_autofree char *above = g_strdup (path);
  while (above[0] != '\0') {
    char *slash = strrchr (above, '/');
    *(slash == NULL ? above : slash) = '\0';
    if (!g_hash_table_add (places->above, g_strdup (above)))
      return; /* and so are all above it */
  }
}

PmPlaces *
pm_places_new (const char *const *paths)
{
  PmPlaces *places = g_new0 (PmPlaces, 1);
  places->named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  places->above = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (; *paths != NULL; paths++) {
    g_hash_table_add (places->named, g_strdup (*paths));
    add_above (places, *paths);
  }
  return places;
}

void
pm_places_free (PmPlaces *places)
{
  if (places == NULL)
    return;
  g_hash_table_unref (places->named);
  g_hash_table_unref (places->above);
  g_free (places);
}

gboolean
pm_places_has (const PmPlaces *places, const char *path)
{
  g_autofree char *above = g_strdup (path);
  for (;;) {
    if (g_hash_table_contains (places->named, above))
      return TRUE;
    if (above[0] == '\0')
      return FALSE;
    char *slash = strrchr (above, '/');
    *(slash == NULL ? above : slash) = '\0';
  }
}

gboolean
pm_places_leads_to (const PmPlaces *places, const char *folder)
{
  return g_hash_table_contains (places->above, folder) || pm_places_has (places, folder);
}
