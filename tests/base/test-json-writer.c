#include "base/json-writer.h"

#include <math.h>

static void
writes_nested_values (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "a", -3);
  pm_json_key (&json, "b");
  pm_json_begin_array (&json);
  pm_json_begin_object (&json);
  pm_json_end_object (&json);
  pm_json_bool (&json, TRUE);
  pm_json_null (&json);
  pm_json_raw (&json, "[1]");
  pm_json_end_array (&json);
  pm_json_member_double (&json, "c", 0.95);
  pm_json_member_string (&json, "d", NULL);
  pm_json_member_time (&json, "e", 1);
  pm_json_end_object (&json);
  g_assert_cmpstr (out->str, ==,
                   "{\"a\":-3,\"b\":[{},true,null,[1]],\"c\":0.95,\"d\":null,"
                   "\"e\":\"1970-01-01T00:00:00.000001Z\"}");
}

static void
assert_string (const char *text, gsize length, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_string_len (&json, text, length);
  g_assert_cmpstr (out->str, ==, expected);
  g_assert_true (g_utf8_validate (out->str, (gssize) out->len, NULL));
}

static void
escapes_hostile_text (void)
{
  assert_string ("a\"b\\c\n\x1b[31m", 10, "\"a\\\"b\\\\c\\n\\u001b[31\"");
  assert_string ("nul\0end", 7, "\"nul\\u0000end\"");
  assert_string ("\x7f\xc2\x9b", 3, "\"\\u007f\\u009b\"");
  assert_string ("caf\xc3\xa9", 5, "\"caf\xc3\xa9\"");
  assert_string ("\xe2\x80\xa8", 3, "\"\\u2028\"");
}

static void
replaces_what_is_no_utf8 (void)
{
  assert_string ("a\xff"
                 "b",
                 3,
                 "\"a\xef\xbf\xbd"
                 "b\"");
  assert_string ("\xc3", 1, "\"\xef\xbf\xbd\"");
  assert_string ("\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void
writes_numbers_that_read_back (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_array (&json);
  pm_json_double (&json, 0.1 + 0.2);
  pm_json_double (&json, (double) NAN);
  pm_json_double (&json, (double) INFINITY);
  pm_json_int (&json, G_MININT64);
  pm_json_end_array (&json);
  g_assert_cmpstr (out->str, ==, "[0.30000000000000004,null,null,-9223372036854775808]");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/json-writer/writes-nested-values", writes_nested_values);
  g_test_add_func ("/base/json-writer/escapes-hostile-text", escapes_hostile_text);
  g_test_add_func ("/base/json-writer/replaces-what-is-no-utf8", replaces_what_is_no_utf8);
  g_test_add_func ("/base/json-writer/writes-numbers-that-read-back",
                   writes_numbers_that_read_back);
  return g_test_run ();
}
