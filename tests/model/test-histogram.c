#include "model/histogram.h"

#include <stdlib.h>

static gint
compare (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;
  return left < right ? -1 : left > right;
}

/* Against the sorted numbers themselves, over seven orders of magnitude. */
static void
percentiles (void)
{
  enum { N = 20000 };
  static const double percents[] = {1, 50, 90, 95, 99, 99.9, 100};
  g_autofree gint64 *values = g_new (gint64, N);
  PmHistogram histogram = {0};
  for (guint i = 0; i < N; i++) {
    values[i] = (gint64) (1 + (1 << g_test_rand_int_range (0, 25)) * g_test_rand_double ());
    pm_histogram_add (&histogram, values[i]);
  }
  qsort (values, N, sizeof *values, compare);
  for (guint i = 0; i < G_N_ELEMENTS (percents); i++) {
    gint64 exact = values[(guint) (percents[i] / 100 * N) - 1];
    gint64 got = pm_histogram_percentile (&histogram, percents[i]);
    g_assert_cmpint (ABS (got - exact) * 100, <=, exact * 4 + 100);
  }
}

/* Parts that are written, read and added up are the whole; an average of percentiles is not. */
static void
parts (void)
{
  PmHistogram whole = {0}, sum = {0}, fast = {0}, slow = {0};
  g_autoptr (GString) fast_text = g_string_new (NULL), slow_text = g_string_new (NULL);
  for (guint i = 0; i < 990; i++) {
    pm_histogram_add (&whole, 1000);
    pm_histogram_add (&fast, 1000);
  }
  for (guint i = 0; i < 10; i++) {
    pm_histogram_add (&whole, 1000000);
    pm_histogram_add (&slow, 1000000);
  }
  pm_histogram_write (&fast, fast_text);
  pm_histogram_write (&slow, slow_text);
  pm_histogram_read (&sum, fast_text->str);
  pm_histogram_read (&sum, slow_text->str);
  g_assert_cmpmem (&sum, sizeof sum, &whole, sizeof whole);
  gint64 average = (pm_histogram_percentile (&fast, 95) + pm_histogram_percentile (&slow, 95)) / 2;
  g_assert_cmpint (pm_histogram_percentile (&sum, 95), <, 1100);
  g_assert_cmpint (average, >, 400000);
}

static void
borders (void)
{
  PmHistogram histogram = {0};
  g_assert_cmpint (pm_histogram_percentile (&histogram, 99), ==, 0);
  pm_histogram_add (&histogram, -5);
  pm_histogram_add (&histogram, G_MAXINT64);
  g_assert_cmpuint (histogram.counts[0], ==, 1);
  g_assert_cmpuint (histogram.counts[PM_HISTOGRAM_BUCKETS - 1], ==, 1);
  g_assert_cmpuint (pm_histogram_up_to (&histogram, 0), ==, 1);
  static const char *const hostile[] = {"400:1", "1:99999999999", "-1:1", "1", "x:1", ":", "1:"};
  PmHistogram empty = {0};
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    pm_histogram_read (&empty, hostile[i]);
  g_assert_cmpuint (empty.total, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/histogram/percentiles-are-close", percentiles);
  g_test_add_func ("/model/histogram/parts-add-up", parts);
  g_test_add_func ("/model/histogram/borders-and-hostile-text", borders);
  return g_test_run ();
}
