#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* A shell script, whole or embedded in another file, as formats/shell.c gives it: each simple
 * command by what is known of its program's arguments, assignments and defaults by the variables'
 * names, the rest as text. In arguments, variables that the script itself gives a plain value are
 * expanded; no others, since a script reads no .env by itself. */
void pm_script_read (PmRecognition *recognition, PmScope scope, const char *service);

G_END_DECLS
