/* JavaScript and TypeScript of any kind: node:net, node:http, express, fastify, Koa, NestJS, ws,
 * Socket.IO, Bun.serve and Deno.serve by their documentation (`listen (port, host)`,
 * `listen ({port})`, `new WebSocketServer ({port})`); everything else by names. */

#include "discovery/program.h"
#include "discovery/rules/rules.h"
#include "discovery/server-defaults.h"

#include <string.h>

static const char *const files[] = {"*.js",  "*.mjs", "*.cjs", "*.jsx", "*.ts",
                                    "*.mts", "*.cts", "*.tsx", NULL};

static const PmRule by_name = {
    .id = "javascript", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.85};

#define LONGEST_LINE 4000

/* What a bundler wrote is nobody's to edit: its lines have no end. */
static gboolean
is_written_by_hand (const char *bytes, gsize length)
{
  for (const char *end = bytes + length; bytes < end;) {
    const char *newline = memchr (bytes, '\n', (gsize) (end - bytes));
    const char *line_end = newline == NULL ? end : newline;
    if (line_end - bytes > LONGEST_LINE)
      return FALSE;
    bytes = line_end + 1;
  }
  return TRUE;
}

static void
recognise (PmRecognition *r)
{
  pm_program_read (r, r->root, &by_name, "");
  pm_server_defaults_tell (r);
}

const PmRuleset pm_ruleset_javascript = {
    .name = "javascript",
    .files = files,
    .is_fallback = TRUE,
    .wants = is_written_by_hand,
    .marks = pm_server_defaults_marks_javascript,
    .recognise = recognise,
};
