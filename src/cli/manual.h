#pragma once

#include "cli/command.h"

G_BEGIN_DECLS

/* The manual pages: one of the program, one of each command, one of the configuration's file. All
 * of it comes from the tables that give --help and docs/CONFIGURATION.md, and is written while the
 * program is built. See man(7) for the macros. */

/* What every page says at its foot. */
typedef struct {
  const char *version; /* of the program */
  const char *date;    /* of that version, YYYY-MM-DD */
} PmManual;

/* port-manager(1) */
void pm_manual_of_program (GString *out, const PmManual *manual, const PmCommand *const *commands);

/* port-manager-COMMAND(1) */
void pm_manual_of_command (GString *out, const PmManual *manual, const PmCommand *command);

/* port-manager.toml(5) */
void pm_manual_of_configuration (GString *out, const PmManual *manual);

G_END_DECLS
