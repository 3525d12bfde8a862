#pragma once

#include "pipeline/restartees.h"

G_BEGIN_DECLS

/* Restarts targets, in their turns: all of one turn at once, as many as threads allow. Private to
 * pipeline/. */

typedef enum {
  PM_RESTART_NOT_TRIED,
  PM_RESTART_DONE,
  PM_RESTART_REFUSED, /* somebody else has its port, or its settings do not allow it */
  PM_RESTART_FAILED,
} PmRestartEnd;

/* "", "restarted", "refused", "failed". */
const char *pm_restart_end_name (PmRestartEnd end);

typedef struct {
  const PmRestartee *target;
  PmRestartEnd end;
  char *reason; /* NULL: it was restarted */
  gint64 elapsed_us;
} PmRestartOutcome;

/* One outcome for each target, in the same order (of PmRestartOutcome). Blocks until all have
 * ended. */
GArray *pm_restarts_run (const PmRestartees *targets, const PmConfig *config,
                         GCancellable *cancellable);

G_END_DECLS
