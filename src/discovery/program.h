#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* What programs say in literals: source code, and configuration that is written as code.
 *
 * The tree is that of formats/javascript.h and formats/code.c: names make the path, a call is a
 * list whose key ends in "()". A literal is read by its name, by the call it is an argument of
 * (`app.listen (3000)`, `new Client ({port: 5432})`), and by the environment variable that it
 * stands in for. */

/* All scalars below a node that were not read yet. `rule` gives id, scope and confidence; of a file
 * that only tests or shows something the confidence of ports is halved. */
void pm_program_read (PmRecognition *recognition, PmNodeId below, const PmRule *rule,
                      const char *service);

/* Whether a file's path says that it is a test, an example or a mock. */
gboolean pm_program_is_trial (const char *file);

/* Whether the file lies among the tests of its project, however the project itself is called: what
 * they start has no port that a tool's default would tell. */
gboolean pm_program_is_among_tests (const PmRecognition *recognition);

G_END_DECLS
