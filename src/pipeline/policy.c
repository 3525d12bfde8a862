#include "pipeline/policy.h"

#include <string.h>

#include "discovery/glob.h"

static const char *const names[] = {"notify", "propose", "apply"};

const char *
pm_policy_name (PmPolicy policy)
{
  return names[policy];
}

PmPolicy
pm_policy_from_name (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      return (PmPolicy) i;
  return PM_POLICY_PROPOSE;
}

/* Roots are kept as the file system knows them, and written as people do. */
static gboolean
is_root (const char *said, const char *root)
{
  g_autofree char *real = realpath (said, NULL);
  return strcmp (real == NULL ? said : real, root) == 0;
}

PmPolicy
pm_policy_of (const PmConfig *config, const char *root, const char *project)
{
  const char *said = config->ip.policy;
  for (guint i = 0; i < config->root_policies->len; i++) {
    const PmConfigRoot *r = &g_array_index (config->root_policies, PmConfigRoot, i);
    if (is_root (r->path, root))
      said = r->policy;
  }
  for (guint i = 0; i < config->projects->len; i++) {
    const PmConfigProject *p = &g_array_index (config->projects, PmConfigProject, i);
    if (p->policy[0] != '\0' && pm_glob_match (p->match, project))
      said = p->policy;
  }
  return pm_policy_from_name (said);
}
