/* Programs in languages without a syntax of their own here: Django's settings and runserver,
 * Flask's app.run, uvicorn.run, aiohttp's run_app, Go's net/http (ListenAndServe) and flag, Java's
 * and Kotlin's servers, PHP's env (), ASP.NET Core's UseUrls, Rust's TcpListener::bind, by their
 * documentation; everything else by names.
 *
 * FastMCP, of the Model Context Protocol's Python SDK and of its own package ("Running Your
 * Server"), is told its port by its constructor or by run (). */

#include "discovery/program.h"
#include "discovery/rules/rules.h"

static const char *const files[] = {"*.py",  "*.go",     "*.java",   "*.kt",    "*.kts",  "*.php",
                                    "*.cs",  "*.rs",     "*.scala",  "*.swift", "*.dart", "*.ex",
                                    "*.exs", "*.groovy", "*.gradle", NULL};

static const PmRule by_name = {
    .id = "code", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.75};

/* What it is shows in no port. */
static void
tell_of_fastmcp (PmRecognition *r)
{
  for (PmNodeId id = r->root + 1; id < r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->kind != PM_NODE_LIST || g_strcmp0 (node->key, "FastMCP()") != 0)
      continue;
    pm_recognition_add_service (r, "", id)->tool = "fastmcp";
    return;
  }
}

static void
recognise (PmRecognition *r)
{
  pm_program_read (r, r->root, &by_name, "");
  if (!pm_program_is_trial (r->file))
    tell_of_fastmcp (r);
}

const PmRuleset pm_ruleset_code = {
    .name = "code",
    .files = files,
    .syntax = "code",
    .is_fallback = TRUE,
    .marks = pm_ruleset_no_marks,
    .recognise = recognise,
};
