#pragma once

#include <jansson.h>

#include "base/json-writer.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* A tool (MCP, "Tools"): one file with one PmMcpTool, plus one line in tools.c. Its arguments are a
 * table: the schema that clients see is made from it, and every call is checked by it, so a tool
 * only ever sees what it asked for. */

typedef enum { PM_MCP_TEXT, PM_MCP_INTEGER, PM_MCP_FLAG, PM_MCP_TEXTS } PmMcpType;

typedef struct {
  const char *name;
  PmMcpType type;
  gboolean is_required;
  gint64 least, most; /* of an integer; of texts, how many */
  const char *description;
} PmMcpArgument;

#define PM_MCP_PORT_ARGUMENT(is_required, description)                                             \
  {                                                                                                \
    "port", PM_MCP_INTEGER, is_required, 1, G_MAXUINT16, description                               \
  }
#define PM_MCP_END                                                                                 \
  {                                                                                                \
    NULL, PM_MCP_TEXT, FALSE, 0, 0, NULL                                                           \
  }

typedef struct PmMcpAsk PmMcpAsk; /* ask.h */

/* One call. The tool writes its result, one JSON object, by `json`. */
typedef struct {
  PmContext *context;
  const json_t *arguments; /* checked; an object */
  PmJsonWriter json;
  PmMcpAsk *ask;
  const char *actor;   /* as who it acts: "agent claude-code" */
  const char *program; /* how a person calls the program on the same state, quoted for a shell */
} PmMcpCall;

/* What clients are told of it, to decide whether they ask a person first ("annotations"). */
typedef enum {
  PM_MCP_LOOKS,   /* changes nothing */
  PM_MCP_TAKES,   /* changes the registry */
  PM_MCP_CHANGES, /* changes files, once a person has agreed */
} PmMcpEffect;

typedef struct {
  const char *name, *title;
  const char *description;        /* for the agent: what it tells, when to call it */
  const PmMcpArgument *arguments; /* up to PM_MCP_END; NULL none */
  PmMcpEffect effect;
  gboolean (*run) (PmMcpCall *call, GError **error); /* FALSE: the result is the error's message */
} PmMcpTool;

/* All of them, NULL-terminated. */
const PmMcpTool *const *pm_mcp_tools (void);

/* As "tools/list" has it. */
void pm_mcp_tool_write_json (PmJsonWriter *json, const PmMcpTool *tool);

#define PM_MCP_ERROR (pm_mcp_error_quark ())
GQuark pm_mcp_error_quark (void);
typedef enum {
  PM_MCP_ERROR_ARGUMENTS, /* the message names the argument and what it takes */
  PM_MCP_ERROR_REFUSED,   /* nothing is written; the message says why */
} PmMcpError;

/* `arguments` NULL is none. */
gboolean pm_mcp_tool_check (const PmMcpTool *tool, const json_t *arguments, GError **error);

/* Arguments of a checked call. */
const char *pm_mcp_text (const PmMcpCall *call, const char *name); /* NULL: not given */
gint64 pm_mcp_integer (const PmMcpCall *call, const char *name, gint64 otherwise);
gboolean pm_mcp_flag (const PmMcpCall *call, const char *name);
/* NULL-terminated; the array is to be freed. Not given: none. */
const char **pm_mcp_texts (const PmMcpCall *call, const char *name);

G_END_DECLS
