#include "verbs/watched.h"

#include <string.h>

#include "registry/records.h"
#include "walk/skip.h"

void
pm_watched_clear (PmWatched *watched)
{
  g_clear_pointer (&watched->directories, g_hash_table_unref);
  g_clear_pointer (&watched->roots, g_ptr_array_unref);
  g_clear_pointer (&watched->missing, g_ptr_array_unref);
}

gboolean
pm_verb_is_skipped (const char *name)
{
  return pm_skip_directory (name, 0, FALSE);
}

static gboolean
contains (GPtrArray *paths, const char *path)
{
  return g_ptr_array_find_with_equal_func (paths, path, g_str_equal, NULL);
}

static void
add_root (PmWatched *watched, const char *path)
{
  GPtrArray *list = g_file_test (path, G_FILE_TEST_IS_DIR) ? watched->roots : watched->missing;
  if (!contains (list, path))
    g_ptr_array_add (list, g_strdup (path));
}

static gboolean
add_roots (PmContext *context, PmWatched *watched, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (char *));
  if (!pm_registry_roots (context->registry, arena, known, error))
    return FALSE;
  for (guint i = 0; i < known->len; i++)
    add_root (watched, g_array_index (known, char *, i));
  for (char **root = context->config->roots; *root != NULL; root++)
    add_root (watched, *root);
  return TRUE;
}

static void
add_children (PmWatched *watched, const char *root)
{
  g_autoptr (GDir) entries = g_dir_open (root, 0, NULL);
  const char *name;
  g_hash_table_add (watched->directories, g_strdup (root));
  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL) {
    g_autofree char *child = g_build_filename (root, name, NULL);
    if (!pm_verb_is_skipped (name) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK) &&
        g_file_test (child, G_FILE_TEST_IS_DIR))
      g_hash_table_add (watched->directories, g_steal_pointer (&child));
  }
}

/* The directory, and those above it as far as they are not there yet: where one is, all above it
 * are. */
static void
add_up_to (PmWatched *watched, const char *root, const char *directory)
{
  if (directory[0] == '\0' || strcmp (directory, ".") == 0)
    return;
  char *path = g_build_filename (root, directory, NULL);
  gsize least = strlen (root);
  while (strlen (path) > least && !g_hash_table_contains (watched->directories, path)) {
    char *above = g_path_get_dirname (path);
    g_hash_table_add (watched->directories, path);
    path = above;
  }
  g_free (path);
}

static gboolean
add_known (PmContext *context, PmWatched *watched, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = NULL;
  if (!pm_registry_documents (context->registry, &snapshot, error))
    return FALSE;
  for (guint i = 0; i < snapshot->projects->len; i++) {
    const PmProject *project = &g_array_index (snapshot->projects, PmProject, i);
    if (!contains (watched->roots, project->root))
      continue;
    add_up_to (watched, project->root, project->id);
    watched->projects++;
  }
  for (guint i = 0; i < snapshot->documents->len; i++) {
    const PmDocumentRecord *document = &g_array_index (snapshot->documents, PmDocumentRecord, i);
    g_autofree char *directory = g_path_get_dirname (document->file);
    if (contains (watched->roots, document->root))
      add_up_to (watched, document->root, directory);
  }
  return TRUE;
}

gboolean
pm_verb_watched (PmContext *context, PmWatched *ret_watched, GError **error)
{
  PmWatched watched = {
      .directories = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
      .roots = g_ptr_array_new_with_free_func (g_free),
      .missing = g_ptr_array_new_with_free_func (g_free),
  };
  gboolean fine = add_roots (context, &watched, error);
  for (guint i = 0; fine && i < watched.roots->len; i++)
    add_children (&watched, watched.roots->pdata[i]);
  fine = fine && add_known (context, &watched, error);
  if (fine)
    *ret_watched = watched;
  else
    pm_watched_clear (&watched);
  return fine;
}
