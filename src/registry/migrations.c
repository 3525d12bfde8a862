/* DESIGN
 * A step is a file of SQL in migrations/, packed into the program as it is. Its place in this list
 * is the version that it leads to. */

#include "registry/migrations.h"

#include "registry/migrations-resource.h"

static const char *const steps[] = {
    "first",       "desired-changes", "replicas", "leases-and-demand", "kept-documents",
    "addresses",   "audit",           "owners",   "address-changes",   "given-names",
    "change-runs", "outbox",          "health",
};

guint
pm_migrations_newest (void)
{
  return G_N_ELEMENTS (steps);
}

char *
pm_migrations_sqlite (guint version)
{
  g_return_val_if_fail (version >= 1 && version <= G_N_ELEMENTS (steps), NULL);
  g_autofree char *path = g_strdup_printf ("/migrations/%s.sql", steps[version - 1]);
  g_autoptr (GBytes) sql = g_resource_lookup_data (pm_migrations_get_resource (), path,
                                                   G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  if (sql == NULL)
    g_error ("%s is in the list of migrations, not in migrations.gresource.xml", path);
  gsize size;
  const char *text = g_bytes_get_data (sql, &size);
  return g_strndup (text, size);
}
