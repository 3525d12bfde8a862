/* Whether a process is there: by its pid file, by its program's name, or, since nobody can be
 * connected to over UDP, by a socket on its port (proc(5), sock_diag(7)). A zombie is not there.
 *
 * All processes are read at most once a second, whatever the number of checks; a program that was
 * found stays known by its pid, so that the next looks cost one read each. */

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "health/kind.h"
#include "live/processes.h"
#include "live/sockets.h"

#define FRESH_US G_USEC_PER_SEC
#define PROC "/proc"
#define COMM_BYTES 15 /* of a name in /proc/PID/comm: TASK_COMM_LEN without its end */

typedef struct {
  GHashTable *pids; /* name → pid: what was seen last */
  gint64 pids_us;
  GArray *bound; /* of PmBoundSocket */
  gint64 bound_us;
} Shared;

/* --- processes --- */

static gboolean
is_zombie (gint64 pid)
{
  g_autofree char *file = g_strdup_printf (PROC "/%" G_GINT64_FORMAT "/stat", pid), *text = NULL;
  if (!g_file_get_contents (file, &text, NULL, NULL))
    return TRUE;
  /* The name in parentheses may have any byte in it, a parenthesis too. */
  const char *end = strrchr (text, ')');
  return end == NULL || strlen (end) < 3 || end[2] == 'Z' || end[2] == 'X';
}

static char *
comm_of (gint64 pid)
{
  g_autofree char *file = g_strdup_printf (PROC "/%" G_GINT64_FORMAT "/comm", pid);
  char *text = NULL;
  return g_file_get_contents (file, &text, NULL, NULL) ? g_strchomp (text) : NULL;
}

static gboolean
is_called (gint64 pid, const char *name)
{
  g_autofree char *comm = comm_of (pid);
  if (comm == NULL || is_zombie (pid))
    return FALSE;
  if (strncmp (comm, name, COMM_BYTES) == 0 && strlen (name) <= COMM_BYTES)
    return TRUE;
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmProcess process;
  pm_process_read (PROC, pid, arena, &process);
  return strcmp (process.program, name) == 0;
}

static void
remember (Shared *shared, gint64 pid)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autofree char *comm = comm_of (pid);
  PmProcess process;
  if (comm == NULL || is_zombie (pid))
    return;
  pm_process_read (PROC, pid, arena, &process);
  g_hash_table_replace (shared->pids, g_strdup (comm), GINT_TO_POINTER ((gint) pid));
  if (process.program[0] != '\0' && process.program[0] != '[')
    g_hash_table_replace (shared->pids, g_strdup (process.program), GINT_TO_POINTER ((gint) pid));
}

static void
read_processes (Shared *shared)
{
  gint64 now_us = g_get_monotonic_time ();
  if (shared->pids_us != 0 && now_us - shared->pids_us < FRESH_US)
    return;
  g_autoptr (GDir) proc = g_dir_open (PROC, 0, NULL);
  const char *name;
  g_hash_table_remove_all (shared->pids);
  while (proc != NULL && (name = g_dir_read_name (proc)) != NULL)
    if (g_ascii_isdigit (name[0]))
      remember (shared, g_ascii_strtoll (name, NULL, 10));
  shared->pids_us = now_us;
}

static gboolean
is_known (Shared *shared, const char *name)
{
  gint pid = GPOINTER_TO_INT (g_hash_table_lookup (shared->pids, name));
  return pid != 0 && is_called (pid, name);
}

static void
look_for_program (PmProbe *probe, Shared *shared, const char *name)
{
  if (!is_known (shared, name)) {
    read_processes (shared);
    if (!is_known (shared, name)) {
      pm_probe_finish (probe, PM_HEALTH_DOWN, 0, "no process runs “%s”", name);
      return;
    }
  }
  pm_probe_finish (probe, PM_HEALTH_UP, 0, "%s", "");
}

static void
look_at_pid_file (PmProbe *probe, const char *file)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  if (!g_file_get_contents (file, &text, NULL, &error)) {
    pm_probe_finish (probe, PM_HEALTH_DOWN, 0, "%s", error->message);
    return;
  }
  gint64 pid = g_ascii_strtoll (text, NULL, 10);
  if (pid <= 0 || pid > G_MAXINT)
    pm_probe_finish (probe, PM_HEALTH_DOWN, 0, "%s holds no process id", file);
  else if ((kill ((pid_t) pid, 0) != 0 && errno == ESRCH) || is_zombie (pid))
    pm_probe_finish (probe, PM_HEALTH_DOWN, 0, "process %" G_GINT64_FORMAT " of %s is gone", pid,
                     file);
  else
    pm_probe_finish (probe, PM_HEALTH_UP, 0, "%s", "");
}

/* --- sockets --- */

static gboolean
is_bound (Shared *shared, guint16 port)
{
  for (guint i = 0; i < shared->bound->len; i++) {
    const PmBoundSocket *socket = &g_array_index (shared->bound, PmBoundSocket, i);
    if (socket->transport == PM_TRANSPORT_UDP && socket->port == port)
      return TRUE;
  }
  return FALSE;
}

static void
look_for_socket (PmProbe *probe, Shared *shared, guint16 port)
{
  g_autoptr (GError) error = NULL;
  gint64 now_us = g_get_monotonic_time ();
  if (shared->bound_us == 0 || now_us - shared->bound_us >= FRESH_US) {
    g_array_set_size (shared->bound, 0);
    shared->bound_us = now_us;
    if (!pm_sockets_bound (shared->bound, &error)) {
      shared->bound_us = 0;
      pm_probe_finish (probe, PM_HEALTH_UNKNOWN, 0, "%s", error->message);
      return;
    }
  }
  if (is_bound (shared, port))
    pm_probe_finish (probe, PM_HEALTH_UP, 0, "%s", "");
  else
    pm_probe_finish (probe, PM_HEALTH_DOWN, 0, "no process has UDP port %u", port);
}

/* --- the kind --- */

static gpointer
process_shared_new (PmProber *prober)
{
  Shared *shared = g_new0 (Shared, 1);
  shared->pids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  shared->bound = g_array_new (FALSE, FALSE, sizeof (PmBoundSocket));
  return shared;
}

static void
process_shared_free (gpointer data)
{
  Shared *shared = data;
  g_hash_table_unref (shared->pids);
  g_array_unref (shared->bound);
  g_free (shared);
}

/* Answered at once: there is nothing to be kept. */
static gpointer
process_start (PmProbe *probe, const PmCheck *check)
{
  if (check->name[0] == '/')
    look_at_pid_file (probe, check->name);
  else if (check->name[0] != '\0')
    look_for_program (probe, pm_probe_shared (probe), check->name);
  else
    look_for_socket (probe, pm_probe_shared (probe), check->port);
  return NULL;
}

static void
process_stop (gpointer self)
{
}

const PmProbeKind pm_probe_process = {
    .shared_new = process_shared_new,
    .shared_free = process_shared_free,
    .start = process_start,
    .stop = process_stop,
};
