/* A set of globs answers as its globs do one by one. */

#include "discovery/glob-set.h"
#include "discovery/glob.h"
#include "discovery/ruleset.h"

static const char *const paths[] = {
    ".env",
    "a/.env.local",
    "Dockerfile",
    "Dockerfile.dev",
    "x/Dockerfile-",
    ".vscode/launch.json",
    "a/.vscode/launch.json",
    "a/b/.vscode/launch.jso",
    "nginx/conf.d/",
    "nginx/conf.d/x",
    "etc/nginx/conf.d/deep/x.conf",
    "sites-available/x",
    "a/sites-enabled/x",
    "compose.yaml",
    "docker-compose.prod.yml",
    "composeyaml",
    "redis.conf",
    "redis-6.conf",
    "a/.github/workflows/ci.yml",
    ".github/workflows/x/ci.yml",
    "values.yaml",
    "charts/x/ci/y.yaml",
    "x.tf",
    ".tf",
    "tf",
    "*",
    "a",
    "",
    "/",
    "a/",
    "caf\xc3\xa9.json",
};

static void
answers_as_its_globs_do (void)
{
  const PmRuleset *const *rulesets = pm_rulesets_all ();
  for (gsize p = 0; p < G_N_ELEMENTS (paths); p++) {
    guint64 expected = 0;
    for (guint i = 0; paths[p][0] != '\0' && rulesets[i] != NULL; i++)
      for (const char *const *glob = rulesets[i]->files; *glob != NULL; glob++)
        if (pm_glob_match_path (*glob, paths[p]))
          expected |= G_GUINT64_CONSTANT (1) << i;
    g_assert_cmphex (pm_rulesets_fitting (paths[p]), ==, expected);
  }
}

static void
tells_owners_apart (void)
{
  g_autoptr (PmGlobSet) set = pm_glob_set_new ();
  pm_glob_set_add (set, "**/x", 0);
  pm_glob_set_add (set, "x", 1);
  pm_glob_set_add (set, "x*", 2);
  pm_glob_set_add (set, "?", 63);
  g_assert_cmphex (pm_glob_set_match (set, "x"), ==, 0x8000000000000007);
  g_assert_cmphex (pm_glob_set_match (set, "a/x"), ==, 0x8000000000000007);
  g_assert_cmphex (pm_glob_set_match (set, "xy"), ==, 4);
  g_assert_cmphex (pm_glob_set_match (set, "ax"), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/glob-set/answers-as-its-globs-do", answers_as_its_globs_do);
  g_test_add_func ("/glob-set/tells-owners-apart", tells_owners_apart);
  return g_test_run ();
}
