#include "base/large-work.h"

#define N_THREADS 8
#define ROUNDS 200

static gint n_inside, most_inside; /* atomic */

static gpointer
work (gpointer is_in_turn)
{
  for (guint i = 0; i < ROUNDS; i++) {
    if (is_in_turn != NULL)
      pm_large_work_begin ();
    gint n = g_atomic_int_add (&n_inside, 1) + 1;
    if (n > g_atomic_int_get (&most_inside))
      g_atomic_int_set (&most_inside, n);
    g_usleep (10);
    g_atomic_int_add (&n_inside, -1);
    if (is_in_turn != NULL)
      pm_large_work_end ();
  }
  return NULL;
}

/* The most threads that were at work at once. */
static gint
most_at_once (gboolean is_in_turn)
{
  GThread *threads[N_THREADS];
  g_atomic_int_set (&most_inside, 0);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("work", work, GINT_TO_POINTER (is_in_turn));
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  return g_atomic_int_get (&most_inside);
}

static void
one_at_a_time (void)
{
  g_assert_cmpint (most_at_once (TRUE), ==, 1);
  g_assert_cmpint (most_at_once (FALSE), >, 1); /* the control */
}

static void
whoever_works_may_begin_again (void)
{
  pm_large_work_begin ();
  pm_large_work_begin ();
  pm_large_work_end ();
  pm_large_work_end ();
  g_assert_cmpint (most_at_once (TRUE), ==, 1); /* nobody holds it */
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/large-work/one-at-a-time", one_at_a_time);
  g_test_add_func ("/base/large-work/whoever-works-may-begin-again", whoever_works_may_begin_again);
  return g_test_run ();
}
