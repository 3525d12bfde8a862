#pragma once

#include <stdio.h>

#include "verbs/context.h"

G_BEGIN_DECLS

/* A command of the command line: one file with one PmCommand, plus one line in commands.c.
 *
 * Exit statuses are the ones of `port-manager help`: what a command returns is what the process
 * ends with. A command prints its result on standard output, and everything else (progress, errors)
 * on standard error; with --json the result is one JSON value. */

typedef enum {
  PM_EXIT_DONE = 0,
  PM_EXIT_ATTENTION = 1, /* done, and something needs attention */
  PM_EXIT_USAGE = 2,   /* wrong use, or what was named is not there: a service, an id, a channel */
  PM_EXIT_FAILED = 3,  /* could not: I/O, database, network */
  PM_EXIT_REFUSED = 4, /* nothing written: changed since, pinned, low confidence, not confirmed,
                          another host's */
  PM_EXIT_ROLLED_BACK = 5, /* applied, failed verification, rolled back */
  PM_EXIT_PARTLY = 6,      /* rolled back but for files that somebody else changed */
} PmExit;

typedef struct PmCli PmCli;

struct PmCli {
  const char *state_dir;
  const char *config_file; /* NULL: where it is looked for */
  gboolean json;
  gboolean color;     /* of standard output */
  gboolean progress;  /* standard error is a terminal */
  guint width;        /* of the terminal; 0 in a pipe: nothing is cut */
  PmContext *context; /* opened by pm_cli_open */
  gboolean (*open) (PmCli *cli);
  char **words; /* all that was typed, from the program's name on; NULL-terminated */
};

typedef struct PmCommand {
  const char *name;
  const char *arguments;                              /* "[ROOT…]", as usage shows it */
  const char *summary;                                /* one line, for the list of commands */
  const char *details;                                /* paragraphs, for --help; NULL none */
  const char *const *examples;                        /* NULL-terminated; NULL none */
  const GOptionEntry *options;                        /* besides --json and --help; NULL none */
  PmExit (*run) (PmCli *cli, int argc, char *argv[]); /* arguments only, options taken out */
} PmCommand;

/* All commands in the order of the help, NULL-terminated. */
const PmCommand *const *pm_commands (void);

/* Opens the state directory (configuration, registry) for a command that needs them. On failure it
 * has told why. */
gboolean pm_cli_open (PmCli *cli);

/* Errors go to standard error, as "port-manager: …" or, from this on, as
 * {"error":{"status","message","hint"}}. */
void pm_cli_errors_as_json (gboolean json);

/* Tells an error, and gives the status to return. Takes the error over. */
PmExit pm_cli_fail (PmExit status, GError *error);
PmExit pm_cli_refuse (PmExit status, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* pm_cli_fail of what was to be found by its name or id: USAGE when there is none such, REFUSED
 * when it is another host's. */
PmExit pm_cli_fail_to_find (GError *error);

/* Wrong use of `command` (NULL: of the program): says what, and where help is. */
PmExit pm_cli_usage (const PmCommand *command, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
