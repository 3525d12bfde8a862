#include "walk/skip.h"

static void
skips_what_nobody_wrote (void)
{
  static const char *const names[] = {".git",         ".hg",           ".svn",
                                      "node_modules", ".venv",         ".terraform",
                                      ".next",        "__pycache__",   "bower_components",
                                      ".yarn",        "site-packages", ".pnpm-store",
                                      ".Trash",       "CVS",           ".cache",
                                      ".turbo",       ".vercel",       "lost+found"};
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_true (pm_skip_directory (names[i], 0, FALSE));
}

static void
needs_a_marker_for_names_with_two_meanings (void)
{
  g_assert_false (pm_skip_directory ("vendor", 0, FALSE));
  g_assert_true (pm_skip_directory ("vendor", PM_MARKER_GO, FALSE));
  g_assert_false (pm_skip_directory ("vendor", PM_MARKER_NODE, FALSE));
  g_assert_true (pm_skip_directory ("target", PM_MARKER_CARGO, FALSE));
  /* Older Vue projects keep their webpack configuration in build/. */
  g_assert_false (pm_skip_directory ("build", PM_MARKER_NODE, FALSE));
  g_assert_true (pm_skip_directory ("build", PM_MARKER_NODE, TRUE));
  g_assert_true (pm_skip_directory ("dist", PM_MARKER_NODE, FALSE));
  g_assert_false (pm_skip_directory ("dist", 0, FALSE));
  g_assert_false (pm_skip_directory ("config", PM_MARKER_NODE, TRUE));
  g_assert_false (pm_skip_directory (".vscode", PM_MARKER_NODE, TRUE));
}

static void
knows_markers (void)
{
  g_assert_cmpuint (pm_skip_marker ("package.json"), ==, PM_MARKER_NODE);
  g_assert_cmpuint (pm_skip_marker ("Shop.csproj"), ==, PM_MARKER_DOTNET);
  g_assert_cmpuint (pm_skip_marker (".gitignore"), ==, PM_MARKER_IGNORE);
  g_assert_cmpuint (pm_skip_marker ("pyvenv.cfg"), ==, PM_MARKER_VIRTUALENV);
  g_assert_cmpuint (pm_skip_marker ("packages.json"), ==, 0);
  g_assert_cmpuint (pm_skip_marker ("csproj"), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/walk/skip/skips-what-nobody-wrote", skips_what_nobody_wrote);
  g_test_add_func ("/walk/skip/needs-a-marker-for-names-with-two-meanings",
                   needs_a_marker_for_names_with_two_meanings);
  g_test_add_func ("/walk/skip/knows-markers", knows_markers);
  return g_test_run ();
}
