#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* For resurvey.c only: which files have to be read when some paths changed, and whether reading
 * them is enough.
 *
 * It is not where a path may change what is read elsewhere, or which projects there are: folders,
 * links, ignore files, compose files that include others or are included, files that tell tools'
 * folders apart (skip.h) or that make projects and say something else of them than before. A file
 * that values are expanded against stands for all files beside it. */

/* What manifests said when they were looked at last, by their absolute path. What is looked at for
 * the first time counts when a survey of everything has followed and the file is still as it was.
 */
typedef struct PmManifestMemory PmManifestMemory;

PmManifestMemory *pm_manifest_memory_new (void);
void pm_manifest_memory_free (PmManifestMemory *memory);
void pm_manifest_memory_expect (PmManifestMemory *memory,
                                const char *path);         /* as it was surveyed */
void pm_manifest_memory_settle (PmManifestMemory *memory); /* everything was surveyed */
void pm_manifest_memory_forget (PmManifestMemory *memory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmManifestMemory, pm_manifest_memory_free)

typedef struct {
  const char *const *roots; /* as given */
  GPtrArray **files;        /* of each root: paths relative to it, NULL-terminated; borrowed */
  GHashTable **sets;        /* the same, each once */
  guint64 lengths;          /* of their paths, modulo 64: most others are told by it */
  GHashTable *gone;         /* absolute paths of those that are there no more */
  guint n_roots;
} PmChangedFiles;

/* FALSE: it is not enough. */
gboolean pm_changed_files_init (PmChangedFiles *changed, const char *const *roots,
                                const char *const *paths, PmManifestMemory *memory,
                                const PmSnapshot *previous);
void pm_changed_files_clear (PmChangedFiles *changed);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmChangedFiles, pm_changed_files_clear)

gboolean pm_changed_files_has (const PmChangedFiles *changed, guint root, const char *file);
gboolean pm_changed_files_is_gone (const PmChangedFiles *changed, const char *root,
                                   const char *file);

G_END_DECLS
