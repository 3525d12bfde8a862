/* DESIGN
 * A table from "root NUL path" to the first link of that path; look-ups walk up from the file. */

#include "discovery/mounted.h"

#include <string.h>

struct PmMounted {
  GHashTable *links; /* "root\npath" → const PmFileLink * */
  GHashTable *built; /* "root\nfile\nservice" of those that are built from the project, a set */
};

static gboolean
is_of_a_daemon (const char *format)
{
  static const char *const formats[] = {"nginx",   "caddy",      "apache", "haproxy",    "traefik",
                                        "envoy",   "prometheus", "daemon", "postgresql", "mysql",
                                        "php-fpm", "supervisor", NULL};
  return g_strv_contains (formats, format);
}

static gboolean
is_of_anybody (const char *format)
{
  static const char *const formats[] = {"yaml", "json", "toml", "ini", "properties", NULL};
  return g_strv_contains (formats, format);
}

static gboolean
is_a_program (const char *format)
{
  static const char *const formats[] = {"shell", "code", "javascript", NULL};
  return g_strv_contains (formats, format);
}

static gboolean
is_image (const PmFileLink *link)
{
  return strcmp (link->kind, "image") == 0;
}

static char *
key_of (const char *root, const char *path, const char *name)
{
  return g_strjoin ("\n", root, path, name, NULL);
}

PmMounted *
pm_mounted_new (const PmSnapshot *snapshot)
{
  PmMounted *mounts = g_new0 (PmMounted, 1);
  mounts->links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  mounts->built = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < snapshot->links->len; i++) {
    const PmFileLink *link = &g_array_index (snapshot->links, PmFileLink, i);
    if (strcmp (link->kind, "mount") != 0 && !is_image (link))
      continue;
    g_autofree char *key = key_of (link->root, link->target, NULL);
    const PmFileLink *first = g_hash_table_lookup (mounts->links, key);
    if (first == NULL || (first->service[0] == '\0' &&
                          (link->service[0] != '\0' || (is_image (link) && !is_image (first)))))
      g_hash_table_insert (mounts->links, g_steal_pointer (&key), (gpointer) link);
  }
  for (guint i = 0; i < snapshot->facts->len && g_hash_table_size (mounts->links) > 0; i++) {
    const PmServiceFact *fact = &g_array_index (snapshot->facts, PmServiceFact, i);
    if (fact->build != NULL)
      g_hash_table_add (mounts->built, key_of (fact->root, fact->file, fact->name));
  }
  return mounts;
}

void
pm_mounted_free (PmMounted *mounts)
{
  if (mounts == NULL)
    return;
  g_hash_table_unref (mounts->links);
  g_hash_table_unref (mounts->built);
  g_free (mounts);
}

gboolean
pm_mounted_concerns (const char *format)
{
  return is_of_a_daemon (format) || is_of_anybody (format) || is_a_program (format);
}

static gboolean
runs_somebody_elses_image (const PmMounted *mounts, const PmFileLink *link)
{
  if (link->service[0] == '\0') /* an image that the project builds */
    return FALSE;
  g_autofree char *key = key_of (link->root, link->file, link->service);
  return !g_hash_table_contains (mounts->built, key);
}

static gboolean
tells (const PmMounted *mounts, const PmFileLink *link, const char *format)
{
  if (is_image (link) || is_of_a_daemon (format))
    return TRUE;
  return is_of_anybody (format) && runs_somebody_elses_image (mounts, link);
}

const PmFileLink *
pm_mounted_of (const PmMounted *mounts, const char *root, const char *file, const char *format)
{
  if (g_hash_table_size (mounts->links) == 0 || !pm_mounted_concerns (format))
    return NULL;
  g_autofree char *path = g_strdup (file);
  for (;;) {
    g_autofree char *key = key_of (root, path, NULL);
    const PmFileLink *link = g_hash_table_lookup (mounts->links, key);
    if (link != NULL)
      return tells (mounts, link, format) ? link : NULL;
    char *slash = strrchr (path, '/');
    if (slash == NULL)
      return NULL;
    *slash = '\0';
  }
}
