#include "verbs/analytics.h"

static void
add (GArray *hours, const char *pool, gint64 hour, guint size, guint peak)
{
  PmPoolHour entry = {
      .pool = pool, .hour = hour, .size = size, .in_use = peak, .peak = peak, .taken = 1};
  g_array_append_val (hours, entry);
}

static GArray *
trends (const GArray *hours)
{
  GArray *pools = g_array_new (FALSE, FALSE, sizeof (PmPoolTrend));
  pm_pool_trends (hours, pools);
  return pools;
}

static void
a_straight_line_is_followed (void)
{
  g_autoptr (GArray) hours = g_array_new (FALSE, FALSE, sizeof (PmPoolHour));
  for (gint64 day = 100; day < 110; day++) {
    add (hours, "api", day * 24 + 3, 100, (guint) (day - 100) * 5);
    add (hours, "api", day * 24 + 9, 100, 10 + (guint) (day - 100) * 5);
  }
  g_autoptr (GArray) pools = trends (hours);
  g_assert_cmpuint (pools->len, ==, 1);
  const PmPoolTrend *api = &g_array_index (pools, PmPoolTrend, 0);
  g_assert_cmpuint (api->n_days, ==, 10);
  g_assert_cmpfloat_with_epsilon (api->per_day, 5, 1e-9);
  g_assert_cmpuint (api->peak, ==, 55);
  g_assert_cmpuint (api->in_use, ==, 55);
  g_assert_cmpfloat_with_epsilon (api->full_in_days, 9, 1e-9); /* 45 left, five a day */
  g_assert_cmpuint (api->taken, ==, 20);
}

static void
what_shrinks_or_stays_is_never_full (void)
{
  g_autoptr (GArray) hours = g_array_new (FALSE, FALSE, sizeof (PmPoolHour));
  for (gint64 day = 0; day < 5; day++)
    add (hours, "api", day * 24, 100, 50 - (guint) day);
  for (gint64 day = 0; day < 5; day++)
    add (hours, "web", day * 24, 100, 50);
  g_autoptr (GArray) pools = trends (hours);
  g_assert_cmpuint (pools->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpfloat (g_array_index (pools, PmPoolTrend, i).full_in_days, <, 0);
}

static void
two_days_tell_nothing_yet (void)
{
  g_autoptr (GArray) hours = g_array_new (FALSE, FALSE, sizeof (PmPoolHour));
  add (hours, "api", 0, 100, 10);
  add (hours, "api", 24, 100, 90);
  g_autoptr (GArray) pools = trends (hours);
  g_assert_cmpfloat (g_array_index (pools, PmPoolTrend, 0).per_day, ==, 0);
  g_assert_cmpfloat (g_array_index (pools, PmPoolTrend, 0).full_in_days, <, 0);
}

static void
a_full_pool_is_full_now (void)
{
  g_autoptr (GArray) hours = g_array_new (FALSE, FALSE, sizeof (PmPoolHour));
  add (hours, "api", 0, 100, 100);
  /* An hour in which only something was given back says nothing of how full it was. */
  PmPoolHour quiet = {.pool = "api", .hour = 30, .released = 3};
  g_array_append_val (hours, quiet);
  g_autoptr (GArray) pools = trends (hours);
  const PmPoolTrend *api = &g_array_index (pools, PmPoolTrend, 0);
  g_assert_cmpfloat (api->full_in_days, ==, 0);
  g_assert_cmpuint (api->size, ==, 100);
  g_assert_cmpuint (api->released, ==, 3);
  g_assert_cmpuint (api->n_days, ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verbs/analytics/a-straight-line-is-followed", a_straight_line_is_followed);
  g_test_add_func ("/verbs/analytics/what-shrinks-or-stays-is-never-full",
                   what_shrinks_or_stays_is_never_full);
  g_test_add_func ("/verbs/analytics/two-days-tell-nothing-yet", two_days_tell_nothing_yet);
  g_test_add_func ("/verbs/analytics/a-full-pool-is-full-now", a_full_pool_is_full_now);
  return g_test_run ();
}
