/* DESIGN
 * Every member is its system call and nothing else; whatever takes a decision (what to retry, what
 * to do about a short write) is above the table, where injected faults reach it too. */

#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/xattr.h>
#include <unistd.h>

#define READ_CHUNK_BYTES (64 * 1024)

static int
real_openat2 (const PmFs *fs, int directory, const char *path, int flags, mode_t mode,
              guint64 resolve)
{
  struct open_how how = {
      .flags = (guint64) (guint) (flags | O_CLOEXEC), .mode = mode, .resolve = resolve};
  return (int) syscall (SYS_openat2, directory, path, &how, sizeof how);
}

static int
real_close (const PmFs *fs, int fd)
{
  return close (fd);
}

static ssize_t
real_pread (const PmFs *fs, int fd, void *buffer, gsize size, off_t offset)
{
  return pread (fd, buffer, size, offset);
}

static ssize_t
real_pwrite (const PmFs *fs, int fd, const void *bytes, gsize size, off_t offset)
{
  return pwrite (fd, bytes, size, offset);
}

static int
real_ftruncate (const PmFs *fs, int fd, off_t length)
{
  return ftruncate (fd, length);
}

static int
real_fsync (const PmFs *fs, int fd)
{
  return fsync (fd);
}

static int
real_syncfs (const PmFs *fs, int fd)
{
  return syncfs (fd);
}

static int
real_renameat2 (const PmFs *fs, int directory, const char *from, int to_directory, const char *to,
                unsigned flags)
{
  return renameat2 (directory, from, to_directory, to, flags);
}

static int
real_unlinkat (const PmFs *fs, int directory, const char *name, int flags)
{
  return unlinkat (directory, name, flags);
}

static int
real_mkdirat (const PmFs *fs, int directory, const char *name, mode_t mode)
{
  return mkdirat (directory, name, mode);
}

static int
real_statx (const PmFs *fs, int directory, const char *path, int flags, unsigned mask,
            struct statx *ret)
{
  return statx (directory, path, flags, mask, ret);
}

static int
real_fstatfs (const PmFs *fs, int fd, struct statfs *ret)
{
  return fstatfs (fd, ret);
}

static int
real_faccessat (const PmFs *fs, int directory, const char *path, int mode, int flags)
{
  return faccessat (directory, path, mode, flags);
}

static int
real_fchown (const PmFs *fs, int fd, uid_t uid, gid_t gid)
{
  return fchown (fd, uid, gid);
}

static int
real_fchmod (const PmFs *fs, int fd, mode_t mode)
{
  return fchmod (fd, mode);
}

static ssize_t
real_flistxattr (const PmFs *fs, int fd, char *ret_names, gsize size)
{
  return flistxattr (fd, ret_names, size);
}

static ssize_t
real_fgetxattr (const PmFs *fs, int fd, const char *name, void *ret_value, gsize size)
{
  return fgetxattr (fd, name, ret_value, size);
}

static int
real_fsetxattr (const PmFs *fs, int fd, const char *name, const void *value, gsize size)
{
  return fsetxattr (fd, name, value, size, 0);
}

static int
real_fremovexattr (const PmFs *fs, int fd, const char *name)
{
  return fremovexattr (fd, name);
}

static int
real_set_lease (const PmFs *fs, int fd, int type)
{
  if (type != F_UNLCK && fcntl (fd, F_SETSIG, SIGURG) < 0)
    return -1;
  return fcntl (fd, F_SETLEASE, type);
}

static int
real_get_lease (const PmFs *fs, int fd)
{
  return fcntl (fd, F_GETLEASE);
}

static int
real_flock (const PmFs *fs, int fd, int operation)
{
  return flock (fd, operation);
}

static char *
real_path_of (const PmFs *fs, int fd)
{
  char link[64], path[4096];
  g_snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink (link, path, sizeof path);
  if (length < 0)
    return NULL;
  if (length == sizeof path) {
    errno = ENAMETOOLONG;
    return NULL;
  }
  return g_strndup (path, (gsize) length);
}

static GPtrArray *
real_list (const PmFs *fs, int directory, gsize most)
{
  int own = openat (directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *stream = own < 0 ? NULL : fdopendir (own);
  if (stream == NULL) {
    if (own >= 0)
      close (own);
    return NULL;
  }
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const struct dirent *entry;
  errno = 0;
  while ((entry = readdir (stream)) != NULL && names->len < most)
    if (!g_str_equal (entry->d_name, ".") && !g_str_equal (entry->d_name, ".."))
      g_ptr_array_add (names, g_strdup (entry->d_name));
  int failure = entry == NULL ? errno : E2BIG;
  closedir (stream);
  errno = failure;
  return failure == 0 ? g_steal_pointer (&names) : NULL;
}

static gboolean
kernel_is_at_least (int major, int minor)
{
  struct utsname name;
  int have_major = 0, have_minor = 0;
  if (uname (&name) < 0 || sscanf (name.release, "%d.%d", &have_major, &have_minor) != 2)
    return FALSE;
  return have_major > major || (have_major == major && have_minor >= minor);
}

#define REAL_TABLE(reports)                                                                        \
  {                                                                                                \
    .openat2 = real_openat2, .close = real_close, .pread = real_pread, .pwrite = real_pwrite,      \
    .ftruncate = real_ftruncate, .fsync = real_fsync, .syncfs = real_syncfs,                       \
    .renameat2 = real_renameat2, .unlinkat = real_unlinkat, .mkdirat = real_mkdirat,               \
    .statx = real_statx, .fstatfs = real_fstatfs, .faccessat = real_faccessat,                     \
    .fchown = real_fchown, .fchmod = real_fchmod, .flistxattr = real_flistxattr,                   \
    .fgetxattr = real_fgetxattr, .fsetxattr = real_fsetxattr, .fremovexattr = real_fremovexattr,   \
    .set_lease = real_set_lease, .get_lease = real_get_lease, .flock = real_flock,                 \
    .path_of = real_path_of, .list = real_list, .syncfs_reports = reports,                         \
  }

const PmFs *
pm_fs_real (void)
{
  static const PmFs silent = REAL_TABLE (FALSE);
  static const PmFs reporting = REAL_TABLE (TRUE);
  return kernel_is_at_least (5, 8) ? &reporting : &silent;
}

void
pm_file_clear (PmFile *file)
{
  if (file->fd >= 0)
    file->fs->close (file->fs, file->fd);
  file->fd = -1;
}

gboolean
pm_file_open_beneath (PmFile *file, int directory, const char *path, int flags, mode_t mode)
{
  int fd = PM_FS (file->fs, openat2, directory, path, flags, mode,
                  RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
  if (fd < 0)
    return FALSE;
  pm_file_clear (file);
  file->fd = fd;
  return TRUE;
}

gboolean
pm_file_read (const PmFile *file, gsize most, GString **ret_bytes)
{
  g_autofree char *chunk = g_malloc (READ_CHUNK_BYTES);
  g_autoptr (GString) bytes = g_string_new (NULL);
  for (;;) {
    ssize_t got = PM_FS (file->fs, pread, file->fd, chunk, READ_CHUNK_BYTES, (off_t) bytes->len);
    if (got < 0)
      return FALSE;
    if (got == 0)
      break;
    g_string_append_len (bytes, chunk, got);
    if (bytes->len > most) {
      errno = EFBIG;
      return FALSE;
    }
  }
  *ret_bytes = g_steal_pointer (&bytes);
  return TRUE;
}

gboolean
pm_file_write (const PmFile *file, const void *bytes, gsize size, off_t offset)
{
  const char *from = bytes;
  while (size > 0) {
    ssize_t written = PM_FS (file->fs, pwrite, file->fd, from, size, offset);
    if (written < 0)
      return FALSE;
    if (written == 0) {
      errno = ENOSPC;
      return FALSE;
    }
    from += written;
    size -= (gsize) written;
    offset += written;
  }
  return TRUE;
}
