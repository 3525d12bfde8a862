#include "health-test.h"

typedef struct {
  PmCheckSet *set;
  gboolean is_done;
  guint n_results;
  PmProbed results[8];
} Round;

static void
on_done (const PmProbed *results, guint n_results, gpointer data)
{
  Round *round = data;
  round->is_done = TRUE;
  round->n_results = n_results;
  for (guint i = 0; i < n_results; i++)
    round->results[i] = results[i];
}

static void
run (Round *round, const PmProbeRoundOptions *options, GSourceFunc meanwhile, gpointer data)
{
  g_autoptr (PmProber) prober = pm_prober_new ();
  g_autoptr (PmProbeRound) probes =
      pm_probe_round_new (prober, round->set, options, on_done, round);
  g_assert_nonnull (probes);
  if (meanwhile != NULL)
    g_timeout_add (120, meanwhile, data);
  while (!round->is_done)
    g_main_context_iteration (NULL, TRUE);
}

static void
once (void)
{
  g_autoptr (HealthServer) server = health_server_new (NULL);
  g_autoptr (PmCheckSet) set = pm_check_set_new ();
  PmCheck up = health_check (PM_CHECK_TCP, health_server_port (server));
  PmCheck down = health_check (PM_CHECK_TCP, health_free_port ());
  PmCheck none = health_check (PM_CHECK_NONE, 0);
  PmProbeRoundOptions options = {0};
  Round round = {.set = set};
  g_array_append_val (set->checks, up);
  g_array_append_val (set->checks, down);
  g_array_append_val (set->checks, none);
  run (&round, &options, NULL, NULL);
  g_assert_cmpuint (round.n_results, ==, 3);
  g_assert_cmpint (round.results[0].health, ==, PM_HEALTH_UP);
  g_assert_cmpint (round.results[1].health, ==, PM_HEALTH_DOWN);
  g_assert_cmpint (round.results[2].health, ==, PM_HEALTH_UNKNOWN);
  g_assert_cmpuint (round.results[1].n_looks, ==, 1);
}

static void
nothing (void)
{
  g_autoptr (PmCheckSet) set = pm_check_set_new ();
  PmProbeRoundOptions options = {0};
  Round round = {.set = set};
  run (&round, &options, NULL, NULL);
  g_assert_cmpuint (round.n_results, ==, 0);
}

typedef struct {
  PmCheck *check;
  HealthServer *server;
} Late;

static gboolean
start_late (gpointer data)
{
  Late *late = data;
  late->server = health_server_new (NULL);
  late->check->port = health_server_port (late->server);
  return G_SOURCE_REMOVE;
}

static void
until_up (void)
{
  g_autoptr (PmCheckSet) set = pm_check_set_new ();
  PmCheck check = health_check (PM_CHECK_TCP, health_free_port ());
  PmProbeRoundOptions options = {.deadline_ms = 20000, .until_up = TRUE};
  Round round = {.set = set};
  g_array_append_val (set->checks, check);
  Late late = {&g_array_index (set->checks, PmCheck, 0), NULL};
  run (&round, &options, start_late, &late);
  g_assert_cmpint (round.results[0].health, ==, PM_HEALTH_UP);
  g_assert_cmpuint (round.results[0].n_looks, >, 1);
  g_assert_cmpint (round.results[0].up_after_us, >=, 100000);
  health_server_free (late.server);
}

static void
deadline (void)
{
  g_autoptr (HealthServer) silent = health_server_new (NULL);
  g_autoptr (PmCheckSet) set = pm_check_set_new ();
  PmCheck refused = health_check (PM_CHECK_TCP, health_free_port ());
  PmCheck hanging = health_check (PM_CHECK_HTTP, health_server_port (silent));
  PmProbeRoundOptions options = {.deadline_ms = 300, .until_up = TRUE};
  Round round = {.set = set};
  hanging.timeout_ms = 60000;
  g_array_append_val (set->checks, refused);
  g_array_append_val (set->checks, hanging);
  run (&round, &options, NULL, NULL);
  g_assert_cmpint (round.results[0].health, ==, PM_HEALTH_DOWN);
  g_assert_cmpint (round.results[1].health, ==, PM_HEALTH_DOWN);
  g_assert_cmpstr (round.results[1].cause, ==, "no answer until the deadline");
}

/* --- more than run at once --- */

static void
count (const PmProbed *results, guint n_results, gpointer data)
{
  guint *seen = data;
  for (guint i = 0; i < n_results; i++)
    if (results[i].health == PM_HEALTH_DOWN && results[i].n_looks == 1)
      *seen += 1;
}

static void
thousands (void)
{
  g_autoptr (PmCheckSet) set = pm_check_set_new ();
  g_autoptr (PmProber) prober = pm_prober_new ();
  PmCheck check = health_check (PM_CHECK_TCP, health_free_port ());
  PmProbeRoundOptions options = {0};
  guint seen = 0;
  for (guint i = 0; i < 3 * PM_PROBES_AT_ONCE; i++)
    g_array_append_val (set->checks, check);
  g_autoptr (PmProbeRound) round = pm_probe_round_new (prober, set, &options, count, &seen);
  g_assert_nonnull (round);
  while (seen == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (seen, ==, 3 * PM_PROBES_AT_ONCE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health/round/tells-each-once", once);
  g_test_add_func ("/health/round/of-nothing-is-over-at-once", nothing);
  g_test_add_func ("/health/round/asks-until-up", until_up);
  g_test_add_func ("/health/round/ends-at-the-deadline", deadline);
  g_test_add_func ("/health/round/more-than-run-at-once", thousands);
  return g_test_run ();
}
