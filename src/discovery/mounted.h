#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* Configuration that a container is given: files, and directories of them, that compose binds into
 * that of a service (Compose Specification, "volumes" and "configs"), or that a Dockerfile copies
 * into its image ("COPY"); links of kind "mount", the latter without a service, and of kind "image"
 * where it goes to a place that only an image has (/, /etc, /usr). What such a file says that it
 * listens on, it listens on in there: the mapping says where the host has it. Pure.
 *
 * That holds for the configuration of known daemons, and for any other (YAML, JSON, TOML, INI,
 * properties) where the service runs an image of somebody else, or where only the image has such a
 * place; there for scripts and programs, too. A project's own .env, manifests and other source are
 * left out: a person runs them on the host as well; so is a working copy that is bound as a whole
 * (a link of a kind of its own). Of several services that are given a file the first counts.
 *
 * A known daemon's file that nothing mounts by a path of this tree is taken for the container's all
 * the same where a compose file of its folder, or of the next two above in its project, runs an
 * image of that daemon: it is mounted by the path that it has on another machine. So is a file of
 * anybody's format in a folder that is called as the image that a compose file in it runs.
 *
 * A Dockerfile that a service names (build.dockerfile) is that service's, in whatever folder it
 * lies, unless several are built by it. */

typedef struct PmMounted PmMounted;

PmMounted *pm_mounted_new (const PmSnapshot *snapshot); /* borrows it */
void pm_mounted_free (PmMounted *mounts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmMounted, pm_mounted_free)

/* Whether what a document of this format listens on may be inside a container by this: of others
 * the scope that the rule set gave stands. */
gboolean pm_mounted_concerns (const char *format);

/* The link by which a container is given a file of a concerned format: of the file, else of the
 * nearest directory above it. NULL: by none. */
const PmFileLink *pm_mounted_of (const PmMounted *mounts, const char *root, const char *file,
                                 const char *format);

G_END_DECLS
