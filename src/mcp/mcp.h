#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* A server of the Model Context Protocol (revisions 2024-11-05 to 2025-11-25, transport "stdio")
 * for one client: messages are lines of JSON-RPC 2.0. It serves tools, nothing else.
 *
 * The state is opened anew for each call of a tool, so that one session, which may last for days,
 * follows the configuration and holds nothing open that somebody restores or recovers meanwhile. */

typedef struct {
  const char *state_dir;
  const char *config_file; /* NULL: where it is looked for */
  const char *version;     /* of the program */
  int input, output;       /* descriptors; nothing else may be written to the latter */
} PmMcpOptions;

/* Serves until the input ends (TRUE), or something but the client is broken. A client that is gone
 * is an end, too. SIGPIPE must be ignored. */
gboolean pm_mcp_serve (const PmMcpOptions *options, GError **error);

G_END_DECLS
