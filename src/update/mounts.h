#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Single files that are mounted somewhere (`docker run -v ./.env:/app/.env`). A bind mount holds on
 * to the inode: exchanging the source succeeds, and the container goes on reading the old file. So
 * such a file has to be written in place.
 *
 * Read from /proc/PID/mountinfo (proc(5)) of every mount namespace that can be seen. A mount that
 * no visible process lives in is not found. */

typedef struct PmMounts PmMounts;

PmMounts *pm_mounts_read (void);
void pm_mounts_free (PmMounts *mounts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmMounts, pm_mounts_free)

/* Whether the file with this real path, on our own mount with this id (stx_mnt_id), is the source
 * of a mount. */
gboolean pm_mounts_has_file (const PmMounts *mounts, guint64 mount_id, const char *path);

G_END_DECLS
