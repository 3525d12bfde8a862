/* A manifest of some kind (the first byte chooses) in a project with packages of all kinds below.
 */

#include <string.h>

#include "discovery/projects.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  static const char *const names[] = {
      "p/package.json",    "p/pnpm-workspace.yaml",
      "p/lerna.json",      "p/nx.json",
      "p/Cargo.toml",      "p/pyproject.toml",
      "p/go.work",         "p/pom.xml",
      "p/settings.gradle", "p/go.mod",
  };
  if (size == 0)
    return 0;
  g_autofree char *bytes = g_malloc (MAX (size - 1, 1)); /* exactly as long, but never NULL */
  memcpy (bytes, data + 1, size - 1);
  g_autoptr (PmProjects) projects = pm_projects_new ();
  pm_projects_add_file (projects, "p/a");
  pm_projects_add_manifest (projects, names[data[0] % G_N_ELEMENTS (names)], bytes, size - 1);
  pm_projects_add_manifest (projects, "p/a/package.json", "{}", 2);
  pm_projects_add_manifest (projects, "p/a/b/project.json", "{}", 2);
  pm_projects_finish (projects);
  g_assert_nonnull (pm_projects_of (projects, "p/a/b/c"));
  g_autoptr (PmSnapshot) snapshot = pm_snapshot_new ();
  pm_projects_append (projects, "/r", snapshot);
  g_assert_cmpuint (snapshot->projects->len, >=, 1);
  return 0;
}
