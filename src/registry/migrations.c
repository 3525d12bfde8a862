/* DESIGN
 * A step is a file of SQL in migrations/, packed into the program as it is by the build (not as a
 * GResource: what only asks for a port would load GIO for it). Its place in the list of meson.build
 * is the version that it leads to. */

#include "registry/migrations.h"

#include "registry/migrations-list.h"

guint
pm_migrations_newest (void)
{
  return G_N_ELEMENTS (steps);
}

char *
pm_migrations_sqlite (guint version)
{
  g_return_val_if_fail (version >= 1 && version <= G_N_ELEMENTS (steps), NULL);
  return g_strdup (steps[version - 1]);
}
