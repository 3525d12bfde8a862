#include "fault-fs.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define SHORT_BYTES 7

/* TRUE: the call fails. */
static gboolean
meet (const PmFs *fs, const char *operation)
{
  FaultFs *fault = (FaultFs *) fs;
  fault->calls++;
  if (fault->kind == FAULT_CALL)
    fault->on_call (operation, fault->user);
  gboolean is_it = fault->calls == fault->at ||
                   (fault->kind == FAULT_ERROR_FOREVER && fault->calls >= fault->at);
  if (!is_it || fault->kind == FAULT_NONE || fault->kind == FAULT_CALL)
    return FALSE;
  if (fault->kind == FAULT_KILL)
    kill (getpid (), SIGKILL);
  errno = fault->error;
  return TRUE;
}

#define FORWARD(operation, ...)                                                                    \
  meet (fs, #operation) ? -1 : pm_fs_real ()->operation (pm_fs_real (), __VA_ARGS__)

static int
fault_openat2 (const PmFs *fs, int directory, const char *path, int flags, mode_t mode,
               guint64 resolve)
{
  return FORWARD (openat2, directory, path, flags, mode, resolve);
}

static ssize_t
fault_pread (const PmFs *fs, int fd, void *buffer, gsize size, off_t offset)
{
  return FORWARD (pread, fd, buffer, size, offset);
}

static int
fault_ftruncate (const PmFs *fs, int fd, off_t length)
{
  return FORWARD (ftruncate, fd, length);
}

static int
fault_fsync (const PmFs *fs, int fd)
{
  return FORWARD (fsync, fd);
}

static int
fault_syncfs (const PmFs *fs, int fd)
{
  return FORWARD (syncfs, fd);
}

static int
fault_unlinkat (const PmFs *fs, int directory, const char *name, int flags)
{
  return FORWARD (unlinkat, directory, name, flags);
}

static int
fault_mkdirat (const PmFs *fs, int directory, const char *name, mode_t mode)
{
  return FORWARD (mkdirat, directory, name, mode);
}

static int
fault_statx (const PmFs *fs, int directory, const char *path, int flags, unsigned mask,
             struct statx *ret)
{
  return FORWARD (statx, directory, path, flags, mask, ret);
}

static int
fault_fstatfs (const PmFs *fs, int fd, struct statfs *ret)
{
  return FORWARD (fstatfs, fd, ret);
}

static int
fault_faccessat (const PmFs *fs, int directory, const char *path, int mode, int flags)
{
  return FORWARD (faccessat, directory, path, mode, flags);
}

static int
fault_fchown (const PmFs *fs, int fd, uid_t uid, gid_t gid)
{
  return FORWARD (fchown, fd, uid, gid);
}

static int
fault_fchmod (const PmFs *fs, int fd, mode_t mode)
{
  return FORWARD (fchmod, fd, mode);
}

static ssize_t
fault_flistxattr (const PmFs *fs, int fd, char *ret_names, gsize size)
{
  return FORWARD (flistxattr, fd, ret_names, size);
}

static ssize_t
fault_fgetxattr (const PmFs *fs, int fd, const char *name, void *ret_value, gsize size)
{
  return FORWARD (fgetxattr, fd, name, ret_value, size);
}

static int
fault_fsetxattr (const PmFs *fs, int fd, const char *name, const void *value, gsize size)
{
  return FORWARD (fsetxattr, fd, name, value, size);
}

static int
fault_fremovexattr (const PmFs *fs, int fd, const char *name)
{
  return FORWARD (fremovexattr, fd, name);
}

static int
fault_get_lease (const PmFs *fs, int fd)
{
  return FORWARD (get_lease, fd);
}

static int
fault_flock (const PmFs *fs, int fd, int operation)
{
  return FORWARD (flock, fd, operation);
}

static int
fault_close (const PmFs *fs, int fd)
{
  return close (fd);
}

static ssize_t
fault_pwrite (const PmFs *fs, int fd, const void *bytes, gsize size, off_t offset)
{
  if (((const FaultFs *) fs)->short_writes)
    size = MIN (size, SHORT_BYTES);
  return FORWARD (pwrite, fd, bytes, size, offset);
}

static int
fault_renameat2 (const PmFs *fs, int directory, const char *from, int to_directory, const char *to,
                 unsigned flags)
{
  if (((const FaultFs *) fs)->break_exchange && flags == RENAME_EXCHANGE)
    flags = 0;
  return FORWARD (renameat2, directory, from, to_directory, to, flags);
}

static int
fault_set_lease (const PmFs *fs, int fd, int type)
{
  if (((const FaultFs *) fs)->break_leases) {
    errno = EINVAL;
    return -1;
  }
  return FORWARD (set_lease, fd, type);
}

static char *
fault_path_of (const PmFs *fs, int fd)
{
  return meet (fs, "path_of") ? NULL : pm_fs_real ()->path_of (pm_fs_real (), fd);
}

static GPtrArray *
fault_list (const PmFs *fs, int directory, gsize most)
{
  return meet (fs, "list") ? NULL : pm_fs_real ()->list (pm_fs_real (), directory, most);
}

void
fault_fs_init (FaultFs *fault)
{
  *fault = (FaultFs){
      .fs =
          {
              .openat2 = fault_openat2,
              .pread = fault_pread,
              .ftruncate = fault_ftruncate,
              .fsync = fault_fsync,
              .syncfs = fault_syncfs,
              .unlinkat = fault_unlinkat,
              .mkdirat = fault_mkdirat,
              .statx = fault_statx,
              .fstatfs = fault_fstatfs,
              .faccessat = fault_faccessat,
              .fchown = fault_fchown,
              .fchmod = fault_fchmod,
              .flistxattr = fault_flistxattr,
              .fgetxattr = fault_fgetxattr,
              .fsetxattr = fault_fsetxattr,
              .fremovexattr = fault_fremovexattr,
              .get_lease = fault_get_lease,
              .flock = fault_flock,
              .close = fault_close,
              .pwrite = fault_pwrite,
              .renameat2 = fault_renameat2,
              .set_lease = fault_set_lease,
              .path_of = fault_path_of,
              .list = fault_list,
              .syncfs_reports = TRUE,
          },
  };
}
