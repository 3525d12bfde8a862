#pragma once

#include "update/hold.h"
#include "update/journal.h"
#include "update/lock.h"
#include "update/place.h"
#include "update/swap.h"

G_BEGIN_DECLS

/* What applying, rolling back and recovering share: one transaction, its journal, and the roots
 * that it may touch. Everything is borrowed. For insiders of update/. */
typedef struct {
  const PmFs *fs;
  const GPtrArray *roots; /* of PmRoot */
  PmHistory *history;
  PmJournal *journal;
  const PmFile *journals; /* the directory */
} PmWork;

static inline PmTarget *
pm_work_target (const PmWork *work, guint index)
{
  return g_ptr_array_index (work->history->targets, index);
}

/* Opens the directory of a target. FALSE with errno; ENOENT when its root is not there any more. */
gboolean pm_work_open_parent (const PmWork *work, const PmTarget *target, PmFile *parent);

/* The exchange of a target. `parent` must outlive it. */
PmSwap pm_work_swap (const PmWork *work, guint index, const PmFile *parent);

typedef enum {
  PM_SYNC_TEMPORARIES = 1 << 0, /* contents of the temporaries, and the directories */
  PM_SYNC_TARGETS = 1 << 1,     /* contents of the targets, and the directories */
  PM_SYNC_NAMES = 1 << 2,       /* the directories */
} PmSyncWhat;

/* Makes it durable: one syncfs for each file system where that is enough, else fsync of each file
 * and directory. Never repeated after an error. What is gone is left out. */
gboolean pm_work_sync (const PmWork *work, PmSyncWhat what, GError **error);

/* Writes a new file beside a target with the attributes of an open one. 0600 until it has them.
 * ret_inode may be NULL. PERMISSION when the attributes cannot be given. */
typedef enum {
  PM_WRITE_DONE,
  PM_WRITE_PERMISSION,
  PM_WRITE_FAILED, /* with errno */
} PmWriteResult;

PmWriteResult pm_work_write_beside (const PmFile *parent, const char *name, const GString *bytes,
                                    const PmFile *like, const struct statx *status,
                                    gboolean is_durable, guint64 *ret_inode);

/* Unlinks the names beside a target; not being there is fine. */
gboolean pm_work_drop (const PmFile *parent, const char *name);

/* Unlinks the temporary names of every target, makes that durable and closes the journal. */
gboolean pm_work_close (const PmWork *work, GError **error);

G_END_DECLS
