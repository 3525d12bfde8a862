#include "discovery/unread.h"

#include <string.h>

struct PmUnread {
  GHashTable *places; /* "root\npath" → 1 + index of the problem */
};

PmUnread *
pm_unread_new (void)
{
  PmUnread *unread = g_new0 (PmUnread, 1);
  unread->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return unread;
}

void
pm_unread_free (PmUnread *unread)
{
  if (unread == NULL)
    return;
  g_hash_table_unref (unread->places);
  g_free (unread);
}

void
pm_unread_add (PmUnread *unread, guint root, const char *path, guint problem)
{
  char *key = g_strdup_printf ("%u\n%s", root, path);
  if (g_hash_table_contains (unread->places, key))
    g_free (key);
  else
    g_hash_table_insert (unread->places, key, GUINT_TO_POINTER (problem + 1));
}

gboolean
pm_unread_is_empty (const PmUnread *unread)
{
  return g_hash_table_size (unread->places) == 0;
}

gint
pm_unread_problem (const PmUnread *unread, guint root, const char *path)
{
  if (pm_unread_is_empty (unread))
    return -1;
  g_autofree char *key = g_strdup_printf ("%u\n%s", root, path);
  char *start = strchr (key, '\n') + 1;
  for (;;) {
    gpointer found = g_hash_table_lookup (unread->places, key);
    if (found != NULL)
      return (gint) GPOINTER_TO_UINT (found) - 1;
    if (*start == '\0')
      return -1;
    char *slash = strrchr (start, '/');
    *(slash == NULL ? start : slash) = '\0';
  }
}
