#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* Which directories below a root are projects, and which project a file belongs to. Pure: paths and
 * the bytes of manifests go in, in any order; what comes out depends on nothing else.
 *
 * - Each direct child of the root that has a file is a project.
 * - So is each directory below it that has a manifest of its own and that a workspace above it
 * lists: npm, Yarn, Bun (`workspaces`), pnpm (pnpm-workspace.yaml), Lerna, Nx (project.json below
 * an nx.json), Cargo and uv workspaces, go.work, Maven modules, Gradle includes. Globs as those
 * tools have them: `*`, `**`, braces, and `!` to take away.
 * - So is each linked worktree of a git repository, wherever it lies, by its directory's name: what
 *   is in one below the main checkout is none of that one's.
 * - A root that has a manifest itself is one project, "." (somebody named the project as the root):
 *   then its children are none of their own, only its workspaces are.
 * - A file belongs to the deepest project above it; files directly in a root without a manifest
 *   belong to ".", which is a project only if there are any.
 *
 * - Where a manifest cannot be read (as a whole), what was a project before is one still, as long
 * as something of it is there.
 *
 * Calling sequence: new; for each file add_file, and add_manifest or miss_manifest where
 * is_manifest says so; recall for each project from before; finish; then of and append, from any
 * thread. */

typedef struct PmProjects PmProjects;

#define PM_PROJECTS_ROOT "."
#define PM_PROJECTS_MOST_MEMBERS 4096 /* patterns of all workspaces of one root */

PmProjects *pm_projects_new (void);
void pm_projects_free (PmProjects *projects);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmProjects, pm_projects_free)

/* By name alone: does this file make its directory a project, or list others? */
gboolean pm_projects_is_manifest (const char *path);

/* Looks into the root for a manifest that makes it one project. */
gboolean pm_projects_root_is_one (const char *root);

/* Paths are relative to the root. The bytes are not kept. */
void pm_projects_add_file (PmProjects *projects, const char *path);
void pm_projects_add_manifest (PmProjects *projects, const char *path, const char *bytes,
                               gsize length);
/* It is there and cannot be read. */
void pm_projects_miss_manifest (PmProjects *projects, const char *path);

/* A project of an earlier time; is_unread: its directory cannot be read. */
void pm_projects_recall (PmProjects *projects, const PmProject *earlier, gboolean is_unread);

void pm_projects_finish (PmProjects *projects);

/* FALSE when workspaces listed more patterns than PM_PROJECTS_MOST_MEMBERS: the caller reports it.
 */
gboolean pm_projects_is_complete (const PmProjects *projects);

/* The project's id, which lives as long as `projects`. */
const char *pm_projects_of (const PmProjects *projects, const char *path);

/* Adds all, sorted by id, to the snapshot. */
void pm_projects_append (const PmProjects *projects, const char *root, PmSnapshot *snapshot);

G_END_DECLS
