/* DESIGN
 * mountinfo gives for each mount its device and the path inside of that file system that is mounted
 * ("root"). All roots but "/" go into a set "DEVICE PATH"; a file is looked up in it by the path
 * that it has inside its own file system. */

#include "update/mounts.h"

#include <string.h>
#include <unistd.h>

#define MOST_PROCESSES 4096
#define MOST_TABLE_BYTES (4 * 1024 * 1024)

typedef struct {
  char *device;
  char *root;
  char *point;
} Mount;

struct PmMounts {
  GHashTable *own;     /* mount id → Mount, of our own namespace */
  GHashTable *mounted; /* set of "DEVICE PATH" */
};

static void
mount_free (gpointer data)
{
  Mount *mount = data;
  g_free (mount->device);
  g_free (mount->root);
  g_free (mount->point);
  g_free (mount);
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime …": id, parent, device, root, mount point. Blanks in paths are
 * written in octal. */
static void
read_line (PmMounts *mounts, const char *line, gboolean is_own)
{
  g_auto (GStrv) fields = g_strsplit (line, " ", 6);
  if (g_strv_length (fields) < 6)
    return;
  g_autofree char *root = g_strcompress (fields[3]);
  if (!g_str_equal (root, "/"))
    g_hash_table_add (mounts->mounted, g_strdup_printf ("%s %s", fields[2], root));
  if (!is_own)
    return;
  Mount *mount = g_new0 (Mount, 1);
  mount->device = g_strdup (fields[2]);
  mount->root = g_steal_pointer (&root);
  mount->point = g_strcompress (fields[4]);
  gsize id = (gsize) g_ascii_strtoull (fields[0], NULL, 10);
  g_hash_table_replace (mounts->own, GSIZE_TO_POINTER (id), mount);
}

static void
read_table (PmMounts *mounts, const char *process, gboolean is_own)
{
  g_autofree char *path = g_build_filename ("/proc", process, "mountinfo", NULL);
  g_autofree char *text = NULL;
  gsize length;
  if (!g_file_get_contents (path, &text, &length, NULL) || length > MOST_TABLE_BYTES)
    return;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    read_line (mounts, lines[i], is_own);
}

/* TRUE for the first process of each namespace, and for those that hide theirs. */
static gboolean
is_new_namespace (GHashTable *seen, const char *process)
{
  g_autofree char *path = g_build_filename ("/proc", process, "ns", "mnt", NULL);
  char name[64];
  ssize_t length = readlink (path, name, sizeof name);
  return length <= 0 || g_hash_table_add (seen, g_strndup (name, (gsize) length));
}

PmMounts *
pm_mounts_read (void)
{
  PmMounts *mounts = g_new0 (PmMounts, 1);
  mounts->own = g_hash_table_new_full (NULL, NULL, NULL, mount_free);
  mounts->mounted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  is_new_namespace (seen, "self");
  read_table (mounts, "self", TRUE);

  g_autoptr (GDir) directory = g_dir_open ("/proc", 0, NULL);
  const char *name;
  guint count = 0;
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL &&
         count < MOST_PROCESSES) {
    if (!g_ascii_isdigit (name[0]))
      continue;
    count++;
    if (is_new_namespace (seen, name))
      read_table (mounts, name, FALSE);
  }
  return mounts;
}

void
pm_mounts_free (PmMounts *mounts)
{
  if (mounts == NULL)
    return;
  g_hash_table_unref (mounts->own);
  g_hash_table_unref (mounts->mounted);
  g_free (mounts);
}

gboolean
pm_mounts_has_file (const PmMounts *mounts, guint64 mount_id, const char *path)
{
  const Mount *mount = g_hash_table_lookup (mounts->own, GSIZE_TO_POINTER ((gsize) mount_id));
  if (mount == NULL)
    return FALSE;
  gsize length = g_str_equal (mount->point, "/") ? 0 : strlen (mount->point);
  if (strncmp (path, mount->point, length) != 0 || path[length] != '/')
    return FALSE;
  const char *root = g_str_equal (mount->root, "/") ? "" : mount->root;
  g_autofree char *key = g_strdup_printf ("%s %s%s", mount->device, root, path + length);
  return g_hash_table_contains (mounts->mounted, key);
}
