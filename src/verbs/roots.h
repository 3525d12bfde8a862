#pragma once

#include "base/json-writer.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* The folders whose children are projects: those that a scan was told of, which the registry
 * remembers, and those of the configuration. One that is remembered can be forgotten; one of the
 * configuration only there. Of this host alone. */

#define PM_ROOTS_ERROR (pm_roots_error_quark ())
GQuark pm_roots_error_quark (void);
typedef enum {
  PM_ROOTS_ERROR_UNKNOWN,   /* no such root is remembered */
  PM_ROOTS_ERROR_CONFIGURED /* the configuration names it as well */
} PmRootsError;

typedef struct {
  const char *id;   /* of the API, which takes no paths: made of the path, so that it stays */
  const char *path; /* real; as the configuration has it where it is not there */
  gboolean is_configured, is_there;
  guint projects, services;
} PmRoot;

/* By path, appended to `roots` (of PmRoot); text lies in the arena. */
gboolean pm_verb_roots (PmContext *context, PmArena *arena, GArray *roots, GError **error);

/* {"id","path","configured","there","projects","services"}, and {"roots":[…]} of them: the one
 * shape of the command line and of the API. */
void pm_root_write_json (PmJsonWriter *json, const PmRoot *root);
void pm_roots_write_json (PmJsonWriter *json, const GArray *roots);

/* By its path, in any spelling, or its id. NULL: UNKNOWN. */
const PmRoot *pm_verb_root_named (const GArray *roots, const char *name, GError **error);

/* With all that was seen in it; nothing is written into the folder, and a scan that names it brings
 * it back. What is left is judged again: conflicts that it was a part of are closed. */
gboolean pm_verb_root_forget (PmContext *context, const PmRoot *root, GError **error);

G_END_DECLS
