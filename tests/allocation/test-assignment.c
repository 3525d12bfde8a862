/* Against all assignments, on random offers of a fixed seed. */

#include "allocation/assignment.h"

#define MOST 7

/* Each array of offers is sorted by cost, and is taken from its front. */
typedef struct {
  GArray *offers[200];
  guint given[200];
} Market;

static gboolean
next (guint who, PmOffer *ret_offer, gpointer data)
{
  Market *market = data;
  if (market->given[who] == market->offers[who]->len)
    return FALSE;
  *ret_offer = g_array_index (market->offers[who], PmOffer, market->given[who]++);
  return TRUE;
}

static gint
by_cost (gconstpointer a, gconstpointer b)
{
  const PmOffer *left = a, *right = b;
  return left->cost < right->cost ? -1 : left->cost > right->cost;
}

static gint64
brute_force (GArray *const *offers, guint n, guint at, guint32 taken)
{
  if (at == n)
    return 0;
  gint64 best = G_MAXINT32;
  for (guint i = 0; i < offers[at]->len; i++) {
    const PmOffer *offer = &g_array_index (offers[at], PmOffer, i);
    if ((taken >> offer->port) & 1)
      continue;
    best = MIN (best, offer->cost + brute_force (offers, n, at + 1, taken | 1u << offer->port));
  }
  return best;
}

static void
no_assignment_is_cheaper (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261122);
  for (guint run = 0; run < 2000; run++) {
    guint n = (guint) g_rand_int_range (rand, 1, MOST + 1);
    Market market = {0};
    GArray **offers = market.offers;
    guint16 ports[MOST];
    for (guint i = 0; i < n; i++) {
      offers[i] = g_array_new (FALSE, FALSE, sizeof (PmOffer));
      for (guint16 port = 1; port <= n + 2; port++) {
        PmOffer offer = {g_rand_int_range (rand, 0, 12), port};
        g_array_append_val (offers[i], offer);
      }
      g_array_sort (offers[i], by_cost);
    }
    gint64 sum = pm_assignment_find (n, next, &market, ports);
    g_assert_cmpint (sum, ==, brute_force (offers, n, 0, 0));
    guint32 taken = 0;
    for (guint i = 0; i < n; i++) {
      g_assert_cmpuint (ports[i], !=, 0);
      g_assert_false ((taken >> ports[i]) & 1);
      taken |= 1u << ports[i];
      g_array_unref (offers[i]);
    }
  }
}

static void
who_finds_none_gets_none (void)
{
  Market market = {0};
  GArray **offers = market.offers;
  guint16 ports[3];
  for (guint i = 0; i < 3; i++) {
    offers[i] = g_array_new (FALSE, FALSE, sizeof (PmOffer));
    for (guint16 port = 8000; port < 8002; port++) {
      PmOffer offer = {port - 8000, port};
      g_array_append_val (offers[i], offer);
    }
  }
  g_assert_cmpint (pm_assignment_find (3, next, &market, ports), ==, 1);
  g_assert_cmpuint (ports[0] + ports[1], ==, 16001);
  g_assert_cmpuint (ports[2], ==, 0);
  for (guint i = 0; i < 3; i++)
    g_array_unref (offers[i]);
}

/* All want the same ports: each of them moves the others along. */
static void
many_want_the_same (void)
{
  enum { N = 200 };
  Market market = {0};
  GArray **offers = market.offers;
  guint16 ports[N];
  gint64 expected = 0;
  for (guint i = 0; i < N; i++) {
    offers[i] = g_array_new (FALSE, FALSE, sizeof (PmOffer));
    expected += i;
    for (guint16 k = 0; k < N; k++) {
      PmOffer offer = {k, (guint16) (3000 + k)};
      g_array_append_val (offers[i], offer);
    }
  }
  g_assert_cmpint (pm_assignment_find (N, next, &market, ports), ==, expected);
  for (guint i = 0; i < N; i++)
    g_array_unref (offers[i]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/allocation/assignment/" name, function)
  ADD ("no-assignment-is-cheaper", no_assignment_is_cheaper);
  ADD ("who-finds-none-gets-none", who_finds_none_gets_none);
  ADD ("many-want-the-same", many_want_the_same);
  return g_test_run ();
}
