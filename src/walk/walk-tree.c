#include "walk/walk-tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "walk/beneath.h"

#define FEWEST_OPEN 16
#define MOST_OPEN 256
#define WAIT_FOR_DESCRIPTOR_US 10000
#define MOST_WAITS 100

void
pm_tree_init (PmTree *tree)
{
  struct rlimit limit = {0};
  getrlimit (RLIMIT_NOFILE, &limit);
  *tree = (PmTree){.most_open = (guint) CLAMP (limit.rlim_cur / 4, FEWEST_OPEN, MOST_OPEN)};
  g_mutex_init (&tree->lock);
  g_queue_init (&tree->idle);
}

void
pm_tree_clear (PmTree *tree)
{
  g_mutex_clear (&tree->lock);
}

static PmTreeDirectory *
directory_new (const char *name)
{
  gsize length = strlen (name) + 1;
  PmTreeDirectory *directory = g_malloc0 (sizeof *directory + length);
  memcpy (directory->name, name, length);
  directory->references = 1;
  directory->fd = -1;
  directory->idle.data = directory;
  return directory;
}

PmTreeDirectory *
pm_tree_add_root (PmTree *tree, guint root, int fd)
{
  PmTreeDirectory *directory = directory_new ("");
  directory->root = root;
  directory->fd = fd;
  directory->pins = 1;
  directory->path = g_strdup ("");
  return directory;
}

PmTreeDirectory *
pm_tree_add (PmTree *tree, PmTreeDirectory *parent, const char *name)
{
  PmTreeDirectory *directory = directory_new (name);
  directory->root = parent->root;
  directory->parent = pm_tree_ref (tree, parent);
  return directory;
}

PmTreeDirectory *
pm_tree_ref (PmTree *tree, PmTreeDirectory *directory)
{
  (void) tree;
  g_atomic_int_inc (&directory->references);
  return directory;
}

/* --- with the lock held --- */

/* The descriptor is the caller's to close. */
static int
take_idle (PmTree *tree, PmTreeDirectory *directory)
{
  int fd = directory->fd;
  g_queue_unlink (&tree->idle, &directory->idle);
  directory->fd = -1;
  tree->n_open--;
  return fd;
}

static void
close_surplus (PmTree *tree, guint most_open)
{
  while (tree->n_open > most_open && tree->idle.head != NULL)
    close (take_idle (tree, tree->idle.head->data));
}

static gboolean
pin_if_open (PmTree *tree, PmTreeDirectory *directory)
{
  if (directory->fd < 0)
    return FALSE;
  if (directory->pins++ == 0)
    g_queue_unlink (&tree->idle, &directory->idle);
  return TRUE;
}

/* --- */

void
pm_tree_unref (PmTree *tree, PmTreeDirectory *directory)
{
  while (directory != NULL && g_atomic_int_dec_and_test (&directory->references)) {
    g_mutex_lock (&tree->lock); /* it may be idle: then others may want to close it */
    int fd = directory->parent == NULL ? directory->fd
             : directory->fd >= 0      ? take_idle (tree, directory)
                                       : -1;
    g_mutex_unlock (&tree->lock);
    if (fd >= 0)
      close (fd);

    PmTreeDirectory *parent = directory->parent;
    pm_ignore_unref (directory->ignore);
    g_free (directory->path);
    g_free (directory);
    directory = parent;
  }
}

static int
open_by_name (int parent_fd, const PmTreeDirectory *directory, gboolean at_once)
{
  const guint64 flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK;
  if (directory->is_linked)
    return openat (parent_fd, directory->name, (int) flags | O_CLOEXEC | O_NOCTTY);
  return at_once ? pm_beneath_open_at_once (parent_fd, directory->name, flags | O_NOFOLLOW)
                 : pm_beneath_open (parent_fd, directory->name, flags | O_NOFOLLOW, FALSE);
}

/* Other threads of the process may hold the descriptors: give back ours, then wait a little. */
static int
open_patiently (PmTree *tree, int parent_fd, const PmTreeDirectory *directory, gboolean at_once)
{
  for (guint i = 0;; i++) {
    int fd = open_by_name (parent_fd, directory, at_once);
    if (fd >= 0 || (errno != EMFILE && errno != ENFILE) || i >= MOST_WAITS)
      return fd;
    g_mutex_lock (&tree->lock);
    close_surplus (tree, 0);
    g_mutex_unlock (&tree->lock);
    if (i > 0)
      g_usleep (WAIT_FOR_DESCRIPTOR_US);
  }
}

static gboolean
is_same (const PmTreeDirectory *directory, int fd)
{
  struct stat info;
  if (directory->inode == 0)
    return TRUE;
  return fstat (fd, &info) == 0 && info.st_dev == directory->device &&
         info.st_ino == directory->inode;
}

/* --- with the lock held --- */

static void
unpin (PmTree *tree, PmTreeDirectory *directory)
{
  if (--directory->pins == 0)
    g_queue_push_tail_link (&tree->idle, &directory->idle);
}

/* Takes over a descriptor, if there is one. *ret_surplus: one to be closed; -1 none. */
static int
keep (PmTree *tree, PmTreeDirectory *directory, int fd, int *ret_surplus)
{
  *ret_surplus = -1;
  if (fd < 0)
    return -1;
  if (pin_if_open (tree, directory)) { /* another thread was faster */
    *ret_surplus = fd;
  } else {
    directory->fd = fd;
    directory->pins = 1;
    tree->n_open++;
  }
  return directory->fd;
}

/* --- */

int
pm_tree_acquire (PmTree *tree, PmTreeDirectory *directory, gboolean at_once)
{
  /* Up to the nearest ancestor that is open (a root always is) … */
  g_autoptr (GPtrArray) closed = g_ptr_array_new ();
  PmTreeDirectory *open = directory;
  g_mutex_lock (&tree->lock);
  while (!pin_if_open (tree, open)) {
    g_ptr_array_add (closed, open);
    open = open->parent;
  }
  int fd = open->fd;
  g_mutex_unlock (&tree->lock);
  if (open == directory)
    return fd;

  /* … and down again. */
  int above = fd;
  for (guint i = closed->len; i > 0; i--) {
    const PmTreeDirectory *step = closed->pdata[i - 1];
    fd = open_patiently (tree, above, step, at_once);
    int code = errno;
    if (above != open->fd)
      close (above);
    if (fd >= 0 && !is_same (step, fd)) {
      close (fd);
      fd = -1;
      code = ENOENT;
    }
    errno = code;
    above = fd;
    if (fd < 0)
      break;
  }
  int code = errno, surplus;
  g_mutex_lock (&tree->lock);
  fd = keep (tree, directory, fd, &surplus);
  unpin (tree, open);
  close_surplus (tree, tree->most_open);
  g_mutex_unlock (&tree->lock);
  if (surplus >= 0)
    close (surplus);
  errno = code;
  return fd;
}

void
pm_tree_release (PmTree *tree, PmTreeDirectory *directory)
{
  g_mutex_lock (&tree->lock);
  unpin (tree, directory);
  close_surplus (tree, tree->most_open);
  g_mutex_unlock (&tree->lock);
}
