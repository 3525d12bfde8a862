#include "walk/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel gives EAGAIN when a rename raced with the check; its manual page asks to try again. */
#define MOST_TRIES 16

int
pm_beneath_open (int directory_fd, const char *path, guint64 flags, gboolean follow)
{
  struct open_how how = {
      .flags = flags | O_CLOEXEC | O_NOCTTY,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | (follow ? 0 : RESOLVE_NO_SYMLINKS),
  };
  if ((flags & O_PATH) != 0)
    how.flags &= ~(guint64) O_NOCTTY; /* openat2 refuses what O_PATH would ignore */

  for (guint i = 0;; i++) {
    long fd = syscall (SYS_openat2, directory_fd, path, &how, sizeof how);
    if (fd >= 0 || i >= MOST_TRIES || (errno != EAGAIN && errno != EINTR))
      return (int) fd;
  }
}

int
pm_beneath_open_at_once (int directory_fd, const char *path, guint64 flags)
{
  struct open_how how = {
      .flags = flags | O_CLOEXEC | O_NOCTTY,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_CACHED,
  };
  long fd = syscall (SYS_openat2, directory_fd, path, &how, sizeof how);
  if (fd < 0 && errno == EINVAL)
    errno = EAGAIN;
  return (int) fd;
}
