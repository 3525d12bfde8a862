/* DESIGN
 * The child is watched by a pidfd (pidfd_open(2)) beside its output, in one poll, so that neither a
 * grandchild that keeps the pipe open nor one that prints without end holds the thread longer than
 * the program itself lives. Of the output a bounded tail is kept, for the message.
 *
 * Between fork and exec the child calls nothing but system calls: groups were looked up before. */

#include "heal/run.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "heal/restart.h"

#define TAIL_BYTES 4096
#define MOST_GROUPS 256

/* --- as whom --- */

gboolean
pm_run_owner_of (const char *path, gint64 *ret_owner, GError **error)
{
  struct stat info;
  if (stat (path, &info) != 0) {
    g_set_error (error, PM_HEAL_ERROR, PM_HEAL_ERROR_ABSENT, "%s: %s", path, g_strerror (errno));
    return FALSE;
  }
  uid_t we = geteuid ();
  if (info.st_uid == 0)
    g_set_error (error, PM_HEAL_ERROR, PM_HEAL_ERROR_FORBIDDEN,
                 "%s belongs to root, and what a project says is never run as root: give it to the "
                 "user whom the project belongs to, or configure a command",
                 path);
  else if (we != 0 && we != info.st_uid)
    g_set_error (error, PM_HEAL_ERROR, PM_HEAL_ERROR_FORBIDDEN,
                 "%s belongs to user %u, and this runs as user %u: what a project says is only run "
                 "as its owner",
                 path, info.st_uid, we);
  else
    *ret_owner = info.st_uid;
  return info.st_uid != 0 && (we == 0 || we == info.st_uid);
}

typedef struct {
  gboolean changes;
  uid_t user;
  gid_t group;
  gid_t groups[MOST_GROUPS];
  int n_groups;
  char *home, *name;
} Identity;

static void
identity_clear (Identity *identity)
{
  g_free (identity->home);
  g_free (identity->name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Identity, identity_clear)

static gboolean
find_identity (gint64 owner, Identity *identity, GError **error)
{
  char buffer[16 * 1024];
  struct passwd entry, *found = NULL;
  if (owner < 0 || (uid_t) owner == geteuid ())
    return TRUE;
  int cause = getpwuid_r ((uid_t) owner, &entry, buffer, sizeof buffer, &found);
  if (found == NULL) {
    g_set_error (error, PM_HEAL_ERROR, PM_HEAL_ERROR_FORBIDDEN, "user %" G_GINT64_FORMAT " is %s",
                 owner, cause == 0 ? "nobody that this machine knows" : g_strerror (cause));
    return FALSE;
  }
  identity->n_groups = MOST_GROUPS;
  if (getgrouplist (entry.pw_name, entry.pw_gid, identity->groups, &identity->n_groups) < 0)
    identity->n_groups = MOST_GROUPS;
  identity->changes = TRUE;
  identity->user = (uid_t) owner;
  identity->group = entry.pw_gid;
  identity->home = g_strdup (entry.pw_dir);
  identity->name = g_strdup (entry.pw_name);
  return TRUE;
}

/* In the child. */
static void
become (gpointer data)
{
  const Identity *identity = data;
  setpgid (0, 0);
  if (!identity->changes)
    return;
  if (setgroups ((gsize) identity->n_groups, identity->groups) != 0 ||
      setgid (identity->group) != 0 || setuid (identity->user) != 0)
    _exit (126);
}

/* Ours, without what is meant for us alone; and the home of whom it runs as. */
static char **
environment_of (const Identity *identity)
{
  static const char *const ours[] = {"NOTIFY_SOCKET", "WATCHDOG_PID",  "WATCHDOG_USEC",
                                     "LISTEN_FDS",    "LISTEN_PID",    "LISTEN_FDNAMES",
                                     "INVOCATION_ID", "JOURNAL_STREAM"};
  char **environment = g_get_environ ();
  for (gsize i = 0; i < G_N_ELEMENTS (ours); i++)
    environment = g_environ_unsetenv (environment, ours[i]);
  if (!identity->changes)
    return environment;
  environment = g_environ_unsetenv (environment, "XDG_RUNTIME_DIR");
  environment = g_environ_setenv (environment, "HOME", identity->home, TRUE);
  environment = g_environ_setenv (environment, "USER", identity->name, TRUE);
  return g_environ_setenv (environment, "LOGNAME", identity->name, TRUE);
}

/* --- its life --- */

typedef struct {
  const PmRunOptions *options;
  GPid pid;
  int alive;  /* pidfd */
  int output; /* what it prints; -1: closed */
  GString *tail;
} Child;

static gboolean
start (Child *child, GError **error)
{
  g_auto (Identity) identity = {0};
  if (!find_identity (child->options->owner, &identity, error))
    return FALSE;
  g_auto (GStrv) environment = environment_of (&identity);
  int pipe_fds[2];
  if (!g_unix_open_pipe (pipe_fds, FD_CLOEXEC, error))
    return FALSE;
  g_unix_set_fd_nonblocking (pipe_fds[0], TRUE, NULL);
  g_autoptr (GError) failure = NULL;
  gboolean fine = g_spawn_async_with_pipes_and_fds (
      child->options->directory, child->options->argv, (const char *const *) environment,
      G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH, become, &identity, -1, pipe_fds[1],
      pipe_fds[1], NULL, NULL, 0, &child->pid, NULL, NULL, NULL, &failure);
  close (pipe_fds[1]);
  child->output = pipe_fds[0];
  if (!fine)
    g_set_error (error, PM_HEAL_ERROR, PM_HEAL_ERROR_ABSENT, "%s cannot be run: %s",
                 child->options->argv[0], failure->message);
  else
    child->alive = (int) syscall (SYS_pidfd_open, child->pid, 0);
  return fine;
}

static void
read_output (Child *child)
{
  char buffer[4096];
  ssize_t length;
  while ((length = read (child->output, buffer, sizeof buffer)) > 0) {
    g_string_append_len (child->tail, buffer, length);
    if (child->tail->len > 2 * TAIL_BYTES)
      g_string_erase (child->tail, 0, (gssize) (child->tail->len - TAIL_BYTES));
  }
  if (length == 0) {
    close (child->output);
    child->output = -1;
  }
}

/* TRUE once it has ended; FALSE when nobody waits any longer. */
static gboolean
await (Child *child, int cancelled)
{
  const PmRunOptions *options = child->options;
  for (;;) {
    gint64 left_us = options->deadline_us - g_get_monotonic_time ();
    struct pollfd items[] = {{.fd = child->alive, .events = POLLIN},
                             {.fd = child->output, .events = POLLIN},
                             {.fd = cancelled, .events = POLLIN}};
    int ready = left_us <= 0 ? 0 : poll (items, 3, (int) MIN (left_us / 1000 + 1, 60 * 1000));
    if (ready > 0 && items[1].revents != 0)
      read_output (child);
    if (ready > 0 && items[0].revents != 0)
      return TRUE;
    if (left_us <= 0 || g_cancellable_is_cancelled (options->cancellable))
      return FALSE;
  }
}

static int
reap (Child *child, gboolean has_ended)
{
  int status = 0;
  if (!has_ended)
    kill (-child->pid, SIGKILL);
  while (waitpid (child->pid, &status, 0) < 0 && errno == EINTR)
    continue;
  if (child->output >= 0)
    read_output (child);
  if (child->output >= 0)
    close (child->output);
  close (child->alive);
  return status;
}

/* The last line that says anything. */
static const char *
last_words (GString *tail)
{
  char *text = g_strchomp (tail->str);
  char *line = strrchr (text, '\n');
  if (*text == '\0')
    return "it printed nothing";
  return line == NULL ? text : line + 1;
}

static gboolean
judge (Child *child, gboolean has_ended, int status, GError **error)
{
  const char *name = child->options->argv[0];
  g_autofree char *words = g_utf8_make_valid (last_words (child->tail), -1);
  if (!has_ended)
    g_set_error (error, PM_HEAL_ERROR, PM_HEAL_ERROR_TIMEOUT, "%s took too long and was ended: %s",
                 name, words);
  else if (WIFSIGNALED (status))
    g_set_error (error, PM_HEAL_ERROR, PM_HEAL_ERROR_FAILED, "%s was killed by signal %d: %s", name,
                 WTERMSIG (status), words);
  else if (WEXITSTATUS (status) != 0)
    g_set_error (error, PM_HEAL_ERROR, PM_HEAL_ERROR_FAILED, "%s ended with status %d: %s", name,
                 WEXITSTATUS (status), words);
  else
    return TRUE;
  return FALSE;
}

gboolean
pm_run_program (const PmRunOptions *options, GError **error)
{
  g_autoptr (GString) tail = g_string_new (NULL);
  Child child = {.options = options, .alive = -1, .output = -1, .tail = tail};
  if (!start (&child, error)) {
    if (child.output >= 0)
      close (child.output);
    return FALSE;
  }
  int cancelled = g_cancellable_get_fd (options->cancellable);
  gboolean has_ended = await (&child, cancelled);
  if (cancelled >= 0)
    g_cancellable_release_fd (options->cancellable);
  int status = reap (&child, has_ended);
  return judge (&child, has_ended, status, error);
}
