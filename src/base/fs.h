#pragma once

#include <fcntl.h>
#include <glib.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* The one table of file operations (after SQLite's VFS): whatever must survive a crash goes through
 * it, so that a test can stand between the program and the kernel, fail or kill at the Nth call,
 * and record the order of operations.
 *
 * Each member does what the system call of its name does and reports as it does: -1 and errno.
 * The first argument is the table itself; a test embeds it as the first member of a larger struct.
 *
 * Calling sequence: PM_FS (fs, fsync, fd) rather than fs->fsync (fs, fd): it calls again after
 * EINTR, a bounded number of times. Only close is called directly, once: on Linux the descriptor is
 * gone whatever it returns. An fsync that failed with anything else is never repeated, since the
 * kernel reports a write-back error once and drops the pages.
 *
 * The table is immutable and may be used from any thread. */

typedef struct PmFs PmFs;
struct PmFs {
  int (*openat2) (const PmFs *fs, int directory, const char *path, int flags, mode_t mode,
                  guint64 resolve); /* openat2(2); RESOLVE_* from linux/openat2.h */
  int (*close) (const PmFs *fs, int fd);
  ssize_t (*pread) (const PmFs *fs, int fd, void *buffer, gsize size, off_t offset);
  ssize_t (*pwrite) (const PmFs *fs, int fd, const void *bytes, gsize size, off_t offset);
  int (*ftruncate) (const PmFs *fs, int fd, off_t length);
  int (*fsync) (const PmFs *fs, int fd);
  int (*syncfs) (const PmFs *fs, int fd);
  int (*renameat2) (const PmFs *fs, int directory, const char *from, int to_directory,
                    const char *to, unsigned flags); /* RENAME_EXCHANGE, RENAME_NOREPLACE */
  int (*unlinkat) (const PmFs *fs, int directory, const char *name, int flags);
  int (*mkdirat) (const PmFs *fs, int directory, const char *name, mode_t mode);
  int (*statx) (const PmFs *fs, int directory, const char *path, int flags, unsigned mask,
                struct statx *ret);
  int (*fstatfs) (const PmFs *fs, int fd, struct statfs *ret);
  int (*faccessat) (const PmFs *fs, int directory, const char *path, int mode, int flags);
  int (*fchown) (const PmFs *fs, int fd, uid_t uid, gid_t gid);
  int (*fchmod) (const PmFs *fs, int fd, mode_t mode);
  ssize_t (*flistxattr) (const PmFs *fs, int fd, char *ret_names, gsize size);
  ssize_t (*fgetxattr) (const PmFs *fs, int fd, const char *name, void *ret_value, gsize size);
  int (*fsetxattr) (const PmFs *fs, int fd, const char *name, const void *value, gsize size);
  int (*fremovexattr) (const PmFs *fs, int fd, const char *name);

  /* fcntl F_SETLEASE with F_RDLCK, F_WRLCK or F_UNLCK. The kernel's notice of a break is sent as
   * SIGURG, whose default is to be ignored; SIGIO, which it would send by itself, kills. */
  int (*set_lease) (const PmFs *fs, int fd, int type);
  int (*get_lease) (const PmFs *fs, int fd); /* F_GETLEASE: F_UNLCK once somebody broke it */

  int (*flock) (const PmFs *fs, int fd, int operation);
  /* The path that the kernel knows for a descriptor (/proc/self/fd); a new string, or NULL. */
  char *(*path_of) (const PmFs *fs, int fd);
  /* Names in a directory opened for reading, without "." and "..", at most `most`. */
  GPtrArray *(*list) (const PmFs *fs, int directory, gsize most);

  /* Whether syncfs reports write-back errors (Linux 5.8); if not, each file needs its fsync. */
  gboolean syncfs_reports;
};

/* The kernel's own. */
const PmFs *pm_fs_real (void);

#define PM_FS_MOST_RETRIES 100

#define PM_FS(table, operation, ...)                                                               \
  (__extension__({                                                                                 \
    const PmFs *pm_fs_table = (table);                                                             \
    int pm_fs_tries = 0;                                                                           \
    __typeof__ (pm_fs_table->operation (pm_fs_table, __VA_ARGS__)) pm_fs_result;                   \
    do                                                                                             \
      pm_fs_result = pm_fs_table->operation (pm_fs_table, __VA_ARGS__);                            \
    while (pm_fs_result < 0 && errno == EINTR && ++pm_fs_tries < PM_FS_MOST_RETRIES);              \
    pm_fs_result;                                                                                  \
  }))

/* A descriptor that closes itself: g_auto (PmFile) file = PM_FILE_NONE (fs). */
typedef struct {
  const PmFs *fs;
  int fd; /* -1: none */
} PmFile;

#define PM_FILE_NONE(table)                                                                        \
  {                                                                                                \
    (table), -1                                                                                    \
  }

void pm_file_clear (PmFile *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmFile, pm_file_clear)

/* Opens below a directory and never outside of it, through no symlink and no magic link. */
gboolean pm_file_open_beneath (PmFile *file, int directory, const char *path, int flags,
                               mode_t mode);

/* Reads all of a file of at most `most` bytes; FALSE with errno EFBIG when it is larger. The result
 * is NUL-terminated behind its length. */
gboolean pm_file_read (const PmFile *file, gsize most, GString **ret_bytes);

/* Writes all bytes, whatever the kernel takes at once; a write of nothing at all is ENOSPC. */
gboolean pm_file_write (const PmFile *file, const void *bytes, gsize size, off_t offset);

G_END_DECLS
