#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* Servers that a program starts without saying where: `r.Run ()` of Gin, `app.run (debug=True)` of
 * Flask, `Deno.serve (handler)`. What they listen on then is their own default, which no byte says.
 *
 * Adds a fact of the unit's service with that default for the first such call of the file. A call
 * whose arguments may name a port, or hand on settings that nobody sees here, is none; neither is
 * one in a comment or in a string. Nothing in files that only try something. */
void pm_server_defaults_tell (PmRecognition *recognition);

/* What stands in files of which pm_server_defaults_tell may say something: marks of a rule set for
 * JavaScript, Ruby, and of one for everything else, which has those of FastMCP and of what binds a
 * number as well. NULL-terminated. */
extern const char *const pm_server_defaults_marks_javascript[];
extern const char *const pm_server_defaults_marks_ruby[];
extern const char *const pm_server_defaults_marks[];

G_END_DECLS
