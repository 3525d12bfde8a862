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

typedef struct {
  PmGlobSet *files;
  PmGlobSet *but_no;
} Globs;

static void
add_globs (PmGlobSet *set, const char *const *globs, guint owner)
{
  for (; globs != NULL && *globs != NULL; globs++)
    pm_glob_set_add (set, *globs, owner);
}

static gpointer
make_globs (gpointer unused)
{
  Globs *globs = g_new (Globs, 1);
  *globs = (Globs){pm_glob_set_new (), pm_glob_set_new ()};
  for (guint i = 0; rulesets[i] != NULL; i++) {
    add_globs (globs->files, rulesets[i]->files, i);
    add_globs (globs->but_no, rulesets[i]->but_no, i);
  }
  return globs;
}

void
pm_rulesets_fitting (const char *path, PmGlobOwners *fitting)
{
  static GOnce once = G_ONCE_INIT;
  const Globs *globs = g_once (&once, make_globs, NULL);
  PmGlobOwners fits = {{0}}, but_no = {{0}};
  if (!pm_glob_set_match (globs->files, path, &fits))
    return;
  pm_glob_set_match (globs->but_no, path, &but_no);
  for (gsize i = 0; i < G_N_ELEMENTS (fits.words); i++)
    fitting->words[i] |= fits.words[i] & ~but_no.words[i];
}
