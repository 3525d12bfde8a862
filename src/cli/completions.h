#pragma once

#include "cli/command.h"

G_BEGIN_DECLS

/* What may be typed next: for the completions of shells, which ask for it on each Tab.
 *
 * `typed` is the line behind the program's name, cut at its spaces, up to and with the word that is
 * being typed ("" when it is not begun). What may stand in its place is appended to `out`, one a
 * line: the text, a tab, and what it means. Three lines ask the shell itself: "@files", "@folders",
 * "@commands".
 *
 * Nothing is changed: what is not there yet (a registry, a configuration) is not made, and a
 * transaction that a crash left waits. Names come from scanned files, so only what needs no quoting
 * in any shell is offered. */
void pm_completions_append (GString *out, PmCli *cli, char *const *typed, guint n_typed);

/* --- for completion-values.c --- */

typedef struct {
  GString *out;
  PmCli *cli;
  const char *prefix; /* stands before each: "--type=" */
  const char *word;   /* begun, behind the prefix */
} PmCompletions;

/* Adds it when the word begins so. */
void pm_completions_add (PmCompletions *completions, const char *text, const char *meaning);

/* What a placeholder of a command's usage, or of its option, may be. */
void pm_completions_add_values (PmCompletions *completions, const PmCommand *command,
                                const char *placeholder);

G_END_DECLS
