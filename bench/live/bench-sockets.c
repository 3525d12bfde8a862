/* 5,000 listening sockets on loopback, held by 50 processes: what pm_live_look takes for all of
 * them with their owners, the first time, as a command looks, and later, as the daemon does,
 * and the first time without the right to ask the kernel for all at once, as a user's command
 * looks; against `ss -ltnup` in the same run. Rounds alternate, and the medians are compared; a
 * look is measured inside this process, ss with its start. */

#include <arpa/inet.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "live/live.h"

#define PROCESSES 50
#define SOCKETS_EACH 100
#define ROUNDS 15

static void
hold_sockets (int ready)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  for (guint i = 0; i < SOCKETS_EACH; i++) {
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
    int fd = socket (AF_INET, SOCK_STREAM, 0);
    if (bind (fd, (const struct sockaddr *) &name, sizeof name) != 0 || listen (fd, 1) != 0)
      _exit (1);
  }
  if (write (ready, "", 1) == 1)
    for (;;)
      pause ();
  _exit (1);
}

typedef struct {
  double wall_ms[ROUNDS], processor_ms[ROUNDS];
} Times;

static guint
look_once (PmHolders *holders, Times *times, guint round)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) sockets = g_array_new (FALSE, FALSE, sizeof (PmSocket));
  g_autoptr (GError) error = NULL;
  PmLiveOptions options = {.host = "bench", .docker_socket = "", .holders = holders};
  PmLiveReport report;
  gint64 start_us = g_get_monotonic_time ();
  clock_t start = clock ();
  if (!pm_live_look (&options, arena, sockets, &report, &error))
    g_error ("%s", error->message);
  times->wall_ms[round] = (double) (g_get_monotonic_time () - start_us) / 1000;
  times->processor_ms[round] = (double) (clock () - start) * 1000 / CLOCKS_PER_SEC;
  return report.n_sockets - report.n_unowned;
}

static void
set_rights (struct __user_cap_data_struct *rights)
{
  struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
  if (syscall (SYS_capset, &head, rights) != 0)
    g_error ("rights cannot be changed");
}

static guint
look_without_rights (Times *times, guint round)
{
  struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct all[_LINUX_CAPABILITY_U32S_3], less[_LINUX_CAPABILITY_U32S_3];
  if (syscall (SYS_capget, &head, all) != 0)
    g_error ("rights are not told");
  memcpy (less, all, sizeof less);
  less[CAP_TO_INDEX (CAP_SYS_ADMIN)].effective &= ~CAP_TO_MASK (CAP_SYS_ADMIN);
  less[CAP_TO_INDEX (CAP_BPF)].effective &= ~CAP_TO_MASK (CAP_BPF);
  set_rights (less);
  guint n_owned = look_once (NULL, times, round);
  set_rights (all);
  return n_owned;
}

static double
run_ss (void)
{
  gint64 start_us = g_get_monotonic_time ();
  if (system ("ss -ltnup >/dev/null") != 0)
    g_error ("ss is missing: it is in the package iproute2");
  return (double) (g_get_monotonic_time () - start_us) / 1000;
}

static int
compare (const void *a, const void *b)
{
  double left = *(const double *) a, right = *(const double *) b;
  return left < right ? -1 : left > right;
}

static double
median (double *values)
{
  qsort (values, ROUNDS, sizeof values[0], compare);
  return values[ROUNDS / 2];
}

static void
report (const char *what, guint owned, Times *times, double theirs_ms)
{
  double wall_ms = median (times->wall_ms), processor_ms = median (times->processor_ms);
  printf (
      "%s: %u sockets with their processes, %.1f ms (best %.1f), processor %.1f ms (best %.1f), "
      "ratio %.2f\n",
      what, owned, wall_ms, times->wall_ms[0], processor_ms, times->processor_ms[0],
      wall_ms / theirs_ms);
}

int
main (void)
{
  pid_t pids[PROCESSES];
  int ready[2];
  char byte;
  if (pipe (ready) != 0)
    return 1;
  for (guint i = 0; i < PROCESSES; i++)
    if ((pids[i] = fork ()) == 0)
      hold_sockets (ready[1]);
  for (guint i = 0; i < PROCESSES; i++)
    if (read (ready[0], &byte, 1) != 1)
      g_error ("the sockets could not be opened");
  Times first = {0}, later = {0}, plain = {0};
  double theirs[ROUNDS];
  guint owned_first = 0, owned_later = 0, owned_plain = 0;
  for (guint i = 0; i < ROUNDS; i++) {
    g_autoptr (PmHolders) holders = pm_holders_new ();
    owned_first = look_once (holders, &first, i);
    owned_later = look_once (holders, &later, i);
    owned_plain = look_without_rights (&plain, i);
    theirs[i] = run_ss ();
  }
  for (guint i = 0; i < PROCESSES; i++) {
    kill (pids[i], SIGKILL);
    waitpid (pids[i], NULL, 0);
  }
  double theirs_ms = median (theirs);
  report ("the first look", owned_first, &first, theirs_ms);
  report ("a later look", owned_later, &later, theirs_ms);
  report ("the first look without rights", owned_plain, &plain, theirs_ms);
  printf ("ss -ltnup: %.1f ms (best %.1f)\n", theirs_ms, theirs[0]);
  return 0;
}
