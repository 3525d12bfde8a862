/* DESIGN
 * All signals are blocked and read from a signalfd, which tells who sent them (sigaction(2),
 * si_code): SI_KERNEL is the terminal, and then the command got it too, being in the same process
 * group. SIGCHLD tells when the command stops or ends.
 *
 * The command's process waits at a pipe until it has been told to whoever asked for it; a second
 * pipe, closed by a successful execve, carries errno of a failed one. */

#include "cli/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

G_DEFINE_QUARK (pm - supervise - error - quark, pm_supervise_error)

typedef struct {
  pid_t pid;
  int go[2], failed[2];
  int signals;
  int ended_by;    /* the signal; 0 none */
  sigset_t before; /* the mask that we were started with */
} Run;

static gboolean
set_system_error (const char *what, GError **error)
{
  g_set_error (error, PM_SUPERVISE_ERROR, PM_SUPERVISE_ERROR_SYSTEM, "%s: %s", what,
               g_strerror (errno));
  return FALSE;
}

static void
close_one (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

/* --- the command's process --- */

/* Between fork and exec: nothing but system calls. */
_Noreturn static void
become (const PmSupervised *what, Run *run)
{
  char byte;
  close (run->go[1]);
  if (read (run->go[0], &byte, 1) != 1)
    _exit (125);
  sigprocmask (SIG_SETMASK, &run->before, NULL);
  execvpe (what->argv[0], what->argv, what->environment);
  int code = errno;
  ssize_t ignored = write (run->failed[1], &code, sizeof code);
  (void) ignored;
  _exit (127);
}

static gboolean
open_channels (Run *run, GError **error)
{
  sigset_t all;
  sigfillset (&all);
  if (pipe2 (run->go, O_CLOEXEC) != 0 || pipe2 (run->failed, O_CLOEXEC) != 0)
    return set_system_error ("pipe", error);
  if (sigprocmask (SIG_SETMASK, &all, &run->before) != 0)
    return set_system_error ("sigprocmask", error);
  run->signals = signalfd (-1, &all, SFD_CLOEXEC);
  return run->signals >= 0 || set_system_error ("signalfd", error);
}

/* 0: it runs; else errno of why it does not. */
static int
let_go (Run *run)
{
  int code = 0;
  ssize_t n = write (run->go[1], "x", 1);
  close_one (&run->go[1]);
  close_one (&run->failed[1]);
  if (n == 1)
    do
      n = read (run->failed[0], &code, sizeof code);
    while (n < 0 && errno == EINTR);
  return n == (ssize_t) sizeof code ? code : 0;
}

/* --- while it runs --- */

/* SIGSTOP is left alone: it comes from somebody who wants to stop just that process. */
static gboolean
is_job_control (int signal_number)
{
  return signal_number == SIGTSTP || signal_number == SIGTTIN || signal_number == SIGTTOU;
}

/* TRUE when it has ended. */
static gboolean
look_after (Run *run, int *ret_status)
{
  int status;
  while (waitpid (run->pid, &status, WNOHANG | WUNTRACED) == run->pid) {
    if (WIFEXITED (status) || WIFSIGNALED (status)) {
      run->ended_by = WIFSIGNALED (status) ? WTERMSIG (status) : 0;
      *ret_status = WIFSIGNALED (status) ? 128 + run->ended_by : WEXITSTATUS (status);
      return TRUE;
    }
    if (WIFSTOPPED (status) && is_job_control (WSTOPSIG (status))) {
      raise (SIGSTOP); /* until somebody continues us */
      kill (run->pid, SIGCONT);
    }
  }
  return FALSE;
}

static int
supervise (Run *run)
{
  int status = -1;
  while (!look_after (run, &status)) {
    struct signalfd_siginfo info;
    ssize_t n = read (run->signals, &info, sizeof info);
    if (n != (ssize_t) sizeof info || info.ssi_signo == SIGCHLD || info.ssi_code == SI_KERNEL)
      continue;
    kill (run->pid, (int) info.ssi_signo);
  }
  return status;
}

/* --- all of it --- */

static int
start (const PmSupervised *what, Run *run, GError **error)
{
  if (!what->started (run->pid, what->data, error)) {
    close_one (&run->go[1]); /* and so it ends */
    waitpid (run->pid, NULL, 0);
    return -1;
  }
  int code = let_go (run);
  if (code == 0)
    return supervise (run);
  waitpid (run->pid, NULL, 0);
  g_set_error (error, PM_SUPERVISE_ERROR, PM_SUPERVISE_ERROR_EXEC, "cannot run %s: %s",
               what->argv[0], g_strerror (code));
  return code == ENOENT ? 127 : 126;
}

int
pm_supervise (const PmSupervised *what, int *ret_signal, GError **error)
{
  Run run = {.go = {-1, -1}, .failed = {-1, -1}, .signals = -1};
  int status = -1;
  sigemptyset (&run.before);
  sigprocmask (SIG_SETMASK, NULL, &run.before);
  if (open_channels (&run, error)) {
    run.pid = fork ();
    if (run.pid == 0)
      become (what, &run);
    if (run.pid < 0)
      set_system_error ("fork", error);
    else
      status = start (what, &run, error);
  }
  sigprocmask (SIG_SETMASK, &run.before, NULL);
  int *all[] = {&run.go[0], &run.go[1], &run.failed[0], &run.failed[1], &run.signals};
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    close_one (all[i]);
  *ret_signal = run.ended_by;
  return status;
}
