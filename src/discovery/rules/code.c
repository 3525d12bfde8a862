/* Programs in languages without a syntax of their own here: Django's settings and runserver,
 * Flask's app.run, uvicorn.run, aiohttp's run_app, Go's net/http (ListenAndServe) and flag, Java's
 * and Kotlin's servers, PHP's env (), ASP.NET Core's UseUrls, Rust's TcpListener::bind, by their
 * documentation; everything else by names.
 *
 * FastMCP, of the Model Context Protocol's Python SDK (MCPServer since its version 2) and of its
 * own package ("Running Your Server"), is told its port by its constructor or by run (); over any
 * transport but stdio it is 8000 when neither tells. */

#include "discovery/program.h"
#include "discovery/rules/rules.h"
#include "discovery/server-defaults.h"

#include <string.h>

#define FASTMCP_PORT 8000
#define DOCUMENTED_SHARE 0.5

static const char *const files[] = {"*.py",  "*.go",     "*.java",   "*.kt",    "*.kts",  "*.php",
                                    "*.cs",  "*.rs",     "*.scala",  "*.swift", "*.dart", "*.ex",
                                    "*.exs", "*.groovy", "*.gradle", NULL};

static const PmRule by_name = {
    .id = "code", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.75};

static gboolean
is_list_of (const PmNode *node, const char *const *keys)
{
  return node->kind == PM_NODE_LIST && node->key != NULL && g_strv_contains (keys, node->key);
}

/* `run (transport="sse")`, `run ("streamable-http")`; without any it is stdio. */
static gboolean
runs_over_http (const PmDocument *document, PmNodeId call)
{
  static const char *const transports[] = {"http", "sse", "streamable-http", NULL};
  PmNodeId first = pm_document_node (document, call)->first_child;
  for (PmNodeId id = first; id != 0; id = pm_document_node (document, id)->next_sibling) {
    PmNodeId named = pm_document_child (document, id, "transport");
    PmNodeId value = named != 0 ? named : id == first ? id : 0;
    const PmNode *node = pm_document_node (document, value);
    if (value != 0 && node->kind == PM_NODE_SCALAR && node->value != NULL &&
        g_strv_contains (transports, node->value))
      return TRUE;
  }
  return FALSE;
}

/* What it is shows in no port, and its default in none at all. */
static void
tell_of_fastmcp (PmRecognition *r)
{
  static const char *const constructors[] = {"FastMCP()", "MCPServer()", NULL};
  static const char *const runs[] = {"run()", "run_async()", NULL};
  PmServiceFact *fact = NULL;
  for (PmNodeId id = r->root + 1; id < r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (fact == NULL && is_list_of (node, constructors)) {
      fact = pm_recognition_add_service (r, "", id);
      fact->tool = "fastmcp";
    } else if (fact != NULL && is_list_of (node, runs) && runs_over_http (r->document, id)) {
      fact->default_port = FASTMCP_PORT;
      fact->default_origin = "fastmcp's default";
    }
  }
}

/* "Ansible module format and documentation": three variables of a module hold YAML for its readers.
 * Nothing in them is bound or called by this program. */
static gboolean
is_documentation (const char *path)
{
  static const char *const variables[] = {"DOCUMENTATION", "EXAMPLES", "RETURN"};
  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++) {
    gsize length = strlen (variables[i]);
    if (strncmp (path, variables[i], length) == 0 && (path[length] == '\0' || path[length] == '>'))
      return TRUE;
  }
  return FALSE;
}

static void
doubt_documentation (PmRecognition *r)
{
  for (guint i = 0; g_str_has_suffix (r->file, ".py") && i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->kind == PM_KIND_PORT && is_documentation (finding->path))
      finding->confidence *= DOCUMENTED_SHARE;
  }
}

static void
recognise (PmRecognition *r)
{
  pm_program_read (r, r->root, &by_name, "");
  doubt_documentation (r);
  if (!pm_program_is_trial (r->file))
    tell_of_fastmcp (r);
  pm_server_defaults_tell (r);
}

const PmRuleset pm_ruleset_code = {
    .name = "code",
    .files = files,
    .syntax = "code",
    .is_fallback = TRUE,
    .marks = pm_server_defaults_marks,
    .recognise = recognise,
};
