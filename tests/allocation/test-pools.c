#include "allocation/pools.h"

#include <string.h>

static const PmPortRange two_ranges[] = {{5000, 5002}, {4998, 4999}};

static void
defaults_hold_two_thousand_ports (void)
{
  g_autoptr (PmPools) pools = pm_pools_new ();
  PmPortSet none = {0};
  guint total = 0;
  for (guint i = 0; i < pm_pools_count (pools); i++)
    total += pm_pool_size (pm_pools_at (pools, i));
  g_assert_cmpuint (total, >=, 2000);
  g_assert_nonnull (pm_pools_find (pools, "web"));
  g_assert_null (pm_pools_find (pools, "no such type"));
  const PmService service = {.type = "no such type"};
  g_assert_cmpstr (pm_pools_for (pools, &service)->type, ==, PM_POOL_OTHER);
  g_assert_cmpuint (pm_pool_next_free (pm_pools_find (pools, "api"), &none, 0), ==, 8000);
}

/* Whatever a pool gives, over and over until it is exhausted, is in its ranges, given once, no
 * browser refuses it, and the kernel does not take it for a connection. */
static void
gives_each_port_once (void)
{
  g_autoptr (PmPools) pools = pm_pools_new ();
  PmPortSet blocked = {0};
  PmKernelPorts kernel;
  pm_kernel_ports_parse (&kernel, "32768 60999", "3005,8000-8009");
  pm_port_set_add_blocked_by_browsers (&blocked);
  for (guint i = 0; i < pm_pools_count (pools); i++) {
    const PmPool *pool = pm_pools_at (pools, i);
    PmPortSet taken = {0};
    pm_kernel_ports_exclude (&kernel, pool, &taken);
    guint kept = pm_pool_count_taken (pool, &taken), given = 0;
    guint16 start = pm_pool_port_for (pool, "somebody"), port;
    while ((port = pm_pool_next_free (pool, &taken, start)) != 0) {
      g_assert_true (pm_pool_has (pool, port));
      g_assert_false (pm_port_set_has (&taken, port));
      g_assert_false (pm_port_set_has (&blocked, port));
      g_assert_false (pm_port_set_has (&kernel.ephemeral, port));
      g_assert_false (pm_port_set_has (&kernel.reserved, port));
      pm_port_set_add (&taken, port);
      given++;
    }
    g_assert_cmpuint (given, ==, pm_pool_size (pool) - kept);
    g_assert_cmpuint (pm_pool_count_taken (pool, &taken), ==, pm_pool_size (pool));
  }
}

static void
neighbours_in_a_set (void)
{
  PmPortSet set = {0};
  static const guint16 ports[] = {0, 1, 63, 64, 127, 128, 4000, 4001, 65472, 65535, 0};
  guint at = 0; /* the last one below `port` */
  for (gsize i = 1; i + 1 < G_N_ELEMENTS (ports); i++)
    pm_port_set_add (&set, ports[i]);
  for (guint port = 0; port <= G_MAXUINT16; port++) {
    g_assert_cmpuint (pm_port_set_previous (&set, (guint16) port), ==, ports[at]);
    at += pm_port_set_has (&set, (guint16) port) ? 1 : 0;
    g_assert_cmpuint (pm_port_set_next (&set, (guint16) port), ==, ports[at + 1]);
  }
}

static void
wraps_round_its_ranges (void)
{
  g_autoptr (PmPools) pools = pm_pools_new ();
  PmPortSet taken = {0};
  const guint16 expected[] = {5001, 5002, 4998, 4999, 5000, 0};
  pm_pools_set (pools, "mine", two_ranges, G_N_ELEMENTS (two_ranges));
  const PmPool *pool = pm_pools_find (pools, "mine");
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++) {
    guint16 port = pm_pool_next_free (pool, &taken, 5001);
    g_assert_cmpuint (port, ==, expected[i]);
    pm_port_set_add (&taken, port);
  }
}

static void
configuration_replaces_a_default (void)
{
  g_autoptr (PmPools) pools = pm_pools_new ();
  guint before = pm_pools_count (pools);
  pm_pools_set (pools, "api", two_ranges, G_N_ELEMENTS (two_ranges));
  g_assert_cmpuint (pm_pools_count (pools), ==, before);
  g_assert_cmpuint (pm_pool_size (pm_pools_find (pools, "api")), ==, 5);
  g_assert_true (pm_pools_find (pools, "api")->is_configured);
  g_assert_false (pm_pools_find (pools, "web")->is_configured);

  pm_pools_set (pools, "api", NULL, 0);
  PmPortSet none = {0};
  g_assert_cmpuint (pm_pool_next_free (pm_pools_find (pools, "api"), &none, 0), ==, 0);
  g_assert_cmpuint (pm_pool_port_for (pm_pools_find (pools, "api"), "x"), ==, 0);
}

/* 6000 is X11's and 6666 IRC's: browsers open neither; 80 needs privileges. */
static void
never_gives_what_nobody_can_use (void)
{
  static const PmPortRange ranges[] = {{6000, 6000}, {6665, 6670}, {80, 90}};
  g_autoptr (PmPools) pools = pm_pools_new ();
  PmPortSet none = {0};
  pm_pools_set (pools, "mine", ranges, G_N_ELEMENTS (ranges));
  const PmPool *pool = pm_pools_find (pools, "mine");
  g_assert_cmpuint (pm_pool_size (pool), ==, 1);
  g_assert_cmpuint (pm_pool_next_free (pool, &none, 6000), ==, 6670);
}

static void
names_have_ports_of_their_own (void)
{
  g_autoptr (PmPools) pools = pm_pools_new ();
  const PmPool *pool = pm_pools_find (pools, "web");
  PmPortSet seen = {0};
  for (guint i = 0; i < 200; i++) {
    g_autofree char *name = g_strdup_printf ("/home/a/projects/shop-%u web", i);
    guint16 port = pm_pool_port_for (pool, name);
    g_assert_true (pm_pool_has (pool, port));
    g_assert_cmpuint (port, ==, pm_pool_port_for (pool, name));
    pm_port_set_add (&seen, port);
  }
  /* 200 thrown at random into 1,000 leave about 181 different ones. */
  g_assert_cmpuint (pm_pool_count_taken (pool, &seen), >, 150);
}

static void
follows_the_kernel (void)
{
  static const PmPortRange inside[] = {{40000, 40009}};
  g_autoptr (PmPools) pools = pm_pools_new ();
  PmKernelPorts kernel;
  PmPortSet taken = {0};
  pm_kernel_ports_parse (&kernel, "1024\t65535\n", "8080,40004-40005,99999,x\n");
  g_assert_true (pm_port_set_has (&kernel.reserved, 8080));
  g_assert_true (pm_port_set_has (&kernel.ephemeral, 1024));
  pm_kernel_ports_exclude (&kernel, pm_pools_find (pools, "api"), &taken);
  g_assert_cmpuint (pm_pool_next_free (pm_pools_find (pools, "api"), &taken, 0), ==, 0);

  /* A person reserved two ports and configured them: those may be given. */
  memset (&taken, 0, sizeof taken);
  pm_pools_set (pools, "api", inside, G_N_ELEMENTS (inside));
  pm_kernel_ports_exclude (&kernel, pm_pools_find (pools, "api"), &taken);
  g_assert_cmpuint (pm_pool_next_free (pm_pools_find (pools, "api"), &taken, 0), ==, 40004);
  g_assert_cmpuint (pm_pool_count_taken (pm_pools_find (pools, "api"), &taken), ==, 8);

  pm_kernel_ports_parse (&kernel, "nonsense", NULL);
  g_assert_true (pm_port_set_has (&kernel.ephemeral, 32768));
  g_assert_false (pm_port_set_has (&kernel.ephemeral, 32767));
}

static void
ports_of_two_pools_are_told (void)
{
  static const PmPortRange ranges[] = {{4400, 4600}, {7999, 8000}};
  g_autoptr (PmPools) pools = pm_pools_new ();
  g_autoptr (GArray) overlaps = g_array_new (FALSE, FALSE, sizeof (PmPoolOverlap));
  pm_pools_overlaps (pools, overlaps);
  g_assert_cmpuint (overlaps->len, ==, 0); /* of the defaults none */
  pm_pools_set (pools, "games", ranges, G_N_ELEMENTS (ranges));
  pm_pools_overlaps (pools, overlaps);
  static const struct {
    const char *one;
    guint16 first, last;
  } wanted[] = {{"ws", 4400, 4499}, {"mcp", 7999, 7999}, {"api", 8000, 8000}};
  g_assert_cmpuint (overlaps->len, ==, G_N_ELEMENTS (wanted));
  for (guint i = 0; i < overlaps->len; i++) {
    const PmPoolOverlap *overlap = &g_array_index (overlaps, PmPoolOverlap, i);
    g_assert_cmpstr (overlap->one->type, ==, wanted[i].one);
    g_assert_cmpstr (overlap->other->type, ==, "games");
    g_assert_cmpuint (overlap->first, ==, wanted[i].first);
    g_assert_cmpuint (overlap->last, ==, wanted[i].last);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/allocation/pools/defaults-hold-two-thousand-ports",
                   defaults_hold_two_thousand_ports);
  g_test_add_func ("/allocation/pools/gives-each-port-once", gives_each_port_once);
  g_test_add_func ("/allocation/pools/neighbours-in-a-set", neighbours_in_a_set);
  g_test_add_func ("/allocation/pools/wraps-round-its-ranges", wraps_round_its_ranges);
  g_test_add_func ("/allocation/pools/configuration-replaces-a-default",
                   configuration_replaces_a_default);
  g_test_add_func ("/allocation/pools/never-gives-what-nobody-can-use",
                   never_gives_what_nobody_can_use);
  g_test_add_func ("/allocation/pools/names-have-ports-of-their-own",
                   names_have_ports_of_their_own);
  g_test_add_func ("/allocation/pools/follows-the-kernel", follows_the_kernel);
  g_test_add_func ("/allocation/pools/ports-of-two-pools-are-told", ports_of_two_pools_are_told);
  return g_test_run ();
}
