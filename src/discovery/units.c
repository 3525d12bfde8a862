/* DESIGN
 * One table from "root NUL directory" to unit. Lookups walk up from the file's directory to the
 * project's; both are short. */

#include "discovery/units.h"

#include <string.h>

typedef struct {
  PmUnit unit;
  gboolean is_project;
  const char *manifest_name; /* NULL: there is none */
  guint n_containers;        /* compose services built from here */
} Entry;

struct PmUnits {
  GHashTable *entries; /* char * key → Entry * */
  PmArena *arena;      /* of directories' names */
};

static char *
key_of (const char *root, const char *directory)
{
  return g_strconcat (root, "\n", directory, NULL);
}

static char *
directory_of (const char *file)
{
  const char *slash = strrchr (file, '/');
  return slash == NULL ? g_strdup ("") : g_strndup (file, (gsize) (slash - file));
}

static const char *
last_name (const char *directory, const char *root)
{
  const char *path = directory[0] == '\0' ? root : directory;
  const char *slash = strrchr (path, '/');
  return slash == NULL ? path : slash + 1;
}

static Entry *
entry_at (PmUnits *units, const char *root, const char *directory)
{
  g_autofree char *key = key_of (root, directory);
  Entry *entry = g_hash_table_lookup (units->entries, key);
  if (entry != NULL)
    return entry;
  entry = g_new0 (Entry, 1);
  g_hash_table_insert (units->entries, g_steal_pointer (&key), entry);
  return entry;
}

static void
add_projects (PmUnits *units, const PmSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->projects->len; i++) {
    const PmProject *project = &g_array_index (snapshot->projects, PmProject, i);
    Entry *entry = entry_at (units, project->root, project->id);
    entry->is_project = TRUE;
    entry->unit.name = last_name (project->id, project->root);
  }
}

static gboolean
is_manifest (const char *format)
{
  return strcmp (format, "package.json") == 0 || strcmp (format, "pyproject") == 0;
}

static void
add_manifests (PmUnits *units, const PmSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->facts->len; i++) {
    const PmServiceFact *fact = &g_array_index (snapshot->facts, PmServiceFact, i);
    if (!is_manifest (fact->format) || fact->name[0] == '\0')
      continue;
    g_autofree char *directory = directory_of (fact->file);
    Entry *entry = entry_at (units, fact->root, directory);
    entry->unit.name = entry->manifest_name = fact->name;
  }
}

/* Files that mark a directory as somebody's own, without naming it. A Dockerfile that says nothing
 * of ports only puts together what others say. */
static gboolean
marks_a_unit (const PmDocumentRecord *document)
{
  static const char *const formats[] = {"dockerfile",   "procfile", "env",    "pyproject",
                                        "requirements", "gemfile",  "gradle", "composer",
                                        "maven",        "cargo",    "csproj", NULL};
  if (strcmp (document->format, "dockerfile") == 0 && document->n_findings == 0)
    return FALSE;
  return g_strv_contains (formats, document->format);
}

static void
add_marked_directories (PmUnits *units, const PmSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->documents->len; i++) {
    const PmDocumentRecord *document = &g_array_index (snapshot->documents, PmDocumentRecord, i);
    if (!marks_a_unit (document))
      continue;
    g_autofree char *directory = directory_of (document->file);
    Entry *entry = entry_at (units, document->root, directory);
    /* Folders that only keep configuration are named by what they belong to. */
    if (entry->unit.name == NULL && last_name (directory, document->root)[0] != '.')
      entry->unit.name = pm_arena_strdup (units->arena, last_name (directory, document->root));
  }
}

static void
add_containers (PmUnits *units, const PmSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->facts->len; i++) {
    const PmServiceFact *fact = &g_array_index (snapshot->facts, PmServiceFact, i);
    if (fact->build == NULL)
      continue;
    Entry *entry = entry_at (units, fact->root, fact->build);
    const PmServiceFact *first = entry->unit.container;
    gboolean same = first != NULL && strcmp (first->owner, fact->owner) == 0;
    if (!same)
      entry->n_containers++;
    if (first == NULL || (same && first->variant[0] != '\0'))
      entry->unit.container = fact;
  }
}

/* Several services from one directory: none of them is the unit. */
static void
settle_names (PmUnits *units)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, units->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Entry *entry = value;
    entry->unit.is_in_containers = entry->n_containers > 0;
    if (entry->n_containers > 1)
      entry->unit.container = NULL;
    if (entry->unit.container != NULL)
      entry->unit.name = entry->unit.container->name;
    entry->unit.owner =
        entry->unit.container != NULL ? entry->unit.container->owner : entry->unit.name;
  }
}

PmUnits *
pm_units_new (const PmSnapshot *snapshot)
{
  PmUnits *units = g_new0 (PmUnits, 1);
  units->arena = pm_arena_new ();
  units->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  add_projects (units, snapshot);
  add_marked_directories (units, snapshot);
  add_manifests (units, snapshot);
  add_containers (units, snapshot);
  settle_names (units);
  return units;
}

void
pm_units_free (PmUnits *units)
{
  if (units == NULL)
    return;
  g_hash_table_unref (units->entries);
  pm_arena_free (units->arena);
  g_free (units);
}

const PmUnit *
pm_units_of (PmUnits *units, const char *root, const char *project, const char *file)
{
  g_autofree char *directory = directory_of (file);
  for (;;) {
    g_autofree char *key = key_of (root, directory);
    const Entry *entry = g_hash_table_lookup (units->entries, key);
    if (entry != NULL && entry->unit.name != NULL)
      return &entry->unit;
    if (directory[0] == '\0' || strcmp (directory, project) == 0)
      break;
    char *slash = strrchr (directory, '/');
    *(slash == NULL ? directory : slash) = '\0';
  }
  return &entry_at (units, root, project)->unit;
}

const PmUnit *
pm_units_by_manifest (PmUnits *units, const char *root, const char *file, const char *name)
{
  g_autofree char *directory = directory_of (file);
  g_autofree char *key = key_of (root, directory);
  const Entry *entry = g_hash_table_lookup (units->entries, key);
  gboolean is_own = entry != NULL && entry->manifest_name != NULL &&
                    entry->unit.container != NULL && strcmp (entry->manifest_name, name) == 0;
  return is_own ? &entry->unit : NULL;
}
