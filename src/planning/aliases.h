#pragma once

#include "model/finding.h"
#include "model/snapshot.h"

G_BEGIN_DECLS

/* Private to planning/: files that have several names, by a hard link or a symlink from one project
 * to another. An edit of one is an edit of all, so all their bytes go by one name: the first in the
 * snapshot's order. */

typedef struct PmAliases PmAliases;

PmAliases *pm_aliases_new (const PmSnapshot *snapshot); /* borrowed */
void pm_aliases_free (PmAliases *aliases);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmAliases, pm_aliases_free)

/* The name that the file goes by, which may lie in another root; NULL: its own, it is the only one.
 */
const PmDocumentRecord *pm_aliases_find (const PmAliases *aliases, const char *root,
                                         const char *file);

/* The file's other names, of PmDocumentRecord *; NULL: none. Borrowed. */
const GPtrArray *pm_aliases_of (const PmAliases *aliases, const char *root, const char *file);

G_END_DECLS
