#include "net/targets.h"
#include "notify/timing.h"

#include <gio/gio.h>

static gint64
at (GTimeZone *zone, gint day, gint hour, gint minute, double second)
{
  g_autoptr (GDateTime) time = g_date_time_new (zone, 2026, 10, day, hour, minute, second);
  return g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time);
}

static gint64
after (GTimeZone *zone, const char *hours, PmSeverity severity, gint64 now_us)
{
  char *list[] = {(char *) hours, NULL};
  PmConfigChannel options = {.quiet_hours = list};
  return pm_timing_after_quiet (&options, severity, now_us, zone);
}

static void
holds_until_the_end_of_the_quiet_hours (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  const PmSeverity note = PM_SEVERITY_NOTE;
  g_assert_nonnull (zone);
  g_assert_cmpint (after (zone, "22:00-07:00", note, at (zone, 5, 23, 10, 3)), ==,
                   at (zone, 6, 7, 0, 0));
  g_assert_cmpint (after (zone, "22:00-07:00", note, at (zone, 6, 6, 59, 59)), ==,
                   at (zone, 6, 7, 0, 0));
  g_assert_cmpint (after (zone, "22:00-07:00", note, at (zone, 6, 7, 0, 0)), ==,
                   at (zone, 6, 7, 0, 0));
  g_assert_cmpint (after (zone, "12:30-13:00", PM_SEVERITY_WARNING, at (zone, 6, 12, 30, 0)), ==,
                   at (zone, 6, 13, 0, 0));
  g_assert_cmpint (after (zone, "12:30-13:00", note, at (zone, 6, 12, 29, 59)), ==,
                   at (zone, 6, 12, 29, 59));
  g_assert_cmpint (after (zone, "00:00-24:00", note, at (zone, 6, 12, 0, 0)), ==,
                   at (zone, 7, 0, 0, 0));
}

/* On 2026-10-25 the clock goes back from 3 to 2 in Berlin: seven is an hour further away. */
static void
goes_by_the_clock_on_the_wall (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  gint64 before = at (zone, 24, 23, 0, 0), end = at (zone, 25, 7, 0, 0);
  g_assert_cmpint (after (zone, "22:00-07:00", PM_SEVERITY_NOTE, before), ==, end);
  g_assert_cmpint (end - before, ==, 9 * G_TIME_SPAN_HOUR);
}

static void
errors_know_no_quiet_hours (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  gint64 now_us = at (zone, 5, 23, 10, 0);
  g_assert_cmpint (after (zone, "22:00-07:00", PM_SEVERITY_ERROR, now_us), ==, now_us);
}

static gboolean
tells (const char *severity, const char *project_glob, PmSeverity of, const char *project)
{
  char *globs[] = {(char *) project_glob, NULL};
  PmConfigChannel options = {.severity = (char *) severity, .projects = globs};
  PmNotice notice = {.severity = of, .project = (char *) project};
  return pm_timing_tells (&options, &notice);
}

static void
tells_by_severity_and_project (void)
{
  g_assert_true (tells ("warning", NULL, PM_SEVERITY_WARNING, "shop"));
  g_assert_true (tells ("warning", NULL, PM_SEVERITY_ERROR, "shop"));
  g_assert_false (tells ("warning", NULL, PM_SEVERITY_NOTE, "shop"));
  g_assert_true (tells ("note", "shop*", PM_SEVERITY_NOTE, "shop/api"));
  g_assert_false (tells ("note", "shop*", PM_SEVERITY_NOTE, "crm"));
  g_assert_true (tells ("note", "shop*", PM_SEVERITY_NOTE, ""));
}

static void
backs_off_from_5_to_300_seconds (void)
{
  static const gint64 seconds[] = {5, 10, 20, 40, 80, 160, 300, 300};
  for (guint i = 0; i < G_N_ELEMENTS (seconds); i++) {
    g_assert_cmpint (pm_timing_backoff_us (i + 1, 0), ==, seconds[i] * G_USEC_PER_SEC);
    g_assert_cmpint (pm_timing_backoff_us (i + 1, 1), ==, seconds[i] * G_USEC_PER_SEC * 6 / 5);
  }
  g_assert_cmpint (pm_timing_backoff_us (G_MAXUINT, 0), ==, 300 * G_USEC_PER_SEC);
}

static gboolean
is_allowed (const char *text)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);
  g_autoptr (GSocketAddress) place = g_inet_socket_address_new (address, 80);
  union {
    struct sockaddr any;
    guint8 bytes[128];
  } native;
  gssize size = g_socket_address_get_native_size (place);
  g_assert_true (g_socket_address_to_native (place, &native, sizeof native, NULL));
  return pm_target_is_allowed (&native.any, (socklen_t) size, NULL);
}

static void
never_asks_where_nobody_means (void)
{
  static const char *const refused[] = {
      "169.254.169.254",
      "169.254.0.1",
      "0.0.0.0",
      "0.1.2.3",
      "224.0.0.1",
      "255.255.255.255",
      "240.0.0.1",
      "::",
      "fe80::1",
      "febf::1",
      "ff02::1",
      "::ffff:169.254.169.254",
      "64:ff9b::a9fe:a9fe",
      "fd00:ec2::254",
  };
  static const char *const allowed[] = {
      "127.0.0.1", "10.1.2.3",    "203.0.113.7",     "::1",
      "fd00::1",   "2001:db8::1", "::ffff:10.0.0.1", "169.253.1.1"};
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    if (is_allowed (refused[i]))
      g_error ("%s may be asked", refused[i]);
  for (guint i = 0; i < G_N_ELEMENTS (allowed); i++)
    if (!is_allowed (allowed[i]))
      g_error ("%s may not be asked", allowed[i]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/notify/timing/holds-until-the-end-of-the-quiet-hours",
                   holds_until_the_end_of_the_quiet_hours);
  g_test_add_func ("/notify/timing/goes-by-the-clock-on-the-wall", goes_by_the_clock_on_the_wall);
  g_test_add_func ("/notify/timing/errors-know-no-quiet-hours", errors_know_no_quiet_hours);
  g_test_add_func ("/notify/timing/tells-by-severity-and-project", tells_by_severity_and_project);
  g_test_add_func ("/notify/timing/backs-off-from-5-to-300-seconds",
                   backs_off_from_5_to_300_seconds);
  g_test_add_func ("/notify/targets/never-asks-where-nobody-means", never_asks_where_nobody_means);
  return g_test_run ();
}
