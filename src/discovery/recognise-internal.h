#pragma once

#include "discovery/naming.h"
#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* Shared by recognise.c and may-find.c: which rule sets a file may belong to. */

/* The file relative to its project: the end of the same text. */
const char *pm_recognise_local_path (const char *file, const char *project);

/* Those whose globs fit the name, each by its index; of a template also by the name with its
 * ending. */
PmGlobOwners pm_recognise_fitting (const PmNaming *naming, const char *local);

G_END_DECLS
