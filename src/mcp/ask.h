#pragma once

#include <glib.h>

#include "mcp/tool.h"

G_BEGIN_DECLS

/* The person behind the client is asked (MCP, "Elicitation"). An agent cannot answer for them: the
 * client shows the question and sends what the person chose. */

typedef enum {
  PM_MCP_AGREED,
  PM_MCP_DECLINED,
  PM_MCP_CANNOT_ASK, /* the client cannot ask anybody */
  PM_MCP_GONE,       /* the call was cancelled, or the client is gone: nobody waits for a result */
} PmMcpAnswer;

/* Waits as long as it takes; requests that come meanwhile are answered behind this one. */
PmMcpAnswer pm_mcp_ask (PmMcpAsk *ask, const char *question);

G_END_DECLS
