#include <string.h>

#include "config/edit.h"
#include "config/text.h"

/* One change, of a value in GVariant's text form ("'x'", "['a', 'b']", "int64 3"); NULL: away. */
static char *
edit (const char *text, const char *key, const char *value, GError **error)
{
  gsize wrong = 0;
  g_autoptr (GVariant) variant =
      value == NULL ? NULL : g_variant_parse (NULL, value, NULL, NULL, NULL);
  PmConfigChange change = {key, variant};
  GString *after = pm_config_edit (text, strlen (text), &change, 1, &wrong, error);
  return after == NULL ? NULL : g_string_free (after, FALSE);
}

static void
expect (const char *before, const char *key, const char *value, const char *after)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = edit (before, key, value, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, after);
}

static void
expect_refusal (const char *before, const char *key, const char *value, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = edit (before, key, value, &error);
  g_assert_null (text);
  g_assert_error (error, PM_CONFIG_ERROR, PM_CONFIG_ERROR_EDIT);
  g_assert_cmpstr (error->message, ==, message);
}

static void
writes_over_a_value_and_nothing_else (void)
{
  expect ("# mine\n[ip]\npolicy   =  \"propose\"  # for now\n", "ip.policy", "'apply'",
          "# mine\n[ip]\npolicy   =  \"apply\"  # for now\n");
  expect ("ip.policy = 'propose'\n", "ip.policy", "'apply'", "ip.policy = 'apply'\n");
  expect ("ip.policy = 'propose'\n", "ip.policy", "'it\\'s'", "ip.policy = \"it's\"\n");
  expect ("[health]\ninterval_s = 1_0\n", "health.interval_s", "int64 30",
          "[health]\ninterval_s = 30\n");
  expect ("[scan]\nwatch = true\n", "scan.watch", "false", "[scan]\nwatch = false\n");
  expect ("heal = { enabled = false, budget = 3 }\n", "heal.enabled", "true",
          "heal = { enabled = true, budget = 3 }\n");
  expect ("[heal]\nbreaker_share = 0.2\n", "heal.breaker_share", "0.5",
          "[heal]\nbreaker_share = 0.5\n");
}

static void
escapes_what_it_writes (void)
{
  expect ("", "notify.mail.user", "'a\"b\\\\c\\nd\\u0001'",
          "[notify.mail]\nuser = \"a\\\"b\\\\c\\nd\\u0001\"\n");
  expect ("", "pools.my own.pool", "['1-2']", "[pools]\n\"my own.pool\" = [\"1-2\"]\n");
}

static void
puts_a_new_key_behind_its_siblings (void)
{
  expect ("[ip]\npolicy = \"apply\" # why\n\n[heal]\n", "ip.hold_down_s", "int64 5",
          "[ip]\npolicy = \"apply\" # why\nhold_down_s = 5\n\n[heal]\n");
  expect ("[ip]\n  policy = \"apply\"", "ip.hold_down_s", "int64 5",
          "[ip]\n  policy = \"apply\"\n  hold_down_s = 5\n");
  expect ("ip.policy = \"apply\"\nroots = []\n", "ip.hold_down_s", "int64 5",
          "ip.policy = \"apply\"\nip.hold_down_s = 5\nroots = []\n");
  expect ("ip = { policy = \"apply\" }\n", "ip.hold_down_s", "int64 5",
          "ip = { policy = \"apply\", hold_down_s = 5 }\n");
  expect ("ip = {}\n", "ip.hold_down_s", "int64 5", "ip = { hold_down_s = 5 }\n");
  expect ("[ip]\n[heal]\n", "ip.hold_down_s", "int64 5", "[ip]\nhold_down_s = 5\n[heal]\n");
  expect ("[notify.mail]\nsmtp = \"a\"\n[notify]\nenabled = true\n", "notify.keep_h", "int64 5",
          "[notify.mail]\nsmtp = \"a\"\n[notify]\nenabled = true\nkeep_h = 5\n");
}

static void
makes_a_table_where_there_is_none (void)
{
  expect ("", "ip.policy", "'apply'", "[ip]\npolicy = \"apply\"\n");
  expect ("roots = []", "ip.policy", "'apply'", "roots = []\n\n[ip]\npolicy = \"apply\"\n");
  expect ("[notify]\nkeep_h = 1\n", "notify.mail.smtp", "'smtp://x'",
          "[notify]\nkeep_h = 1\n\n[notify.mail]\nsmtp = \"smtp://x\"\n");
}

static void
keeps_what_is_of_no_table_above_all_tables (void)
{
  expect ("# head\n\n# about it\n[ip]\npolicy = \"apply\"\n", "roots", "['/srv']",
          "# head\n\nroots = [\"/srv\"]\n\n# about it\n[ip]\npolicy = \"apply\"\n");
  expect ("# head", "roots", "['/srv']", "# head\nroots = [\"/srv\"]\n");
}

static void
keeps_a_list_as_it_is_laid_out (void)
{
  const char *lines = "roots = [\n  \"/a\", # one\n  \"/b\",\n  \"/c\" # three\n]\n";
  expect ("roots = [\"/a\"]\n", "roots", "['/a', '/b']", "roots = [\"/a\", \"/b\"]\n");
  expect ("roots = [\"/b\"]\n", "roots", "['/a', '/b']", "roots = [\"/a\", \"/b\"]\n");
  expect ("roots = [\"/a\", \"/b\", \"/c\"]\n", "roots", "['/a', '/c']",
          "roots = [\"/a\", \"/c\"]\n");
  expect ("roots = [\"/a\", \"/b\"]\n", "roots", "['/a']", "roots = [\"/a\"]\n");
  expect ("roots = [\"/a\", \"/b\"]\n", "roots", "@as []", "roots = []\n");
  expect (lines, "roots", "['/a', '/c']", "roots = [\n  \"/a\", # one\n  \"/c\" # three\n]\n");
  expect (lines, "roots", "['/a', '/x', '/c']",
          "roots = [\n  \"/a\", # one\n  \"/x\",\n  \"/c\" # three\n]\n");
  expect (lines, "roots", "['/a', '/b', '/c', '/d']",
          "roots = [\n  \"/a\", # one\n  \"/b\",\n  \"/c\", # three\n  \"/d\"\n]\n");
  expect (lines, "roots", "['/0', '/a', '/b', '/c']",
          "roots = [\n  \"/0\",\n  \"/a\", # one\n  \"/b\",\n  \"/c\" # three\n]\n");
  expect (lines, "roots", "['/a', '/a1', '/b', '/c']",
          "roots = [\n  \"/a\", # one\n  \"/a1\",\n  \"/b\",\n  \"/c\" # three\n]\n");
}

static void
takes_a_key_away_with_its_line (void)
{
  expect ("[ip]\n# about\npolicy = \"apply\" # why\nhold_down_s = 5\n", "ip.policy", NULL,
          "[ip]\n# about\nhold_down_s = 5\n");
  expect ("roots = [\n  \"/a\",\n]\n[ip]\n", "roots", NULL, "[ip]\n");
  expect ("ip = { policy = \"apply\", hold_down_s = 5 }\n", "ip.policy", NULL,
          "ip = { hold_down_s = 5 }\n");
  expect ("ip = { policy = \"apply\", hold_down_s = 5 }\n", "ip.hold_down_s", NULL,
          "ip = { policy = \"apply\" }\n");
  expect ("[ip]\n", "ip.policy", NULL, "[ip]\n");
}

static const char two[] = "[[service]]\nmatch = \"name:a\"\n\n# the second\n[[service]]\n"
                          "match = \"name:b\"\n[service.check]\nrise = 2\n\n[ip]\n";

static void
edits_the_elements_of_a_list_of_tables (void)
{
  expect (two, "service[0].pinned", "'why'",
          "[[service]]\nmatch = \"name:a\"\npinned = \"why\"\n\n# the second\n[[service]]\n"
          "match = \"name:b\"\n[service.check]\nrise = 2\n\n[ip]\n");
  expect (two, "service[1].check.fall", "int64 3",
          "[[service]]\nmatch = \"name:a\"\n\n# the second\n[[service]]\n"
          "match = \"name:b\"\n[service.check]\nrise = 2\nfall = 3\n\n[ip]\n");
  expect (two, "service[0].check.fall", "int64 3",
          "[[service]]\nmatch = \"name:a\"\ncheck.fall = 3\n\n# the second\n[[service]]\n"
          "match = \"name:b\"\n[service.check]\nrise = 2\n\n[ip]\n");
  expect (two, "service[2].match", "'name:c'",
          "[[service]]\nmatch = \"name:a\"\n\n# the second\n[[service]]\n"
          "match = \"name:b\"\n[service.check]\nrise = 2\n\n[[service]]\nmatch = \"name:c\"\n\n"
          "[ip]\n");
  expect ("", "service[0].match", "'name:c'", "[[service]]\nmatch = \"name:c\"\n");
  expect ("[[service]]\nmatch = \"x\"\n", "root[0].path", "'/a'",
          "[[service]]\nmatch = \"x\"\n\n[[root]]\npath = \"/a\"\n");
}

static void
takes_an_element_away_with_what_belongs_to_it (void)
{
  expect (two, "service[1]", NULL, "[[service]]\nmatch = \"name:a\"\n\n[ip]\n");
  expect (two, "service[0]", NULL,
          "# the second\n[[service]]\nmatch = \"name:b\"\n[service.check]\nrise = 2\n\n[ip]\n");
  expect ("[ip]\n\n[[service]]\nmatch = \"x\"\n", "service[0]", NULL, "[ip]\n");
  expect ("[[service]]\nmatch = \"x\"\n\n# the end\n", "service[0]", NULL, "# the end\n");
}

static void
is_not_taken_in_by_what_looks_like_a_table (void)
{
  const char *text = "[notify]\ndashboard = '''\n[ip]\n'''\nkeep_h = 1\n";
  expect (text, "ip.policy", "'apply'",
          "[notify]\ndashboard = '''\n[ip]\n'''\nkeep_h = 1\n\n[ip]\npolicy = \"apply\"\n");
  expect ("roots = [\n  \"/a\"\n]\n", "ip.policy", "'apply'",
          "roots = [\n  \"/a\"\n]\n\n[ip]\npolicy = \"apply\"\n");
}

static void
leaves_to_people_what_only_they_should_edit (void)
{
  expect_refusal ("", "service[1].match", "'x'",
                  "service[1].match is more than one behind the last");
  expect_refusal ("service = [{ match = \"x\" }]\n", "service[1].match", "'y'",
                  "service is written as one value, not as tables: add to it by hand");
  expect_refusal ("", "a..b", "'y'", "a..b is no key: as in ip.policy or service[0].pinned");
  expect_refusal ("[ip]\npolicy = \"x\"\n", "ip", "'y'", "ip is a table: name one of its keys");
  expect_refusal ("", "service[0]", "'y'", "service[0] is a table: name one of its keys");
  expect_refusal ("", "service[0]", NULL,
                  "service[0] is not there, or is no table of its own: edit it by hand");
}

static void
keeps_windows_line_ends_of_others (void)
{
  expect ("[ip]\r\npolicy = \"a\"\r\nhold_down_s = 1\r\n", "ip.policy", "'apply'",
          "[ip]\r\npolicy = \"apply\"\r\nhold_down_s = 1\r\n");
  expect ("[ip]\r\npolicy = \"a\"\r\nhold_down_s = 1\r\n", "ip.policy", NULL,
          "[ip]\r\nhold_down_s = 1\r\n");
}

static void
reads_values_as_they_are_written (void)
{
  const char *text = "roots = [\"~/a\"]\n[health]\ninterval_s = 1_0\n[heal]\nenabled = true\n"
                     "breaker_share = 0.25\n[pools]\napi = [\"1-2\"]\n\"my own\" = []\n";
  const char *const expected[][2] = {{"roots", "['~/a']"},
                                     {"health.interval_s", "10"},
                                     {"heal.enabled", "true"},
                                     {"heal.breaker_share", "0.25"},
                                     {"pools.my own", "[]"}};
  g_autoptr (PmConfigText) file = pm_config_text_new (text, strlen (text));
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autoptr (GVariant) value = pm_config_text_value (file, expected[i][0]);
    g_assert_nonnull (value);
    g_autofree char *shown = g_variant_print (value, FALSE);
    g_assert_cmpstr (shown, ==, expected[i][1]);
  }
  g_auto (GStrv) pools = pm_config_text_pools (file);
  g_assert_cmpuint (g_strv_length (pools), ==, 2);
  guint first, last;
  g_assert_true (pm_config_text_lines (file, "heal.enabled", &first, &last));
  g_assert_cmpuint (first, ==, 5);
}

/* The value is read back, and everything else reads as before, wherever it was put. */
static void
every_change_reads_back (void)
{
  static const char *const files[] = {
      "", "roots = [\"/a\"]\n", "# c\n[ip]\npolicy = \"apply\"\n[[service]]\nmatch = \"name:a\"\n",
      "[notify.mail]\nto = [\"a@b.c\"]\n\n[notify]\nkeep_h = 4\n[pools]\nx = [\"5-6\"]\n",
      ("ip = { policy = \"apply\" }\nhealth.rise = 3\n[[root]]\npath = \"/x\"\npolicy = "
       "\"apply\"\n")};
  static const char *const keys[] = {"ip.policy", "notify.mail.from", "service[0].pinned",
                                     "health.check", "scan.note"};
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (keys); k++) {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = edit (files[i], keys[k], "'new'", &error);
      g_assert_no_error (error);
      g_autoptr (PmConfigText) file = pm_config_text_new (text, strlen (text));
      g_autoptr (GVariant) value = pm_config_text_value (file, keys[k]);
      g_assert_nonnull (value);
      g_assert_cmpstr (g_variant_get_string (value, NULL), ==, "new");
      g_autofree char *back = edit (text, keys[k], NULL, &error);
      g_assert_no_error (error);
      g_autoptr (GArray) mistakes = pm_config_mistakes (back, strlen (back));
      g_autoptr (GArray) before = pm_config_mistakes (files[i], strlen (files[i]));
      gboolean left_empty =
          g_str_has_prefix (keys[k], "service[0]") && strstr (files[i], "[[service]]") == NULL;
      g_assert_cmpuint (mistakes->len, ==, before->len + (left_empty ? 1 : 0));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func ("/config/edit/" name, function)
  TEST ("writes-over-a-value-and-nothing-else", writes_over_a_value_and_nothing_else);
  TEST ("escapes-what-it-writes", escapes_what_it_writes);
  TEST ("puts-a-new-key-behind-its-siblings", puts_a_new_key_behind_its_siblings);
  TEST ("makes-a-table-where-there-is-none", makes_a_table_where_there_is_none);
  TEST ("keeps-what-is-of-no-table-above-all-tables", keeps_what_is_of_no_table_above_all_tables);
  TEST ("keeps-a-list-as-it-is-laid-out", keeps_a_list_as_it_is_laid_out);
  TEST ("takes-a-key-away-with-its-line", takes_a_key_away_with_its_line);
  TEST ("edits-the-elements-of-a-list-of-tables", edits_the_elements_of_a_list_of_tables);
  TEST ("takes-an-element-away-with-what-belongs-to-it",
        takes_an_element_away_with_what_belongs_to_it);
  TEST ("is-not-taken-in-by-what-looks-like-a-table", is_not_taken_in_by_what_looks_like_a_table);
  TEST ("leaves-to-people-what-only-they-should-edit", leaves_to_people_what_only_they_should_edit);
  TEST ("keeps-windows-line-ends-of-others", keeps_windows_line_ends_of_others);
  TEST ("reads-values-as-they-are-written", reads_values_as_they_are_written);
  TEST ("every-change-reads-back", every_change_reads_back);
#undef TEST
  return g_test_run ();
}
