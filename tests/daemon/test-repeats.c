#include "daemon/repeats.h"

#include <string.h>

#define SECOND G_USEC_PER_SEC

static void
keep (GLogLevelFlags level, const char *line, gpointer data)
{
  g_ptr_array_add (data, g_strdup_printf ("%s%s", level == G_LOG_LEVEL_WARNING ? "! " : "", line));
}

typedef struct {
  PmRepeats *repeats;
  GPtrArray *told;
} Rig;

static void
set_up (Rig *rig, gconstpointer data)
{
  rig->repeats = pm_repeats_new ();
  rig->told = g_ptr_array_new_with_free_func (g_free);
}

static void
tear_down (Rig *rig, gconstpointer data)
{
  pm_repeats_free (rig->repeats);
  g_ptr_array_unref (rig->told);
}

static void
test_once (Rig *rig, gconstpointer data)
{
  g_assert_true (pm_repeats_take (rig->repeats, G_LOG_LEVEL_WARNING, "gone", 0));
  for (gint64 i = 1; i <= 57; i++)
    g_assert_false (pm_repeats_take (rig->repeats, G_LOG_LEVEL_WARNING, "gone", i * SECOND));
  g_assert_true (pm_repeats_take (rig->repeats, G_LOG_LEVEL_WARNING, "gone too", 57 * SECOND));
  pm_repeats_tell (rig->repeats, 58 * SECOND, FALSE, keep, rig->told);
  g_assert_cmpuint (rig->told->len, ==, 0);
}

static void
test_over (Rig *rig, gconstpointer data)
{
  pm_repeats_take (rig->repeats, G_LOG_LEVEL_WARNING, "gone", 0);
  pm_repeats_take (rig->repeats, G_LOG_LEVEL_WARNING, "gone", SECOND);
  pm_repeats_take (rig->repeats, G_LOG_LEVEL_WARNING, "gone", 2 * SECOND);
  pm_repeats_tell (rig->repeats, 2 * SECOND + PM_REPEATS_OVER_US, FALSE, keep, rig->told);
  g_assert_cmpuint (rig->told->len, ==, 1);
  g_assert_cmpstr (rig->told->pdata[0], ==, "! came 2 times more: gone");
  /* Another time is another story. */
  g_assert_true (pm_repeats_take (rig->repeats, G_LOG_LEVEL_WARNING, "gone", 100 * SECOND));
}

static void
test_goes_on (Rig *rig, gconstpointer data)
{
  gint64 end_us = 3 * PM_REPEATS_EVERY_US;
  guint written = 0;
  for (gint64 now_us = 0; now_us <= end_us; now_us += SECOND) {
    written += pm_repeats_take (rig->repeats, G_LOG_LEVEL_WARNING, "gone", now_us) ? 1 : 0;
    pm_repeats_tell (rig->repeats, now_us, FALSE, keep, rig->told);
  }
  g_assert_cmpuint (written, ==, 1);
  g_assert_cmpuint (rig->told->len, ==, 3);
  g_assert_cmpstr (rig->told->pdata[0], ==, "! came 300 times more: gone");
  g_assert_cmpstr (rig->told->pdata[2], ==, "! came 300 times more: gone");
}

static void
test_end (Rig *rig, gconstpointer data)
{
  pm_repeats_take (rig->repeats, G_LOG_LEVEL_MESSAGE, "said", 0);
  pm_repeats_take (rig->repeats, G_LOG_LEVEL_MESSAGE, "once", 0);
  pm_repeats_take (rig->repeats, G_LOG_LEVEL_MESSAGE, "said", 1);
  pm_repeats_tell (rig->repeats, 2, TRUE, keep, rig->told);
  pm_repeats_tell (rig->repeats, 3, TRUE, keep, rig->told);
  g_assert_cmpuint (rig->told->len, ==, 1);
  g_assert_cmpstr (rig->told->pdata[0], ==, "came 1 time more: said");
}

static void
test_many (Rig *rig, gconstpointer data)
{
  for (guint i = 0; i < 10 * PM_REPEATS_MOST_LINES; i++) {
    g_autofree char *line = g_strdup_printf ("line %u", i);
    g_assert_true (pm_repeats_take (rig->repeats, G_LOG_LEVEL_MESSAGE, line, i));
  }
  g_assert_false (pm_repeats_take (rig->repeats, G_LOG_LEVEL_MESSAGE, "line 0", SECOND));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/daemon/repeats/" name, Rig, NULL, set_up, test, tear_down)
  ADD ("a-line-is-written-once", test_once);
  ADD ("how-often-it-came-is-told-when-it-is-over", test_over);
  ADD ("and-every-few-minutes-while-it-goes-on", test_goes_on);
  ADD ("and-at-the-end-of-what-was-counted", test_end);
  ADD ("many-different-lines-are-all-written", test_many);
  return g_test_run ();
}
