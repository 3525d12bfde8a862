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

/* A glob with its stars filled in; what stands for a folder's stars ends in a slash, or is nothing.
 */
static char *
filled_in (const char *glob, const char *folders, const char *star)
{
  GString *path = g_string_new (NULL);
  for (const char *at = glob; *at != '\0'; at++) {
    if (g_str_has_prefix (at, "**/")) {
      g_string_append (path, folders);
      at += 2;
    } else if (*at == '*') {
      g_string_append (path, star);
    } else {
      g_string_append_c (path, *at == '?' ? 'q' : *at);
    }
  }
  return g_string_free (path, FALSE);
}

static void
check_against_each (const char *path)
{
  const PmRuleset *const *rulesets = pm_rulesets_all ();
  PmGlobOwners fitting = {{0}};
  pm_rulesets_fitting (path, &fitting);
  for (guint i = 0; rulesets[i] != NULL; i++) {
    gboolean expected =
        any_matches (rulesets[i]->files, path) && !any_matches (rulesets[i]->but_no, path);
    g_assert_cmpint (pm_glob_owners_have (&fitting, i), ==, expected);
  }
}

static void
answers_as_its_globs_do (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    check_against_each (paths[i]);
}

/* Paths that are made of the globs themselves, and such with a byte too many or too few. */
static void
answers_as_they_do_where_they_nearly_fit (void)
{
  static const char *const folders[] = {"", "x/", "a.b/c-d/"}, *const stars[] = {"", "q", ".env"};
  const PmRuleset *const *rulesets = pm_rulesets_all ();
  guint n_fitting = 0;
  for (guint i = 0; rulesets[i] != NULL; i++)
    for (const char *const *glob = rulesets[i]->files; *glob != NULL; glob++)
      for (gsize f = 0; f < G_N_ELEMENTS (folders); f++)
        for (gsize s = 0; s < G_N_ELEMENTS (stars); s++) {
          g_autofree char *path = filled_in (*glob, folders[f], stars[s]);
          g_autofree char *longer = g_strconcat (path, "x", NULL);
          g_autofree char *below = g_strconcat ("y/", path, NULL);
          n_fitting += pm_glob_match_path (*glob, path);
          check_against_each (path);
          check_against_each (longer);
          check_against_each (below);
          check_against_each (*path == '\0' ? path : path + 1);
        }
  g_assert_cmpuint (n_fitting, >, 1000);
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
  g_test_add_func ("/glob-set/answers-as-they-do-where-they-nearly-fit",
                   answers_as_they_do_where_they_nearly_fit);
  g_test_add_func ("/glob-set/tells-owners-apart", tells_owners_apart);
  return g_test_run ();
}
