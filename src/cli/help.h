#pragma once

#include "cli/command.h"

G_BEGIN_DECLS

/* Options that every command takes: state, config, color, json, help, version, in this order. */
const GOptionEntry *pm_help_global_options (void);

/* What the program is, in a few words. */
extern const char pm_help_summary[];

typedef struct {
  int status;
  const char *meaning;
} PmExitMeaning;

/* What every exit status means; ended by a row without a meaning. */
extern const PmExitMeaning pm_help_exit_statuses[];

/* Help of one command, or, for NULL, of a program with these commands (NULL-terminated). */
void pm_help_print (const PmCommand *const *commands, const PmCommand *command, FILE *out);

G_END_DECLS
