#include "base/line-diff.h"

#include <string.h>

/* Hunks as text: "1,2>1,0" is old lines 1 and 2 taken away. */
static char *
describe (const char *before, const char *after)
{
  g_autoptr (GArray) old_starts = pm_line_starts (before, strlen (before));
  g_autoptr (GArray) new_starts = pm_line_starts (after, strlen (after));
  g_autoptr (GArray) hunks = pm_line_diff (before, old_starts, after, new_starts);
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < hunks->len; i++) {
    const PmLineHunk *hunk = &g_array_index (hunks, PmLineHunk, i);
    g_string_append_printf (text, "%s%u,%u>%u,%u", i == 0 ? "" : " ", hunk->old_first,
                            hunk->old_count, hunk->new_first, hunk->new_count);
  }
  return g_string_free (text, FALSE);
}

static void
expect (const char *before, const char *after, const char *expected)
{
  g_autofree char *hunks = describe (before, after);
  g_assert_cmpstr (hunks, ==, expected);
}

static void
finds_what_changed (void)
{
  expect ("", "", "");
  expect ("a\nb\n", "a\nb\n", "");
  expect ("a\nb\nc\n", "a\nx\nc\n", "1,1>1,1");
  expect ("a\nc\n", "a\nb\nc\n", "1,0>1,1");
  expect ("a\nb\nc\n", "a\nc\n", "1,1>1,0");
  expect ("", "a\n", "0,0>0,1");
  expect ("a\n", "", "0,1>0,0");
}

static void
keeps_what_is_common_between (void)
{
  expect ("a\nb\nc\nd\ne\n", "x\nb\nc\nd\ny\n", "0,1>0,1 4,1>4,1");
  expect ("a\nb\nc\nd\n", "b\nc\nz\nd\n", "0,1>0,0 3,0>2,1");
}

static void
takes_a_missing_end_of_line_for_a_change (void)
{
  expect ("a\nb", "a\nb\n", "1,1>1,1");
}

/* Applying the hunks gives the new text, whatever the texts are. */
static void
hunks_make_the_new_text (void)
{
  for (guint round = 0; round < 500; round++) {
    g_autoptr (GString) before = g_string_new (NULL), after = g_string_new (NULL);
    for (gint n = g_test_rand_int_range (0, 30); n > 0; n--)
      g_string_append_printf (before, "%d\n", g_test_rand_int_range (0, 6));
    for (gint n = g_test_rand_int_range (0, 30); n > 0; n--)
      g_string_append_printf (after, "%d\n", g_test_rand_int_range (0, 6));
    g_autoptr (GArray) old_starts = pm_line_starts (before->str, before->len);
    g_autoptr (GArray) new_starts = pm_line_starts (after->str, after->len);
    g_autoptr (GArray) hunks = pm_line_diff (before->str, old_starts, after->str, new_starts);
    g_autoptr (GString) made = g_string_new (NULL);
    const gsize *from = (const gsize *) (const void *) old_starts->data;
    const gsize *to = (const gsize *) (const void *) new_starts->data;
    guint line = 0;
    for (guint i = 0; i < hunks->len; i++) {
      const PmLineHunk *hunk = &g_array_index (hunks, PmLineHunk, i);
      g_string_append_len (made, before->str + from[line],
                           (gssize) (from[hunk->old_first] - from[line]));
      g_string_append_len (made, after->str + to[hunk->new_first],
                           (gssize) (to[hunk->new_first + hunk->new_count] - to[hunk->new_first]));
      line = hunk->old_first + hunk->old_count;
    }
    g_string_append (made, before->str + from[line]);
    g_assert_cmpstr (made->str, ==, after->str);
  }
}

static void
what_is_too_long_is_one_change (void)
{
  g_autoptr (GString) before = g_string_new ("same\n"), after = g_string_new ("same\n");
  for (guint i = 0; i <= PM_LINE_DIFF_MOST; i++) {
    g_string_append_printf (before, "old %u\n", i);
    g_string_append_printf (after, "new %u\n", i);
  }
  g_autofree char *hunks = describe (before->str, after->str);
  g_autofree char *expected =
      g_strdup_printf ("1,%u>1,%u", PM_LINE_DIFF_MOST + 1, PM_LINE_DIFF_MOST + 1);
  g_assert_cmpstr (hunks, ==, expected);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/line-diff/finds-what-changed", finds_what_changed);
  g_test_add_func ("/base/line-diff/keeps-what-is-common-between", keeps_what_is_common_between);
  g_test_add_func ("/base/line-diff/takes-a-missing-end-of-line-for-a-change",
                   takes_a_missing_end_of_line_for_a_change);
  g_test_add_func ("/base/line-diff/hunks-make-the-new-text", hunks_make_the_new_text);
  g_test_add_func ("/base/line-diff/what-is-too-long-is-one-change",
                   what_is_too_long_is_one_change);
  return g_test_run ();
}
