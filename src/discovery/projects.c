/* DESIGN
 * While files come in: the set of top directories, the packages (directories with a manifest), and
 * the members that workspaces list. When all are known, each package is held against the members;
 * the projects are then a set of directories, and a file's is the first hit on the way up. */

#include "discovery/projects.h"

#include <string.h>

#include "discovery/workspace.h"
#include "walk/ignore.h"

typedef struct {
  char *name; /* as the manifest says; NULL unknown */
  gboolean is_package;
  gboolean is_nx_project; /* has a project.json */
  gboolean is_worktree;
} Package;

typedef struct {
  char *name;
  gboolean is_workspace;
  gboolean is_worktree; /* itself; what lies in it is not marked */
} Project;

struct PmProjects {
  GHashTable *tops;     /* names of direct children, a set */
  GHashTable *packages; /* directory → Package */
  GHashTable *members; /* directory of a workspace → GPtrArray of globs, "!" first to take away */
  guint n_members;     /* seen; more than the limit are not kept */
  gboolean has_root_files;
  GHashTable *unsure;   /* directories with a manifest that could not be read (as a whole), a set */
  GHashTable *earlier;  /* id → Earlier */
  GHashTable *projects; /* id → Project; made by finish */
};

typedef struct {
  char *name;
  gboolean is_workspace;
  gboolean is_worktree;
  gboolean is_unread;
} Earlier;

static void
package_free (gpointer data)
{
  g_free (((Package *) data)->name);
  g_free (data);
}

static void
project_free (gpointer data)
{
  g_free (((Project *) data)->name);
  g_free (data);
}

static void
earlier_free (gpointer data)
{
  g_free (((Earlier *) data)->name);
  g_free (data);
}

PmProjects *
pm_projects_new (void)
{
  PmProjects *projects = g_new0 (PmProjects, 1);
  projects->tops = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  projects->packages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, package_free);
  projects->members =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  projects->unsure = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  projects->earlier = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, earlier_free);
  projects->projects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, project_free);
  return projects;
}

void
pm_projects_free (PmProjects *projects)
{
  if (projects == NULL)
    return;
  g_hash_table_unref (projects->tops);
  g_hash_table_unref (projects->packages);
  g_hash_table_unref (projects->members);
  g_hash_table_unref (projects->unsure);
  g_hash_table_unref (projects->earlier);
  g_hash_table_unref (projects->projects);
  g_free (projects);
}

/* --- what comes in --- */

static const char *
name_of (const char *path)
{
  const char *slash = strrchr (path, '/');
  return slash == NULL ? path : slash + 1;
}

static char *
directory_of (const char *path)
{
  const char *slash = strrchr (path, '/');
  return g_strndup (path, slash == NULL ? 0 : (gsize) (slash - path));
}

gboolean
pm_projects_is_manifest (const char *path)
{
  return pm_workspace_knows (name_of (path));
}

gboolean
pm_projects_root_is_one (const char *root)
{
  const char *const *names = pm_workspace_packages ();
  for (; *names != NULL; names++) {
    g_autofree char *path = g_build_filename (root, *names, NULL);
    if (g_file_test (path, G_FILE_TEST_EXISTS))
      return TRUE;
  }
  return FALSE;
}

void
pm_projects_add_file (PmProjects *projects, const char *path)
{
  const char *slash = strchr (path, '/');
  if (slash == NULL)
    projects->has_root_files = TRUE;
  else
    g_hash_table_add (projects->tops, g_strndup (path, (gsize) (slash - path)));
}

static Package *
package_at (PmProjects *projects, const char *directory)
{
  Package *package = g_hash_table_lookup (projects->packages, directory);
  if (package != NULL)
    return package;
  package = g_new0 (Package, 1);
  g_hash_table_insert (projects->packages, g_strdup (directory), package);
  return package;
}

static void
add_members (PmProjects *projects, const char *directory, const GPtrArray *members)
{
  GPtrArray *all = g_hash_table_lookup (projects->members, directory);
  if (all == NULL) {
    all = g_ptr_array_new_with_free_func (g_free);
    g_hash_table_insert (projects->members, g_strdup (directory), all);
  }
  for (guint i = 0; i < members->len; i++)
    if (projects->n_members++ < PM_PROJECTS_MOST_MEMBERS)
      g_ptr_array_add (all, g_strdup (members->pdata[i]));
}

void
pm_projects_add_manifest (PmProjects *projects, const char *path, const char *bytes, gsize length)
{
  g_autofree char *directory = directory_of (path);
  PmWorkspace workspace;
  pm_workspace_read (&workspace, name_of (path), bytes, length);

  Package *package = package_at (projects, directory);
  package->is_package = package->is_package || workspace.is_package;
  package->is_worktree = package->is_worktree || workspace.is_worktree;
  package->is_nx_project = package->is_nx_project || strcmp (name_of (path), "project.json") == 0;
  /* Of several manifests the first name by the alphabet counts, so that no order matters. */
  if (workspace.name != NULL &&
      (package->name == NULL || strcmp (workspace.name, package->name) < 0)) {
    g_free (package->name);
    package->name = g_steal_pointer (&workspace.name);
  }
  add_members (projects, directory, workspace.members);
  if (workspace.is_broken)
    g_hash_table_add (projects->unsure, g_steal_pointer (&directory));
  pm_workspace_clear (&workspace);
}

void
pm_projects_miss_manifest (PmProjects *projects, const char *path)
{
  char *directory = directory_of (path);
  package_at (projects, directory);
  g_hash_table_add (projects->unsure, directory);
}

void
pm_projects_recall (PmProjects *projects, const PmProject *earlier, gboolean is_unread)
{
  Earlier *kept = g_new0 (Earlier, 1);
  kept->name = g_strdup (earlier->name);
  kept->is_workspace = earlier->is_workspace;
  kept->is_worktree = earlier->is_worktree;
  kept->is_unread = is_unread;
  g_hash_table_insert (projects->earlier, g_strdup (earlier->id), kept);
}

/* --- deciding --- */

static gboolean
glob_matches (const char *pattern, const char *below, const Package *package)
{
  if (package->is_nx_project) {
    g_autofree char *file = g_strconcat (below, "/project.json", NULL);
    if (pm_ignore_glob (pattern, file))
      return TRUE;
  }
  return package->is_package && pm_ignore_glob (pattern, below);
}

/* Does this workspace list it, and not take it away? */
static gboolean
is_listed (const GPtrArray *members, const char *below, const Package *package)
{
  gboolean listed = FALSE;
  for (guint i = 0; i < members->len; i++) {
    const char *pattern = members->pdata[i];
    gboolean takes_away = pattern[0] == '!';
    if ((!takes_away && listed) || !glob_matches (pattern + takes_away, below, package))
      continue;
    if (takes_away)
      return FALSE;
    listed = TRUE;
  }
  return listed;
}

static gboolean
is_member (const PmProjects *projects, const char *directory, const Package *package)
{
  g_autofree char *above = g_strdup (directory);
  for (gsize length = strlen (above); length > 0;) {
    while (length > 0 && above[length] != '/')
      length--;
    above[length] = '\0';
    const GPtrArray *members = g_hash_table_lookup (projects->members, above);
    if (members != NULL && is_listed (members, directory + length + (length > 0), package))
      return TRUE;
  }
  return FALSE;
}

/* A worktree has its directory's name: all checkouts have that of the package. */
static Project *
add_project (PmProjects *projects, const char *id, const Package *package, gboolean is_workspace)
{
  Project *project = g_new0 (Project, 1);
  project->is_worktree = package != NULL && package->is_worktree;
  project->name = g_strdup (package == NULL || package->is_worktree ? NULL : package->name);
  project->is_workspace = is_workspace;
  g_hash_table_insert (projects->projects, g_strdup (id), project);
  return project;
}

/* --- what was known before --- */

/* Was the root as a whole one project? Worktrees may lie anywhere in one. */
static gboolean
was_one (const PmProjects *projects)
{
  GHashTableIter iter;
  gpointer id, value;
  if (!g_hash_table_contains (projects->earlier, PM_PROJECTS_ROOT))
    return FALSE;
  g_hash_table_iter_init (&iter, projects->earlier);
  while (g_hash_table_iter_next (&iter, &id, &value))
    if (!((const Earlier *) value)->is_workspace && !((const Earlier *) value)->is_worktree &&
        strcmp (id, PM_PROJECTS_ROOT) != 0)
      return FALSE;
  return TRUE;
}

/* Could no manifest that decides about a directory be relied on: its own, or one above? */
static gboolean
is_unsure (const PmProjects *projects, const char *id)
{
  g_autofree char *directory = g_strdup (strcmp (id, PM_PROJECTS_ROOT) == 0 ? "" : id);
  for (;;) {
    if (g_hash_table_contains (projects->unsure, directory))
      return TRUE;
    char *slash = strrchr (directory, '/');
    if (directory[0] == '\0')
      return FALSE;
    *(slash == NULL ? directory : slash) = '\0';
  }
}

static void
add_earlier (PmProjects *projects, const char *id, const Earlier *earlier)
{
  if (!earlier->is_unread && !is_unsure (projects, id))
    return;
  Project *project = g_hash_table_lookup (projects->projects, id);
  if (project == NULL && (earlier->is_unread || g_hash_table_contains (projects->packages, id))) {
    project = add_project (projects, id, NULL, earlier->is_workspace);
    project->is_worktree = earlier->is_worktree;
  }
  if (project != NULL && project->name == NULL && !project->is_worktree)
    project->name = g_strdup (earlier->name);
}

void
pm_projects_finish (PmProjects *projects)
{
  GHashTableIter iter;
  gpointer key, value;
  const Package *root = g_hash_table_lookup (projects->packages, "");
  gboolean root_is_unsure = g_hash_table_contains (projects->unsure, "");
  gboolean is_one = root != NULL && (root->is_package || (root_is_unsure && was_one (projects)));
  if (is_one || projects->has_root_files)
    add_project (projects, PM_PROJECTS_ROOT, root, FALSE);

  g_hash_table_iter_init (&iter, projects->tops);
  while (!is_one && g_hash_table_iter_next (&iter, &key, NULL))
    add_project (projects, key, g_hash_table_lookup (projects->packages, key), FALSE);

  g_hash_table_iter_init (&iter, projects->packages);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const char *directory = key;
    const Package *package = value;
    if (directory[0] != '\0' && !g_hash_table_contains (projects->projects, directory) &&
        (package->is_worktree || is_member (projects, directory, package)))
      add_project (projects, directory, package, !package->is_worktree);
  }

  g_hash_table_iter_init (&iter, projects->earlier);
  while (g_hash_table_iter_next (&iter, &key, &value))
    add_earlier (projects, key, value);
}

gboolean
pm_projects_is_complete (const PmProjects *projects)
{
  return projects->n_members <= PM_PROJECTS_MOST_MEMBERS;
}

const char *
pm_projects_of (const PmProjects *projects, const char *path)
{
  g_autofree char *directory = directory_of (path);
  for (gsize length = strlen (directory); length > 0;) {
    gpointer id;
    if (g_hash_table_lookup_extended (projects->projects, directory, &id, NULL))
      return id;
    while (length > 0 && directory[length] != '/')
      length--;
    directory[length] = '\0';
  }
  return PM_PROJECTS_ROOT;
}

/* The project, or one that it lies in. */
static gboolean
is_in_a_worktree (const PmProjects *projects, const char *id)
{
  g_autofree char *directory = g_strdup (id);
  for (;;) {
    const Project *project = g_hash_table_lookup (projects->projects, directory);
    char *slash = strrchr (directory, '/');
    if (project != NULL && project->is_worktree)
      return TRUE;
    if (slash == NULL)
      break;
    *slash = '\0';
  }
  const Project *root = g_hash_table_lookup (projects->projects, PM_PROJECTS_ROOT);
  return root != NULL && root->is_worktree;
}

void
pm_projects_append (const PmProjects *projects, const char *root, PmSnapshot *snapshot)
{
  const char *own_root = pm_arena_strdup (snapshot->arena, root);
  g_autoptr (GList) ids =
      g_list_sort (g_hash_table_get_keys (projects->projects), (GCompareFunc) strcmp);
  for (const GList *at = ids; at != NULL; at = at->next) {
    const Project *project = g_hash_table_lookup (projects->projects, at->data);
    g_autofree char *fallback =
        g_path_get_basename (strcmp (at->data, PM_PROJECTS_ROOT) == 0 ? root : at->data);
    PmProject row = {
        .root = own_root,
        .id = pm_arena_strdup (snapshot->arena, at->data),
        .name = pm_arena_strdup (snapshot->arena, project->name != NULL ? project->name : fallback),
        .is_workspace = project->is_workspace,
        .is_worktree = is_in_a_worktree (projects, at->data),
    };
    g_array_append_val (snapshot->projects, row);
  }
}
