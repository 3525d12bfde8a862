/* NGINX Unit: its configuration guide ("Listeners": an object whose keys are addresses to bind,
 * "*:8080", "127.0.0.1:8081", "[::]:443", "unix:…"). A JSON file is one when it has listeners
 * beside applications, routes or upstreams. The rest is read by the names of its keys. */

#include "discovery/rules/rules.h"

#include <string.h>

static const char *const files[] = {"*.json", "*.config", "*.unit", NULL};

static const PmRule listener = {.id = "unit.listener",
                                .grammar = PM_GRAMMAR_ENDPOINT,
                                .role = PM_ROLE_LISTEN,
                                .scope = PM_SCOPE_HOST,
                                .confidence = 0.95,
                                .insists = TRUE};
static const PmRule server = {.id = "unit.server",
                              .grammar = PM_GRAMMAR_ENDPOINT,
                              .role = PM_ROLE_REFERENCE,
                              .scope = PM_SCOPE_HOST,
                              .confidence = 0.95};
static const PmRule other = {
    .id = "unit.other", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.85};

static void
read_keys_of (PmRecognition *r, PmNodeId map, const PmRule *rule)
{
  if (map == 0)
    return;
  g_autoptr (GArray) entries = pm_recognition_entries (r, map);
  for (guint i = 0; i < entries->len; i++)
    pm_recognition_read_key (r, g_array_index (entries, PmNodeId, i), rule, "");
}

static void
recognise (PmRecognition *r)
{
  read_keys_of (r, pm_document_child (r->document, r->root, "listeners"), &listener);
  PmNodeId upstreams = pm_document_child (r->document, r->root, "upstreams");
  if (upstreams != 0) {
    g_autoptr (GArray) entries = pm_recognition_entries (r, upstreams);
    for (guint i = 0; i < entries->len; i++)
      read_keys_of (
          r, pm_document_child (r->document, g_array_index (entries, PmNodeId, i), "servers"),
          &server);
  }
  pm_recognition_read_keys (r, r->root, &other, "");
}

/* *.config is XML, or has lines of its own, elsewhere. */
static gboolean
wants (const char *bytes, gsize length)
{
  gsize at = 0;
  while (at < length && g_ascii_isspace (bytes[at]))
    at++;
  return at < length && bytes[at] == '{' && memmem (bytes, length, "listeners", 9) != NULL;
}

static gboolean
claims (const PmDocument *document)
{
  PmNodeId listeners = pm_document_child (document, 0, "listeners");
  return listeners != 0 && pm_document_node (document, listeners)->kind == PM_NODE_MAP &&
         (pm_document_child (document, 0, "applications") != 0 ||
          pm_document_child (document, 0, "routes") != 0 ||
          pm_document_child (document, 0, "upstreams") != 0);
}

const PmRuleset pm_ruleset_nginx_unit = {
    .name = "nginx-unit",
    .files = files,
    .syntax = "json",
    .marks = pm_ruleset_no_marks,
    .wants = wants,
    .claims = claims,
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};
