/* DESIGN
 * syncfs is trusted where it is known to write data and report errors: the local file systems named
 * below, since Linux 5.8. Elsewhere (FUSE and network file systems answer it without a write
 * reaching anything) each file and each directory gets its own fsync. */

#include "update/work.h"

#include <errno.h>
#include <linux/magic.h>
#include <string.h>

#include "update/attributes.h"

#define XFS_MAGIC 0x58465342 /* "XFSB", not in linux/magic.h */

gboolean
pm_work_open_parent (const PmWork *work, const PmTarget *target, PmFile *parent)
{
  const PmRoot *root = pm_roots_find (work->roots, target->root);
  if (root == NULL) {
    errno = ENOENT;
    return FALSE;
  }
  return pm_place_open_parent (root, target, parent);
}

PmSwap
pm_work_swap (const PmWork *work, guint index, const PmFile *parent)
{
  PmTarget *target = pm_work_target (work, index);
  return (PmSwap){
      .parent = parent,
      .name = target->name,
      .temporary = target->temporary,
      .old = target->old,
      .new = target->new,
      .is_prepared = work->history->is_prepared,
      .back = &target->back,
      .journal = work->journal,
      .target = index,
      .slot = 0,
  };
}

/* --- making durable --- */

static gboolean
syncfs_is_enough (const PmFs *fs, int fd)
{
  static const guint32 trusted[] = {EXT4_SUPER_MAGIC, XFS_MAGIC, BTRFS_SUPER_MAGIC,
                                    F2FS_SUPER_MAGIC, TMPFS_MAGIC};
  struct statfs status;
  if (!fs->syncfs_reports || PM_FS (fs, fstatfs, fd, &status) < 0)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (trusted); i++)
    if ((guint32) status.f_type == trusted[i])
      return TRUE;
  return FALSE;
}

static gboolean
sync_name (const PmWork *work, const PmFile *parent, const char *name)
{
  g_auto (PmFile) file = PM_FILE_NONE (work->fs);
  if (!pm_place_open_file (parent, name, &file))
    return errno == ENOENT || errno == ELOOP || errno == ENXIO;
  return PM_FS (work->fs, fsync, file.fd) == 0;
}

static gboolean
sync_each (const PmWork *work, const PmTarget *target, const PmFile *parent, int directory,
           PmSyncWhat what)
{
  if ((what & PM_SYNC_TEMPORARIES) != 0 && !sync_name (work, parent, target->temporary))
    return FALSE;
  if ((what & PM_SYNC_TARGETS) != 0 && !sync_name (work, parent, target->name))
    return FALSE;
  return PM_FS (work->fs, fsync, directory) == 0;
}

/* One target, unless its file system is done already. */
static gboolean
sync_target (const PmWork *work, const PmTarget *target, PmSyncWhat what, GHashTable *done)
{
  g_auto (PmFile) parent = PM_FILE_NONE (work->fs);
  g_auto (PmFile) directory = PM_FILE_NONE (work->fs);
  struct statx status;
  if (target->device != 0 && g_hash_table_contains (done, &target->device))
    return TRUE;
  if (!pm_work_open_parent (work, target, &parent))
    return errno == ENOENT || errno == ELOOP || errno == ENOTDIR;
  if (PM_FS (work->fs, statx, parent.fd, "", AT_EMPTY_PATH, PM_PLACE_STATX_MASK, &status) < 0)
    return FALSE;
  guint64 device = ((guint64) status.stx_dev_major << 32) | status.stx_dev_minor;
  if (g_hash_table_contains (done, &device))
    return TRUE;
  if (!pm_file_open_beneath (&directory, parent.fd, ".", O_RDONLY | O_DIRECTORY, 0))
    return FALSE;
  if (!syncfs_is_enough (work->fs, directory.fd))
    return sync_each (work, target, &parent, directory.fd, what);
  g_hash_table_add (done, g_memdup2 (&device, sizeof device));
  return PM_FS (work->fs, syncfs, directory.fd) == 0;
}

gboolean
pm_work_sync (const PmWork *work, PmSyncWhat what, GError **error)
{
  g_autoptr (GHashTable) done = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint i = 0; i < work->history->targets->len; i++) {
    const PmTarget *target = pm_work_target (work, i);
    if (sync_target (work, target, what, done))
      continue;
    int failure = errno;
    g_autofree char *path = pm_target_path (target);
    g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, "cannot make %s durable: %s", path,
                 g_strerror (failure));
    return FALSE;
  }
  return TRUE;
}

/* --- names beside a target --- */

PmWriteResult
pm_work_write_beside (const PmFile *parent, const char *name, const GString *bytes,
                      const PmFile *like, const struct statx *status, gboolean is_durable,
                      guint64 *ret_inode)
{
  struct statx made;
  g_auto (PmFile) file = PM_FILE_NONE (parent->fs);
  if (!pm_file_open_beneath (&file, parent->fd, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW,
                             0600) ||
      !pm_file_write (&file, bytes->str, bytes->len, 0))
    return PM_WRITE_FAILED;
  if (!pm_attributes_copy (like, status, &file))
    return errno == EPERM || errno == ENOTSUP ? PM_WRITE_PERMISSION : PM_WRITE_FAILED;
  if ((is_durable && PM_FS (file.fs, fsync, file.fd) < 0) ||
      PM_FS (file.fs, statx, file.fd, "", AT_EMPTY_PATH, PM_PLACE_STATX_MASK, &made) < 0)
    return PM_WRITE_FAILED;
  if (ret_inode != NULL)
    *ret_inode = made.stx_ino;
  return PM_WRITE_DONE;
}

gboolean
pm_work_drop (const PmFile *parent, const char *name)
{
  return PM_FS (parent->fs, unlinkat, parent->fd, name, 0) == 0 || errno == ENOENT ||
         errno == EISDIR;
}

static gboolean
drop_names (const PmWork *work, const PmTarget *target)
{
  g_auto (PmFile) parent = PM_FILE_NONE (work->fs);
  if (!pm_work_open_parent (work, target, &parent))
    return errno == ENOENT || errno == ELOOP || errno == ENOTDIR;
  gboolean is_plain_commit = work->history->is_committed && !work->history->is_rolling_back;
  return pm_work_drop (&parent, target->temporary) &&
         (is_plain_commit || pm_work_drop (&parent, target->revert));
}

gboolean
pm_work_close (const PmWork *work, GError **error)
{
  for (guint i = 0; i < work->history->targets->len; i++) {
    const PmTarget *target = pm_work_target (work, i);
    if (drop_names (work, target))
      continue;
    int failure = errno;
    g_autofree char *path = pm_target_path (target);
    g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO,
                 "cannot remove the temporary beside %s: %s", path, g_strerror (failure));
    return FALSE;
  }
  return pm_work_sync (work, PM_SYNC_NAMES, error) && pm_journal_finish (work->journal, error);
}
