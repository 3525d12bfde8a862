#pragma once

#include "cli/command.h"

G_BEGIN_DECLS

/* Options that every command takes: state, config, color, json, help, version, in this order. */
const GOptionEntry *pm_help_global_options (void);

/* Help of one command, or, for NULL, of a program with these commands (NULL-terminated). */
void pm_help_print (const PmCommand *const *commands, const PmCommand *command, FILE *out);

G_END_DECLS
