/* Requests that editors and testers send, kept beside a project: .http and .rest files ("Use .http
 * files in Visual Studio", VS Code's REST Client, JetBrains' "HTTP Client") with their variables
 * (http-client.env.json), Bruno's .bru files ("Bru Lang"), and Postman's collections and
 * environments ("Collection Format", v2).
 *
 * Whatever port stands there is somebody's who is asked: nothing in such a file is bound. */

#include "discovery/rules/rules.h"

#include <string.h>

static const PmRule by_name = {.id = "request.variable",
                               .role = PM_ROLE_REFERENCE,
                               .scope = PM_SCOPE_HOST,
                               .confidence = 0.95};

static void
make_references (PmRecognition *r)
{
  for (guint i = 0; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->kind != PM_KIND_PORT)
      continue;
    finding->role = PM_ROLE_REFERENCE;
    finding->bind = "";
  }
}

/* --- .http, .rest, .bru --- */

static const char *const request_files[] = {"*.http", "*.rest", "*.bru", NULL};

/* `GET http://localhost:5000/users HTTP/1.1`, a header, a member of a body, or Bruno's `url: …`:
 * the format takes what stands before the first blank or colon for the key. A variable's name
 * (`@port = 5000`) says what it holds. */
static void
recognise_requests (PmRecognition *r)
{
  static const PmRule line = {.id = "request",
                              .grammar = PM_GRAMMAR_TEXT,
                              .role = PM_ROLE_REFERENCE,
                              .scope = PM_SCOPE_HOST,
                              .confidence = 0.95};
  for (PmNodeId id = 1; id < r->document->nodes->len; id++) {
    const char *key = pm_document_node (r->document, id)->key;
    if (key == NULL || !pm_recognition_is_readable (r, id))
      continue;
    if (key[0] == '@')
      pm_recognition_read_named (r, id, key + 1, &by_name, "");
    else
      pm_recognition_read (r, id, &line, "");
  }
  make_references (r);
}

const PmRuleset pm_ruleset_requests = {
    .name = "http-request",
    .files = request_files,
    .syntax = "properties",
    .marks = pm_ruleset_no_marks,
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_requests,
};

/* --- variables of them --- */

static const char *const variable_files[] = {
    "http-client.env.json", "http-client.private.env.json", "http-client.env.json.user",
    "rest-client.env.json", "*.postman_environment.json",   NULL};

/* Postman's are `{"key": "port", "value": "3000"}`. */
static const char *
name_of (PmRecognition *r, PmNodeId id)
{
  const PmNode *node = pm_document_node (r->document, id);
  PmNodeId key = g_strcmp0 (node->key, "value") == 0
                     ? pm_document_child (r->document, node->parent, "key")
                     : 0;
  const char *text = key == 0 ? NULL : pm_document_text (r->document, key);
  return text == NULL ? node->key : text;
}

static void
recognise_variables (PmRecognition *r)
{
  for (PmNodeId id = 1; id < r->document->nodes->len; id++) {
    const char *name = name_of (r, id);
    if (name != NULL && pm_recognition_is_readable (r, id))
      pm_recognition_read_named (r, id, name, &by_name, "");
  }
  make_references (r);
}

const PmRuleset pm_ruleset_request_variables = {
    .name = "http-request",
    .files = variable_files,
    .syntax = "json",
    .marks = pm_ruleset_no_marks,
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_variables,
};

/* --- Postman's collections --- */

static const char *const collection_files[] = {"*.json", NULL};

static const PmRule collection_rules[] = {
    {"postman.url", "**.url|raw", PM_GRAMMAR_TEXT, PM_ROLE_REFERENCE, PM_SCOPE_HOST, 0.95, FALSE},
    {"postman.url", "**.url.port", PM_GRAMMAR_PORT, PM_ROLE_REFERENCE, PM_SCOPE_HOST, 0.95, FALSE},
    {"postman.variable", "variable.[].value", PM_GRAMMAR_TEXT, PM_ROLE_REFERENCE, PM_SCOPE_HOST,
     0.95, FALSE},
};

/* "info.schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json". */
static gboolean
is_collection (const PmDocument *document)
{
  PmNodeId schema = pm_document_find (document, 0, "info", "schema", NULL);
  const char *text = schema == 0 ? NULL : pm_document_text (document, schema);
  return text != NULL && strstr (text, "getpostman.com/") != NULL;
}

/* Bodies and answers are examples of whatever the service speaks of. */
static void
recognise_collection (PmRecognition *r)
{
  pm_recognition_pass_over (r, r->root);
  make_references (r);
}

const PmRuleset pm_ruleset_postman = {
    .name = "postman",
    .files = collection_files,
    .syntax = "json",
    .marks = pm_ruleset_no_marks,
    .claims = is_collection,
    .rules = collection_rules,
    .n_rules = G_N_ELEMENTS (collection_rules),
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_collection,
};
