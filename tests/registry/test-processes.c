/* Several processes on one registry, and one that is killed. Children are forked before the parent
 * opens anything: SQLite's connections may not cross a fork. */

#include "registry-test.h"

#include "registry/leases.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW G_GINT64_CONSTANT (1795375573000000)
#define WRITERS 4
#define ROUNDS 50
#define KILLS 12

/* Runs `child` in a process of its own, which ends without GTest noticing. */
static pid_t
start (void (*child) (const PmRegistryTest *test, guint number), const PmRegistryTest *test,
       guint number)
{
  pid_t pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0) {
    child (test, number);
    _exit (0);
  }
  return pid;
}

static int
wait_for (pid_t pid)
{
  int status = 0;
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  return status;
}

/* --- writers --- */

static void
write_a_lot (const PmRegistryTest *test, guint number)
{
  g_autoptr (PmRegistry) registry = pm_registry_test_open (test, NULL);
  if (registry == NULL)
    _exit (1);
  for (guint i = 0; i < ROUNDS; i++) {
    g_autofree char *data = g_strdup_printf ("{\"writer\":%u,\"round\":%u}", number, i);
    PmLease wish = {.port = (guint16) (1 + i), .name = data};
    gint64 id;
    if (!pm_registry_event_append (registry, "test", data, NOW, NULL))
      _exit (2);
    if (!pm_registry_lease_take (registry, &wish, NOW, &id, NULL))
      _exit (3);
  }
}

static void
all_writers_get_through (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_clear_pointer (&test->registry, pm_registry_close);
  pid_t writers[WRITERS];
  for (guint i = 0; i < WRITERS; i++)
    writers[i] = start (write_a_lot, test, i);
  for (guint i = 0; i < WRITERS; i++)
    g_assert_cmpint (wait_for (writers[i]), ==, 0);
  g_assert_cmpint (pm_registry_test_sql (test, "SELECT count (*) FROM events WHERE event = 'test'"),
                   ==, WRITERS * ROUNDS);
  g_assert_cmpint (
      pm_registry_test_sql (test, "SELECT count (*) FROM events WHERE event = 'lease.taken'"), ==,
      ROUNDS);
}

/* --- waiting --- */

/* A child says through it that it has come so far. */
static int ready_pipe[2];

static void
say_ready (void)
{
  if (write (ready_pipe[1], "x", 1) != 1)
    _exit (3);
}

static void
wait_until_ready (void)
{
  char byte;
  g_assert_cmpint (read (ready_pipe[0], &byte, 1), ==, 1);
}

static void
hold_the_lock (const PmRegistryTest *test, guint number)
{
  PmRegistry *registry = pm_registry_test_open (test, NULL);
  if (registry == NULL || !pm_registry_begin (registry, PM_DURABILITY_OBSERVATION, NULL))
    _exit (1);
  say_ready ();
  sleep (30);
}

static void
names_who_holds_the_lock (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_clear_pointer (&test->registry, pm_registry_close);
  g_assert_cmpint (pipe (ready_pipe), ==, 0);
  pid_t holder = start (hold_the_lock, test, 0);
  wait_until_ready ();
  PmRegistryOptions options = {
      .state_directory = test->directory, .host = "here", .busy_wait_ms = 50};
  test->registry = pm_registry_open (&options, NULL);
  g_assert_nonnull (test->registry);
  gint64 began = g_get_monotonic_time ();
  g_assert_false (pm_registry_event_append (test->registry, "test", "{}", NOW, &error));
  gint64 waited_us = g_get_monotonic_time () - began;
  kill (holder, SIGKILL);
  wait_for (holder);
  close (ready_pipe[0]);
  close (ready_pipe[1]);
  g_assert_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_BUSY);
  g_assert_cmpint (waited_us, <, 5 * G_USEC_PER_SEC);
  g_autofree char *pid = g_strdup_printf ("(pid %d)", (int) holder);
  g_test_message ("%s", error->message);
  if (strstr (error->message, pid) == NULL && strstr (error->message, "another process") == NULL)
    g_error ("\"%s\" names nobody", error->message);
  g_clear_error (&error);
  g_assert_true (pm_registry_event_append (test->registry, "test", "{}", NOW, &error));
}

/* --- kill --- */

#define SERVICES 400

/* Generation g: every service has external port 10000 + g. */
static PmSnapshot *
generation (guint number)
{
  PmSnapshot *snapshot = pm_registry_test_snapshot ();
  for (guint i = 0; i < SERVICES; i++) {
    g_autofree char *name = g_strdup_printf ("service-%u", i);
    pm_registry_test_add_service (snapshot, name, (guint16) (1 + i), (guint16) (10000 + number));
    pm_registry_test_add_finding (snapshot, "shop/compose.yaml", (guint16) (10000 + number));
  }
  return snapshot;
}

static void
store_for_ever (const PmRegistryTest *test, guint number)
{
  PmRegistry *registry = pm_registry_test_open (test, NULL);
  PmScanScope scope = {.status_is_known = TRUE};
  if (registry == NULL)
    _exit (1);
  for (guint g = number;; g = g == 999 ? 0 : g + 1) {
    g_autoptr (PmSnapshot) snapshot = generation (g);
    if (!pm_registry_store_scan (registry, snapshot, &scope, NOW + g, NULL, NULL))
      _exit (2);
    if (g == number)
      say_ready ();
  }
}

static gint64
count_mixed (const PmRegistryTest *test)
{
  return pm_registry_test_sql (test,
                               "SELECT (SELECT count (DISTINCT port) FROM (SELECT external_port AS "
                               "port FROM services UNION SELECT port FROM findings))");
}

static void
is_all_old_or_all_new_after_a_kill (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) first = generation (0);
  pm_registry_test_store (test->registry, first, NOW);
  g_clear_pointer (&test->registry, pm_registry_close);
  g_assert_cmpint (pipe (ready_pipe), ==, 0);
  for (guint i = 0; i < KILLS; i++) {
    pid_t writer = start (store_for_ever, test, i * 50 + 1);
    wait_until_ready (); /* it is in the middle of one of the next */
    g_usleep ((gulong) (7919 * i % 40000));
    kill (writer, SIGKILL);
    g_assert_true (WIFSIGNALED (wait_for (writer)));
    g_assert_cmpint (count_mixed (test), ==, 1);
    g_assert_cmpint (pm_registry_test_sql (test, "SELECT count (*) FROM findings"), ==, SERVICES);
    /* As many changes in the history as in the log. */
    g_assert_cmpint (pm_registry_test_sql (test, "SELECT (SELECT count (*) FROM port_history) - "
                                                 "(SELECT count (*) FROM events WHERE event LIKE "
                                                 "'service.%')"),
                     ==, 0);
  }
  close (ready_pipe[0]);
  close (ready_pipe[1]);
  g_assert_cmpint (pm_registry_test_sql (test, "SELECT count (*) FROM port_history"), >, SERVICES);
  /* The control: one row more, and the count must tell. */
  pm_registry_test_sql (test, "UPDATE services SET external_port = 1 WHERE id = 1");
  g_assert_cmpint (count_mixed (test), ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/processes/all-writers-get-through", all_writers_get_through);
  g_test_add_func ("/registry/processes/names-who-holds-the-lock", names_who_holds_the_lock);
  g_test_add_func ("/registry/processes/is-all-old-or-all-new-after-a-kill",
                   is_all_old_or_all_new_after_a_kill);
  return g_test_run ();
}
