#include "discovery/changed-files.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "discovery/projects.h"
#include "discovery/stamps.h"
#include "discovery/workspace.h"
#include "model/brief.h"
#include "walk/skip.h"

#define MOST_BESIDE 512             /* files beside a dotenv file; with more, a walk is no dearer */
#define MOST_MANIFEST_BYTES 2097152 /* as much as is read of any file */

/* --- manifests --- */

struct PmManifestMemory {
  GHashTable *known; /* absolute path → Manifest */
};

typedef struct {
  guint64 digest;
  PmStamp stamp; /* when it was looked at */
  gboolean is_settled;
} Manifest;

PmManifestMemory *
pm_manifest_memory_new (void)
{
  PmManifestMemory *memory = g_new0 (PmManifestMemory, 1);
  memory->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return memory;
}

void
pm_manifest_memory_free (PmManifestMemory *memory)
{
  if (memory == NULL)
    return;
  g_hash_table_unref (memory->known);
  g_free (memory);
}

static const char *
name_of (const char *path)
{
  const char *slash = strrchr (path, '/');
  return slash == NULL ? path : slash + 1;
}

/* What it says of projects; of a file that only tells a tool's folder, that it is there. */
static guint64
digest_of (const char *path)
{
  PmWorkspace workspace;
  g_autofree char *bytes = NULL;
  gsize length = 0;
  guint64 digest = pm_stamps_mix_text (1, name_of (path));
  if (!pm_workspace_knows (name_of (path)))
    return digest;
  if (!g_file_get_contents (path, &bytes, &length, NULL) || length > MOST_MANIFEST_BYTES)
    return 0;
  pm_workspace_read (&workspace, name_of (path), bytes, length);
  digest = pm_stamps_mix_text (digest, workspace.name == NULL ? "" : workspace.name);
  digest = pm_stamps_mix (digest, workspace.is_package ? 3 : 5);
  for (guint i = 0; workspace.members != NULL && i < workspace.members->len; i++)
    digest = pm_stamps_mix_text (digest, workspace.members->pdata[i]);
  if (workspace.is_broken)
    digest = 0;
  pm_workspace_clear (&workspace);
  return digest;
}

static PmStamp
stamp_of (const char *path)
{
  struct stat info;
  return lstat (path, &info) == 0 ? pm_stamp_from_stat (&info) : (PmStamp){0};
}

static gboolean
is_as_it_was (gpointer path, gpointer manifest)
{
  PmStamp now = stamp_of (path);
  return pm_stamp_equal (&now, &((Manifest *) manifest)->stamp);
}

/* Since it was looked at, and before the survey, it may have said something else. */
void
pm_manifest_memory_settle (PmManifestMemory *memory)
{
  GHashTableIter iter;
  gpointer path, value;
  g_hash_table_iter_init (&iter, memory->known);
  while (g_hash_table_iter_next (&iter, &path, &value)) {
    Manifest *manifest = value;
    if (is_as_it_was (path, manifest))
      manifest->is_settled = TRUE;
    else
      g_hash_table_iter_remove (&iter);
  }
}

void
pm_manifest_memory_forget (PmManifestMemory *memory)
{
  g_hash_table_remove_all (memory->known);
}

static gboolean
says_as_before (PmManifestMemory *memory, const char *path)
{
  Manifest now = {.stamp = stamp_of (path), .digest = digest_of (path)};
  Manifest *before = g_hash_table_lookup (memory->known, path);
  if (before != NULL && before->is_settled && now.digest != 0 && before->digest == now.digest) {
    before->stamp = now.stamp;
    return TRUE;
  }
  g_hash_table_replace (memory->known, g_strdup (path), g_memdup2 (&now, sizeof now));
  return FALSE;
}

static gboolean
is_manifest (const char *file)
{
  return pm_skip_marker (name_of (file)) != 0 || pm_projects_is_manifest (file);
}

/* Whatever else the path names is not remembered. */
void
pm_manifest_memory_expect (PmManifestMemory *memory, const char *path)
{
  if (!is_manifest (path))
    return;
  Manifest now = {.stamp = stamp_of (path), .digest = digest_of (path), .is_settled = TRUE};
  g_hash_table_replace (memory->known, g_strdup (path), g_memdup2 (&now, sizeof now));
}

/* What they say of others counts, not that they are there. */
static gboolean
rules_over_others (const char *name)
{
  static const char *const names[] = {".gitignore", ".git", "CACHEDIR.TAG", "pyvenv.cfg", NULL};
  return g_strv_contains (names, name);
}

/* --- files --- */

static guint64
length_bit (const char *file)
{
  return G_GUINT64_CONSTANT (1) << (strlen (file) % 64);
}

static void
add_file (PmChangedFiles *changed, guint root, const char *file)
{
  if (pm_changed_files_has (changed, root, file))
    return;
  char *copy = g_strdup (file);
  changed->lengths |= length_bit (file);
  g_hash_table_add (changed->sets[root], copy);
  g_ptr_array_add (changed->files[root], copy);
}

gboolean
pm_changed_files_has (const PmChangedFiles *changed, guint root, const char *file)
{
  return (changed->lengths & length_bit (file)) != 0 &&
         g_hash_table_contains (changed->sets[root], file);
}

gboolean
pm_changed_files_is_gone (const PmChangedFiles *changed, const char *root, const char *file)
{
  g_autofree char *path = g_build_filename (root, file, NULL);
  return g_hash_table_contains (changed->gone, path);
}

static gboolean
is_in (const char *file, const char *folder)
{
  gsize length = strlen (folder);
  return strncmp (file, folder, length) == 0 && file[length] == '/';
}

/* A link on the way: the file lies elsewhere, too. */
static gboolean
is_behind_a_link (const char *root, const char *file)
{
  g_autofree char *path = g_build_filename (root, file, NULL);
  for (char *at = path + strlen (root) + 1; (at = strchr (at, '/')) != NULL; at++) {
    struct stat info;
    *at = '\0';
    gboolean is_link = lstat (path, &info) == 0 && S_ISLNK (info.st_mode);
    *at = '/';
    if (is_link)
      return TRUE;
  }
  return FALSE;
}

/* Everything beside a dotenv file may be expanded against it. FALSE: too much, or a link. */
static gboolean
add_beside (PmChangedFiles *changed, guint root, const char *file)
{
  gsize length = (gsize) (name_of (file) - file);
  g_autofree char *folder = g_strndup (file, length);
  g_autofree char *path = g_build_filename (changed->roots[root], folder, NULL);
  DIR *directory = opendir (path);
  guint n = 0;
  gboolean fits = directory != NULL;
  for (struct dirent *entry; fits && (entry = readdir (directory)) != NULL;) {
    if (entry->d_type == DT_REG) {
      g_autofree char *beside = g_strconcat (folder, entry->d_name, NULL);
      add_file (changed, root, beside);
    }
    fits = entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN && ++n <= MOST_BESIDE;
  }
  if (directory != NULL)
    closedir (directory);
  return fits;
}

static gboolean
is_environment (const char *name)
{
  return strcmp (name, ".env") == 0 || strcmp (name, ".env.local") == 0;
}

/* Whether the dotenv files of its folder link to this file: those beside it are expanded by it. */
static gboolean
is_linked_to_beside (const char *path, const char *name)
{
  static const char *const links[] = {".env", ".env.local"};
  gsize length = (gsize) (name_of (path) - path);
  for (gsize i = 0; i < G_N_ELEMENTS (links); i++) {
    char target[PATH_MAX];
    g_autofree char *link = g_strdup_printf ("%.*s%s", (int) length, path, links[i]);
    ssize_t n = readlink (link, target, sizeof target - 1);
    if (n <= 0)
      continue;
    target[n] = '\0';
    if (strcmp (name_of (target), name) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Whether a value of a file in another folder comes from this dotenv file: a link leads here. */
static gboolean
is_used_elsewhere (const PmSnapshot *previous, const char *root, const char *file)
{
  gsize length = strlen (file);
  if (strstr (name_of (file), "env") == NULL)
    return FALSE;
  g_autoptr (GArray) own = NULL;
  const PmBrief *briefs = pm_briefs_of (previous, &own);
  for (guint i = 0; i < previous->findings->len; i++) {
    if ((briefs[i].flags & PM_BRIEF_FETCHED) == 0)
      continue;
    const PmFinding *finding = &g_array_index (previous->findings, PmFinding, i);
    if (strncmp (finding->origin, file, length) == 0 && finding->origin[length] == ':' &&
        strcmp (finding->root, root) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Whether compose files include it, or it includes others: what it says, or how, depends on them,
 * and on the dotenv files of both. */
static gboolean
is_of_an_include (const PmSnapshot *previous, const char *root, const char *file)
{
  g_autofree char *folder = g_path_get_dirname (file);
  for (guint i = 0; i < previous->links->len; i++) {
    const PmFileLink *link = &g_array_index (previous->links, PmFileLink, i);
    if (!g_str_has_prefix (link->kind, PM_LINK_INCLUDE) || strcmp (link->root, root) != 0)
      continue;
    g_autofree char *from = g_path_get_dirname (link->file);
    g_autofree char *to = g_path_get_dirname (link->target);
    if (strcmp (link->file, file) == 0 || strcmp (link->target, file) == 0 ||
        (is_environment (name_of (file)) &&
         (strcmp (folder, from) == 0 || strcmp (folder, to) == 0 ||
          strcmp (folder, link->target) == 0)))
      return TRUE;
  }
  return FALSE;
}

/* --- files that were there --- */

static const PmDocumentRecord *
record_of (const PmSnapshot *previous, const char *root, const char *file)
{
  for (guint i = 0; i < previous->documents->len; i++) {
    const PmDocumentRecord *record = &g_array_index (previous->documents, PmDocumentRecord, i);
    if (strcmp (record->file, file) == 0 && strcmp (record->root, root) == 0)
      return record;
  }
  return NULL;
}

/* A link leads here from another project, where this file is read as well. */
static gboolean
has_another_name (const PmSnapshot *previous, const char *root, const char *file)
{
  const PmDocumentRecord *own = record_of (previous, root, file);
  for (guint i = 0; own != NULL && own->inode != 0 && i < previous->documents->len; i++) {
    const PmDocumentRecord *record = &g_array_index (previous->documents, PmDocumentRecord, i);
    if (record != own && pm_document_same_inode (record, own))
      return TRUE;
  }
  return FALSE;
}

/* --- files that are gone --- */

/* Whatever was a folder held more than this. */
static gboolean
was_a_folder (const PmSnapshot *previous, const char *root, const char *file)
{
  for (guint i = 0; i < previous->documents->len; i++) {
    const PmDocumentRecord *record = &g_array_index (previous->documents, PmDocumentRecord, i);
    if (is_in (record->file, file) && strcmp (record->root, root) == 0)
      return TRUE;
  }
  for (guint i = 0; i < previous->projects->len; i++) {
    const PmProject *project = &g_array_index (previous->projects, PmProject, i);
    if (strcmp (project->root, root) == 0 &&
        (strcmp (project->id, file) == 0 || is_in (project->id, file)))
      return TRUE;
  }
  return FALSE;
}

/* What is left of its folder is what it was: no file system went away. */
static gboolean
is_folder_there (const char *path, const PmDocumentRecord *record)
{
  struct stat info;
  g_autofree char *folder = g_path_get_dirname (path);
  return lstat (folder, &info) == 0 && S_ISDIR (info.st_mode) &&
         (record == NULL || (guint64) info.st_dev == record->device);
}

/* A project is one as long as it has a file. */
static gboolean
has_others (const PmChangedFiles *changed, const PmSnapshot *previous, guint root, const char *file)
{
  const char *slash = strchr (file, '/');
  g_autofree char *top = slash == NULL ? NULL : g_strndup (file, (gsize) (slash - file));
  for (guint i = 0; i < previous->documents->len; i++) {
    const PmDocumentRecord *record = &g_array_index (previous->documents, PmDocumentRecord, i);
    gboolean is_beside =
        top == NULL ? strchr (record->file, '/') == NULL : is_in (record->file, top);
    if (is_beside && strcmp (record->root, changed->roots[root]) == 0 &&
        !pm_changed_files_has (changed, root, record->file))
      return TRUE;
  }
  return FALSE;
}

static gboolean
take_gone (PmChangedFiles *changed, guint root, const char *file, const char *path,
           const PmSnapshot *previous)
{
  const char *top = changed->roots[root];
  if (was_a_folder (previous, top, file) || is_manifest (file) ||
      has_another_name (previous, top, file) ||
      !is_folder_there (path, record_of (previous, top, file)))
    return FALSE;
  add_file (changed, root, file);
  g_hash_table_add (changed->gone, g_strdup (path));
  return has_others (changed, previous, root, file) &&
         (!is_environment (name_of (file)) || add_beside (changed, root, file));
}

/* --- paths --- */

/* Index of the root that a path lies below; -1: of none. */
static gint
root_of (const char *const *roots, const char *path)
{
  for (gint i = 0; roots[i] != NULL; i++)
    if (is_in (path, roots[i]))
      return i;
  return -1;
}

static gboolean
take_path (PmChangedFiles *changed, const char *path, PmManifestMemory *memory,
           const PmSnapshot *previous)
{
  gint root = root_of (changed->roots, path);
  if (root < 0)
    return FALSE;
  const char *file = path + strlen (changed->roots[root]) + 1, *name = name_of (file);
  struct stat info;
  if (rules_over_others (name) || is_behind_a_link (changed->roots[root], file) ||
      is_of_an_include (previous, changed->roots[root], file))
    return FALSE;
  if (lstat (path, &info) != 0)
    return (errno == ENOENT || errno == ENOTDIR) &&
           (pm_changed_files_has (changed, (guint) root, file) ||
            take_gone (changed, (guint) root, file, path, previous));
  if (!S_ISREG (info.st_mode) || info.st_nlink > 1 || is_linked_to_beside (path, name) ||
      has_another_name (previous, changed->roots[root], file) ||
      is_used_elsewhere (previous, changed->roots[root], file) ||
      (is_manifest (file) && !says_as_before (memory, path)))
    return FALSE;
  add_file (changed, (guint) root, file);
  return !is_environment (name) || add_beside (changed, (guint) root, file);
}

gboolean
pm_changed_files_init (PmChangedFiles *changed, const char *const *roots, const char *const *paths,
                       PmManifestMemory *memory, const PmSnapshot *previous)
{
  *changed = (PmChangedFiles){.roots = roots, .n_roots = g_strv_length ((char **) roots)};
  changed->files = g_new0 (GPtrArray *, changed->n_roots + 1);
  changed->sets = g_new0 (GHashTable *, changed->n_roots + 1);
  changed->gone = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < changed->n_roots; i++) {
    changed->files[i] = g_ptr_array_new ();
    changed->sets[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  }
  gboolean fits = TRUE;
  for (; *paths != NULL; paths++) /* all of them, so that all manifests are known */
    fits = take_path (changed, *paths, memory, previous) && fits;
  for (guint i = 0; i < changed->n_roots; i++)
    g_ptr_array_add (changed->files[i], NULL);
  if (!fits)
    pm_changed_files_clear (changed);
  return fits;
}

void
pm_changed_files_clear (PmChangedFiles *changed)
{
  for (guint i = 0; changed->files != NULL && i < changed->n_roots; i++) {
    g_ptr_array_unref (changed->files[i]);
    g_hash_table_unref (changed->sets[i]);
  }
  g_clear_pointer (&changed->files, g_free);
  g_clear_pointer (&changed->sets, g_free);
  g_clear_pointer (&changed->gone, g_hash_table_unref);
}
