/* DESIGN
 * Few trees have such files: without one nothing is made but a table of dotenv files. */

#include "discovery/shared-files.h"

#include <string.h>

struct PmSharedFiles {
  GHashTable *anothers; /* "root\nfile", a set; NULL: there are none */
};

static gboolean
is_dotenv (const PmDocumentRecord *document)
{
  return strcmp (document->format, "env") == 0;
}

static gboolean
same_project (const PmDocumentRecord *a, const PmDocumentRecord *b)
{
  return strcmp (a->project, b->project) == 0 && strcmp (a->root, b->root) == 0;
}

static char *
key_of (const char *root, const char *name)
{
  return g_strconcat (root, "\n", name, NULL);
}

/* --- who has what --- */

static void
unref_names (gpointer names)
{
  g_ptr_array_unref (names);
}

/* Names of one file each, of PmDocumentRecord *, in the order of documents: those of several
 * projects. */
static GPtrArray *
find_shared (const PmSnapshot *snapshot)
{
  GPtrArray *shared = g_ptr_array_new_with_free_func (unref_names);
  g_autoptr (GHashTable) first = g_hash_table_new (pm_document_hash_inode, pm_document_same_inode);
  g_autoptr (GHashTable) groups = g_hash_table_new (pm_document_hash_inode, pm_document_same_inode);
  for (guint i = 0; i < snapshot->documents->len; i++) {
    PmDocumentRecord *document = &g_array_index (snapshot->documents, PmDocumentRecord, i);
    if (document->inode == 0 || !is_dotenv (document))
      continue;
    PmDocumentRecord *before = g_hash_table_lookup (first, document);
    GPtrArray *names = g_hash_table_lookup (groups, document);
    if (before == NULL) {
      g_hash_table_add (first, document);
    } else if (names == NULL && !same_project (before, document)) {
      names = g_ptr_array_new ();
      g_ptr_array_add (names, before);
      g_ptr_array_add (shared, names);
      g_hash_table_insert (groups, before, names);
    }
    if (names != NULL)
      g_ptr_array_add (names, document);
  }
  return shared;
}

/* "root\nproject" of those that hold more than dotenv files. */
static GHashTable *
find_programs (const PmSnapshot *snapshot)
{
  GHashTable *programs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const PmDocumentRecord *last = NULL;
  for (guint i = 0; i < snapshot->documents->len; i++) {
    const PmDocumentRecord *document = &g_array_index (snapshot->documents, PmDocumentRecord, i);
    if (is_dotenv (document) || (last != NULL && same_project (last, document)))
      continue;
    g_hash_table_add (programs, key_of (document->root, document->project));
    last = document;
  }
  return programs;
}

static gboolean
has_program (GHashTable *programs, const PmDocumentRecord *document)
{
  g_autofree char *key = key_of (document->root, document->project);
  return g_hash_table_contains (programs, key);
}

static void
tell_readers (PmSharedFiles *files, const GPtrArray *names, GHashTable *programs)
{
  const PmDocumentRecord *reader = g_ptr_array_index (names, 0);
  for (guint i = 0; i < names->len && !has_program (programs, reader); i++)
    if (has_program (programs, g_ptr_array_index (names, i)))
      reader = g_ptr_array_index (names, i);
  for (guint i = 0; i < names->len; i++) {
    const PmDocumentRecord *name = g_ptr_array_index (names, i);
    if (!same_project (name, reader) && !has_program (programs, name))
      g_hash_table_add (files->anothers, key_of (name->root, name->file));
  }
}

/* --- the whole --- */

PmSharedFiles *
pm_shared_files_new (const PmSnapshot *snapshot)
{
  PmSharedFiles *files = g_new0 (PmSharedFiles, 1);
  g_autoptr (GPtrArray) shared = find_shared (snapshot);
  if (shared->len == 0)
    return files;
  g_autoptr (GHashTable) programs = find_programs (snapshot);
  files->anothers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < shared->len; i++)
    tell_readers (files, g_ptr_array_index (shared, i), programs);
  return files;
}

void
pm_shared_files_free (PmSharedFiles *files)
{
  if (files == NULL)
    return;
  g_clear_pointer (&files->anothers, g_hash_table_unref);
  g_free (files);
}

gboolean
pm_shared_files_is_anothers (const PmSharedFiles *files, const PmFinding *finding)
{
  if (files->anothers == NULL)
    return FALSE;
  g_autofree char *key = key_of (finding->root, finding->file);
  return g_hash_table_contains (files->anothers, key);
}
