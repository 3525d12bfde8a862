#pragma once

#include "cli/command.h"

G_BEGIN_DECLS

/* From the words that were typed to a command: global options, the command, its own options. */

/* What a program runs. There are two: main.c, with all commands, and quick.c, with a few. */
typedef struct {
  const PmCommand *const *commands; /* in the order of the help, NULL-terminated */
  gboolean (*open) (PmCli *cli);    /* behind pm_cli_open, for the first call of a command */
  void (*close) (PmCli *cli);       /* of what was opened, once the answer is out; NULL nothing */
  /* For whatever is none of them, with the words as they were typed; returns when it could not be
   * run, and has told why. NULL: then it is wrong use. */
  PmExit (*elsewhere) (char *argv[]);
} PmProgram;

/* Returns the exit status. */
int pm_cli_main (const PmProgram *program, int argc, char *argv[]);

G_END_DECLS
