/* Prometheus ("Configuration": scrape_configs, alerting, remote_write and remote_read) and files of
 * targets for file_sd_configs. It binds nothing that such a file says: all ports are of those whom
 * it asks or tells. */

#include "discovery/rules/rules.h"

static const char *const files[] = {"*.yml", "*.yaml", NULL};

#define READ(id_, path_, grammar_)                                                                 \
  {                                                                                                \
    .id = "prometheus." id_, .path = path_, .grammar = PM_GRAMMAR_##grammar_,                      \
    .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.97, .insists = TRUE         \
  }

static const PmRule rules[] = {
    READ ("target", "**.targets.[]", ENDPOINT),
    READ ("remote", "remote_write|remote_read.[].url", ENDPOINT),
    READ ("discovery.port", "scrape_configs.[].*_sd_configs.[].port", PORT),
    READ ("discovery", "scrape_configs.[].*_sd_configs.[].server|endpoint|host|url", ENDPOINT),
    READ ("relabel", "**.relabel_configs.[].replacement", TEXT),
};

static const PmRule other = {.id = "prometheus.other",
                             .grammar = PM_GRAMMAR_TEXT,
                             .role = PM_ROLE_REFERENCE,
                             .scope = PM_SCOPE_HOST,
                             .confidence = 0.85};

static void
recognise (PmRecognition *r)
{
  pm_recognition_read_keys (r, r->root, &other, "");
}

static gboolean
claims (const PmDocument *document)
{
  PmNodeId jobs = pm_document_child (document, 0, "scrape_configs");
  return jobs != 0 && pm_document_node (document, jobs)->kind == PM_NODE_LIST;
}

const PmRuleset pm_ruleset_prometheus = {
    .name = "prometheus",
    .files = files,
    .syntax = "yaml",
    .marks = pm_ruleset_no_marks,
    .claims = claims,
    .rules = rules,
    .n_rules = G_N_ELEMENTS (rules),
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};
