#pragma once

#include "base/fs.h"
#include "update/place.h"

G_BEGIN_DECLS

/* One writer at a time: the state directory's lock, and one on each root, so that two state
 * directories on one tree cannot collide either. The directories above a root are locked shared, so
 * that a root inside of another's collides too; those that cannot be opened are left out.
 *
 * They are flock(2) locks: the kernel drops them with their holder, so a dead one's are free. Who
 * holds one is told by process id, start time and command. */

typedef struct PmLock PmLock;

/* Locks the state directory, making it (0700) and its transactions/ when they are not there. */
PmLock *pm_lock_state (const PmFs *fs, const char *state_directory, guint wait_ms, GError **error);

/* Locks the roots, in their order, until the lock is freed. */
gboolean pm_lock_roots (PmLock *lock, const GPtrArray *roots, guint wait_ms, GError **error);

/* The directory of the journals; borrowed. */
const PmFile *pm_lock_journals (const PmLock *lock);
const PmFile *pm_lock_directory (const PmLock *lock);

void pm_lock_free (PmLock *lock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmLock, pm_lock_free)

G_END_DECLS
