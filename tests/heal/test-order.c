#include "heal/order.h"

static void
needed_ones_first (void)
{
  /* web needs api, api needs db and cache */
  enum { WEB, API, DB, CACHE, N };
  PmOrderEdge edges[] = {{WEB, API}, {API, DB}, {API, CACHE}};
  guint levels[N];
  pm_order_levels (N, edges, G_N_ELEMENTS (edges), levels);
  g_assert_cmpuint (levels[DB], ==, 0);
  g_assert_cmpuint (levels[CACHE], ==, 0);
  g_assert_cmpuint (levels[API], ==, 1);
  g_assert_cmpuint (levels[WEB], ==, 2);
}

static void
all_at_once_where_nobody_needs_anybody (void)
{
  guint levels[3] = {9, 9, 9};
  pm_order_levels (3, NULL, 0, levels);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (levels[i], ==, 0);
}

static void
circles_have_an_end (void)
{
  PmOrderEdge edges[] = {{0, 1}, {1, 2}, {2, 0}, {3, 0}, {0, 0}, {0, 77}};
  guint levels[4];
  pm_order_levels (4, edges, G_N_ELEMENTS (edges), levels);
  g_assert_cmpuint (levels[3], >, levels[0]);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (levels[i], <, 4);
}

/* Whatever the graph: without a circle nobody comes before what it needs. */
static void
holds_for_any_graph_without_circles (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  for (guint round = 0; round < 500; round++) {
    guint n = (guint) g_rand_int_range (random, 1, 40);
    g_autoptr (GArray) edges = g_array_new (FALSE, FALSE, sizeof (PmOrderEdge));
    g_autofree guint *levels = g_new (guint, n);
    for (guint k = 0; k < 2 * n && n > 1; k++) {
      guint from = (guint) g_rand_int_range (random, 1, (gint32) n);
      PmOrderEdge edge = {from, (guint) g_rand_int_range (random, 0, (gint32) from)};
      g_array_append_val (edges, edge);
    }
    pm_order_levels (n, (const PmOrderEdge *) (void *) edges->data, edges->len, levels);
    for (guint k = 0; k < edges->len; k++) {
      PmOrderEdge edge = g_array_index (edges, PmOrderEdge, k);
      g_assert_cmpuint (levels[edge.from], >, levels[edge.to]);
    }
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/heal/order/needed-ones-first", needed_ones_first);
  g_test_add_func ("/heal/order/all-at-once-where-nobody-needs-anybody",
                   all_at_once_where_nobody_needs_anybody);
  g_test_add_func ("/heal/order/circles-have-an-end", circles_have_an_end);
  g_test_add_func ("/heal/order/holds-for-any-graph-without-circles",
                   holds_for_any_graph_without_circles);
  return g_test_run ();
}
