#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* Dotenv files that compose hands to containers of images that it does not build (Compose
 * Specification, "env_file"): a port that such a file says its reader binds is bound in there, and
 * the mapping says where the host has it. Pure.
 *
 * A .env beside a program is read by the program, too, when a person runs it on the host. There it
 * is the container's only where the service maps or exposes that very port. Of a file by another
 * name (api.env), and of a .env in a folder without a program, it is in any case; but not where a
 * service that is built of the project gets the same file, nor where the container has the host's
 * network. Links of kind "env_file" tell. */

typedef struct PmEnvFiles PmEnvFiles;

PmEnvFiles *pm_env_files_new (const PmSnapshot *snapshot); /* borrows it */
void pm_env_files_free (PmEnvFiles *files);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmEnvFiles, pm_env_files_free)

/* By which link a container is given what the finding says that it listens on; NULL: it listens on
 * the host, or in something else. */
const PmFileLink *pm_env_files_of (const PmEnvFiles *files, const PmFinding *finding);

G_END_DECLS
