/* DESIGN
 * Folders by their names, in one pass over the path. Rule sets whose files are always for other
 * machines (workflows, CloudFormation, Ansible's tasks) say so themselves. */

#include "discovery/elsewhere.h"

#include <string.h>

static gboolean
is_folder (const char *at, gsize length, const char *name)
{
  return strlen (name) == length && strncmp (at, name, length) == 0;
}

/* Those that a forge or a service of tests reads. */
static gboolean
is_of_runners (const char *at, gsize length)
{
  static const char *const folders[] = {".github", ".gitea", ".forgejo", ".circleci", "molecule"};
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    if (is_folder (at, length, folders[i]))
      return TRUE;
  return FALSE;
}

gboolean
pm_elsewhere (const char *file)
{
  guint below_roles = 0; /* 1: `at` is the role's own folder, 2: one of its parts; 0: neither */
  const char *at = file;
  for (const char *slash; (slash = strchr (at, '/')) != NULL; at = slash + 1) {
    gsize length = (gsize) (slash - at);
    if (is_of_runners (at, length))
      return TRUE;
    if (below_roles == 2 &&
        (is_folder (at, length, "files") || is_folder (at, length, "templates")))
      return TRUE;
    if (is_folder (at, length, "roles"))
      below_roles = 1;
    else
      below_roles = below_roles == 1 ? 2 : 0;
  }
  return FALSE;
}
