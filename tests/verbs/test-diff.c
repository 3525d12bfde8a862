#include <glib.h>
#include <string.h>

#include "base/cells.h"
#include "verbs/diff.h"
#include "verbs/secrets.h"

typedef void (*Show) (GString *out, const PmDiffFile *file, guint width);

static void
unified (GString *out, const PmDiffFile *file, guint width)
{
  pm_diff_unified (out, file, FALSE);
}

static void
side_by_side (GString *out, const PmDiffFile *file, guint width)
{
  pm_diff_side_by_side (out, file, FALSE, width);
}

/* The text with one word replaced, wherever it stands. */
static char *
show (Show how, const char *text, const char *old_word, const char *new_word, guint width)
{
  g_autoptr (GArray) edits = g_array_new (FALSE, FALSE, sizeof (PmDiffEdit));
  for (const char *at = text; (at = strstr (at, old_word)) != NULL; at += strlen (old_word)) {
    guint32 start = (guint32) (at - text);
    PmDiffEdit edit = {{start, start + (guint32) strlen (old_word)}, new_word};
    g_array_append_val (edits, edit);
  }
  PmDiffFile file = {"f", text, strlen (text), (const PmDiffEdit *) (void *) edits->data,
                     edits->len};
  GString *out = g_string_new (NULL);
  how (out, &file, width);
  return g_string_free (out, FALSE);
}

static void
changes_are_shown_with_what_is_around (void)
{
  g_autofree char *out = show (unified, "1\n2\n3\n4\n5=80\n6\n7\n8\n9\n10\n11=80\n", "80", "81", 0);
  g_assert_cmpstr (out, ==,
                   "--- a/f\n+++ b/f\n@@ -2,10 +2,10 @@\n 2\n 3\n 4\n-5=80\n+5=81\n 6\n 7\n 8\n 9\n"
                   " 10\n-11=80\n+11=81\n");
}

static void
secrets_are_masked_on_both_sides (void)
{
  static const char text[] = "URL=postgres://me:hunter2@db:5432/x\n";
  g_autofree char *above = show (unified, text, "5432", "5433", 0);
  g_autofree char *beside = show (side_by_side, text, "5432", "5433", 100);
  g_assert_null (strstr (above, "hunter2"));
  g_assert_nonnull (strstr (above, "+URL=postgres://me:****@db:5433/x"));
  g_assert_null (strstr (beside, "hunter2"));
  g_assert_nonnull (strstr (beside, "URL=postgres://me:****@db:5432/x"));
  g_assert_nonnull (strstr (beside, "| URL=postgres://me:****@db:5433/x"));
}

static void
every_kind_of_secret_is_masked (void)
{
  static const char *const lines[] = {
      "SENTRY=https://hunter2@h/42",
      "CLONE=http://hunter2@h:3000/x.git",
      "DB_PASS=hunter2",
      "MYSQL_PASS: 'hunter2'",
      "GITHUB_PAT=hunter2",
      "PW=hunter2",
      "AUTH: hunter2",
      "jwt = \"hunter2\"",
      "command: redis-server --requirepass hunter2 --port 6379",
      "command: [\"--requirepass\", \"hunter2\"]",
      "\"args\": [\"--token\", \"hunter2\", \"--x\"]",
      "curl -u admin:hunter2 http://localhost:3000/",
      "curl --user=admin:hunter2 http://localhost/",
      "Authorization: Bearer hunter2",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *masked = pm_secrets_mask (lines[i], strlen (lines[i]), NULL, 0);
    if (strstr (masked, "hunter2") != NULL || strstr (masked, "****") == NULL)
      g_error ("%s", masked);
  }
}

static void
what_is_no_secret_is_shown (void)
{
  static const char *const lines[] = {
      "  \"private\": true,",
      "token: null",
      "PATH=/usr/bin:/bin",
      "COMPASS_PORT=3000",
      "AUTH_URL=http://localhost:3000/login",
      "PWA_PORT=3000",
      "URL=postgres://app@db:5432/",
      "GIT=ssh://git@host/x.git",
      "run -u 1000 web",
      "PATTERN=a*",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *masked = pm_secrets_mask (lines[i], strlen (lines[i]), NULL, 0);
    g_assert_cmpstr (masked, ==, lines[i]);
  }
}

static void
expect_no_wider (const char *out, guint width)
{
  g_auto (GStrv) rows = g_strsplit (out, "\n", -1);
  for (guint i = 1; rows[i] != NULL; i++)
    g_assert_cmpuint (pm_cells_width (rows[i]), <=, width);
}

static void
columns_stay_within_the_width (void)
{
  static const char text[] = "名前=サーバーの住所はここです:8080 と 8080\nshort=8080\n";
  for (guint width = 80; width < 120; width++) {
    g_autofree char *out = show (side_by_side, text, "8080", "18080", width);
    expect_no_wider (out, width);
    g_assert_nonnull (strstr (out, "| short=18080"));
  }
}

static void
a_change_far_to_the_right_is_seen (void)
{
  g_autofree char *much = g_strnfill (500, '.');
  g_autofree char *text = g_strdup_printf ("%s8080%s\n", much, much);
  g_autofree char *out = show (side_by_side, text, "8080", "9090", 100);
  expect_no_wider (out, 100);
  g_assert_nonnull (strstr (out, "8080"));
  g_assert_nonnull (strstr (out, "9090"));
  g_assert_nonnull (strstr (out, "…"));
  g_auto (GStrv) rows = g_strsplit (out, "\n", -1);
  g_assert_cmpuint (g_strv_length (rows), <, 9);
}

static void
control_characters_are_escaped (void)
{
  g_autofree char *out = show (unified, "\033[2J=80\n", "80", "81", 0);
  g_assert_null (strchr (out, '\033'));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verbs/diff/changes-are-shown-with-what-is-around",
                   changes_are_shown_with_what_is_around);
  g_test_add_func ("/verbs/diff/every-kind-of-secret-is-masked", every_kind_of_secret_is_masked);
  g_test_add_func ("/verbs/diff/what-is-no-secret-is-shown", what_is_no_secret_is_shown);
  g_test_add_func ("/verbs/diff/secrets-are-masked-on-both-sides",
                   secrets_are_masked_on_both_sides);
  g_test_add_func ("/verbs/diff/columns-stay-within-the-width", columns_stay_within_the_width);
  g_test_add_func ("/verbs/diff/a-change-far-to-the-right-is-seen",
                   a_change_far_to_the_right_is_seen);
  g_test_add_func ("/verbs/diff/control-characters-are-escaped", control_characters_are_escaped);
  return g_test_run ();
}
