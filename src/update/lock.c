/* DESIGN
 * Waiting is polling: flock has no time-out without signals, and a transaction takes milliseconds.
 * Locks are taken in the sorted order of the roots, so two writers cannot wait for each other. */

#include "update/lock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define POLL_MS 10
#define LOCK_NAME "lock"
#define JOURNALS_NAME "transactions"

struct PmLock {
  const PmFs *fs;
  PmFile state;
  PmFile journals;
  PmFile lock;
  GPtrArray *ancestors; /* of PmFile */
};

static void
ancestor_free (gpointer data)
{
  pm_file_clear (data);
  g_free (data);
}

void
pm_lock_free (PmLock *lock)
{
  if (lock == NULL)
    return;
  g_ptr_array_unref (lock->ancestors);
  pm_file_clear (&lock->lock);
  pm_file_clear (&lock->journals);
  pm_file_clear (&lock->state);
  g_free (lock);
}

const PmFile *
pm_lock_journals (const PmLock *lock)
{
  return &lock->journals;
}

const PmFile *
pm_lock_directory (const PmLock *lock)
{
  return &lock->state;
}

/* --- who holds it --- */

static gint64
boot_time (void)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents ("/proc/stat", &text, NULL, NULL))
    return 0;
  const char *line = strstr (text, "\nbtime ");
  return line == NULL ? 0 : g_ascii_strtoll (line + 7, NULL, 10);
}

/* "1234 (port-manager, started 2026-01-31T12:00:00Z)". proc(5): start time is the 22nd field. */
static char *
describe_process (long pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%ld/stat", pid);
  g_autofree char *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return g_strdup_printf ("%ld", pid);
  char *command = strchr (text, '('), *end = strrchr (text, ')');
  if (command == NULL || end == NULL || end < command)
    return g_strdup_printf ("%ld", pid);
  *end = 0;
  g_auto (GStrv) fields = g_strsplit (end + 1, " ", 24); /* [0] is empty, [1] the third field */
  gint64 ticks = g_strv_length (fields) > 20 ? g_ascii_strtoll (fields[20], NULL, 10) : 0;
  g_autoptr (GDateTime) started =
      g_date_time_new_from_unix_utc (boot_time () + ticks / sysconf (_SC_CLK_TCK));
  g_autofree char *when = started == NULL ? NULL : g_date_time_format_iso8601 (started);
  return g_strdup_printf ("%ld (%s, started %s)", pid, command + 1, when == NULL ? "?" : when);
}

/* proc_locks(5): "1: FLOCK ADVISORY WRITE 1234 fe:00:131073 0 EOF", numbers of the device in hex.
 */
static char *
find_holder (const PmFs *fs, int fd)
{
  struct statx status;
  g_autofree char *text = NULL;
  if (PM_FS (fs, statx, fd, "", AT_EMPTY_PATH, STATX_INO, &status) < 0 ||
      !g_file_get_contents ("/proc/locks", &text, NULL, NULL))
    return g_strdup ("unknown");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++) {
    long pid;
    unsigned major_number, minor_number;
    unsigned long long inode;
    if (sscanf (lines[i], "%*[^F]FLOCK %*s %*s %ld %x:%x:%llu", &pid, &major_number, &minor_number,
                &inode) == 4 &&
        inode == status.stx_ino && major_number == status.stx_dev_major &&
        minor_number == status.stx_dev_minor && pid > 0)
      return describe_process (pid);
  }
  return g_strdup ("unknown");
}

/* --- locking --- */

static gboolean
take (const PmFs *fs, int fd, int operation, const char *path, guint wait_ms, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + (gint64) wait_ms * 1000;
  while (PM_FS (fs, flock, fd, operation | LOCK_NB) < 0) {
    int failure = errno;
    if (failure != EWOULDBLOCK) {
      g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, "cannot lock %s: %s", path,
                   g_strerror (failure));
      return FALSE;
    }
    if (g_get_monotonic_time () >= deadline) {
      g_autofree char *holder = find_holder (fs, fd);
      g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_LOCKED,
                   "%s is locked by process %s, which is changing files; try again when it is done",
                   path, holder);
      return FALSE;
    }
    g_usleep (POLL_MS * 1000);
  }
  return TRUE;
}

static gboolean
fail (const char *what, const char *path, GError **error)
{
  int failure = errno;
  g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, "cannot %s %s: %s", what, path,
               g_strerror (failure));
  return FALSE;
}

/* Makes every missing directory of a path, each name durable before the next. */
static gboolean
make_path (const PmFs *fs, const char *path)
{
  g_autofree char *part = g_strdup (path);
  for (char *slash = part + 1; slash != NULL;) {
    slash = strchr (slash, '/');
    if (slash != NULL)
      *slash = 0;
    if (PM_FS (fs, mkdirat, AT_FDCWD, part, 0700) == 0) {
      g_autofree char *above = g_path_get_dirname (part);
      g_auto (PmFile) directory = PM_FILE_NONE (fs);
      directory.fd = PM_FS (fs, openat2, AT_FDCWD, above, O_RDONLY | O_DIRECTORY, 0, 0);
      if (directory.fd < 0 || PM_FS (fs, fsync, directory.fd) < 0)
        return FALSE;
    } else if (errno != EEXIST && errno != EROFS && errno != EACCES) {
      return FALSE;
    }
    if (slash != NULL)
      *slash++ = '/';
  }
  return TRUE;
}

static gboolean
open_state (PmLock *lock, const char *path)
{
  const PmFs *fs = lock->fs;
  lock->state.fd = PM_FS (fs, openat2, AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, 0);
  if (lock->state.fd < 0 && errno == ENOENT && make_path (fs, path))
    lock->state.fd = PM_FS (fs, openat2, AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, 0);
  if (lock->state.fd < 0)
    return FALSE;
  if (PM_FS (fs, mkdirat, lock->state.fd, JOURNALS_NAME, 0700) == 0) {
    if (PM_FS (fs, fsync, lock->state.fd) < 0)
      return FALSE;
  } else if (errno != EEXIST) {
    return FALSE;
  }
  return pm_file_open_beneath (&lock->journals, lock->state.fd, JOURNALS_NAME,
                               O_RDONLY | O_DIRECTORY, 0) &&
         pm_file_open_beneath (&lock->lock, lock->state.fd, LOCK_NAME, O_RDWR | O_CREAT, 0600);
}

PmLock *
pm_lock_state (const PmFs *fs, const char *state_directory, guint wait_ms, GError **error)
{
  g_autoptr (PmLock) lock = g_new0 (PmLock, 1);
  lock->fs = fs;
  lock->state = lock->journals = lock->lock = (PmFile) PM_FILE_NONE (fs);
  lock->ancestors = g_ptr_array_new_with_free_func (ancestor_free);
  if (state_directory[0] != '/') {
    errno = EINVAL;
    fail ("use a relative path as state directory:", state_directory, error);
    return NULL;
  }
  if (!open_state (lock, state_directory)) {
    fail ("open the state directory", state_directory, error);
    return NULL;
  }
  if (!take (fs, lock->lock.fd, LOCK_EX, state_directory, wait_ms, error))
    return NULL;
  return g_steal_pointer (&lock);
}

static gboolean
is_root (const GPtrArray *roots, const char *path)
{
  return pm_roots_find (roots, path) != NULL;
}

/* The same directory opened twice would wait for itself: a flock belongs to an open file. */
static gboolean
repeats (const GPtrArray *roots, guint index)
{
  const PmRoot *root = g_ptr_array_index (roots, index);
  const PmRoot *previous = index > 0 ? g_ptr_array_index (roots, index - 1) : NULL;
  return previous != NULL && previous->device == root->device && previous->inode == root->inode;
}

static gboolean
lock_ancestors (PmLock *lock, const GPtrArray *roots, const PmRoot *root, guint wait_ms,
                GError **error)
{
  g_autofree char *path = g_path_get_dirname (root->path);
  for (;;) {
    PmFile *directory = g_new0 (PmFile, 1);
    *directory = (PmFile) PM_FILE_NONE (lock->fs);
    g_ptr_array_add (lock->ancestors, directory);
    if (!is_root (roots, path))
      directory->fd = PM_FS (lock->fs, openat2, AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, 0);
    if (directory->fd >= 0 && !take (lock->fs, directory->fd, LOCK_SH, path, wait_ms, error))
      return FALSE;
    if (g_str_equal (path, "/"))
      return TRUE;
    char *above = g_path_get_dirname (path);
    g_free (path);
    path = above;
  }
}

gboolean
pm_lock_roots (PmLock *lock, const GPtrArray *roots, guint wait_ms, GError **error)
{
  for (guint i = 0; i < roots->len; i++) {
    const PmRoot *root = g_ptr_array_index (roots, i);
    if (repeats (roots, i))
      continue;
    if (!take (lock->fs, root->directory.fd, LOCK_EX, root->path, wait_ms, error) ||
        !lock_ancestors (lock, roots, root, wait_ms, error))
      return FALSE;
  }
  return TRUE;
}
