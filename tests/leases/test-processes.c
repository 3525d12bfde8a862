/* Many processes take and give back ports of a small pool, while some are killed at random. What
 * they hold is kept apart from the registry, in memory that they share: each puts its pid where its
 * port is, by an exchange that tells whether somebody is there already who still lives. The same
 * rig, with the registry's unique index taken away, must see duplicates. */

#include "leases-test.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES 6
#define FIRST 23000
#define LAST 23011
#define ROUNDS 150 /* of each process */
#define KILLS 20

typedef struct {
  _Atomic int holder[65536]; /* pid; 0 nobody */
  _Atomic guint taken, duplicates;
} Board;

static gboolean
is_dead (int pid)
{
  PmHost host;
  pm_host_init (&host);
  guint64 started = host.process_started (pid);
  return started == 0 || host.process_state (pid, started) == PM_PROCESS_GONE;
}

static void
enter (Board *board, guint16 port)
{
  int before = 0, self = getpid ();
  while (!atomic_compare_exchange_strong (&board->holder[port], &before, self)) {
    if (before == self || !is_dead (before)) {
      atomic_fetch_add (&board->duplicates, 1);
      return;
    }
    /* Killed while it held the port: what it left is nobody's. */
    if (atomic_compare_exchange_strong (&board->holder[port], &before, self))
      break;
    before = 0;
  }
  atomic_fetch_add (&board->taken, 1);
}

static void
leave (Board *board, guint16 port)
{
  int self = getpid ();
  atomic_compare_exchange_strong (&board->holder[port], &self, 0);
}

/* Binding is no part of this: sockets would hide a duplicate. */
static gboolean
always (PmTransport transport, guint16 port, PmBindMode mode)
{
  return TRUE;
}

static void
work (const PmLeasesTest *test, Board *board, guint rounds)
{
  PmHost host;
  g_autoptr (PmRegistry) registry = pm_leases_test_open (test);
  pm_host_init (&host);
  host.can_bind = always;
  g_autoptr (PmDesk) desk = pm_desk_new (registry, pm_leases_test_pools (FIRST, LAST), &host);
  for (guint i = 0; i < rounds; i++) {
    PmDeskRequest take = {.lease = {.type = "api", .project = "", .name = ""}}, *list = &take;
    if (!pm_lease_holder_init (&take.lease.holder, &host, getpid (), 0, NULL))
      _exit (1);
    pm_desk_serve (desk, &list, 1);
    if (take.error != NULL) {
      if (!g_error_matches (take.error, PM_LEASE_ERROR, PM_LEASE_ERROR_EXHAUSTED))
        _exit (2);
      g_clear_error (&take.error);
      continue;
    }
    enter (board, take.lease.port);
    sched_yield ();
    leave (board, take.lease.port);
    PmDeskRequest release = {.kind = PM_DESK_RELEASE, .lease = {.id = take.lease.id}};
    list = &release;
    pm_desk_serve (desk, &list, 1);
    if (release.error != NULL)
      _exit (3);
  }
}

static pid_t
start (const PmLeasesTest *test, Board *board, guint rounds)
{
  pid_t pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0) {
    work (test, board, rounds);
    _exit (0);
  }
  return pid;
}

static void
wait_for_all (const pid_t *pids)
{
  for (guint i = 0; i < PROCESSES; i++) {
    int status;
    g_assert_cmpint (waitpid (pids[i], &status, 0), ==, pids[i]);
    g_assert_cmpint (status, ==, 0);
  }
}

static Board *
board_new (void)
{
  Board *board =
      mmap (NULL, sizeof (Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true (board != MAP_FAILED);
  return board;
}

static void
never_two_holders (void)
{
  g_autoptr (PmLeasesTest) test = pm_leases_test_new ();
  Board *board = board_new ();
  pid_t pids[PROCESSES];
  g_clear_pointer (&test->registry, pm_registry_close);
  for (guint i = 0; i < PROCESSES; i++)
    pids[i] = start (test, board, ROUNDS);
  for (guint i = 0; i < KILLS; i++) {
    guint victim = (guint) g_test_rand_int_range (0, PROCESSES);
    g_usleep ((gulong) g_test_rand_int_range (1000, 20000));
    kill (pids[victim], SIGKILL);
    g_assert_cmpint (waitpid (pids[victim], NULL, 0), ==, pids[victim]);
    pids[victim] = start (test, board, ROUNDS);
  }
  wait_for_all (pids);
  g_test_message ("%u leases, %d processes killed", board->taken, KILLS);
  g_assert_cmpuint (board->taken, >, 0);
  g_assert_cmpuint (board->duplicates, ==, 0);
  munmap (board, sizeof *board);
}

static void
the_rig_sees_a_duplicate (void)
{
  g_autoptr (PmLeasesTest) test = pm_leases_test_new ();
  Board *board = board_new ();
  pid_t pids[PROCESSES];
  pm_leases_test_sql (test, "DROP INDEX leases_held");
  g_clear_pointer (&test->registry, pm_registry_close);
  /* Luck decides when it happens: until it has. */
  for (guint attempt = 0; attempt < 50 && board->duplicates == 0; attempt++) {
    for (guint i = 0; i < PROCESSES; i++)
      pids[i] = start (test, board, ROUNDS);
    wait_for_all (pids);
  }
  g_assert_cmpuint (board->duplicates, >, 0);
  munmap (board, sizeof *board);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/leases/processes/never-two-holders", never_two_holders);
  g_test_add_func ("/leases/processes/the-rig-sees-a-duplicate", the_rig_sees_a_duplicate);
  return g_test_run ();
}
