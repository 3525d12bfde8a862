#pragma once

#include "discovery/said.h"

G_BEGIN_DECLS

/* For patchwork.c only: which of a root's folders have a say in each other's services.
 *
 * A folder here is what lies directly in a root, with all that is below it. Two belong together
 * where one project lies in both, where a document of the one refers to a file of the other, builds
 * from it or takes a value from it, or has one dotenv file with it. What once was found to belong
 * together stays so. */

typedef struct PmEntangled PmEntangled;

PmEntangled *pm_entangled_new (void);
void pm_entangled_free (PmEntangled *entangled);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmEntangled, pm_entangled_free)

/* The number of a document's folder; learns what it says of others. */
guint pm_entangled_learn (PmEntangled *entangled, const PmDocumentRecord *record,
                          const PmSaid *said);

/* The number of the folder that a path lies in, which may be new. */
guint pm_entangled_folder (PmEntangled *entangled, const char *root, const char *path);

/* The number of the folder that a project, or any folder, lies in or is. */
guint pm_entangled_folder_of_project (PmEntangled *entangled, const char *root,
                                      const char *project);

/* The number that stands for all folders that belong together with this one, for now. */
guint pm_entangled_group (PmEntangled *entangled, guint folder);

G_END_DECLS
