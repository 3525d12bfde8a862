#include "discovery/glob-set.h"
#include "discovery/rules/rules.h"
#include "discovery/ruleset.h"

static const PmRuleset *const rulesets[] = {
#define PM_RULESET(name, file) &pm_ruleset_##name,
#include "discovery/rules/list.h"
#undef PM_RULESET
    NULL,
};

const char *const pm_ruleset_no_marks[] = {NULL};

const PmRuleset *const *
pm_rulesets_all (void)
{
  return rulesets;
}

G_STATIC_ASSERT (G_N_ELEMENTS (rulesets) <= PM_GLOB_SET_MOST_OWNERS);

static gpointer
make_globs (gpointer unused)
{
  PmGlobSet *set = pm_glob_set_new ();
  for (guint i = 0; rulesets[i] != NULL; i++)
    for (const char *const *glob = rulesets[i]->files; *glob != NULL; glob++)
      pm_glob_set_add (set, *glob, i);
  return set;
}

void
pm_rulesets_fitting (const char *path, PmGlobOwners *fitting)
{
  static GOnce once = G_ONCE_INIT;
  g_once (&once, make_globs, NULL);
  pm_glob_set_match (once.retval, path, fitting);
}
