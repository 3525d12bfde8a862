#include "walk/mount-points.h"

#include <string.h>

static gint
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime …": id, parent, device, root, mount point. Blanks in paths are
 * written in octal. */
GPtrArray *
pm_mount_points (void)
{
  GPtrArray *points = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *table = NULL;
  if (!g_file_get_contents ("/proc/self/mountinfo", &table, NULL, NULL))
    return points;
  g_auto (GStrv) lines = g_strsplit (table, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], " ", 6);
    if (g_strv_length (fields) == 6)
      g_ptr_array_add (points, g_strcompress (fields[4]));
  }
  g_ptr_array_sort (points, compare);
  return points;
}

gboolean
pm_mount_points_has (const GPtrArray *points, const char *path)
{
  guint low = 0, high = points->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    int order = strcmp (points->pdata[middle], path);
    if (order == 0)
      return TRUE;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return FALSE;
}
