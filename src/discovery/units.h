#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* Units: the directories that each hold one service's own code and configuration, and the name that
 * the service goes by.
 *
 * A unit is a project's directory, a directory with a package manifest, one that a compose service
 * is built from, and one with a Dockerfile, a Procfile or an .env file. Its name is the compose
 * service that is built there (when there is exactly one), else the manifest's, else the
 * directory's. A file belongs to the nearest unit above it within its project. */

typedef struct PmUnits PmUnits;

PmUnits *pm_units_new (const PmSnapshot *snapshot); /* borrows it; compose's facts have owners */
void pm_units_free (PmUnits *units);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmUnits, pm_units_free)

typedef struct {
  const char *name;
  const char *owner;              /* the name of its rows: the container's */
  const PmServiceFact *container; /* the compose service that runs it; NULL: none, or several */
  gboolean is_in_containers;      /* one or several compose services run it */
} PmUnit;

/* The unit that a file (relative to the root) of a project belongs to; never NULL for a project of
 * the snapshot. */
const PmUnit *pm_units_of (PmUnits *units, const char *root, const char *project, const char *file);

/* The unit that a manifest calls `name` and that goes by its compose service's name; NULL: it is
 * called so. */
const PmUnit *pm_units_by_manifest (PmUnits *units, const char *root, const char *file,
                                    const char *name);

G_END_DECLS
