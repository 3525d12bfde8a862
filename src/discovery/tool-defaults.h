#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Development servers that a command starts, and where they listen when nothing says otherwise. */
typedef struct {
  const char *program;
  const char *subcommands; /* that serve, by blanks; ":" a module and its application (m:app) */
  const char *tool;
  guint16 port;
} PmToolDefault;

/* The first of them that a command line runs, wherever a wrapper (poetry run, bundle exec, python
 * -m) leaves it; NULL: none. Static. */
const PmToolDefault *pm_tool_default_of (const char *command);

G_END_DECLS
