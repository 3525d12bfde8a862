/* Dapr, "Multi-App Run template file": programs that are started, each with a sidecar beside it.
 * `appPort` is where the program listens, and the sidecar calls it; the ports of `dapr…`, metrics
 * and profiling are the sidecar's own. */

#include "discovery/rules/rules.h"

static const char *const files[] = {"dapr.yaml", "dapr.yml", NULL};

static const PmRule rules[] = {
    {"dapr.app", "apps.[].appPort", PM_GRAMMAR_PORT, PM_ROLE_REFERENCE, PM_SCOPE_HOST, 1, TRUE},
    {"dapr.sidecar",
     "apps.[].daprHTTPPort|daprGRPCPort|daprInternalGRPCPort|metricsPort|profilePort",
     PM_GRAMMAR_PORT, PM_ROLE_LISTEN, PM_SCOPE_HOST, 1, TRUE},
    {"dapr.other", "**.placementHostAddress|schedulerHostAddress", PM_GRAMMAR_ENDPOINT,
     PM_ROLE_REFERENCE, PM_SCOPE_HOST, 0.95, TRUE},
};

static const PmRule command = {.id = "dapr.command",
                               .grammar = PM_GRAMMAR_COMMAND,
                               .role = PM_ROLE_LISTEN,
                               .scope = PM_SCOPE_HOST,
                               .confidence = 0.9};
static const PmRule by_key = {
    .id = "dapr.other", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.85};

static void
recognise (PmRecognition *r)
{
  PmNodeId apps = pm_document_child (r->document, r->root, "apps");
  g_autoptr (GArray) items = pm_recognition_entries (r, apps);
  for (guint i = 0; i < items->len; i++) {
    PmNodeId list = pm_document_child (r->document, g_array_index (items, PmNodeId, i), "command");
    if (list != 0)
      pm_recognition_read_vector (r, list, &command, "");
  }
  pm_recognition_read_keys (r, r->root, &by_key, "");
}

const PmRuleset pm_ruleset_dapr = {
    .name = "dapr",
    .files = files,
    .syntax = "yaml",
    .marks = pm_ruleset_no_marks,
    .rules = rules,
    .n_rules = G_N_ELEMENTS (rules),
    .expansion = PM_EXPANSION_SHELL,
    .recognise = recognise,
};
