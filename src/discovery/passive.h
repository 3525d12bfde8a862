#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Files that set no port, however they look: only addresses are looked for in them.
 *
 * By name: scripts that Maven's and Gradle's wrappers write beside a build ("Maven Wrapper", "The
 * Gradle Wrapper": they fetch the build tool and start it), and TypeScript's declarations, of which
 * nothing is left at run time (Handbook, "Declaration Files"). By content: minified JavaScript,
 * which is built from what people write, and drawings of diagrams.net (its format: a root element
 * mxfile or mxGraphModel). */

/* `name`: the last part of a path. */
gboolean pm_passive_by_name (const char *name);

/* `syntax`: as PmNaming has it; NULL none. Pure; one pass at the speed of memory where it must look
 * at all. */
gboolean pm_passive_by_content (const char *syntax, const char *bytes, gsize length);

G_END_DECLS
