#pragma once

#include "update/work.h"

G_BEGIN_DECLS

/* Takes only our bytes back, out of a file that somebody edited after us (or that is ours, when the
 * displaced inode was lost). Their other bytes stay.
 *
 * The new content takes its place by an exchange of its own, recorded in the journal and settled by
 * pm_swap_settle like the transaction's; or in place, after a copy. */

typedef enum {
  PM_REVERT_DONE,     /* none of our bytes is left, or none was there */
  PM_REVERT_NOT_OURS, /* our bytes cannot be found: left as it is */
  PM_REVERT_BUSY,     /* somebody has it open for writing and does not let go */
  PM_REVERT_FAILED,   /* `error` is set */
} PmRevertResult;

PmRevertResult pm_revert_target (const PmWork *work, guint index, const PmFile *parent,
                                 GError **error);

/* Finishes or undoes an interrupted revert; must run before anything else is decided. */
PmSettled pm_revert_settle (const PmWork *work, guint index, const PmFile *parent, GError **error);

G_END_DECLS
