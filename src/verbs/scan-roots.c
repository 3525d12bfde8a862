#include "verbs/scan-roots.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "registry/records.h"

G_DEFINE_QUARK (pm - scan - error - quark, pm_scan_error)

/* NULL: it is not there. */
static char *
real_path (const char *path)
{
  char *resolved = realpath (path, NULL);
  char *real = g_strdup (resolved);
  free (resolved);
  return real;
}

/* A root is known by one name. */
static char *
canonical (const char *path, GError **error)
{
  g_autofree char *real = real_path (path);
  if (path[0] == '\0')
    g_set_error_literal (error, PM_SCAN_ERROR, PM_SCAN_ERROR_ROOT,
                         "cannot scan “”: it names no folder; “.” is the one you are in");
  else if (real == NULL)
    g_set_error (error, PM_SCAN_ERROR, PM_SCAN_ERROR_ROOT,
                 "cannot scan %s: %s; name a folder whose children are projects", path,
                 g_strerror (errno));
  else if (!g_file_test (real, G_FILE_TEST_IS_DIR))
    g_set_error (error, PM_SCAN_ERROR, PM_SCAN_ERROR_ROOT,
                 "cannot scan %s: it is no folder; “findings FILE” reads a single file", path);
  else
    return g_steal_pointer (&real);
  return NULL;
}

static gboolean
has (const GPtrArray *paths, const char *path)
{
  return g_ptr_array_find_with_equal_func ((GPtrArray *) paths, path, g_str_equal, NULL);
}

static void
add_once (GPtrArray *paths, char *path)
{
  if (has (paths, path))
    g_free (path);
  else
    g_ptr_array_add (paths, path);
}

/* The directory itself, or below it. */
static gboolean
lies_in (const char *path, const char *above)
{
  gsize length = strcmp (above, "/") == 0 ? 0 : strlen (above);
  return strncmp (path, above, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* --- who belongs to whom --- */

/* Where the links among the children of a root lead. */
static GPtrArray *
linked_from (const char *root)
{
  GPtrArray *targets = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) directory = g_dir_open (root, 0, NULL);
  const char *name;
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL) {
    g_autofree char *path = g_build_filename (root, name, NULL);
    if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK) || !g_file_test (path, G_FILE_TEST_IS_DIR))
      continue;
    char *target = real_path (path);
    if (target != NULL)
      g_ptr_array_add (targets, target);
  }
  return targets;
}

static gboolean
lies_in_any (const char *path, const GPtrArray *roots)
{
  for (guint i = 0; i < roots->len; i++)
    if (lies_in (path, roots->pdata[i]))
      return TRUE;
  return FALSE;
}

/* Does a root that is known hold what a new one has, too? */
static gboolean
is_concerned (const char *known, const char *new_root)
{
  if (lies_in (new_root, known))
    return TRUE;
  g_autoptr (GPtrArray) targets = linked_from (known);
  g_autoptr (GPtrArray) own = linked_from (new_root);
  for (guint i = 0; i < targets->len; i++)
    if (lies_in (targets->pdata[i], new_root) || lies_in (new_root, targets->pdata[i]) ||
        has (own, targets->pdata[i]))
      return TRUE;
  return FALSE;
}

static void
bring_along (PmScanRoots *roots, const GPtrArray *known)
{
  guint n_named = roots->scanned->len;
  for (guint i = 0; i < n_named; i++) {
    if (has (known, roots->scanned->pdata[i]))
      continue;
    for (guint k = 0; k < known->len; k++)
      if (g_file_test (known->pdata[k], G_FILE_TEST_IS_DIR) &&
          is_concerned (known->pdata[k], roots->scanned->pdata[i]))
        add_once (roots->scanned, g_strdup (known->pdata[k]));
  }
}

/* Of several roots that link to one folder the first by name has it. */
static gboolean
is_linked_before (const PmScanRoots *roots, const char *target, const char *root)
{
  for (guint i = 0; i < roots->scanned->len; i++) {
    if (strcmp (roots->scanned->pdata[i], root) >= 0)
      continue;
    g_autoptr (GPtrArray) own = linked_from (roots->scanned->pdata[i]);
    if (has (own, target))
      return TRUE;
  }
  return FALSE;
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
find_elsewhere (PmScanRoots *roots, const GPtrArray *known)
{
  for (guint i = 0; i < known->len; i++) {
    if (has (roots->scanned, known->pdata[i]))
      continue;
    g_ptr_array_add (roots->elsewhere, g_strdup (known->pdata[i]));
    roots->n_inside += lies_in_any (known->pdata[i], roots->scanned);
    g_autoptr (GPtrArray) targets = linked_from (known->pdata[i]);
    for (guint k = 0; k < targets->len; k++)
      if (!lies_in_any (targets->pdata[k], roots->scanned) &&
          !is_linked_before (roots, targets->pdata[k], known->pdata[i]))
        g_ptr_array_add (roots->elsewhere, g_strdup (targets->pdata[k]));
  }
}

/* --- the whole --- */

/* What the registry and the configuration know. A root that is not there keeps its name. */
static GPtrArray *
known_roots (PmContext *context, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) stored = g_array_new (FALSE, FALSE, sizeof (char *));
  if (!pm_registry_roots (context->registry, arena, stored, error))
    return NULL;
  GPtrArray *known = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < stored->len; i++)
    g_ptr_array_add (known, g_strdup (g_array_index (stored, char *, i)));
  for (char **root = context->config->roots; *root != NULL; root++) {
    char *real = real_path (*root);
    add_once (known, real == NULL ? g_strdup (*root) : real);
  }
  return known;
}

static gboolean
take_named (PmScanRoots *roots, char **named, GError **error)
{
  for (; *named != NULL; named++) {
    char *path = canonical (*named, error);
    if (path == NULL)
      return FALSE;
    add_once (roots->scanned, path);
  }
  return TRUE;
}

static gboolean
take_known (PmScanRoots *roots, const GPtrArray *known, GError **error)
{
  if (known->len == 0) {
    g_set_error_literal (error, PM_SCAN_ERROR, PM_SCAN_ERROR_NO_ROOT,
                         "no root is known yet; name a folder whose children are projects: "
                         "port-manager scan ~/projects");
    return FALSE;
  }
  for (guint i = 0; i < known->len; i++)
    g_ptr_array_add (roots->scanned, g_strdup (known->pdata[i]));
  return TRUE;
}

gboolean
pm_scan_roots_init (PmScanRoots *roots, PmContext *context, char **named, GError **error)
{
  *roots = (PmScanRoots){.scanned = g_ptr_array_new_with_free_func (g_free),
                         .elsewhere = g_ptr_array_new_with_free_func (g_free),
                         .are_named = named != NULL && named[0] != NULL};
  g_autoptr (GPtrArray) known = known_roots (context, error);
  if (known == NULL ||
      !(roots->are_named ? take_named (roots, named, error) : take_known (roots, known, error))) {
    pm_scan_roots_clear (roots);
    return FALSE;
  }
  bring_along (roots, known);
  g_ptr_array_sort (roots->scanned, compare_paths);
  find_elsewhere (roots, known);
  roots->are_all = roots->elsewhere->len == 0;
  g_ptr_array_add (roots->scanned, NULL);
  g_ptr_array_add (roots->elsewhere, NULL);
  return TRUE;
}

void
pm_scan_roots_clear (PmScanRoots *roots)
{
  g_clear_pointer (&roots->scanned, g_ptr_array_unref);
  g_clear_pointer (&roots->elsewhere, g_ptr_array_unref);
}

gboolean
pm_scan_roots_remember (const PmScanRoots *roots, PmContext *context, GError **error)
{
  for (guint i = 0; roots->are_named && roots->scanned->pdata[i] != NULL; i++)
    if (!pm_registry_root_add (context->registry, roots->scanned->pdata[i], g_get_real_time (),
                               error))
      return FALSE;
  return TRUE;
}

gboolean
pm_scan_roots_has (const PmScanRoots *roots, const char *root)
{
  return g_strv_contains ((const char *const *) roots->scanned->pdata, root);
}
