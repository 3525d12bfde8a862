/* What stands in a manual page is text, whatever is in it. */

#include <glib.h>
#include <string.h>

#include "cli/roff.h"

static void
expect (const char *text, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);
  pm_roff_text (out, text);
  g_assert_cmpstr (out->str, ==, expected);
}

static void
no_text_is_a_request (void)
{
  expect (".sp 20", "\\&.sp 20\n");
  expect ("'br", "\\(aqbr\n");
  expect ("a\\fB\\n", "a\\(rsfB\\(rsn\n");
  expect ("“--x” …", "\\[u201C]\\-\\-x\\[u201D] \\[u2026]\n");
}

static void
sentences_begin_lines (void)
{
  expect ("One. Two (2.) three", "One.\nTwo (2.)\nthree\n");
  expect ("a . b", "a . b\n");
}

static void
lines_are_short (void)
{
  g_autofree char *long_text = g_strnfill (400, 'x');
  for (gsize i = 9; i < 400; i += 10)
    long_text[i] = i == 79 ? ' ' : i % 20 == 9 ? ' ' : '.';
  g_autoptr (GString) out = g_string_new (NULL);
  pm_roff_text (out, long_text);
  g_auto (GStrv) lines = g_strsplit (out->str, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    g_assert_cmpuint (strlen (*line), <=, 80);
    g_assert_true ((*line)[0] != '.');
  }
}

static void
backticks_in_pairs_are_bold (void)
{
  expect ("of `a b`.", "of \\fBa b\\fR.\n");
  expect ("a ` b", "a \\(ga b\n");
}

static void
usage_tells_words_from_placeholders (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  pm_roff_usage (out, "pin SERVICE --reason [TEXT…]");
  g_assert_cmpstr (out->str, ==,
                   "\\fBpin\\fR \\fISERVICE\\fR \\fB\\-\\-reason\\fR [\\fITEXT\\fR\\[u2026]]\n");
}

static void
lines_with_a_space_stand_as_they_are (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  pm_roff_paragraphs (out, "one\ntwo\n  .x  y\n\nthree");
  g_assert_cmpstr (out->str, ==, "one two\n.EX\n  .x  y\n.EE\n.PP\nthree\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/roff/no-text-is-a-request", no_text_is_a_request);
  g_test_add_func ("/cli/roff/sentences-begin-lines", sentences_begin_lines);
  g_test_add_func ("/cli/roff/lines-are-short", lines_are_short);
  g_test_add_func ("/cli/roff/backticks-in-pairs-are-bold", backticks_in_pairs_are_bold);
  g_test_add_func ("/cli/roff/usage-tells-words-from-placeholders",
                   usage_tells_words_from_placeholders);
  g_test_add_func ("/cli/roff/lines-with-a-space-stand-as-they-are",
                   lines_with_a_space_stand_as_they_are);
  return g_test_run ();
}
