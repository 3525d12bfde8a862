/* DESIGN
 * Folders are numbered as they come, by "root NL first component"; union-find over the numbers. */

#include "discovery/entangled.h"

#include <string.h>

struct PmEntangled {
  GHashTable *numbers; /* "root\nfolder" → 1 + number */
  GHashTable *files;   /* of dotenv files "device inode" → 1 + the first number that has it */
  GArray *above;       /* guint, of each number; itself: it stands for all below it */
  GString *key;        /* scratch */
};

PmEntangled *
pm_entangled_new (void)
{
  PmEntangled *entangled = g_new0 (PmEntangled, 1);
  entangled->numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  entangled->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  entangled->above = g_array_new (FALSE, FALSE, sizeof (guint));
  entangled->key = g_string_new (NULL);
  return entangled;
}

void
pm_entangled_free (PmEntangled *entangled)
{
  if (entangled == NULL)
    return;
  g_hash_table_unref (entangled->numbers);
  g_hash_table_unref (entangled->files);
  g_array_unref (entangled->above);
  g_string_free (entangled->key, TRUE);
  g_free (entangled);
}

/* `length` bytes of `folder`; none, or ".": the root itself. */
static guint
number_of (PmEntangled *entangled, const char *root, const char *folder, gsize length)
{
  if (length == 1 && folder[0] == '.')
    length = 0;
  g_string_assign (entangled->key, root);
  g_string_append_c (entangled->key, '\n');
  g_string_append_len (entangled->key, folder, (gssize) length);
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (entangled->numbers, entangled->key->str));
  if (found != 0)
    return found - 1;
  guint number = entangled->above->len;
  g_array_append_val (entangled->above, number);
  g_hash_table_insert (entangled->numbers, g_strdup (entangled->key->str),
                       GUINT_TO_POINTER (number + 1));
  return number;
}

guint
pm_entangled_folder_of_project (PmEntangled *entangled, const char *root, const char *project)
{
  return number_of (entangled, root, project, strcspn (project, "/"));
}

guint
pm_entangled_folder (PmEntangled *entangled, const char *root, const char *path)
{
  const char *slash = strchr (path, '/');
  return number_of (entangled, root, path, slash == NULL ? 0 : (gsize) (slash - path));
}

guint
pm_entangled_group (PmEntangled *entangled, guint folder)
{
  guint *above = (guint *) (void *) entangled->above->data;
  while (above[folder] != folder)
    folder = above[folder] = above[above[folder]];
  return folder;
}

static void
join (PmEntangled *entangled, guint a, guint b)
{
  guint left = pm_entangled_group (entangled, a), right = pm_entangled_group (entangled, b);
  g_array_index (entangled->above, guint, MAX (left, right)) = MIN (left, right);
}

/* "file:line"; what is no file ("vite's default") belongs to nobody. */
static void
join_origin (PmEntangled *entangled, guint own, const char *root, const char *origin)
{
  if (origin[0] != '\0' && strrchr (origin, ':') != NULL)
    join (entangled, own, pm_entangled_folder (entangled, root, origin));
}

/* A dotenv file by several names (shared-files.h). */
static void
join_names (PmEntangled *entangled, guint own, const PmDocumentRecord *record)
{
  if (record->inode == 0 || strcmp (record->format, "env") != 0)
    return;
  g_autofree char *key = g_strdup_printf ("%" G_GINT64_MODIFIER "x %" G_GINT64_MODIFIER "x",
                                          record->device, record->inode);
  guint first = GPOINTER_TO_UINT (g_hash_table_lookup (entangled->files, key));
  if (first != 0)
    join (entangled, own, first - 1);
  else
    g_hash_table_insert (entangled->files, g_steal_pointer (&key), GUINT_TO_POINTER (own + 1));
}

guint
pm_entangled_learn (PmEntangled *entangled, const PmDocumentRecord *record, const PmSaid *said)
{
  const char *root = record->root;
  guint own = pm_entangled_folder (entangled, root, record->file);
  join (entangled, own, pm_entangled_folder_of_project (entangled, root, record->project));
  join_names (entangled, own, record);
  for (guint i = 0; i < said->n_findings; i++)
    join_origin (entangled, own, root, said->findings[i].origin);
  for (guint i = 0; i < said->n_facts; i++) {
    const PmServiceFact *fact = &said->facts[i];
    if (fact->build != NULL)
      join (entangled, own, pm_entangled_folder_of_project (entangled, root, fact->build));
    if (fact->extends[0] != '\0')
      join (entangled, own, pm_entangled_folder (entangled, root, fact->extends));
  }
  for (guint i = 0; i < said->n_links; i++) {
    const char *target = said->links[i].target;
    if (strcmp (said->links[i].kind, "working-copy") == 0)
      continue; /* nobody's names depend on it */
    join (entangled, own, pm_entangled_folder (entangled, root, target));
    /* What is mounted may be a folder. */
    if (strcmp (said->links[i].kind, "mount") == 0 || strcmp (said->links[i].kind, "image") == 0)
      join (entangled, own, pm_entangled_folder_of_project (entangled, root, target));
  }
  return own;
}
