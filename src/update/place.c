/* DESIGN
 * Resolving asks the kernel (an O_PATH descriptor and its path in /proc) rather than walking links
 * by hand; its answer is only a proposal. What counts is that opening that path strictly from the
 * root, through no symlink at all, gives the same device and inode. */

#include "update/place.h"

#include <errno.h>
#include <linux/openat2.h>
#include <string.h>
#include <unistd.h>

static void
root_free (gpointer data)
{
  PmRoot *root = data;
  g_free (root->given);
  g_free (root->path);
  pm_file_clear (&root->directory);
  g_free (root);
}

static PmRoot *
root_open (const PmFs *fs, const char *path)
{
  struct statx status;
  PmRoot *root = g_new0 (PmRoot, 1);
  root->given = g_strdup (path);
  root->directory = (PmFile) PM_FILE_NONE (fs);
  root->directory.fd =
      PM_FS (fs, openat2, AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, RESOLVE_NO_MAGICLINKS);
  if (root->directory.fd >= 0)
    root->path = fs->path_of (fs, root->directory.fd);
  if (root->path == NULL ||
      PM_FS (fs, statx, root->directory.fd, "", AT_EMPTY_PATH, PM_PLACE_STATX_MASK, &status) < 0) {
    int failure = errno;
    root_free (root);
    errno = failure;
    return NULL;
  }
  root->device = ((guint64) status.stx_dev_major << 32) | status.stx_dev_minor;
  root->inode = status.stx_ino;
  return root;
}

static gint
compare_roots (gconstpointer a, gconstpointer b)
{
  const PmRoot *left = *(const PmRoot *const *) a, *right = *(const PmRoot *const *) b;
  if (left->device != right->device)
    return left->device < right->device ? -1 : 1;
  return left->inode < right->inode ? -1 : left->inode > right->inode;
}

GPtrArray *
pm_roots_open (const PmFs *fs, const char *const *paths, GError **error)
{
  g_autoptr (GPtrArray) roots = g_ptr_array_new_with_free_func (root_free);
  for (gsize i = 0; paths[i] != NULL; i++) {
    PmRoot *root = root_open (fs, paths[i]);
    if (root == NULL) {
      int failure = errno;
      g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, "cannot open the root %s: %s",
                   paths[i], g_strerror (failure));
      return NULL;
    }
    g_ptr_array_add (roots, root);
  }
  g_ptr_array_sort (roots, compare_roots);
  return g_steal_pointer (&roots);
}

const PmRoot *
pm_roots_find (const GPtrArray *roots, const char *path)
{
  for (guint i = 0; i < roots->len; i++) {
    const PmRoot *root = g_ptr_array_index (roots, i);
    if (g_str_equal (root->path, path))
      return root;
  }
  return NULL;
}

static const PmRoot *
find_given (const GPtrArray *roots, const char *given)
{
  for (guint i = 0; i < roots->len; i++) {
    const PmRoot *root = g_ptr_array_index (roots, i);
    if (g_str_equal (root->given, given) || g_str_equal (root->path, given))
      return root;
  }
  return NULL;
}

/* What of a real path lies below a root, or NULL. */
static const char *
below (const PmRoot *root, const char *path)
{
  gsize length = strlen (root->path);
  if (strncmp (path, root->path, length) != 0)
    return NULL;
  if (length == 1)
    return path + 1;
  return path[length] == '/' ? path + length + 1 : NULL;
}

/* The innermost root that a real path lies in. */
static const PmRoot *
find_containing (const GPtrArray *roots, const char *path)
{
  const PmRoot *best = NULL;
  for (guint i = 0; i < roots->len; i++) {
    const PmRoot *root = g_ptr_array_index (roots, i);
    if (below (root, path) != NULL && (best == NULL || strlen (root->path) > strlen (best->path)))
      best = root;
  }
  return best;
}

static gboolean
is_same_file (const struct statx *a, const struct statx *b)
{
  return a->stx_ino == b->stx_ino && a->stx_dev_major == b->stx_dev_major &&
         a->stx_dev_minor == b->stx_dev_minor;
}

static char *
check_strictly (const PmFs *fs, const PmRoot *root, PmTarget *target, struct statx *status)
{
  struct statx strict;
  g_auto (PmFile) parent = PM_FILE_NONE (fs);
  if (!pm_place_open_parent (root, target, &parent) ||
      PM_FS (fs, statx, parent.fd, target->name, AT_SYMLINK_NOFOLLOW, PM_PLACE_STATX_MASK,
             &strict) < 0)
    return g_strdup_printf ("cannot be reached from its root: %s", g_strerror (errno));
  if (!is_same_file (&strict, status))
    return g_strdup ("was exchanged while it was looked at");
  return NULL;
}

char *
pm_place_resolve (const PmFs *fs, const GPtrArray *roots, const char *root_given, const char *path,
                  PmTarget *target, struct statx *ret_status)
{
  const PmRoot *root = find_given (roots, root_given);
  if (root == NULL)
    return g_strdup ("is not below a root of this transaction");
  target->root = g_strdup (root->path);
  target->parent = g_path_get_dirname (path);
  target->name = g_path_get_basename (path);
  if (path[0] == '/' || path[0] == 0)
    return g_strdup ("is not a path below its root");

  g_auto (PmFile) file = PM_FILE_NONE (fs);
  file.fd = PM_FS (fs, openat2, root->directory.fd, path, O_PATH, 0, RESOLVE_NO_MAGICLINKS);
  if (file.fd < 0)
    return g_strdup_printf ("cannot be opened: %s", g_strerror (errno));
  g_autofree char *real = fs->path_of (fs, file.fd);
  if (real == NULL ||
      PM_FS (fs, statx, file.fd, "", AT_EMPTY_PATH, PM_PLACE_STATX_MASK, ret_status) < 0)
    return g_strdup_printf ("cannot be looked at: %s", g_strerror (errno));
  root = find_containing (roots, real);
  if (root == NULL || below (root, real)[0] == 0)
    return g_strdup_printf ("leads outside of the roots, to %s", real);

  g_free (target->root);
  g_free (target->parent);
  g_free (target->name);
  target->root = g_strdup (root->path);
  target->parent = g_path_get_dirname (below (root, real));
  target->name = g_path_get_basename (real);
  return check_strictly (fs, root, target, ret_status);
}

gboolean
pm_place_open_parent (const PmRoot *root, const PmTarget *target, PmFile *parent)
{
  *parent = (PmFile) PM_FILE_NONE (root->directory.fs);
  return pm_file_open_beneath (parent, root->directory.fd, target->parent, O_PATH | O_DIRECTORY, 0);
}

gboolean
pm_place_open_file (const PmFile *parent, const char *name, PmFile *file)
{
  *file = (PmFile) PM_FILE_NONE (parent->fs);
  return pm_file_open_beneath (file, parent->fd, name,
                               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);
}

gboolean
pm_place_read (const PmFile *file, PmContent *ret_content, GString **ret_bytes)
{
  struct statx status;
  g_autoptr (GString) bytes = NULL;
  if (PM_FS (file->fs, statx, file->fd, "", AT_EMPTY_PATH, PM_PLACE_STATX_MASK, &status) < 0)
    return FALSE;
  if (!S_ISREG (status.stx_mode)) {
    errno = EISDIR;
    return FALSE;
  }
  if (!pm_file_read (file, PM_EDITS_LARGEST_FILE_BYTES, &bytes))
    return FALSE;
  ret_content->inode = status.stx_ino;
  ret_content->size_bytes = bytes->len;
  ret_content->digest = pm_digest_of (bytes->str, bytes->len);
  if (ret_bytes != NULL)
    *ret_bytes = g_steal_pointer (&bytes);
  return TRUE;
}

gboolean
pm_place_look (const PmFile *parent, const char *name, PmContent *ret_content, GString **ret_bytes)
{
  g_auto (PmFile) file = PM_FILE_NONE (parent->fs);
  return pm_place_open_file (parent, name, &file) && pm_place_read (&file, ret_content, ret_bytes);
}
