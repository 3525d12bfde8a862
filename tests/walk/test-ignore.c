#include "walk/ignore.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

static gboolean
ignored (const char *patterns, const char *path, gboolean is_directory)
{
  gboolean complete;
  g_autoptr (PmIgnore) ignore = pm_ignore_new (NULL, "", patterns, strlen (patterns), &complete);
  g_assert_true (complete);
  return pm_ignore_matches (ignore, path, is_directory);
}

static void
follows_the_manual (void)
{
  g_assert_true (ignored ("*.log\n", "a/b.log", FALSE));
  g_assert_false (ignored ("*.log\n!b.log\n", "a/b.log", FALSE));
  g_assert_true (ignored ("!b.log\n*.log\n", "a/b.log", FALSE));
  g_assert_false (ignored ("#a\n", "#a", FALSE));
  g_assert_true (ignored ("\\#a\n\\!b", "#a", FALSE));
  g_assert_true (ignored ("\\#a\n\\!b", "!b", FALSE));
  g_assert_true (ignored ("a  \r\n", "a", FALSE));
  g_assert_true (ignored ("a\\ \n", "a ", FALSE));
  g_assert_true (ignored ("build/\n", "x/build", TRUE));
  g_assert_false (ignored ("build/\n", "x/build", FALSE));
  g_assert_true (ignored ("/build\n", "build", TRUE));
  g_assert_false (ignored ("/build\n", "x/build", TRUE));
  g_assert_true (ignored ("doc/frotz/\n", "doc/frotz", TRUE));
  g_assert_false (ignored ("doc/frotz/\n", "a/doc/frotz", TRUE));
  g_assert_true (ignored ("foo/*\n", "foo/test.json", FALSE));
  g_assert_false (ignored ("foo/*\n", "foo/bar/hello.c", FALSE));
}

static void
crosses_directories_by_two_stars_only (void)
{
  g_assert_true (ignored ("**/foo", "foo", FALSE));
  g_assert_true (ignored ("**/foo/bar", "a/b/foo/bar", FALSE));
  g_assert_true (ignored ("abc/**", "abc/x/y", FALSE));
  g_assert_false (ignored ("abc/**", "abc", TRUE));
  g_assert_true (ignored ("a/**/b", "a/b", FALSE));
  g_assert_true (ignored ("a/**/b", "a/x/y/b", FALSE));
  g_assert_false (ignored ("a/**/b", "a/x/yb", FALSE));
  g_assert_false (ignored ("a/x**y", "a/x/y", FALSE));
  g_assert_true (ignored ("a/x**y", "a/xzy", FALSE));
}

static void
reads_classes (void)
{
  g_assert_true (ignored ("[a-c]x", "bx", FALSE));
  g_assert_false (ignored ("[!a-c]x", "bx", FALSE));
  g_assert_true (ignored ("[]-]x", "]x", FALSE));
  g_assert_true (ignored ("[[:digit:]_]x", "7x", FALSE));
  g_assert_false (ignored ("[ab", "[ab", FALSE));
  g_assert_true (ignored ("\\[ab", "[ab", FALSE));
}

static void
lets_deeper_files_override (void)
{
  gboolean complete;
  g_autoptr (PmIgnore) top = pm_ignore_new (NULL, "", "*.env\n/a/x\n", 12, &complete);
  g_autoptr (PmIgnore) deep = pm_ignore_new (top, "a", "!dev.env\n/y\n", 12, &complete);
  g_assert_false (pm_ignore_matches (deep, "a/dev.env", FALSE));
  g_assert_true (pm_ignore_matches (deep, "a/other.env", FALSE));
  g_assert_true (pm_ignore_matches (deep, "a/x", FALSE));
  g_assert_true (pm_ignore_matches (deep, "a/y", FALSE));
  g_assert_false (pm_ignore_matches (deep, "a/b/y", FALSE));
  g_assert_false (pm_ignore_matches (NULL, "a", FALSE));
}

static void
says_what_it_leaves_out (void)
{
  gboolean complete = TRUE;
  g_autofree char *longest = g_strnfill (PM_IGNORE_LONGEST_PATTERN + 1, 'x');
  g_autoptr (PmIgnore) one G_GNUC_UNUSED =
      pm_ignore_new (NULL, "", longest, strlen (longest), &complete);
  g_assert_false (complete);

  g_autoptr (GString) many = g_string_new (NULL);
  for (guint i = 0; i <= PM_IGNORE_MOST_PATTERNS; i++)
    g_string_append_printf (many, "p%u\n", i);
  g_autoptr (PmIgnore) two = pm_ignore_new (NULL, "", many->str, many->len, &complete);
  g_assert_false (complete);
  g_assert_true (pm_ignore_matches (two, "p17", FALSE));
}

static void
takes_no_exponential_time (void)
{
  g_autoptr (GString) pattern = g_string_new ("**/");
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < 300; i++)
    g_string_append (pattern, "*a");
  for (guint i = 0; i < 1000; i++)
    g_string_append (text, "aa/");
  gint64 start = g_get_monotonic_time ();
  g_assert_false (pm_ignore_glob (pattern->str, text->str));
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
}

/* --- against git itself --- */

static char *
random_words (const char *const *words, guint n_words, gint most)
{
  GString *text = g_string_new (NULL);
  gint n = g_test_rand_int_range (1, most + 1);
  for (gint i = 0; i < n; i++)
    g_string_append (text, words[g_test_rand_int_range (0, (gint) n_words)]);
  return g_string_free (text, FALSE);
}

static GPtrArray *
random_paths (void)
{
  static const char *const words[] = {"a", "b", "/", "/", ".", "ab", "-", "x"};
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  while (paths->len < 300) {
    g_autofree char *path = random_words (words, G_N_ELEMENTS (words), 8);
    gsize length = strlen (path);
    if (path[0] == '/' || path[length - 1] == '/' || path[0] == '.' ||
        strstr (path, "//") != NULL || strstr (path, "/.") != NULL)
      continue;
    g_ptr_array_add (paths, g_strdup (path));
  }
  return paths;
}

/* A path below an excluded directory is excluded, whatever else is said. */
static gboolean
excluded_with_parents (const PmIgnore *ignore, const char *path)
{
  for (const char *slash = strchr (path, '/'); slash != NULL; slash = strchr (slash + 1, '/')) {
    g_autofree char *parent = g_strndup (path, (gsize) (slash - path));
    if (pm_ignore_matches (ignore, parent, TRUE))
      return TRUE;
  }
  return pm_ignore_matches (ignore, path, FALSE);
}

static char *
git_check_ignore (const char *repository, GPtrArray *paths)
{
  g_autoptr (GString) input = g_string_new (NULL);
  for (guint i = 0; i < paths->len; i++)
    g_string_append_printf (input, "%s\n", (const char *) paths->pdata[i]);
  g_autoptr (GSubprocess) check =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, "git",
                        "-C", repository, "check-ignore", "--no-index", "--stdin", NULL);
  char *output = NULL;
  g_assert_true (g_subprocess_communicate_utf8 (check, input->str, NULL, &output, NULL, NULL));
  return output;
}

/* git strips a literal beginning before it matches, and then takes the stars of `x**` for a whole
 * component, against its own manual. Such patterns are left out here. */
static gboolean
has_stars_inside_a_component (const char *patterns)
{
  for (const char *at = strstr (patterns, "**"); at != NULL; at = strstr (at + 1, "**"))
    if (at > patterns && at[-1] != '/' && at[-1] != '\n')
      return TRUE;
  return FALSE;
}

static void
agrees_with_git (void)
{
  static const char *const words[] = {"a",           "b",    "/",  "*", "**",  "/**/", "?",
                                      "[ab]",        "[!a]", "ab", "!", "\n",  "\n",   "\n",
                                      "\\a",         "-",    ".",  "x", "**/", "/**",  "[a-b]",
                                      "[[:alpha:]]", "\\*",  " ",  "#", "[",   "]"};
  g_autofree char *git = g_find_program_in_path ("git");
  if (git == NULL) {
    g_test_skip ("git is not installed");
    return;
  }
  g_autofree char *repository = g_dir_make_tmp ("pm-ignore-XXXXXX", NULL);
  g_autofree char *init = g_strdup_printf ("git init -q %s", repository);
  g_assert_true (g_spawn_command_line_sync (init, NULL, NULL, NULL, NULL));
  g_autofree char *file = g_build_filename (repository, ".gitignore", NULL);

  guint n_excluded = 0;
  for (guint round = 0; round < 200; round++) {
    g_autofree char *patterns = random_words (words, G_N_ELEMENTS (words), 24);
    if (has_stars_inside_a_component (patterns))
      continue;
    g_assert_true (g_file_set_contents (file, patterns, -1, NULL));
    gboolean complete;
    g_autoptr (PmIgnore) ignore = pm_ignore_new (NULL, "", patterns, strlen (patterns), &complete);
    g_autoptr (GPtrArray) paths = random_paths ();
    g_autofree char *output = git_check_ignore (repository, paths);
    g_auto (GStrv) excluded = g_strsplit (output, "\n", -1);
    for (guint i = 0; i < paths->len; i++) {
      const char *path = paths->pdata[i];
      gboolean ours = excluded_with_parents (ignore, path);
      gboolean theirs = g_strv_contains ((const char *const *) excluded, path);
      if (ours != theirs)
        g_error ("\"%s\" is %sexcluded by git, %sby us, with patterns:\n%s", path,
                 theirs ? "" : "not ", ours ? "" : "not ", patterns);
      n_excluded += theirs;
    }
  }
  g_assert_cmpuint (n_excluded, >, 1000);
  g_autofree char *clean = g_strdup_printf ("rm -rf %s", repository);
  g_assert_true (g_spawn_command_line_sync (clean, NULL, NULL, NULL, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/walk/ignore/follows-the-manual", follows_the_manual);
  g_test_add_func ("/walk/ignore/crosses-directories-by-two-stars-only",
                   crosses_directories_by_two_stars_only);
  g_test_add_func ("/walk/ignore/reads-classes", reads_classes);
  g_test_add_func ("/walk/ignore/lets-deeper-files-override", lets_deeper_files_override);
  g_test_add_func ("/walk/ignore/says-what-it-leaves-out", says_what_it_leaves_out);
  g_test_add_func ("/walk/ignore/takes-no-exponential-time", takes_no_exponential_time);
  g_test_add_func ("/walk/ignore/agrees-with-git", agrees_with_git);
  return g_test_run ();
}
