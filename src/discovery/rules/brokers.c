/* Brokers and coordinators whose settings are lines `key = value`: RabbitMQ (rabbitmq.conf,
 * "Networking": `listeners.tcp.NAME`, those of its plugins with a prefix, each a port or an address
 * with one) and ZooKeeper ("Configuration Parameters": clientPort; `server.N =
 * host:port:port[:role];[host:]port` tells where each of the others is). */

#include "discovery/rules/rules.h"

#define READ(id_, path_, grammar_, role_)                                                          \
  {                                                                                                \
    .id = id_, .path = path_, .grammar = PM_GRAMMAR_##grammar_, .role = PM_ROLE_##role_,           \
    .scope = PM_SCOPE_HOST, .confidence = 0.97, .insists = TRUE                                    \
  }

static const PmRule other = {
    .id = "broker.other", .role = PM_ROLE_LISTEN, .scope = PM_SCOPE_HOST, .confidence = 0.85};

static void
recognise (PmRecognition *r)
{
  pm_recognition_read_keys (r, r->root, &other, "");
}

#define BROKER(name_, title_, syntax_)                                                             \
  const PmRuleset pm_ruleset_##name_ = {                                                           \
      .name = title_,                                                                              \
      .files = name_##_files,                                                                      \
      .syntax = syntax_,                                                                           \
      .rules = name_##_rules,                                                                      \
      .n_rules = G_N_ELEMENTS (name_##_rules),                                                     \
      .expansion = PM_EXPANSION_NONE,                                                              \
      .recognise = recognise,                                                                      \
  }

static const char *const rabbitmq_files[] = {"rabbitmq*.conf", "**/rabbitmq/conf.d/*.conf", NULL};

static const PmRule rabbitmq_rules[] = {
    READ ("rabbitmq.listener", "*listeners*tcp*|*listeners*ssl*", ENDPOINT, LISTEN),
};

BROKER (rabbitmq, "rabbitmq", "properties");

static const char *const zookeeper_files[] = {"zoo*.cfg", "zookeeper*.cfg", "zookeeper*.properties",
                                              NULL};

static const PmRule zookeeper_rules[] = {
    READ ("zookeeper.port", "clientPort|secureClientPort", PORT, LISTEN),
    READ ("zookeeper.server", "server*", ENDPOINT, REFERENCE),
};

BROKER (zookeeper, "zookeeper", "properties");
