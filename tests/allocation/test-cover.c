/* Against all subsets, on random graphs of a fixed seed. */

#include "allocation/cover.h"

#define STEPS 1000000

static guint64
cost_of (guint n, const guint64 *weights, const gboolean *chosen)
{
  guint64 sum = 0;
  for (guint v = 0; v < n; v++)
    sum += chosen[v] ? weights[v] : 0;
  return sum;
}

static gboolean
covers (const guint64 *weights, const PmCoverEdge *edges, guint n_edges, const gboolean *chosen)
{
  for (guint i = 0; i < n_edges; i++) {
    gboolean possible =
        weights[edges[i].a] != PM_COVER_NEVER || weights[edges[i].b] != PM_COVER_NEVER;
    if (possible && !chosen[edges[i].a] && !chosen[edges[i].b])
      return FALSE;
  }
  return TRUE;
}

static guint64
brute_force (guint n, const guint64 *weights, const PmCoverEdge *edges, guint n_edges)
{
  guint64 best = G_MAXUINT64;
  gboolean chosen[16] = {FALSE};
  for (guint set = 0; set < 1u << n; set++) {
    gboolean possible = TRUE;
    for (guint v = 0; v < n; v++) {
      chosen[v] = (set >> v) & 1;
      possible &= !chosen[v] || weights[v] != PM_COVER_NEVER;
    }
    if (possible && covers (weights, edges, n_edges, chosen))
      best = MIN (best, cost_of (n, weights, chosen));
  }
  return best;
}

/* Edges of a random graph, each once. */
static guint
random_edges (GRand *rand, guint n, double density, PmCoverEdge *edges)
{
  guint n_edges = 0;
  for (guint a = 0; a < n; a++)
    for (guint b = a + 1; b < n; b++)
      if (g_rand_double (rand) < density)
        edges[n_edges++] = (PmCoverEdge){a, b};
  return n_edges;
}

static void
no_choice_is_cheaper (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261122);
  for (guint run = 0; run < 3000; run++) {
    guint n = (guint) g_rand_int_range (rand, 1, 13);
    guint64 weights[16];
    PmCoverEdge edges[128];
    gboolean chosen[16];
    for (guint v = 0; v < n; v++)
      weights[v] = g_rand_int_range (rand, 0, 10) == 0 ? PM_COVER_NEVER
                                                       : (guint64) g_rand_int_range (rand, 1, 20);
    guint n_edges = random_edges (rand, n, g_rand_double (rand), edges);
    g_assert_cmpuint (pm_cover_find (n, weights, edges, n_edges, STEPS, chosen), ==, 0);
    g_assert_true (covers (weights, edges, n_edges, chosen));
    g_assert_cmpuint (cost_of (n, weights, chosen), ==, brute_force (n, weights, edges, n_edges));
  }
}

/* Without a budget it is a cover still, and as far from the best as it says at most. */
static void
without_time_it_is_bounded (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261123);
  guint n_worse = 0;
  for (guint run = 0; run < 1000; run++) {
    guint n = (guint) g_rand_int_range (rand, 3, 13);
    guint64 weights[16];
    PmCoverEdge edges[128];
    gboolean chosen[16];
    for (guint v = 0; v < n; v++)
      weights[v] = (guint64) g_rand_int_range (rand, 1, 20);
    guint n_edges = random_edges (rand, n, 0.4, edges);
    guint64 surplus = pm_cover_find (n, weights, edges, n_edges, 1, chosen);
    guint64 cost = cost_of (n, weights, chosen), best = brute_force (n, weights, edges, n_edges);
    g_assert_true (covers (weights, edges, n_edges, chosen));
    g_assert_cmpuint (cost, <=, 2 * best);
    g_assert_cmpuint (cost - best, <=, surplus);
    n_worse += cost > best;
  }
  g_assert_cmpuint (n_worse, >, 0); /* or the budget would not be looked at */
}

static void
large_cliques_are_quick (void)
{
  enum { N = 1000 };
  g_autofree PmCoverEdge *edges = g_new (PmCoverEdge, N * N / 2);
  g_autofree guint64 *weights = g_new (guint64, N);
  g_autofree gboolean *chosen = g_new (gboolean, N);
  guint n_edges = 0;
  for (guint a = 0; a < N; a++) {
    weights[a] = a == 77 ? 9 : 5;
    for (guint b = a + 1; b < N; b++)
      edges[n_edges++] = (PmCoverEdge){a, b};
  }
  g_assert_cmpuint (pm_cover_find (N, weights, edges, n_edges, 1, chosen), ==, 0);
  for (guint a = 0; a < N; a++)
    g_assert_cmpint (chosen[a], ==, a != 77);
}

static void
nothing_in_nothing (void)
{
  gboolean chosen[1] = {TRUE};
  guint64 weight = 3;
  g_assert_cmpuint (pm_cover_find (0, NULL, NULL, 0, STEPS, chosen), ==, 0);
  g_assert_cmpuint (pm_cover_find (1, &weight, NULL, 0, STEPS, chosen), ==, 0);
  g_assert_false (chosen[0]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/allocation/cover/" name, function)
  ADD ("no-choice-is-cheaper", no_choice_is_cheaper);
  ADD ("without-time-it-is-bounded", without_time_it_is_bounded);
  ADD ("large-cliques-are-quick", large_cliques_are_quick);
  ADD ("nothing-in-nothing", nothing_in_nothing);
  return g_test_run ();
}
