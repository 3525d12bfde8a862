#pragma once

#include "base/fs.h"

/* A table of file operations that stands between the program and the kernel: it counts the calls,
 * and at one of them fails, kills the process, or writes short. Over the real table.
 *
 * `break_…` make the program under test wrong on purpose: the negative controls of the rigs. */

typedef enum {
  FAULT_NONE,
  FAULT_ERROR,         /* errno is `error` at call `at` only */
  FAULT_ERROR_FOREVER, /* from call `at` on */
  FAULT_KILL,          /* SIGKILL before call `at` */
  FAULT_CALL,          /* `on_call` before every call */
} FaultKind;

typedef struct {
  PmFs fs; /* first: the table is cast to its fault */
  FaultKind kind;
  guint at; /* from 1 */
  int error;
  guint calls;
  gboolean short_writes; /* at most 7 bytes at once */

  gboolean break_exchange; /* a plain rename in place of each exchange: nothing is displaced */
  gboolean break_leases;   /* none are given */

  void (*on_call) (const char *operation, gpointer user);
  gpointer user;
} FaultFs;

void fault_fs_init (FaultFs *fault);
