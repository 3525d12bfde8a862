#pragma once

#include "discovery/said.h"

G_BEGIN_DECLS

/* Everything that a survey found, kept in memory, in which single documents are replaced: services,
 * findings and edges then are what assembling everything anew would give, but only what the
 * documents can have touched is looked at.
 *
 *   PmPatchwork *patchwork = pm_patchwork_new (snapshot of the registry, host, settle, data);
 *   pm_patchwork_replace (patchwork, patches, n_patches)
 *   pm_patchwork_see (patchwork, which services are in conflict)
 *   what to store: pm_patchwork_part, _projects, _gone; then pm_patchwork_stored
 *
 * It costs the size of a PmFinding and its texts, each once, for each finding. Texts of what was
 * replaced stay until it is freed: pm_patchwork_is_worn tells when that is a good idea. One thread.
 */
typedef struct PmPatchwork PmPatchwork;

/* Gives services what files do not tell (pins, what their projects are called); it renames nothing.
 * FALSE: it cannot. */
typedef gboolean (*PmPatchworkSettle) (PmSnapshot *services, gpointer data);

/* Takes `previous`, a pm_registry_snapshot of a survey after which nothing changed. */
PmPatchwork *pm_patchwork_new (PmSnapshot *previous, const char *host, PmPatchworkSettle settle,
                               gpointer data);
void pm_patchwork_free (PmPatchwork *patchwork);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmPatchwork, pm_patchwork_free)

/* As it is now: documents by root and file. Its arena may be exchanged for a while, to look at
 * sockets; all else is only read. */
PmSnapshot *pm_patchwork_snapshot (PmPatchwork *patchwork);

#define PM_PATCHWORK_MOST_PATCHES 64 /* more are no faster than all of it anew */

/* One document, as it was read or removed; borrowed. */
typedef struct {
  const char *root;
  const char *file;
  const PmDocumentRecord *record; /* NULL: it is gone */
  PmSaid said;
} PmPatch;

/* FALSE: `settle` could not; then it is of no use any more. */
gboolean pm_patchwork_replace (PmPatchwork *patchwork, PmPatch *patches, guint n_patches,
                               PmPatchworkSettle settle, gpointer data);

/* Compares with the last time whom somebody contests, and who listens (PmService.live). */
void pm_patchwork_see (PmPatchwork *patchwork, const gboolean *conflicted);

/* What may be otherwise than the last time that it was stored: all services, projects and problems,
 * of the documents those that may have changed. Valid until it is replaced again. */
PmSnapshot *pm_patchwork_part (PmPatchwork *patchwork);

/* Projects whose services may have changed, and documents that are gone (of PmRooted). */
const GArray *pm_patchwork_projects (const PmPatchwork *patchwork);
const GArray *pm_patchwork_gone (const PmPatchwork *patchwork);

/* The ids that the registry gave, one for each service. */
void pm_patchwork_stored (PmPatchwork *patchwork, const gint64 *ids);

/* The document of this name; NULL none. */
const PmDocumentRecord *pm_patchwork_find (const PmPatchwork *patchwork, const char *root,
                                           const char *file);

gboolean pm_patchwork_is_worn (const PmPatchwork *patchwork);

G_END_DECLS
