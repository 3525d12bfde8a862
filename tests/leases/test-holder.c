#include "leases-test.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND G_GINT64_CONSTANT (1000000)

static PmLeaseHolder
holder_of (const PmHost *host, gint64 pid, gint64 ttl_s)
{
  g_autoptr (GError) error = NULL;
  PmLeaseHolder holder = {0};
  pm_lease_holder_init (&holder, host, pid, ttl_s, &error);
  g_assert_no_error (error);
  return holder;
}

static void
a_process_holds_as_long_as_it_lives (void)
{
  PmHost host = pm_leases_test_host ();
  pm_fake_host_reset ();
  pm_fake_host_start (42, 5);
  PmLeaseHolder holder = holder_of (&host, 42, 0);
  g_assert_cmpint (pm_lease_holder_state (&holder, &host), ==, PM_HOLDER_LIVES);
  pm_fake_host_kill (42);
  g_assert_cmpint (pm_lease_holder_state (&holder, &host), ==, PM_HOLDER_EXITED);
  pm_fake_host_start (42, 6); /* the number again, another process */
  g_assert_cmpint (pm_lease_holder_state (&holder, &host), ==, PM_HOLDER_EXITED);
}

static void
what_cannot_be_seen_lives (void)
{
  PmHost host = pm_leases_test_host (), elsewhere = host, rebooted = host;
  pm_fake_host_reset ();
  pm_fake_host_start (42, 5);
  PmLeaseHolder holder = holder_of (&host, 42, 0);
  pm_fake_host_kill (42);
  elsewhere.pid_namespace = 8;
  g_assert_cmpint (pm_lease_holder_state (&holder, &elsewhere), ==, PM_HOLDER_LIVES);
  g_strlcpy (rebooted.boot, "another boot", sizeof rebooted.boot);
  rebooted.pid_namespace = 8;
  g_assert_cmpint (pm_lease_holder_state (&holder, &rebooted), ==, PM_HOLDER_EXITED);
}

static void
a_clock_that_is_set_takes_nothing (void)
{
  PmHost host = pm_leases_test_host (), rebooted = host;
  pm_fake_host_reset ();
  PmLeaseHolder holder = holder_of (&host, 0, 60);
  pm_fake_host.unix_us += 3600 * SECOND;
  g_assert_cmpint (pm_lease_holder_state (&holder, &host), ==, PM_HOLDER_LIVES);
  pm_fake_host.unix_us -= 7200 * SECOND;
  pm_fake_host.boottime_us += 60 * SECOND;
  g_assert_cmpint (pm_lease_holder_state (&holder, &host), ==, PM_HOLDER_EXPIRED);

  /* The clock since boot starts anew with the next one: then the wall's counts. */
  g_strlcpy (rebooted.boot, "another boot", sizeof rebooted.boot);
  g_assert_cmpint (pm_lease_holder_state (&holder, &rebooted), ==, PM_HOLDER_LIVES);
  pm_fake_host.unix_us += 7200 * SECOND;
  g_assert_cmpint (pm_lease_holder_state (&holder, &rebooted), ==, PM_HOLDER_EXPIRED);
}

static void
nothing_holds_nothing (void)
{
  g_autoptr (GError) error = NULL;
  PmHost host = pm_leases_test_host ();
  PmLeaseHolder holder;
  pm_fake_host_reset ();
  g_assert_false (pm_lease_holder_init (&holder, &host, 42, 0, &error));
  g_assert_error (error, PM_LEASE_ERROR, PM_LEASE_ERROR_HOLDER);
  g_assert_false (pm_lease_holder_init (&holder, &host, 0, 0, NULL));
  g_assert_false (pm_lease_holder_init (&holder, &host, 0, -1, NULL));
  g_assert_false (pm_lease_holder_init (&holder, &host, 0, G_MAXINT64, NULL));
}

/* --- this machine --- */

static void
sees_real_processes (void)
{
  PmHost host;
  pm_host_init (&host);
  g_assert_cmpuint (strlen (host.boot), ==, 36);
  PmLeaseHolder self = holder_of (&host, getpid (), 0);
  g_assert_cmpint (pm_lease_holder_state (&self, &host), ==, PM_HOLDER_LIVES);

  pid_t child = fork ();
  if (child == 0) {
    pause ();
    _exit (0);
  }
  PmLeaseHolder held = holder_of (&host, child, 0);
  g_assert_cmpint (pm_lease_holder_state (&held, &host), ==, PM_HOLDER_LIVES);
  siginfo_t info;
  kill (child, SIGKILL);
  /* Dead, but not waited for yet: it holds nothing any more. */
  g_assert_cmpint (waitid (P_PID, (id_t) child, &info, WEXITED | WNOWAIT), ==, 0);
  g_assert_cmpint (pm_lease_holder_state (&held, &host), ==, PM_HOLDER_EXITED);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  g_assert_cmpint (pm_lease_holder_state (&held, &host), ==, PM_HOLDER_EXITED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/leases/holder/a-process-holds-as-long-as-it-lives",
                   a_process_holds_as_long_as_it_lives);
  g_test_add_func ("/leases/holder/what-cannot-be-seen-lives", what_cannot_be_seen_lives);
  g_test_add_func ("/leases/holder/a-clock-that-is-set-takes-nothing",
                   a_clock_that_is_set_takes_nothing);
  g_test_add_func ("/leases/holder/nothing-holds-nothing", nothing_holds_nothing);
  g_test_add_func ("/leases/holder/sees-real-processes", sees_real_processes);
  int status = g_test_run ();
  g_clear_pointer (&pm_fake_host.living, g_hash_table_unref);
  return status;
}
