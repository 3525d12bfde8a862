/* What passes text over for addresses never passes one over, and what stands in many lines is found
 * where it stands. */

#include "discovery/stray-addresses.h"

#include <string.h>

#include "discovery/recognise.h"

#define ROUNDS 200000

/* What addresses are made of, and what stands around them. */
static const char *const pieces[] = {
    "1",
    "10",
    "203",
    "255",
    "0",
    "::",
    ":",
    ".",
    ".",
    "-",
    "fe80",
    "db8",
    "a",
    "ffff",
    "[",
    "]",
    "/",
    "%eth0",
    " ",
    "\t",
    "=",
    "\"",
    "x",
    "G",
    "v",
    ":80",
    "ip",
    ".nip.io",
    ".sslip.io",
    "ec2-",
    ".compute.amazonaws.com",
    "c0a80101",
    ".bc.googleusercontent.com",
    "1.2.3.4",
    "::1",
};

static char *
random_text (GRand *rand)
{
  GString *text = g_string_new (NULL);
  for (gint32 n = g_rand_int_range (rand, 1, 14); n > 0; n--)
    g_string_append (text, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
  return g_string_free (text, FALSE);
}

static gboolean
has_address (const char *text)
{
  g_autoptr (GArray) hits = g_array_new (FALSE, TRUE, sizeof (PmHit));
  pm_recogniser_scan (PM_GRAMMAR_TEXT, text, strlen (text), hits);
  for (guint i = 0; i < hits->len; i++)
    if (g_array_index (hits, PmHit, i).kind == PM_KIND_IP)
      return TRUE;
  return FALSE;
}

static void
never_passes_one_over (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261128);
  guint n_with = 0, n_passed_over = 0;
  for (guint i = 0; i < ROUNDS; i++) {
    g_autofree char *text = random_text (rand);
    gboolean has = has_address (text), may = pm_stray_addresses_may_be_in (text, strlen (text));
    if (has && !may)
      g_error ("passed over: %s", text);
    n_with += has;
    n_passed_over += !may;
  }
  /* There was something to find, and something to pass over. */
  g_assert_cmpuint (n_with, >, ROUNDS / 20);
  g_assert_cmpuint (n_passed_over, >, ROUNDS / 20);
}

/* "LINE:COLUMN ADDRESS", one a line. */
static char *
found_in (const char *text)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting =
      pm_recognise ("shop/notes.txt", "shop", text, strlen (text), NULL, arena);
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < sighting->findings->len; i++) {
    const PmFinding *f = &g_array_index (sighting->findings, PmFinding, i);
    g_string_append_printf (out, "%u:%u %s\n", f->position.line, f->position.column, f->address);
  }
  return g_string_free (out, FALSE);
}

/* Blocks end where lines do, wherever that is. */
static void
finds_each_in_its_line (void)
{
  for (guint width = 0; width < 200; width += 7) {
    g_autoptr (GString) text = g_string_new (NULL), expected = g_string_new (NULL);
    for (guint line = 1; line <= 300; line++) {
      for (guint i = 0; i < width; i++)
        g_string_append_c (text, 'x');
      gboolean is_there = line % 97 == 0;
      g_string_append (text, is_there ? " 203.0.113.5\n" : "\n");
      if (is_there)
        g_string_append_printf (expected, "%u:%u 203.0.113.5\n", line, width + 2);
    }
    g_autofree char *got = found_in (text->str);
    g_assert_cmpstr (got, ==, expected->str);
  }
}

static void
finds_those_at_a_lines_edges (void)
{
  static const char *const texts[][2] = {
      {"::1\tlocalhost", "1:1 ::1\n"},
      {"203.0.113.5", "1:1 203.0.113.5\n"},
      {"\n\nc0a80101.nip.io", "3:1 192.168.1.1\n"},
      {"2001:db8:1:2:3:4:5:6\n", "1:1 2001:db8:1:2:3:4:5:6\n"},
      {"", ""},
      {"\n", ""},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *got = found_in (texts[i][0]);
    g_assert_cmpstr (got, ==, texts[i][1]);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stray-addresses/never-passes-one-over", never_passes_one_over);
  g_test_add_func ("/stray-addresses/finds-each-in-its-line", finds_each_in_its_line);
  g_test_add_func ("/stray-addresses/finds-those-at-a-lines-edges", finds_those_at_a_lines_edges);
  return g_test_run ();
}
