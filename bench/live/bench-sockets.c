/* 5,000 listening sockets on loopback, held by 50 processes: what pm_live_look takes for all of
 * them with their owners, against `ss -ltnup` in the same run. Rounds alternate, and the medians
 * are compared; the look is measured inside this process, ss with its start. */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
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

static guint
look_once (double *ret_ms, double *ret_processor_ms)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) sockets = g_array_new (FALSE, FALSE, sizeof (PmSocket));
  g_autoptr (GError) error = NULL;
  PmLiveOptions options = {.host = "bench", .docker_socket = ""};
  PmLiveReport report;
  gint64 start_us = g_get_monotonic_time ();
  clock_t start = clock ();
  if (!pm_live_look (&options, arena, sockets, &report, &error))
    g_error ("%s", error->message);
  *ret_ms = (double) (g_get_monotonic_time () - start_us) / 1000;
  *ret_processor_ms = (double) (clock () - start) * 1000 / CLOCKS_PER_SEC;
  return report.n_sockets - report.n_unowned;
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
  double ours[ROUNDS], processor[ROUNDS], theirs[ROUNDS];
  guint owned = 0;
  for (guint i = 0; i < ROUNDS; i++) {
    owned = look_once (&ours[i], &processor[i]);
    theirs[i] = run_ss ();
  }
  for (guint i = 0; i < PROCESSES; i++) {
    kill (pids[i], SIGKILL);
    waitpid (pids[i], NULL, 0);
  }
  qsort (ours, ROUNDS, sizeof ours[0], compare);
  qsort (processor, ROUNDS, sizeof processor[0], compare);
  qsort (theirs, ROUNDS, sizeof theirs[0], compare);
  printf ("%u sockets with their processes: %.1f ms (best %.1f), processor %.1f ms (best %.1f)\n",
          owned, ours[ROUNDS / 2], ours[0], processor[ROUNDS / 2], processor[0]);
  printf ("ss -ltnup: %.1f ms (best %.1f)\n", theirs[ROUNDS / 2], theirs[0]);
  printf ("ratio %.2f\n", ours[ROUNDS / 2] / theirs[ROUNDS / 2]);
  return 0;
}
