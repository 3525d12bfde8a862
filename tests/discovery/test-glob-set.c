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
    "dotenv.c",
    ".env.yaml",
    "nginx/site",
    ".tf",
    "tf",
    "*",
    "a",
    "",
    "/",
    "a/",
    "caf\xc3\xa9.json",
};

static gboolean
any_matches (const char *const *globs, const char *path)
{
  for (; globs != NULL && *globs != NULL && path[0] != '\0'; globs++)
    if (pm_glob_match_path (*globs, path))
      return TRUE;
  return FALSE;
}

static void
answers_as_its_globs_do (void)
{
  const PmRuleset *const *rulesets = pm_rulesets_all ();
  for (gsize p = 0; p < G_N_ELEMENTS (paths); p++) {
    PmGlobOwners fitting = {{0}};
    pm_rulesets_fitting (paths[p], &fitting);
    for (guint i = 0; rulesets[i] != NULL; i++) {
      gboolean expected = any_matches (rulesets[i]->files, paths[p]) &&
                          !any_matches (rulesets[i]->but_no, paths[p]);
      g_assert_cmpint (pm_glob_owners_have (&fitting, i), ==, expected);
    }
  }
}

/* The owners of globs that the path fits, "0 2 ". */
static char *
owners_of (const PmGlobSet *set, const char *path)
{
  PmGlobOwners owners = {{0}};
  GString *text = g_string_new (NULL);
  gboolean any = pm_glob_set_match (set, path, &owners);
  for (guint i = 0; i < PM_GLOB_SET_MOST_OWNERS; i++)
    if (pm_glob_owners_have (&owners, i))
      g_string_append_printf (text, "%u ", i);
  g_assert_cmpint (any, ==, text->len > 0);
  return g_string_free (text, FALSE);
}

static void
tells_owners_apart (void)
{
  static const char *const expected[][2] = {
      {"x", "0 1 2 63 64 255 "}, {"a/x", "0 1 2 63 64 255 "}, {"xy", "2 "}, {"ax", ""}};
  g_autoptr (PmGlobSet) set = pm_glob_set_new ();
  pm_glob_set_add (set, "**/x", 0);
  pm_glob_set_add (set, "x", 1);
  pm_glob_set_add (set, "x*", 2);
  pm_glob_set_add (set, "?", 63);
  pm_glob_set_add (set, "x", 64);
  pm_glob_set_add (set, "x", PM_GLOB_SET_MOST_OWNERS - 1);
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autofree char *got = owners_of (set, expected[i][0]);
    g_assert_cmpstr (got, ==, expected[i][1]);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/glob-set/answers-as-its-globs-do", answers_as_its_globs_do);
  g_test_add_func ("/glob-set/tells-owners-apart", tells_owners_apart);
  return g_test_run ();
}
