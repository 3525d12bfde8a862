/* Envoy's bootstrap configuration ("config.bootstrap.v3", "core.v3.SocketAddress"), in YAML and
 * JSON: what stands in a cluster is where it connects to, any other socket address is bound. */

#include "discovery/rules/rules.h"

static const char *const files[] = {"*.yml", "*.yaml", "*.json", NULL};

#define READ(id_, path_, grammar_, role_)                                                          \
  {                                                                                                \
    .id = "envoy." id_, .path = path_, .grammar = PM_GRAMMAR_##grammar_, .role = PM_ROLE_##role_,  \
    .scope = PM_SCOPE_HOST, .confidence = 0.98, .insists = TRUE                                    \
  }

static const PmRule rules[] = {
    READ ("endpoint", "**.clusters.**.socket_address.port_value", PORT, REFERENCE),
    READ ("listener", "**.socket_address.port_value", PORT, LISTEN),
    READ ("address", "**.socket_address.address", HOST, ADDRESS),
};

static const PmRule other = {.id = "envoy.other",
                             .grammar = PM_GRAMMAR_TEXT,
                             .role = PM_ROLE_REFERENCE,
                             .scope = PM_SCOPE_HOST,
                             .confidence = 0.85};

/* A socket address says its protocol beside its port. */
static void
settle_transport (PmRecognition *r, PmNodeId port)
{
  const PmNode *node = pm_document_node (r->document, port);
  PmNodeId protocol = pm_document_child (r->document, node->parent, "protocol");
  const char *text = protocol == 0 ? NULL : pm_document_text (r->document, protocol);
  if (g_strcmp0 (text, "UDP") != 0)
    return;
  for (guint i = 0; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->kind == PM_KIND_PORT && finding->span.start == node->span.start)
      finding->transport = PM_TRANSPORT_UDP;
  }
}

static void
recognise (PmRecognition *r)
{
  for (PmNodeId id = r->root + 1; id < r->document->nodes->len; id++)
    if (g_strcmp0 (pm_document_node (r->document, id)->key, "port_value") == 0)
      settle_transport (r, id);
  pm_recognition_read_keys (r, r->root, &other, "");
}

static gboolean
claims (const PmDocument *document)
{
  return pm_document_child (document, 0, "static_resources") != 0;
}

const PmRuleset pm_ruleset_envoy = {
    .name = "envoy",
    .files = files,
    .marks = pm_ruleset_no_marks,
    .claims = claims,
    .rules = rules,
    .n_rules = G_N_ELEMENTS (rules),
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};
