#include "model/replaced.h"

#include <string.h>

struct PmReplaced {
  GHashTable *services; /* "root\ndirectory\nname" */
};

static char *
key_of (const char *root, const char *file, const char *service)
{
  const char *slash = strrchr (file, '/');
  return g_strdup_printf ("%s\n%.*s\n%s", root, slash == NULL ? 0 : (int) (slash - file), file,
                          service);
}

PmReplaced *
pm_replaced_new (const PmSnapshot *snapshot)
{
  PmReplaced *replaced = g_new0 (PmReplaced, 1);
  replaced->services = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < snapshot->facts->len; i++) {
    const PmServiceFact *fact = &g_array_index (snapshot->facts, PmServiceFact, i);
    if (fact->replaces_ports && strcmp (fact->variant, "override") == 0)
      g_hash_table_add (replaced->services, key_of (fact->root, fact->file, fact->name));
  }
  return replaced;
}

void
pm_replaced_free (PmReplaced *replaced)
{
  if (replaced == NULL)
    return;
  g_hash_table_unref (replaced->services);
  g_free (replaced);
}

gboolean
pm_replaced_has (const PmReplaced *replaced, const PmFinding *finding)
{
  if (g_hash_table_size (replaced->services) == 0 || strcmp (finding->format, "compose") != 0 ||
      finding->variant[0] != '\0' || strstr (finding->path, ".ports") == NULL)
    return FALSE;
  g_autofree char *key = key_of (finding->root, finding->file, finding->own_name);
  return g_hash_table_contains (replaced->services, key);
}
