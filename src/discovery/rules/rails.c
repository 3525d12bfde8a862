/* Ruby on Rails' connections: config/database.yml ("Configuring Rails Applications", "Configuring a
 * Database") and config/cable.yml ("Action Cable Overview", "Subscription Adapter").
 *
 * Both tell whom Rails connects to, so nothing in them is a listener of its own, wherever it
 * stands: below an environment, below one of its databases, or in the map that is merged into them
 * (`default: &default`). */

#include "discovery/rules/rules.h"

static const char *const files[] = {"database.yml",
                                    "database.*.yml",
                                    "database.yml.*",
                                    "cable.yml",
                                    "cable.*.yml",
                                    "cable.yml.*",
                                    NULL};

static const PmRule by_key = {
    .id = "rails", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.97};

/* A port is often what the environment says, or else a number: `<%= ENV.fetch ("DB_PORT") { 5432 }
 * %>`. */
static void
recognise (PmRecognition *r)
{
  for (PmNodeId id = r->root + 1; id < r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->parent < r->root)
      break;
    if (g_strcmp0 (node->key, "port") == 0 && pm_recognition_is_readable (r, id))
      pm_recognition_read_named (r, id, "database.port", &by_key, "");
  }
  pm_recognition_read_keys (r, r->root, &by_key, "");
}

static gboolean
names_an_adapter (const PmDocument *document, PmNodeId map)
{
  return pm_document_child (document, map, "adapter") != 0;
}

/* An environment has its adapter, or databases that have theirs. */
static gboolean
claims (const PmDocument *document)
{
  const PmNode *root = pm_document_node (document, 0);
  for (PmNodeId id = root->first_child; id != 0;
       id = pm_document_node (document, id)->next_sibling) {
    if (names_an_adapter (document, id))
      return TRUE;
    for (PmNodeId below = pm_document_node (document, id)->first_child; below != 0;
         below = pm_document_node (document, below)->next_sibling)
      if (names_an_adapter (document, below))
        return TRUE;
  }
  return FALSE;
}

const PmRuleset pm_ruleset_rails = {
    .name = "rails",
    .files = files,
    .syntax = "yaml",
    .marks = pm_ruleset_no_marks,
    .claims = claims,
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};
