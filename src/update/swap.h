#pragma once

#include "update/hold.h"
#include "update/journal.h"

G_BEGIN_DECLS

/* Two names in one directory, the target's and the temporary's, and the exchange of what is under
 * them: forward, and back. Somebody else may save the target at any instant, by rename or in place;
 * whatever they saved last is under the target's name in the end. */
typedef struct {
  const PmFile *parent;
  const char *name;
  const char *temporary;
  PmContent old;        /* what the target was */
  PmContent new;        /* what the temporary was made to be */
  gboolean is_prepared; /* the temporary was whole and durable before any exchange */

  PmBack *back; /* what the journal knows of swaps back */
  PmJournal *journal;
  guint32 target; /* for the journal */
  guint32 slot;
} PmSwap;

typedef enum {
  PM_SWAP_DONE,
  PM_SWAP_CONFLICT,    /* somebody saved, or is about to; pm_swap_settle puts it right */
  PM_SWAP_UNSUPPORTED, /* this file system cannot exchange; nothing happened */
  PM_SWAP_FAILED,
} PmSwapResult;

/* Exchanges and checks. new_inode is what the target must be afterwards; hold keeps the displaced
 * inode, until it is cleared. `error` is set unless the result is DONE. */
PmSwapResult pm_swap_forward (const PmSwap *swap, guint64 new_inode, gboolean may_lease,
                              PmHold *hold, GError **error);

typedef enum {
  PM_SETTLED_CLEAN,  /* under the target's name is nothing of ours */
  PM_SETTLED_THEIRS, /* somebody's content, which may be made from ours: look at the spans */
  PM_SETTLED_GONE,   /* no regular file has the name any more */
  PM_SETTLED_BUSY,   /* somebody has it open for writing and does not let go */
  PM_SETTLED_FAILED, /* `error` is set */
} PmSettled;

/* Takes an exchange back, in whatever state a crash or a conflict left the two names. Idempotent.
 * Afterwards nothing that is needed is under the temporary's name. */
PmSettled pm_swap_settle (PmSwap *swap, GError **error);

G_END_DECLS
