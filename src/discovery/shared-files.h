#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* Dotenv files that several projects have, by a link from one to another or by a hard link. Pure.
 *
 * Each project with a program reads the file for itself: two of them bind one port. A project that
 * holds nothing but dotenv files runs nothing that could: what such a file says is bound is bound
 * by the others that have it. Of several projects of that kind the first counts. */

typedef struct PmSharedFiles PmSharedFiles;

PmSharedFiles *pm_shared_files_new (const PmSnapshot *snapshot); /* borrows it */
void pm_shared_files_free (PmSharedFiles *files);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmSharedFiles, pm_shared_files_free)

/* Whether it is another project that reads it, under another name of its file. */
gboolean pm_shared_files_is_anothers (const PmSharedFiles *files, const PmFinding *finding);

G_END_DECLS
