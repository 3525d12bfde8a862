/* Helm: values files ("Chart Template Guide": values.yaml, and the ci/ files of chart-testing).
 * What a key means is the chart's own matter, but charts follow `helm create` and the names of the
 * Kubernetes API. All ports live in the cluster.
 *
 * Templates ("Chart Template Guide": templates/) that are no whole resource, parts of one or what a
 * library chart is given, are read by the same names. */

#include "discovery/rules/rules.h"

#include <string.h>

static const char *const files[] = {
    "values.yaml",
    "values.yml",
    "values-*.yaml",
    "values-*.yml",
    "values.*.yaml",
    "*-values.yaml",
    "*-values.yml",
    "values_*.yaml",
    "**/charts/**/ci/*.yaml",
    "helmfile.yaml",
    NULL,
};

#define READ(path_, role_)                                                                         \
  {                                                                                                \
    .id = "helm.port", .path = path_, .grammar = PM_GRAMMAR_PORT, .role = PM_ROLE_##role_,         \
    .scope = PM_SCOPE_CLUSTER, .confidence = 0.97                                                  \
  }

static const PmRule rules[] = {
    READ ("**.containerPort|targetPort|internalPort", TARGET),
    READ ("**.nodePort|hostPort", PUBLISH),
    READ ("**.service|headless.port|servicePort|externalPort|httpPort|httpsPort|grpcPort", LISTEN),
    READ ("**.service.ports.*", LISTEN),
    READ ("**.service.ports.*.port", LISTEN),
    READ ("**.service.ports.[].port", LISTEN),
    READ ("**.service.nodePorts.*", PUBLISH),
    READ ("**.containerPorts.*", TARGET),
    READ ("**.httpGet|tcpSocket|grpc.port", REFERENCE),
};

static const PmRule other = {
    .id = "helm.other", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_CLUSTER, .confidence = 0.88};
static const PmRule command = {.id = "helm.args",
                               .grammar = PM_GRAMMAR_COMMAND,
                               .role = PM_ROLE_LISTEN,
                               .scope = PM_SCOPE_CLUSTER,
                               .confidence = 0.88};

/* `extraArgs: ["--port", "8080"]`, `env: [{name: PORT, value: "80"}]` */
static void
read_special (PmRecognition *r, PmNodeId id)
{
  const PmNode *node = pm_document_node (r->document, id);
  if (node->kind == PM_NODE_MAP) {
    PmNodeId value = pm_document_child (r->document, id, "value");
    PmNodeId name = pm_document_child (r->document, id, "name");
    const char *text = name == 0 ? NULL : pm_document_text (r->document, name);
    if (value != 0 && text != NULL && pm_recognition_is_readable (r, value))
      pm_recognition_read_named (r, value, text, &other, "");
  } else if (node->kind == PM_NODE_LIST && node->key != NULL) {
    g_autofree char *key = g_ascii_strdown (node->key, -1);
    if (g_str_has_suffix (key, "args") || g_str_equal (key, "command"))
      pm_recognition_read_vector (r, id, &command, "");
  }
}

static void
recognise (PmRecognition *r)
{
  const GArray *nodes = r->document->nodes;
  for (PmNodeId id = r->root + 1; id < nodes->len; id++) {
    if (pm_document_node (r->document, id)->parent < r->root)
      break;
    read_special (r, id);
  }
  pm_recognition_read_keys (r, r->root, &other, "");
}

const PmRuleset pm_ruleset_helm = {
    .name = "helm",
    .files = files,
    .syntax = "yaml",
    .rules = rules,
    .n_rules = G_N_ELEMENTS (rules),
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};

static const char *const templates[] = {"**/templates/**/*.yaml", "**/templates/**/*.yml", NULL};

/* Helm's own objects and functions: other engines have the braces, too. */
static gboolean
claims (const PmDocument *document)
{
  static const char *const words[] = {".Values", ".Release", ".Chart", "include \"", "define \""};
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (memmem (document->bytes, document->length, words[i], strlen (words[i])) != NULL)
      return memmem (document->bytes, document->length, "{{", 2) != NULL;
  return FALSE;
}

const PmRuleset pm_ruleset_helm_template = {
    .name = "helm",
    .files = templates,
    .syntax = "yaml",
    .marks = pm_ruleset_no_marks,
    .claims = claims,
    .rules = rules,
    .n_rules = G_N_ELEMENTS (rules),
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};
