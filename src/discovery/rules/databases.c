/* Databases whose configuration is YAML: MongoDB ("Self-Managed Configuration File Options", whose
 * file has the ending .conf) and Elasticsearch and OpenSearch ("Important Elasticsearch
 * configuration": of the others in a cluster; "Networking"); and what joins Grafana's in one
 * process after the other (Loki, Tempo, Mimir: the addresses of a query frontend or a scheduler are
 * where workers go; Tempo's distributor has the receivers of OpenTelemetry's collector). */

#include "discovery/rules/rules.h"

#define READ(id_, path_, grammar_, role_)                                                          \
  {                                                                                                \
    .id = id_, .path = path_, .grammar = PM_GRAMMAR_##grammar_, .role = PM_ROLE_##role_,           \
    .scope = PM_SCOPE_HOST, .confidence = 0.97, .insists = TRUE                                    \
  }

static const PmRule other = {
    .id = "database.other", .role = PM_ROLE_LISTEN, .scope = PM_SCOPE_HOST, .confidence = 0.85};

static void
recognise (PmRecognition *r)
{
  pm_recognition_read_keys (r, r->root, &other, "");
}

#define DATABASE(name_, title_, claims_, ...)                                                      \
  static const char *const name_##_files[] = {__VA_ARGS__, NULL};                                  \
  const PmRuleset pm_ruleset_##name_ = {                                                           \
      .name = title_,                                                                              \
      .files = name_##_files,                                                                      \
      .syntax = "yaml",                                                                            \
      .marks = pm_ruleset_no_marks,                                                                \
      .claims = claims_,                                                                           \
      .rules = name_##_rules,                                                                      \
      .n_rules = G_N_ELEMENTS (name_##_rules),                                                     \
      .expansion = PM_EXPANSION_SHELL,                                                             \
      .recognise = recognise,                                                                      \
  }

/* --- MongoDB --- */

static const PmRule mongodb_rules[] = {
    READ ("mongodb.port", "net.port", PORT, LISTEN),
    READ ("mongodb.bind", "net.bindIp", TEXT, ADDRESS),
    READ ("mongodb.config-servers", "sharding.configDB", TEXT, REFERENCE),
};

static gboolean
is_mongodb (const PmDocument *document)
{
  static const char *const sections[] = {"net", "storage", "systemLog", "sharding"};
  for (gsize i = 0; i < G_N_ELEMENTS (sections); i++)
    if (pm_document_child (document, 0, sections[i]) != 0)
      return TRUE;
  return FALSE;
}

DATABASE (mongodb, "mongodb", is_mongodb, "mongod*.conf", "mongos*.conf");

/* --- Elasticsearch --- */

static const PmRule elasticsearch_rules[] = {
    READ ("elasticsearch.port", "http*port|transport*port", PORT, LISTEN), /* "http.port" */
    READ ("elasticsearch.port", "http|transport.port", PORT, LISTEN),
    READ ("elasticsearch.seeds", "discovery*hosts.[]", ENDPOINT, REFERENCE),
    READ ("elasticsearch.seeds", "discovery*hosts", ENDPOINT, REFERENCE),
    READ ("elasticsearch.seeds", "discovery.**", ENDPOINT, REFERENCE),
};

/* Other tools have files of that name that tell where it is. */
static gboolean
is_elasticsearch (const PmDocument *document)
{
  static const char *const starts[] = {"cluster", "network", "http", "node", "discovery"};
  for (PmNodeId id = pm_document_node (document, 0)->first_child; id != 0;
       id = pm_document_node (document, id)->next_sibling) {
    const char *key = pm_document_node (document, id)->key;
    for (gsize i = 0; key != NULL && i < G_N_ELEMENTS (starts); i++)
      if (g_str_has_prefix (key, starts[i]))
        return TRUE;
  }
  return FALSE;
}

DATABASE (elasticsearch, "elasticsearch", is_elasticsearch, "elasticsearch*.yml",
          "elasticsearch*.yaml", "opensearch.yml", "opensearch.yaml");

/* --- Grafana's --- */

static const PmRule grafana_rules[] = {
    READ ("grafana.peer", "**.frontend_address|scheduler_address", ENDPOINT, REFERENCE),
    READ ("grafana.receiver", "distributor.receivers.*.protocols.*.endpoint", ENDPOINT, LISTEN),
};

static gboolean
is_grafanas (const PmDocument *document)
{
  return pm_document_find (document, 0, "server", "http_listen_port", NULL) != 0 ||
         pm_document_find (document, 0, "distributor", "receivers", NULL) != 0;
}

DATABASE (grafana, "grafana", is_grafanas, "*.yaml", "*.yml");
