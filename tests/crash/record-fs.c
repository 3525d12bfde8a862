#include "record-fs.h"

#include <errno.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef enum {
  OP_CREATE,
  OP_WRITE,
  OP_TRUNCATE,
  OP_RENAME,
  OP_EXCHANGE,
  OP_UNLINK,
  OP_SYNC_FILE,
  OP_SYNC_DIRECTORY,
  OP_SYNC_ALL,
} OpKind;

typedef struct {
  OpKind kind;
  char *directory; /* of names, or that is synced */
  char *name;      /* whole paths */
  char *other;
  gsize inode;
  gsize offset; /* or the length of a truncation */
  GBytes *bytes;
} Operation;

static void
operation_free (gpointer data)
{
  Operation *operation = data;
  g_free (operation->directory);
  g_free (operation->name);
  g_free (operation->other);
  g_clear_pointer (&operation->bytes, g_bytes_unref);
  g_free (operation);
}

static Operation *
append (const PmFs *fs, OpKind kind)
{
  RecordFs *record = (RecordFs *) fs;
  Operation *operation = g_new0 (Operation, 1);
  operation->kind = kind;
  g_ptr_array_add (record->operations, operation);
  return operation;
}

static gsize
inode_of (int fd)
{
  struct stat status;
  g_assert_cmpint (fstat (fd, &status), ==, 0);
  return (gsize) status.st_ino;
}

static char *
path_in (int directory, const char *name)
{
  g_autofree char *path = pm_fs_real ()->path_of (pm_fs_real (), directory);
  return g_build_filename (path, name, NULL);
}

/* --- the table --- */

static int
record_openat2 (const PmFs *fs, int directory, const char *path, int flags, mode_t mode,
                guint64 resolve)
{
  int fd = pm_fs_real ()->openat2 (pm_fs_real (), directory, path, flags, mode, resolve);
  if (fd >= 0 && (flags & O_EXCL) != 0) {
    Operation *operation = append (fs, OP_CREATE);
    operation->name = path_in (directory, path);
    operation->directory = g_path_get_dirname (operation->name);
    operation->inode = inode_of (fd);
  }
  return fd;
}

static ssize_t
record_pwrite (const PmFs *fs, int fd, const void *bytes, gsize size, off_t offset)
{
  ssize_t written = pm_fs_real ()->pwrite (pm_fs_real (), fd, bytes, size, offset);
  Operation *operation = append (fs, OP_WRITE);
  operation->inode = inode_of (fd);
  operation->offset = (gsize) offset;
  operation->bytes = g_bytes_new (bytes, (gsize) written);
  return written;
}

static int
record_ftruncate (const PmFs *fs, int fd, off_t length)
{
  Operation *operation = append (fs, OP_TRUNCATE);
  operation->inode = inode_of (fd);
  operation->offset = (gsize) length;
  return ftruncate (fd, length);
}

static int
record_fsync (const PmFs *fs, int fd)
{
  struct stat status;
  g_assert_cmpint (fstat (fd, &status), ==, 0);
  if (!S_ISDIR (status.st_mode)) {
    append (fs, OP_SYNC_FILE)->inode = (gsize) status.st_ino;
  } else if (!((const RecordFs *) fs)->drops_directory_sync) {
    append (fs, OP_SYNC_DIRECTORY)->directory = pm_fs_real ()->path_of (pm_fs_real (), fd);
  }
  return 0;
}

static int
record_syncfs (const PmFs *fs, int fd)
{
  if (!((const RecordFs *) fs)->drops_syncfs)
    append (fs, OP_SYNC_ALL);
  return 0;
}

static int
record_renameat2 (const PmFs *fs, int directory, const char *from, int to_directory, const char *to,
                  unsigned flags)
{
  int result = pm_fs_real ()->renameat2 (pm_fs_real (), directory, from, to_directory, to, flags);
  if (result == 0) {
    Operation *operation = append (fs, flags == RENAME_EXCHANGE ? OP_EXCHANGE : OP_RENAME);
    operation->name = path_in (directory, from);
    operation->other = path_in (to_directory, to);
    operation->directory = g_path_get_dirname (operation->name);
  }
  return result;
}

static int
record_unlinkat (const PmFs *fs, int directory, const char *name, int flags)
{
  int result = unlinkat (directory, name, flags);
  if (result == 0) {
    Operation *operation = append (fs, OP_UNLINK);
    operation->name = path_in (directory, name);
    operation->directory = g_path_get_dirname (operation->name);
  }
  return result;
}

/* --- the start --- */

static RecordFs *scanned; /* nftw takes no argument */

static int
scan_entry (const char *path, const struct stat *status, int kind, struct FTW *walk)
{
  if (kind != FTW_F)
    return 0;
  g_autofree char *content = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  gpointer inode = GSIZE_TO_POINTER ((gsize) status->st_ino);
  g_hash_table_insert (scanned->names, g_strdup (path), inode);
  g_hash_table_insert (scanned->contents, inode, g_bytes_new (content, length));
  return 0;
}

void
record_fs_init (RecordFs *record, const char *base)
{
  *record = (RecordFs){.fs = *pm_fs_real (), .base = g_strdup (base)};
  record->fs.openat2 = record_openat2;
  record->fs.pwrite = record_pwrite;
  record->fs.ftruncate = record_ftruncate;
  record->fs.fsync = record_fsync;
  record->fs.syncfs = record_syncfs;
  record->fs.renameat2 = record_renameat2;
  record->fs.unlinkat = record_unlinkat;
  record->operations = g_ptr_array_new_with_free_func (operation_free);
  record->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  record->contents = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_bytes_unref);
  scanned = record;
  g_assert_cmpint (nftw (base, scan_entry, 16, FTW_PHYS), ==, 0);
}

void
record_fs_clear (RecordFs *record)
{
  if (record->base == NULL)
    return;
  g_ptr_array_unref (record->operations);
  g_hash_table_unref (record->names);
  g_hash_table_unref (record->contents);
  g_free (record->base);
}

guint
record_fs_length (const RecordFs *record)
{
  return record->operations->len;
}

/* --- what is durable --- */

static const Operation *
operation_at (const RecordFs *record, guint index)
{
  return g_ptr_array_index (record->operations, index);
}

static gboolean
covers (const Operation *sync, const Operation *operation)
{
  if (sync->kind == OP_SYNC_ALL)
    return TRUE;
  if (sync->kind == OP_SYNC_FILE)
    return (operation->kind == OP_WRITE || operation->kind == OP_TRUNCATE) &&
           operation->inode == sync->inode;
  return sync->kind == OP_SYNC_DIRECTORY && operation->directory != NULL &&
         g_str_equal (operation->directory, sync->directory);
}

GArray *
record_fs_unsynced (const RecordFs *record, guint point)
{
  GArray *unsynced = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < point; i++) {
    if (operation_at (record, i)->kind >= OP_SYNC_FILE)
      continue;
    gboolean is_durable = FALSE;
    for (guint j = i + 1; j < point && !is_durable; j++)
      is_durable = covers (operation_at (record, j), operation_at (record, i));
    if (!is_durable)
      g_array_append_val (unsynced, i);
  }
  return unsynced;
}

/* --- replaying --- */

static GByteArray *
content_of (GHashTable *contents, gsize inode)
{
  GByteArray *content = g_hash_table_lookup (contents, GSIZE_TO_POINTER (inode));
  if (content == NULL) {
    content = g_byte_array_new ();
    g_hash_table_insert (contents, GSIZE_TO_POINTER (inode), content);
  }
  return content;
}

static void
replay_write (GByteArray *content, const Operation *operation, gboolean is_halved)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (operation->bytes, &size);
  if (is_halved)
    size /= 2;
  guint had = content->len;
  if (content->len < operation->offset + size) {
    g_byte_array_set_size (content, (guint) (operation->offset + size));
    memset (content->data + had, 0, content->len - had);
  }
  if (size > 0)
    memcpy (content->data + operation->offset, bytes, size);
}

static void
replay_name (GHashTable *names, const Operation *operation)
{
  gpointer from = NULL, to = NULL;
  gboolean has_from = g_hash_table_lookup_extended (names, operation->name, NULL, &from);
  gboolean has_to =
      operation->other != NULL && g_hash_table_lookup_extended (names, operation->other, NULL, &to);
  if (operation->kind == OP_CREATE) {
    g_hash_table_insert (names, g_strdup (operation->name), GSIZE_TO_POINTER (operation->inode));
  } else if (operation->kind == OP_UNLINK) {
    g_hash_table_remove (names, operation->name);
  } else if (operation->kind == OP_EXCHANGE && has_from && has_to) {
    g_hash_table_insert (names, g_strdup (operation->name), to);
    g_hash_table_insert (names, g_strdup (operation->other), from);
  } else if (operation->kind == OP_RENAME && has_from) {
    g_hash_table_remove (names, operation->name);
    g_hash_table_insert (names, g_strdup (operation->other), from);
  }
}

static void
replay (const RecordFs *record, guint point, GHashTable *lost, guint halved, GHashTable *names,
        GHashTable *contents)
{
  for (guint i = 0; i < point; i++) {
    const Operation *operation = operation_at (record, i);
    if (operation->kind >= OP_SYNC_FILE || g_hash_table_contains (lost, GUINT_TO_POINTER (i + 1)))
      continue;
    if (operation->kind == OP_WRITE)
      replay_write (content_of (contents, operation->inode), operation, i == halved);
    else if (operation->kind == OP_TRUNCATE)
      g_byte_array_set_size (content_of (contents, operation->inode), (guint) operation->offset);
    else
      replay_name (names, operation);
  }
}

static int
remove_file (const char *path, const struct stat *status, int kind, struct FTW *walk)
{
  return kind == FTW_F ? unlink (path) : 0;
}

void
record_fs_restore (const RecordFs *record, guint point, GHashTable *lost, guint halved)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) contents =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_byte_array_unref);
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init (&iter, record->names);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (names, g_strdup (key), value);
  g_hash_table_iter_init (&iter, record->contents);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    gsize size;
    const guint8 *bytes = g_bytes_get_data (value, &size);
    g_byte_array_append (content_of (contents, GPOINTER_TO_SIZE (key)), bytes, (guint) size);
  }
  replay (record, point, lost, halved, names, contents);

  g_assert_cmpint (nftw (record->base, remove_file, 16, FTW_PHYS), ==, 0);
  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    GByteArray *content = content_of (contents, GPOINTER_TO_SIZE (value));
    FILE *file = fopen (key, "w");
    g_assert_nonnull (file);
    g_assert_cmpuint (fwrite (content->data, 1, content->len, file), ==, content->len);
    g_assert_cmpint (fclose (file), ==, 0);
  }
}
