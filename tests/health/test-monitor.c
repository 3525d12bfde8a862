/* What answers at a port that files say counts once somebody looked whose it is. */

#include "health-test.h"

#include "health/monitor.h"

#define REPLY "HTTP/1.0 200 OK\r\n\r\n"

typedef struct {
  HealthServer *server;
  PmHealthMonitor *monitor;
  PmHealth state; /* as the last batch told */
  guint n_samples[3];
} Rig;

static void
on_changed (gpointer data)
{
}

static void
rig_ask (Rig *rig, const char *obstacle, gboolean is_configured)
{
  g_autoptr (PmCheckSet) set = pm_check_set_new ();
  PmCheck check = health_check (PM_CHECK_HTTP, health_server_port (rig->server));
  check.service_id = 1;
  check.interval_ms = 20;
  check.rise = check.fall = 1;
  check.obstacle = obstacle;
  check.is_configured = is_configured;
  g_array_append_val (set->checks, check);
  pm_health_monitor_set (rig->monitor, set, NULL, 0);
}

static void
rig_init (Rig *rig, gboolean confirms, gboolean is_configured)
{
  *rig = (Rig){.server = health_server_new (REPLY)};
  rig->monitor = pm_health_monitor_new (confirms, on_changed, rig);
  rig_ask (rig, NULL, is_configured);
}

static void
rig_clear (Rig *rig)
{
  pm_health_monitor_free (rig->monitor);
  if (rig->server != NULL)
    health_server_free (rig->server);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rig, rig_clear)

static guint64
looks_of (const Rig *rig)
{
  const PmHealthCounters *counters = pm_health_monitor_counters (rig->monitor);
  const guint64 *looks = counters->looks[PM_CHECK_HTTP];
  return looks[PM_HEALTH_UP] + looks[PM_HEALTH_DOWN] + looks[PM_HEALTH_UNKNOWN];
}

/* Until one more look has been made. */
static void
rig_look (Rig *rig)
{
  guint64 before = looks_of (rig);
  while (looks_of (rig) == before)
    g_main_context_iteration (NULL, TRUE);
}

static void
rig_take (Rig *rig)
{
  g_autoptr (PmHealthBatch) batch = pm_health_monitor_take (rig->monitor);
  for (guint i = 0; i < batch->states->len; i++)
    rig->state = g_array_index (batch->states, PmHealthState, i).health;
  for (guint i = 0; i < batch->samples->len; i++)
    rig->n_samples[g_array_index (batch->samples, PmHealthSample, i).seen]++;
}

static void
an_answer_waits_for_a_look_at_the_sockets (void)
{
  g_auto (Rig) rig;
  rig_init (&rig, TRUE, FALSE);
  gint64 before_us = g_get_monotonic_time ();
  rig_look (&rig);
  pm_health_monitor_confirm (rig.monitor, before_us); /* that was made before it */
  rig_take (&rig);
  g_assert_cmpint (rig.state, ==, PM_HEALTH_UNKNOWN);
  pm_health_monitor_confirm (rig.monitor, g_get_monotonic_time ());
  rig_take (&rig);
  g_assert_cmpint (rig.state, ==, PM_HEALTH_UP);
  g_assert_cmpuint (rig.n_samples[PM_HEALTH_UP], ==, 1);
}

static void
a_strangers_answer_never_counts (void)
{
  g_auto (Rig) rig;
  rig_init (&rig, TRUE, FALSE);
  rig_look (&rig);
  rig_ask (&rig, "another program holds its port", FALSE);
  pm_health_monitor_confirm (rig.monitor, g_get_monotonic_time ());
  rig_look (&rig);
  rig_take (&rig);
  g_assert_cmpint (rig.state, !=, PM_HEALTH_UP);
  g_assert_cmpuint (rig.n_samples[PM_HEALTH_UP], ==, 0);
}

static void
what_the_operator_said_counts_at_once (void)
{
  g_auto (Rig) rig;
  rig_init (&rig, TRUE, TRUE);
  rig_look (&rig);
  rig_take (&rig);
  g_assert_cmpint (rig.state, ==, PM_HEALTH_UP);
}

/* And so the tests above can fail. */
static void
without_looks_at_sockets_it_counts_at_once (void)
{
  g_auto (Rig) rig;
  rig_init (&rig, FALSE, FALSE);
  rig_look (&rig);
  rig_take (&rig);
  g_assert_cmpint (rig.state, ==, PM_HEALTH_UP);
}

static void
silence_counts_at_once (void)
{
  g_auto (Rig) rig;
  rig_init (&rig, TRUE, FALSE);
  rig_look (&rig);
  pm_health_monitor_confirm (rig.monitor, g_get_monotonic_time ());
  rig_take (&rig);
  g_assert_cmpint (rig.state, ==, PM_HEALTH_UP);
  g_clear_pointer (&rig.server, health_server_free);
  while (rig.state == PM_HEALTH_UP) {
    rig_look (&rig);
    rig_take (&rig);
  }
  g_assert_cmpint (rig.state, ==, PM_HEALTH_DOWN);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health/monitor/an-answer-waits-for-a-look-at-the-sockets",
                   an_answer_waits_for_a_look_at_the_sockets);
  g_test_add_func ("/health/monitor/a-strangers-answer-never-counts",
                   a_strangers_answer_never_counts);
  g_test_add_func ("/health/monitor/what-the-operator-said-counts-at-once",
                   what_the_operator_said_counts_at_once);
  g_test_add_func ("/health/monitor/without-looks-at-sockets-it-counts-at-once",
                   without_looks_at_sockets_it_counts_at_once);
  g_test_add_func ("/health/monitor/silence-counts-at-once", silence_counts_at_once);
  return g_test_run ();
}
