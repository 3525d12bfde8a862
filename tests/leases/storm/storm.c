/* Many clients lease and give back ports of one daemon, others of the same registry without it,
 * while clients and daemon are killed at random: nobody may ever get a port that another has.
 *
 * usage: lease-storm --program PORT_MANAGER [OPTION…]
 *
 * What is held is kept apart from what is tested (board.h). With --break-index the registry's
 * unique index is taken away, and the storm has to see duplicates: exit status 0 then means that it
 * did. Otherwise it means that there were none. */

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "client.h"

#define FIRST 20000

static char *program;
static gint n_clients = 20, n_direct = 2, kill_client_ms = 50, kill_server_ms = 1000, rate,
            hold_us = 500, spare = 60;
static gint64 allocations = 2000, seed = 1;
static gboolean break_index, only_ask;

static const GOptionEntry options[] = {
    {"program", 0, 0, G_OPTION_ARG_FILENAME, &program, "the port-manager to test", "FILE"},
    {"clients", 0, 0, G_OPTION_ARG_INT, &n_clients, "of the daemon (20)", "N"},
    {"direct", 0, 0, G_OPTION_ARG_INT, &n_direct, "of the registry, without it (2)", "N"},
    {"allocations", 0, 0, G_OPTION_ARG_INT64, &allocations, "in all (2000)", "N"},
    {"kill-client", 0, 0, G_OPTION_ARG_INT, &kill_client_ms, "one about every (50; 0 never)", "MS"},
    {"kill-server", 0, 0, G_OPTION_ARG_INT, &kill_server_ms, "about every (1000; 0 never)", "MS"},
    {"rate", 0, 0, G_OPTION_ARG_INT, &rate,
     "leases a second of all together (0: as fast as it goes)", "N"},
    {"hold", 0, 0, G_OPTION_ARG_INT, &hold_us, "at most so long (500)", "US"},
    {"spare", 0, 0, G_OPTION_ARG_INT, &spare,
     "ports of the pool beyond one for each client: for leases whose answer was lost (60)", "N"},
    {"seed", 0, 0, G_OPTION_ARG_INT64, &seed, "of chance (1)", "N"},
    {"break-index", 0, 0, G_OPTION_ARG_NONE, &break_index, "control: duplicates must be seen",
     NULL},
    {"only-ask", 0, 0, G_OPTION_ARG_NONE, &only_ask,
     "control of the time: GET /healthz in place of leases", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

typedef struct {
  char *state_dir;
  char *config;
  PmBoard *board;
  GRand *rand;
  pid_t server;
  pid_t *clients;
  guint n_clients; /* both kinds, the daemon's first */
  guint killed_clients, killed_servers;
  double server_cpu_s;
} Storm;

/* --- processes --- */

static pid_t
fork_child (void)
{
  pid_t parent = getpid (), pid = fork ();
  if (pid < 0)
    g_error ("fork: %m");
  if (pid != 0)
    return pid;
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () != parent)
    _exit (1);
  return 0;
}

static void
start_server (Storm *storm)
{
  storm->server = fork_child ();
  if (storm->server != 0)
    return;
  int nowhere = g_open ("/dev/null", O_RDWR | O_CLOEXEC, 0);
  dup2 (nowhere, STDOUT_FILENO);
  execl (program, program, "--state", storm->state_dir, "--config", storm->config, "serve",
         "--listen", "127.0.0.1:0", NULL);
  _exit (127);
}

static void
start_client (Storm *storm, guint index)
{
  gboolean is_direct = index >= (guint) n_clients;
  PmStormClient client = {
      .state_dir = storm->state_dir,
      .seed = g_rand_int (storm->rand),
      .hold_us = hold_us,
      .first = FIRST,
      .last = (guint16) (FIRST + storm->n_clients + (guint) spare - 1),
      .only_asks = only_ask,
      .every_us = rate == 0 ? 0 : G_USEC_PER_SEC * (gint64) storm->n_clients / rate,
  };
  storm->clients[index] = fork_child ();
  if (storm->clients[index] != 0)
    return;
  if (is_direct)
    pm_storm_ask_registry (storm->board, &client);
  else
    pm_storm_ask_daemon (storm->board, &client);
  _exit (0);
}

static void
kill_and_wait (pid_t pid)
{
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
}

static double
seconds_of (struct timeval time)
{
  return (double) time.tv_sec + (double) time.tv_usec / G_USEC_PER_SEC;
}

static void
kill_server (Storm *storm)
{
  struct rusage used;
  kill (storm->server, SIGKILL);
  if (wait4 (storm->server, NULL, 0, &used) == storm->server)
    storm->server_cpu_s += seconds_of (used.ru_utime) + seconds_of (used.ru_stime);
}

static void
wait_for_socket (const Storm *storm)
{
  g_autofree char *path = g_build_filename (storm->state_dir, "port-manager.sock", NULL);
  while (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    if (waitpid (storm->server, NULL, WNOHANG) == storm->server)
      g_error ("the server does not start");
    g_usleep (10000);
  }
}

/* --- the registry, from outside --- */

static gint64
ask_registry (const Storm *storm, const char *sql)
{
  g_autofree char *file = g_build_filename (storm->state_dir, "registry.db", NULL);
  sqlite3 *db;
  sqlite3_stmt *statement;
  gint64 answer = 0;
  if (sqlite3_open (file, &db) != SQLITE_OK || sqlite3_busy_timeout (db, 60000) != SQLITE_OK ||
      sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (db));
  if (sqlite3_step (statement) == SQLITE_ROW)
    answer = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return answer;
}

/* --- the storm --- */

/* About every `every_ms`: at a random moment up to twice as far away. */
static gint64
next_kill (Storm *storm, gint every_ms)
{
  if (every_ms <= 0)
    return G_MAXINT64;
  return g_get_monotonic_time () + 1000 * (gint64) g_rand_int_range (storm->rand, 1, 2 * every_ms);
}

/* A server that goes by itself would be waited for for ever. */
static void
expect_server (Storm *storm)
{
  int status;
  if (waitpid (storm->server, &status, WNOHANG) == storm->server)
    g_error ("the server ended by itself: %s %d", WIFSIGNALED (status) ? "signal" : "exit status",
             WIFSIGNALED (status) ? WTERMSIG (status) : WEXITSTATUS (status));
}

static void
rage (Storm *storm)
{
  gint64 client_at = next_kill (storm, kill_client_ms),
         server_at = next_kill (storm, kill_server_ms);
  while (!pm_board_is_done (storm->board) && !(break_index && storm->board->duplicates > 0)) {
    g_usleep (1000);
    expect_server (storm);
    if (g_get_monotonic_time () >= client_at) {
      guint victim = (guint) g_rand_int_range (storm->rand, 0, (gint32) storm->n_clients);
      kill_and_wait (storm->clients[victim]);
      start_client (storm, victim);
      storm->killed_clients++;
      client_at = next_kill (storm, kill_client_ms);
    }
    if (g_get_monotonic_time () >= server_at) {
      kill_server (storm);
      start_server (storm);
      storm->killed_servers++;
      server_at = next_kill (storm, kill_server_ms);
    }
  }
  storm->board->target = 0;
}

static void
set_up (Storm *storm)
{
  g_autoptr (GError) error = NULL;
  storm->state_dir = g_dir_make_tmp ("lease-storm-XXXXXX", &error);
  if (storm->state_dir == NULL)
    g_error ("%s", error->message);
  storm->config = g_build_filename (storm->state_dir, "config.toml", NULL);
  storm->n_clients = (guint) (n_clients + n_direct);
  g_autofree char *text =
      g_strdup_printf ("[pools]\n" PM_STORM_POOL " = [\"%u-%u\"]\n[backup]\nevery_h = 0\n", FIRST,
                       FIRST + storm->n_clients + (guint) spare - 1);
  if (!g_file_set_contents (storm->config, text, -1, &error))
    g_error ("%s", error->message);
  storm->board = pm_board_new ((guint64) allocations);
  storm->rand = g_rand_new_with_seed ((guint32) seed);
  storm->clients = g_new0 (pid_t, storm->n_clients);
  start_server (storm);
  wait_for_socket (storm);
  if (break_index)
    ask_registry (storm, "DROP INDEX leases_held");
}

static void
stop (Storm *storm)
{
  for (guint i = 0; i < storm->n_clients; i++)
    kill_and_wait (storm->clients[i]);
  kill_server (storm);
}

static void
take_down (Storm *storm)
{
  g_autoptr (GDir) directory = g_dir_open (storm->state_dir, 0, NULL);
  const char *name;
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL) {
    g_autofree char *path = g_build_filename (storm->state_dir, name, NULL);
    g_remove (path);
  }
  g_rmdir (storm->state_dir);
  pm_board_free (storm->board);
  g_rand_free (storm->rand);
  g_free (storm->clients);
  g_free (storm->config);
  g_free (storm->state_dir);
}

static void
report (const Storm *storm, double seconds)
{
  const PmBoard *board = storm->board;
  printf ("%" G_GUINT64_FORMAT
          " leases in %.1f s (%.0f a second) by %d clients of the daemon and %d "
          "of the registry; seed %" G_GINT64_FORMAT "\n",
          board->taken, seconds, (double) board->taken / seconds, n_clients, n_direct, seed);
  printf ("killed: %u clients, %u servers; %" G_GUINT64_FORMAT " answers lost, %" G_GUINT64_FORMAT
          " refused, %" G_GUINT64_FORMAT " failures\n",
          storm->killed_clients, storm->killed_servers, board->broken, board->refused,
          board->failures);
  printf ("%s over HTTP: p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms\n",
          only_ask ? "GET /healthz" : "lease", pm_board_quantile_ms (board, 0.5),
          pm_board_quantile_ms (board, 0.99), pm_board_quantile_ms (board, 0.999));
  printf ("the daemon used %.0f µs of CPU for each\n",
          storm->server_cpu_s * G_USEC_PER_SEC / (double) MAX (board->taken, 1));
  printf ("duplicates: %" G_GUINT64_FORMAT "\n", board->duplicates);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || program == NULL)
    g_error ("%s", error == NULL ? "--program is needed" : error->message);
  signal (SIGPIPE, SIG_IGN);
  Storm storm = {0};
  set_up (&storm);
  gint64 began_us = g_get_monotonic_time ();
  for (guint i = 0; i < storm.n_clients; i++)
    start_client (&storm, i);
  rage (&storm);
  double seconds = (double) (g_get_monotonic_time () - began_us) / G_USEC_PER_SEC;
  stop (&storm);
  report (&storm, seconds);
  guint64 duplicates = storm.board->duplicates, failures = storm.board->failures;
  gint64 twice = ask_registry (&storm, "SELECT count (*) - count (DISTINCT port) FROM leases"
                                       " WHERE released IS NULL");
  printf ("held twice in the registry: %" G_GINT64_FORMAT "\n", twice);
  take_down (&storm);
  if (break_index)
    return duplicates > 0 ? 0 : 1;
  return duplicates == 0 && twice == 0 && failures == 0 ? 0 : 1;
}
