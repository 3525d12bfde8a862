#include "walk-test.h"

static void
gives_files_with_their_paths (WalkTest *test, gconstpointer unused)
{
  walk_test_file (test, "root/shop/.env", "");
  walk_test_file (test, "root/shop/src/a b.c", "");
  walk_test_file (test, "root/shop/logo.bin", "");
  walk_test_file (test, "root/top.yml", "");
  walk_test_run (test, NULL);
  walk_test_expect (test, "shop/.env\nshop/src/a b.c\ntop.yml\n");
  g_assert_cmpuint (test->counts.files, ==, 4);
  g_assert_cmpuint (test->counts.directories, ==, 3);
  g_assert_cmpuint (test->counts.problems, ==, 0);
}

static void
skips_dependencies_and_output (WalkTest *test, gconstpointer unused)
{
  walk_test_file (test, "root/a/package.json", "");
  walk_test_file (test, "root/a/node_modules/x/package.json", "");
  walk_test_file (test, "root/a/dist/x.json", "");
  walk_test_file (test, "root/a/.git/x.json", "");
  walk_test_file (test, "root/a/build/webpack.json", "");
  walk_test_file (test, "root/b/dist/x.json", "");
  walk_test_file (test, "root/c/my-environment/pyvenv.cfg", "");
  walk_test_file (test, "root/c/my-environment/x.json", "");
  walk_test_file (test, "root/d/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n");
  walk_test_file (test, "root/d/x.json", "");
  walk_test_file (test, "root/e/CACHEDIR.TAG", "no signature");
  walk_test_run (test, NULL);
  walk_test_expect (test, "a/build/webpack.json\na/package.json\nb/dist/x.json\ne/CACHEDIR.TAG\n");
}

static void
reads_excluded_configuration (WalkTest *test, gconstpointer unused)
{
  walk_test_file (test, "root/a/.gitignore",
                  ".env*\n*.log\n/.vscode\n/data\nbuild\n!.env.example\n");
  walk_test_file (test, "root/a/.env", "");
  walk_test_file (test, "root/a/.env.example", "");
  walk_test_file (test, "root/a/x.log", "");
  walk_test_file (test, "root/a/.vscode/mcp.json", "");
  walk_test_file (test, "root/a/.vscode/notes", "");
  walk_test_file (test, "root/a/data/b/c/deep.json", "");
  walk_test_file (test, "root/a/data/b/near.json", "");
  walk_test_file (test, "root/a/build/x.json", "");
  walk_test_run (test, NULL);
  walk_test_expect (test,
                    "a/.env (ignored)\na/.env.example\na/.gitignore\na/.vscode/mcp.json (ignored)\n"
                    "a/data/b/near.json (ignored)\n");
}

static void
starts_anew_in_a_repository (WalkTest *test, gconstpointer unused)
{
  walk_test_file (test, "root/.gitignore", "*\n");
  walk_test_file (test, "root/a/.git/info/exclude", "/private\n");
  walk_test_file (test, "root/a/code", "");
  walk_test_file (test, "root/a/private", "");
  walk_test_file (test, "root/b/.git", "gitdir: /elsewhere\n"); /* a worktree */
  walk_test_file (test, "root/b/code", "");
  walk_test_file (test, "root/c/code", "");
  walk_test_run (test, NULL);
  walk_test_expect (test, "a/code\nb/.git\nb/code\n");
}

static void
honours_the_users_globs (WalkTest *test, gconstpointer unused)
{
  static const char *const globs[] = {"**/fixtures/**", "old", NULL};
  walk_test_file (test, "root/a/fixtures/.env", "");
  walk_test_file (test, "root/a/old/.env", "");
  walk_test_file (test, "root/a/.env", "");
  walk_test_run (test, globs);
  walk_test_expect (test, "a/.env\n");
}

static void
gives_the_target_of_a_link_once_a_project (WalkTest *test, gconstpointer unused)
{
  walk_test_file (test, "root/a/real.env", "");
  walk_test_file (test, "root/node_modules/b/only.json", "");
  g_autofree char *absolute = g_build_filename (test->path, "root/a/real.env", NULL);
  walk_test_link (test, "../a/real.env", "root/b/.env");
  walk_test_link (test, absolute, "root/b/.env.absolute");
  walk_test_link (test, "../node_modules/b/only.json", "root/b/one.json");
  walk_test_link (test, "../node_modules/b/only.json", "root/c/two.json");
  walk_test_link (test, "real.env", "root/a/.env"); /* within a project */
  walk_test_run (test, NULL);
  g_assert_true (g_hash_table_contains (test->given, "a/real.env"));
  g_assert_false (g_hash_table_contains (test->given, "a/.env"));
  g_assert_true (g_hash_table_contains (test->given, "b/.env"));
  g_assert_cmpstr (g_hash_table_lookup (test->links, "b/.env"), ==, "a/real.env");
  g_assert_cmpstr (g_hash_table_lookup (test->links, "b/.env.absolute"), ==, "a/real.env");
  g_assert_cmpstr (g_hash_table_lookup (test->links, "c/two.json"), ==, "node_modules/b/only.json");
}

static void
follows_no_link_out_of_the_root (WalkTest *test, gconstpointer unused)
{
  walk_test_file (test, "outside/secret.json", "");
  walk_test_file (test, "root/a/b", "");
  walk_test_link (test, "../../outside/secret.json", "root/a/x.json");
  walk_test_link (test, "../../outside", "root/a/deep");
  walk_test_link (test, "/dev/zero", "root/a/zero.conf");
  walk_test_link (test, "/dev/zero", "root/a/zero");
  walk_test_link (test, "loop.json", "root/a/loop.json");
  walk_test_link (test, "missing", "root/a/.env");
  walk_test_link (test, ".", "root/a/self");
  walk_test_run (test, NULL);
  walk_test_expect (test, "a/b\n");
  walk_test_expect_problem (test, "a/x.json", "out of its root");
  walk_test_expect_problem (test, "a/zero.conf", "out of its root");
  walk_test_expect_problem (test, "a/loop.json", "loop");
  walk_test_expect_problem (test, "a/.env", "nothing");
  walk_test_expect_problem (test, "a/zero", NULL);
}

static void
follows_linked_projects (WalkTest *test, gconstpointer unused)
{
  walk_test_file (test, "elsewhere/shop/.env", "");
  walk_test_file (test, "elsewhere/secret.json", "");
  walk_test_link (test, ".env", "elsewhere/shop/.env.link");
  walk_test_link (test, "../secret.json", "elsewhere/shop/secret.json");
  walk_test_link (test, "../elsewhere/shop", "root/shop");
  walk_test_link (test, "../elsewhere/shop", "root/shop-again");
  walk_test_file (test, "elsewhere/shop/part/.env", "");
  walk_test_link (test, "../elsewhere/shop/part", "root/a-part");
  walk_test_file (test, "root/a/.env", "");
  walk_test_link (test, "a", "root/same");
  walk_test_link (test, "..", "root/up");
  walk_test_link (test, "/proc", "root/kernel");
  walk_test_run (test, NULL);
  walk_test_expect (test, "a/.env\nshop/.env (project)\nshop/part/.env (project)\n");
  walk_test_expect_problem (test, "shop/secret.json", "out of its root");
  walk_test_expect_problem (test, "up", "holds a root");
}

static PmInterest
everything (const char *path, gpointer data)
{
  return PM_INTEREST_CONTENT;
}

static gboolean
count_roots (const PmWalkFile *file, guint worker, gpointer data)
{
  g_atomic_int_inc ((gint *) data + file->root);
  return TRUE;
}

static void
walks_a_root_in_a_root_once (WalkTest *test, gconstpointer unused)
{
  walk_test_file (test, "root/a/.env", "");
  walk_test_file (test, "root/b", "");
  g_autofree char *root = g_build_filename (test->path, "root", NULL);
  g_autofree char *inner = g_build_filename (test->path, "root/a", NULL);
  g_autofree char *missing = g_build_filename (test->path, "missing", NULL);
  gint n_files[4] = {0};
  PmWalkOptions options = {.roots = (const char *const[]){root, inner, root, missing, NULL}};
  PmWalkHandler handler = {.interest = everything, .file = count_roots, .data = n_files};
  pm_walk (&options, &handler, &test->counts);
  g_assert_cmpint (n_files[0], ==, 1);
  g_assert_cmpint (n_files[1], ==, 1);
  g_assert_cmpint (n_files[2] + n_files[3], ==, 0);
  g_assert_cmpuint (test->counts.problems, ==, 1);
}

static void
stops_when_told (WalkTest *test, gconstpointer unused)
{
  walk_test_file (test, "root/a/.env", "");
  g_autofree char *root = g_build_filename (test->path, "root", NULL);
  gint n_files = 0, cancelled = 1;
  PmWalkOptions options = {.roots = (const char *const[]){root, NULL}, .cancelled = &cancelled};
  PmWalkHandler handler = {.interest = everything, .file = count_roots, .data = &n_files};
  pm_walk (&options, &handler, &test->counts);
  g_assert_cmpint (n_files, ==, 0);
  cancelled = 0;
  pm_walk (&options, &handler, &test->counts);
  g_assert_cmpint (n_files, ==, 1);
}

static gboolean
note_beside (const PmWalkFile *file, guint worker, gpointer data)
{
  WalkTest *test = data;
  g_mutex_lock (&test->lock);
  g_hash_table_insert (test->given, g_strdup (file->path), g_strdup_printf ("%x", file->beside));
  g_mutex_unlock (&test->lock);
  return TRUE;
}

static void
tells_what_lies_beside (WalkTest *test, gconstpointer unused)
{
  static const char *const noted[] = {".env", ".env.local", NULL};
  walk_test_file (test, "root/a/x", "");
  walk_test_file (test, "root/b/x", "");
  walk_test_file (test, "root/b/.env.local", "");
  walk_test_file (test, "root/c/x", "");
  walk_test_link (test, "../b/.env.local", "root/c/.ENV");
  g_autofree char *root = g_build_filename (test->path, "root", NULL);
  PmWalkOptions options = {.roots = (const char *const[]){root, NULL}};
  PmWalkHandler handler = {
      .interest = everything, .file = note_beside, .noted = noted, .data = test};
  pm_walk (&options, &handler, &test->counts);
  walk_test_expect (test, "a/x (0)\nb/.env.local (2)\nb/x (2)\nc/x (1)\n");
}

/* Files that are not in memory when they are asked for the first time. */
typedef struct {
  gint n_first, n_again, n_inside;
  gint working[PM_WALK_MOST_WORKERS];
  gboolean refuses;
} Absent;

static gboolean
is_absent_at_first (const PmWalkFile *file, guint worker, gpointer data)
{
  Absent *absent = data;
  g_assert_cmpint (g_atomic_int_add (&absent->working[worker], 1), ==, 0);
  gboolean is_taken = file->may_wait || !absent->refuses;
  g_atomic_int_inc (file->may_wait ? &absent->n_again : &absent->n_first);
  for (guint i = 0; i < 100; i++)
    g_thread_yield (); /* so that others come in between, if they can */
  g_atomic_int_add (&absent->working[worker], -1);
  return is_taken;
}

static void
walk_absent (WalkTest *test, guint n_workers, Absent *absent)
{
  g_autofree char *root = g_build_filename (test->path, "root", NULL);
  PmWalkOptions options = {.roots = (const char *const[]){root, NULL}, .n_workers = n_workers};
  PmWalkHandler handler = {.interest = everything, .file = is_absent_at_first, .data = absent};
  pm_walk (&options, &handler, &test->counts);
}

#define ABSENT_FOLDERS 40
#define ABSENT_FILES 5

static void
works_on_while_it_waits (WalkTest *test, gconstpointer unused)
{
  for (guint i = 0; i < ABSENT_FOLDERS; i++)
    for (guint k = 0; k < ABSENT_FILES; k++) {
      g_autofree char *path = g_strdup_printf ("root/%u/in/%u", i, k);
      walk_test_file (test, path, k == 0 ? "" : "text");
    }
  const gint n = ABSENT_FOLDERS * ABSENT_FILES;
  for (guint n_workers = 1; n_workers <= 3; n_workers++) {
    Absent present = {0}, absent = {.refuses = TRUE};
    walk_absent (test, n_workers, &present);
    g_assert_cmpint (present.n_first, ==, n);
    g_assert_cmpint (present.n_again, ==, 0);
    walk_absent (test, n_workers, &absent);
    g_assert_cmpint (absent.n_first, ==, n);
    g_assert_cmpint (absent.n_again, ==, n);
    g_assert_cmpuint (test->counts.given, ==, n);
    g_assert_cmpuint (test->counts.waits, >=, n);
  }
}

static void
says_names_that_can_be_printed (void)
{
  g_autofree char *escaped = pm_walk_printable ("caf\xe9/\x1b[1m\xc3\xa9.env");
  g_assert_cmpstr (escaped, ==, "caf\\xe9/\\x1b[1m\xc3\xa9.env");
}

#define ADD(name, run)                                                                             \
  g_test_add ("/walk/walk/" name, WalkTest, NULL, walk_test_set_up, run, walk_test_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("gives-files-with-their-paths", gives_files_with_their_paths);
  ADD ("skips-dependencies-and-output", skips_dependencies_and_output);
  ADD ("reads-excluded-configuration", reads_excluded_configuration);
  ADD ("starts-anew-in-a-repository", starts_anew_in_a_repository);
  ADD ("honours-the-users-globs", honours_the_users_globs);
  ADD ("gives-the-target-of-a-link-once-a-project", gives_the_target_of_a_link_once_a_project);
  ADD ("follows-no-link-out-of-the-root", follows_no_link_out_of_the_root);
  ADD ("follows-linked-projects", follows_linked_projects);
  ADD ("walks-a-root-in-a-root-once", walks_a_root_in_a_root_once);
  ADD ("stops-when-told", stops_when_told);
  ADD ("works-on-while-it-waits", works_on_while_it_waits);
  ADD ("tells-what-lies-beside", tells_what_lies_beside);
  g_test_add_func ("/walk/walk/says-names-that-can-be-printed", says_names_that_can_be_printed);
  return g_test_run ();
}
