#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What one manifest says about packages: its own name, and which directories below it are members
 * of its workspace. For projects.c only.
 *
 * Sources: npm's package.json (workspaces), pnpm-workspace.yaml, lerna.json, Nx project
 * configuration, The Cargo Book (Workspaces), uv's workspaces, the Go modules reference (go.work),
 * Maven's POM reference (modules), Gradle's Settings.include, gitrepository-layout(5) (a `.git`
 * that is a file, worktrees/<id>). */

typedef struct {
  char *name;           /* of the package; NULL unknown */
  GPtrArray *members;   /* globs relative to the manifest's directory, braces expanded, "!" in front
                           of  those that take away */
  gboolean is_package;  /* makes its directory a package, not only a list of others */
  gboolean is_worktree; /* its directory is a linked worktree of a repository */
  gboolean is_broken;   /* it does not read as a whole: something may be missing here */
} PmWorkspace;

/* TRUE when a file of this name says something. */
gboolean pm_workspace_knows (const char *name);

/* The names of manifests that make their directory a package; NULL-terminated. */
const char *const *pm_workspace_packages (void);

void pm_workspace_read (PmWorkspace *ret, const char *name, const char *bytes, gsize length);
void pm_workspace_clear (PmWorkspace *workspace);

G_END_DECLS
