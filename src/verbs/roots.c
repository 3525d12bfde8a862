#include "verbs/roots.h"

#include <stdlib.h>
#include <string.h>

#include "registry/records.h"
#include "verbs/conflicts.h"

#define ID_LENGTH 16

G_DEFINE_QUARK (pm - roots - error - quark, pm_roots_error)

/* --- which there are --- */

static const char *
id_of (PmArena *arena, const char *path)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1);
  return pm_arena_strndup (arena, digest, ID_LENGTH);
}

static PmRoot *
find (const GArray *roots, const char *path)
{
  for (guint i = 0; i < roots->len; i++)
    if (strcmp (g_array_index (roots, PmRoot, i).path, path) == 0)
      return &g_array_index (roots, PmRoot, i);
  return NULL;
}

static PmRoot *
take (GArray *roots, PmArena *arena, const char *path)
{
  PmRoot *known = find (roots, path);
  if (known != NULL)
    return known;
  PmRoot root = {.id = id_of (arena, path),
                 .path = pm_arena_strdup (arena, path),
                 .is_there = g_file_test (path, G_FILE_TEST_IS_DIR)};
  g_array_append_val (roots, root);
  return &g_array_index (roots, PmRoot, roots->len - 1);
}

static void
add_configured (GArray *roots, PmArena *arena, const PmConfig *config)
{
  for (char **root = config->roots; *root != NULL; root++) {
    char *real = realpath (*root, NULL);
    take (roots, arena, real == NULL ? *root : real)->is_configured = TRUE;
    free (real);
  }
}

static void
count (GArray *roots, const PmSnapshot *snapshot, const char *this_host)
{
  for (guint i = 0; i < snapshot->projects->len; i++) {
    PmRoot *root = find (roots, g_array_index (snapshot->projects, PmProject, i).root);
    if (root != NULL)
      root->projects++;
  }
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *service = &g_array_index (snapshot->services, PmService, i);
    PmRoot *root = strcmp (service->host, this_host) == 0 ? find (roots, service->root) : NULL;
    if (root != NULL)
      root->services++;
  }
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (((const PmRoot *) a)->path, ((const PmRoot *) b)->path);
}

gboolean
pm_verb_roots (PmContext *context, PmArena *arena, GArray *roots, GError **error)
{
  g_autoptr (GArray) stored = g_array_new (FALSE, FALSE, sizeof (char *));
  g_autoptr (PmSnapshot) snapshot = NULL;
  if (!pm_registry_roots (context->registry, arena, stored, error) ||
      !pm_registry_snapshot (context->registry, &snapshot, error))
    return FALSE;
  for (guint i = 0; i < stored->len; i++)
    take (roots, arena, g_array_index (stored, char *, i));
  add_configured (roots, arena, context->config);
  count (roots, snapshot, pm_registry_host (context->registry));
  g_array_sort (roots, compare);
  return TRUE;
}

void
pm_root_write_json (PmJsonWriter *json, const PmRoot *root)
{
  pm_json_begin_object (json);
  pm_json_member_string (json, "id", root->id);
  pm_json_member_string (json, "path", root->path);
  pm_json_member_bool (json, "configured", root->is_configured);
  pm_json_member_bool (json, "there", root->is_there);
  pm_json_member_int (json, "projects", root->projects);
  pm_json_member_int (json, "services", root->services);
  pm_json_end_object (json);
}

void
pm_roots_write_json (PmJsonWriter *json, const GArray *roots)
{
  pm_json_begin_object (json);
  pm_json_key (json, "roots");
  pm_json_begin_array (json);
  for (guint i = 0; i < roots->len; i++)
    pm_root_write_json (json, &g_array_index (roots, PmRoot, i));
  pm_json_end_array (json);
  pm_json_end_object (json);
}

/* --- forgetting --- */

const PmRoot *
pm_verb_root_named (const GArray *roots, const char *name, GError **error)
{
  char *real = realpath (name, NULL);
  g_autofree char *canonical = g_canonicalize_filename (name, NULL);
  const PmRoot *root = find (roots, real == NULL ? canonical : real);
  free (real);
  for (guint i = 0; root == NULL && i < roots->len; i++)
    if (strcmp (g_array_index (roots, PmRoot, i).id, name) == 0)
      root = &g_array_index (roots, PmRoot, i);
  if (root == NULL)
    g_set_error (error, PM_ROOTS_ERROR, PM_ROOTS_ERROR_UNKNOWN,
                 "%s is no root that is known; “port-manager roots” shows them", name);
  return root;
}

/* Status and conflicts of what is left, which may have been in conflict with what is gone. */
static gboolean
judge (PmContext *context, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = NULL;
  g_autoptr (GArray) conflicts = pm_verb_conflicts (context, &snapshot, error);
  gboolean changed;
  return conflicts != NULL && pm_registry_store_live (context->registry, snapshot, conflicts,
                                                      g_get_real_time (), &changed, error);
}

gboolean
pm_verb_root_forget (PmContext *context, const PmRoot *root, GError **error)
{
  if (root->is_configured) {
    g_set_error (error, PM_ROOTS_ERROR, PM_ROOTS_ERROR_CONFIGURED,
                 "%s stands in the configuration; take it out of “roots” there, "
                 "or it is read again with the next scan",
                 root->path);
    return FALSE;
  }
  return pm_registry_root_remove (context->registry, root->path, g_get_real_time (), error) &&
         judge (context, error);
}
