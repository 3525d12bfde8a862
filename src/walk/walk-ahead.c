/* DESIGN
 * A directory that is not in memory is most likely full of files that are not either. They are all
 * asked for at once, in the order of their inodes, which is nearly that in which they lie on the
 * disk; until their turn comes the disk works, and so does somebody else. What is asked for is
 * bounded, since a page that is thrown out again before it was read has cost twice. */

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "walk/beneath.h"
#include "walk/reader.h"
#include "walk/walk-internal.h"

#define MOST_FILES 512
#define MOST_BYTES (8 * 1024 * 1024)

/* A descriptor, with the file's bytes on their way; -1: it is none that would be read. */
static int
ask_for (int directory_fd, const char *name, gsize *ret_size)
{
  struct stat info;
  int fd = pm_beneath_open (directory_fd, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, FALSE);
  if (fd < 0)
    return -1;
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode) || info.st_size > PM_READER_MOST_BYTES) {
    close (fd);
    return -1;
  }
  *ret_size = (gsize) info.st_size;
  posix_fadvise (fd, 0, info.st_size, POSIX_FADV_WILLNEED);
  return fd;
}

void
pm_walk_bring (int directory_fd, const char *name)
{
  gsize size;
  int fd = ask_for (directory_fd, name, &size);
  if (fd < 0)
    return;
  /* Pages come in order, so the last one tells. Whatever goes wrong, the reader finds it too. */
  char last;
  if (size > 0 && pread (fd, &last, 1, (off_t) size - 1) < 0)
    size = 0;
  close (fd);
}

/* Nothing is asked for where it is known already: then it is enough that its inode is there. */
static gsize
look_ahead (PmWalk *walk, PmWalkWorker *worker, PmTreeDirectory *directory, int fd,
            PmWalkSlot *slot)
{
  const PmWalkHandler *handler = walk->handler;
  const char *path = worker->path->str;
  struct stat info;
  gsize size = 0;
  if (handler->recall != NULL) {
    if (fstatat (fd, slot->entry->name, &info, AT_SYMLINK_NOFOLLOW) != 0)
      return 0;
    return 1;
  }
  slot->interest = handler->interest (path, handler->data);
  if (slot->interest == PM_INTEREST_NONE ||
      (slot->interest != PM_INTEREST_CONFIGURATION &&
       (directory->ignored_depth > 0 || pm_ignore_matches (directory->ignore, path, FALSE))))
    return 0;
  int file = ask_for (fd, slot->entry->name, &size);
  if (file >= 0)
    close (file);
  return size;
}

guint
pm_walk_read_ahead (PmWalk *walk, PmWalkWorker *worker, PmTreeDirectory *directory, int fd,
                    guint from)
{
  const PmIgnore *excluded = g_array_index (walk->roots, PmWalkRoot, directory->root).excluded;
  gsize n_bytes = 0;
  guint at = from;
  for (; at < worker->slots->len && at - from < MOST_FILES && n_bytes < MOST_BYTES; at++) {
    PmWalkSlot *slot = &g_array_index (worker->slots, PmWalkSlot, at);
    if (slot->entry->type != DT_REG)
      continue;
    pm_walk_name (worker, directory, slot->entry->name);
    if (worker->path->len <= PM_WALK_LONGEST_PATH &&
        !pm_ignore_matches (excluded, worker->path->str, FALSE))
      n_bytes += look_ahead (walk, worker, directory, fd, slot);
  }
  return at;
}
