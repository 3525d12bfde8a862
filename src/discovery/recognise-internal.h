#pragma once

#include "discovery/naming.h"
#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* For the survey, which asks both of one file: what recognise.h has under the same names, by the
 * naming of the file's local path. */

/* The file relative to its project: the end of the same text. */
const char *pm_recognise_local_path (const char *file, const char *project);

gboolean pm_recognise_may_find_as (const PmNaming *naming, const PmUserRules *user,
                                   const char *file, const char *project, const char *bytes,
                                   gsize length, gboolean expands);

PmSighting *pm_recognise_as (const PmNaming *naming, const PmUserRules *user,
                             const char *project_name, const char *file, const char *project,
                             const char *bytes, gsize length, const PmEnvironment *environment,
                             PmArena *arena);

G_END_DECLS
