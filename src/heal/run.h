#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Runs a program to its end, for the providers that are commands. Private to heal/.
 *
 * The argument vector is executed as it is: no shell. It gets no terminal and no input, is the
 * leader of a process group of its own (setpgid(2)), which is killed when the time is over, and may
 * leave processes behind that go on: only the program itself is waited for. */

typedef struct {
  const char *const *argv;
  const char *directory; /* NULL: ours */
  gint64 owner;          /* uid to run as; -1: as whoever we are */
  gint64 deadline_us;    /* of the monotonic clock */
  GCancellable *cancellable;
} PmRunOptions;

/* FALSE with PM_HEAL_ERROR: it could not be run, ended otherwise than with 0, or took too long; the
 * message has the last line that it printed. */
gboolean pm_run_program (const PmRunOptions *options, GError **error);

/* Whose files these are, as whom they may be run: never root, and nobody else than us unless we are
 * root (reliability: what a project says runs with its owner's rights). FORBIDDEN, ABSENT. */
gboolean pm_run_owner_of (const char *path, gint64 *ret_owner, GError **error);

G_END_DECLS
