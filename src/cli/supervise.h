#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Runs a command as if it stood in our place: its standard streams, terminal, process group and
 * environment are ours, and what is sent to us is passed on to it.
 *
 * - Signals that the terminal sends (Ctrl-C, Ctrl-Z, hangup, a new size) reach the whole process
 *   group, and so the command, by themselves; those that are sent to us alone are forwarded.
 * - When job control stops the command we stop too, so that the shell sees it, and when we are
 *   continued so is it.
 * - It ends with the command, with its exit status, or 128 + n when signal n ended it.
 * - What cannot be executed is 127 (not found) or 126, as in a shell (POSIX XCU 2.8.2), and told in
 *   the error.
 * - Killed by SIGKILL we leave the command running. */

typedef struct {
  char *const *argv;        /* NULL-terminated; argv[0] is looked for in PATH */
  char *const *environment; /* "NAME=value", NULL-terminated */

  /* Called with the command's process before it begins: FALSE, and it never does. */
  gboolean (*started) (pid_t pid, gpointer data, GError **error);
  gpointer data;
} PmSupervised;

#define PM_SUPERVISE_ERROR (pm_supervise_error_quark ())
GQuark pm_supervise_error_quark (void);
typedef enum { PM_SUPERVISE_ERROR_EXEC, PM_SUPERVISE_ERROR_SYSTEM } PmSuperviseError;

/* The exit status, and the signal that ended the command (0: none did). With an error: 126 or 127
 * where the command could not be executed, else -1. */
int pm_supervise (const PmSupervised *what, int *ret_signal, GError **error);

G_END_DECLS
