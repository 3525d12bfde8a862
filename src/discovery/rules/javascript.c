/* JavaScript and TypeScript of any kind: node:net, node:http, express, fastify, Koa, NestJS, ws,
 * Socket.IO, Bun.serve and Deno.serve by their documentation (`listen (port, host)`,
 * `listen ({port})`, `new WebSocketServer ({port})`); everything else by names. */

#include "discovery/program.h"
#include "discovery/rules/rules.h"

static const char *const files[] = {"*.js",  "*.mjs", "*.cjs", "*.jsx", "*.ts",
                                    "*.mts", "*.cts", "*.tsx", NULL};

static const PmRule by_name = {
    .id = "javascript", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.85};

#define LONGEST_LINE 4000

/* What a bundler wrote is nobody's to edit: its lines have no end. */
static gboolean
is_written_by_hand (const PmDocument *document)
{
  gsize n = 0;
  for (gsize i = 0; i < document->length; i++) {
    n = document->bytes[i] == '\n' ? 0 : n + 1;
    if (n > LONGEST_LINE)
      return FALSE;
  }
  return TRUE;
}

static void
recognise (PmRecognition *r)
{
  pm_program_read (r, r->root, &by_name, "");
}

const PmRuleset pm_ruleset_javascript = {
    .name = "javascript",
    .files = files,
    .is_fallback = TRUE,
    .claims = is_written_by_hand,
    .recognise = recognise,
};
