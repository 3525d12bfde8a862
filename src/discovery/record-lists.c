/* DESIGN
 * A finding's path tells its lists and its place in each ("items[300].port"), so the document is
 * not looked at again. Of a list in which some place is high enough, all entries are records. */

#include "discovery/record-lists.h"

#include <string.h>

#define MOST_ENTRIES 256
#define BELIEVED_AT_MOST 0.2

static gboolean
is_listener (const PmFinding *finding)
{
  return finding->kind == PM_KIND_PORT && finding->role == PM_ROLE_LISTEN;
}

static void
note_long_lists (GHashTable *lists, const char *path)
{
  for (const char *at = strchr (path, '['); at != NULL; at = strchr (at + 1, '['))
    if (g_ascii_strtoull (at + 1, NULL, 10) >= MOST_ENTRIES)
      g_hash_table_add (lists, g_strndup (path, (gsize) (at - path)));
}

static gboolean
is_record (GHashTable *lists, const char *path)
{
  for (const char *at = strchr (path, '['); at != NULL; at = strchr (at + 1, '[')) {
    g_autofree char *list = g_strndup (path, (gsize) (at - path));
    if (g_hash_table_contains (lists, list))
      return TRUE;
  }
  return FALSE;
}

void
pm_record_lists_settle (PmRecognition *recognition, guint first)
{
  if (recognition->out->findings->len - first <= MOST_ENTRIES)
    return;
  g_autoptr (GHashTable) lists = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = first; i < recognition->out->findings->len; i++)
    if (is_listener (pm_recognition_finding (recognition, i)))
      note_long_lists (lists, pm_recognition_finding (recognition, i)->path);
  if (g_hash_table_size (lists) == 0)
    return;
  for (guint i = first; i < recognition->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (recognition, i);
    if (!is_listener (finding) || !is_record (lists, finding->path))
      continue;
    finding->confidence = MIN (finding->confidence, BELIEVED_AT_MOST);
    finding->rule = "generic.record";
  }
}
