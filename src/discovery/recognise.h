#pragma once

#include "discovery/user-rules.h"

G_BEGIN_DECLS

/* One file → what it says. Pure: no I/O.
 *
 * pm_recognise_kind says, by name alone, whether and how a file would be read, before anybody opens
 * it. pm_recognise reads its bytes. pm_recognise_definitions gives the variables that a dotenv file
 * defines, for the environment of other files; their values live as long as the arena. */

typedef enum {
  PM_FILE_IGNORED, /* lock files, minified bundles, images, archives … */
  PM_FILE_TEXT,    /* only addresses are looked for */
  PM_FILE_SOURCE,  /* program text: read by its syntax, findings of text class source */
  PM_FILE_CONFIG,  /* a rule set may claim it */
} PmFileKind;

/* `file` is relative to the project. */
PmFileKind pm_recognise_kind (const char *file);

/* FALSE: pm_recognise_by says nothing of these bytes, and need not be asked. One pass at the speed
 * of memory, that looks for addresses, endpoints and numbers near the words that make ports of them
 * (prefilter.h). What it passes over is a port of one digit, or a number far from any such word, in
 * a file that holds nothing else, and what is wrong with the syntax of such a file. `expands`:
 * there are variables that it may be expanded against. */
gboolean pm_recognise_may_find (const PmUserRules *user, const char *file, const char *project,
                                const char *bytes, gsize length, gboolean expands);

/* Never NULL. `file` is relative to the root and `project` is the project's id; environment may be
 * NULL. All text of the sighting lies in `arena`. */
PmSighting *pm_recognise (const char *file, const char *project, const char *bytes, gsize length,
                          const PmEnvironment *environment, PmArena *arena);
/* The same, with rules of the user (NULL none), and with what the project is called where its id
 * does not tell: <NAME>_PORT of its own name is what it listens on. NULL: the id's last part. */
PmSighting *pm_recognise_by (const PmUserRules *user, const char *project_name, const char *file,
                             const char *project, const char *bytes, gsize length,
                             const PmEnvironment *environment, PmArena *arena);
void pm_sighting_free (PmSighting *sighting);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmSighting, pm_sighting_free)

/* Adds what a dotenv file defines to `environment`. */
void pm_recognise_definitions (const char *file, const char *bytes, gsize length,
                               PmEnvironment *environment);

G_END_DECLS
