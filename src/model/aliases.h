#pragma once

#include "model/finding.h"
#include "model/snapshot.h"

G_BEGIN_DECLS

/* Files that have several names, by a hard link or a symlink from one project to another. An edit
 * of one is an edit of all, so all their bytes go by one name: the first in the snapshot's order.
 */

typedef struct PmAliases PmAliases;

PmAliases *pm_aliases_new (const PmSnapshot *snapshot); /* borrowed */
void pm_aliases_free (PmAliases *aliases);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmAliases, pm_aliases_free)

gboolean pm_aliases_are_none (const PmAliases *aliases);

/* The name that the file goes by, which may lie in another root; NULL: its own, it is the only one.
 */
const PmDocumentRecord *pm_aliases_find (const PmAliases *aliases, const char *root,
                                         const char *file);

/* The file's other names, of PmDocumentRecord *; NULL: none. Borrowed. */
const GPtrArray *pm_aliases_of (const PmAliases *aliases, const char *root, const char *file);

/* The finding's value really stands elsewhere, in bytes that are known: `origin` and `origin_span`
 * say where. */
gboolean pm_aliases_has_origin (const PmFinding *finding);

/* "root\nfile\nstart\nend" of the bytes that an edit of the finding's value would change: the
 * definition of the variable, if it comes from one. The same for all names of a file; a new string.
 */
char *pm_aliases_place (const PmAliases *aliases, const PmFinding *finding);

G_END_DECLS
