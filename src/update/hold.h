#pragma once

#include "update/place.h"

G_BEGIN_DECLS

/* A file kept from being written by others, as far as the system can: an open descriptor with a
 * read lease (fcntl(2), F_SETLEASE). While it is held, whoever opens the file for writing waits, at
 * most /proc/sys/fs/lease-break-time seconds, and we can see it. */
typedef struct {
  PmFile file;
  gboolean is_leased; /* FALSE: the file system has no leases, or the file is another user's */
} PmHold;

#define PM_HOLD_NONE(table)                                                                        \
  {                                                                                                \
    PM_FILE_NONE (table), FALSE                                                                    \
  }

typedef enum {
  PM_HOLD_TAKEN,
  PM_HOLD_BUSY,   /* somebody has it open for writing, also after `wait_ms` */
  PM_HOLD_FAILED, /* errno */
} PmHoldResult;

/* Opens and leases. With may_lease FALSE only opens. */
PmHoldResult pm_hold_take (PmHold *hold, const PmFile *parent, const char *name, guint wait_ms,
                           gboolean may_lease);

/* Nobody has opened it for writing since. Always TRUE without a lease. */
gboolean pm_hold_is_intact (const PmHold *hold);

void pm_hold_clear (PmHold *hold);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmHold, pm_hold_clear)

G_END_DECLS
