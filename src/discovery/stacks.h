#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* Stacks: the compose files that make one compose project together, and what their services are
 * called beside those of other stacks. Pure.
 *
 * The compose files of one directory are one stack: overrides and modes of each other. So are files
 * elsewhere that only one stack includes or extends (compose-spec, "include", "extends"), and,
 * below the directory of a stack, those that are nothing but modes (deploy/compose.prod.yaml).
 *
 * A service goes by compose's key. Where several stacks of one project have a service of that key,
 * they are different services: the one of the stack in the project's own directory goes by the key,
 * the others by "folder/key", with as much of the folder's path as tells their stacks apart. */

typedef struct PmStacks PmStacks;

PmStacks *pm_stacks_new (const PmSnapshot *snapshot); /* borrows the snapshot */
void pm_stacks_free (PmStacks *stacks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmStacks, pm_stacks_free)

/* The name of the service that a compose file calls `key`: `key` itself, or new text, which lives
 * as long as the stacks. */
const char *pm_stacks_name (PmStacks *stacks, const char *root, const char *file, const char *key);

/* The stack that a file belongs to: of its directory, or of the nearest above it in the project.
 * -1: none. */
gint pm_stacks_of (const PmStacks *stacks, const char *root, const char *project, const char *file);

G_END_DECLS
