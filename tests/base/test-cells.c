#include "base/cells.h"

static void
expect (char *(*cut) (const char *, guint), const char *text, guint width, const char *expected)
{
  g_autofree char *got = cut (text, width);
  g_assert_cmpstr (got, ==, expected);
  g_assert_cmpuint (pm_cells_width (got), <=, width);
}

static void
cuts_the_end (void)
{
  expect (pm_cells_cut, "billing", 7, "billing");
  expect (pm_cells_cut, "billing", 6, "billi…");
  expect (pm_cells_cut, "日本語", 4, "日…");
}

static void
cuts_inside_and_keeps_the_end (void)
{
  expect (pm_cells_cut_inside, "a/b.env:1", 9, "a/b.env:1");
  expect (pm_cells_cut_inside, "shop/config/web/settings.ini:12", 19, "shop/c…tings.ini:12");
  expect (pm_cells_cut_inside, "日本語/日本語:3", 8, "日…語:3");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/cells/cuts-the-end", cuts_the_end);
  g_test_add_func ("/base/cells/cuts-inside-and-keeps-the-end", cuts_inside_and_keeps_the_end);
  return g_test_run ();
}
