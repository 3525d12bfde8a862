#include "base/timestamp.h"

static void
assert_reads_back (gint64 time_us, const char *text)
{
  char buffer[PM_TIMESTAMP_SIZE];
  gint64 back = -1;
  g_assert_cmpstr (pm_timestamp_format (time_us, buffer), ==, text);
  g_assert_true (pm_timestamp_parse (text, &back));
  g_assert_cmpint (back, ==, time_us);
}

static void
reads_back_what_it_writes (void)
{
  assert_reads_back (0, "1970-01-01T00:00:00.000000Z");
  assert_reads_back (-1, "1969-12-31T23:59:59.999999Z");
  assert_reads_back (G_GINT64_CONSTANT (951782400000001), "2000-02-29T00:00:00.000001Z");
  assert_reads_back (G_GINT64_CONSTANT (4107542399000000), "2100-02-28T23:59:59.000000Z");
  assert_reads_back (G_GINT64_CONSTANT (253402300799999999), "9999-12-31T23:59:59.999999Z");
}

static void
reads_other_forms (void)
{
  gint64 time_us = 0;
  g_assert_true (pm_timestamp_parse ("1970-01-01t01:00:01+01:00", &time_us));
  g_assert_cmpint (time_us, ==, 1000000);
  g_assert_true (pm_timestamp_parse ("1969-12-31 23:30:00.5-00:30", &time_us));
  g_assert_cmpint (time_us, ==, 500000);
  g_assert_true (pm_timestamp_parse ("1970-01-01T00:00:00.123456789Z", &time_us));
  g_assert_cmpint (time_us, ==, 123456);
}

static void
refuses_what_is_no_time (void)
{
  static const char *const wrong[] = {
      "",
      "2026",
      "2026-11-22",
      "2026-11-22T19:26:13",
      "2026-13-01T00:00:00Z",
      "2025-02-29T00:00:00Z",
      "2026-11-22T24:00:00Z",
      "2026-11-22T19:26:13.Z",
      "2026-11-22T19:26:13Z ",
      "2026-11-22T19:26:13+0100",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    gint64 time_us = 7;
    g_assert_false (pm_timestamp_parse (wrong[i], &time_us));
    g_assert_cmpint (time_us, ==, 7);
  }
}

static void
clamps_what_has_no_text (void)
{
  char buffer[PM_TIMESTAMP_SIZE];
  g_assert_cmpstr (pm_timestamp_format (G_MAXINT64, buffer), ==, "9999-12-31T23:59:59.999999Z");
  g_assert_cmpstr (pm_timestamp_format (G_MININT64, buffer), ==, "0000-01-01T00:00:00.000000Z");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/timestamp/reads-back-what-it-writes", reads_back_what_it_writes);
  g_test_add_func ("/base/timestamp/reads-other-forms", reads_other_forms);
  g_test_add_func ("/base/timestamp/refuses-what-is-no-time", refuses_what_is_no_time);
  g_test_add_func ("/base/timestamp/clamps-what-has-no-text", clamps_what_has_no_text);
  return g_test_run ();
}
