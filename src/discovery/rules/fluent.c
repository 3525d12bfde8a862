/* Fluentd ("Config File Syntax", "Input Plugins": a <source> binds its port; one that has a host
 * goes there, as all outputs do) and Fluent Bit ("Classic mode", "YAML configuration", "Inputs",
 * "Outputs": [INPUT] sections of the plugins that receive bind theirs, of the [OUTPUT]s only
 * Prometheus' exporter does, and [SERVICE] its HTTP server). */

#include "discovery/directives.h"
#include "discovery/rules/rules.h"

#include <string.h>

static const PmRule other = {.id = "fluent.other",
                             .grammar = PM_GRAMMAR_TEXT,
                             .role = PM_ROLE_REFERENCE,
                             .scope = PM_SCOPE_HOST,
                             .confidence = 0.85};

#define RULE(id_, grammar_, role_)                                                                 \
  {                                                                                                \
    .id = id_, .grammar = PM_GRAMMAR_##grammar_, .role = PM_ROLE_##role_, .scope = PM_SCOPE_HOST,  \
    .confidence = 0.95, .insists = TRUE                                                            \
  }

static const PmRule binds = RULE ("fluent.bound", PORT, LISTEN);
static const PmRule refers = RULE ("fluent.peer", PORT, REFERENCE);

/* --- Fluentd --- */

static const char *const fluentd_files[] = {"fluent*.conf", "td-agent*.conf", "**/fluentd/**.conf",
                                            "**/fluent/**.conf", NULL};
static const char *const no_fluentd_files[] = {"fluent-bit*", "fluentbit*", "**/fluent-bit/**",
                                               NULL};

#define READ(name, within, role)                                                                   \
  {                                                                                                \
    name, within, 0, 0, RULE ("fluentd." name, PORT, role)                                         \
  }

static const PmDirective fluentd_directives[] = {
    READ ("port", "source", LISTEN),
    READ ("port", "server", REFERENCE),
    READ ("port", "match", REFERENCE),
    READ ("port", "store", REFERENCE),
};

static gboolean
is_of_type (const PmRecognition *r, PmNodeId block, const char *type)
{
  PmNodeId list = pm_document_child (r->document, block, "@type");
  return list != 0 && pm_directive_has_argument (r->document, list, type);
}

static void
settle_source (PmRecognition *r, PmNodeId list, guint first)
{
  PmNodeId block = pm_document_node (r->document, list)->parent;
  const PmNode *node = pm_document_node (r->document, block);
  PmFinding *finding = pm_recognition_finding (r, first);
  if (node->key == NULL || strcmp (node->key, "source") != 0)
    return;
  if (pm_document_child (r->document, block, "host") != 0)
    finding->role = PM_ROLE_REFERENCE;
  if (is_of_type (r, block, "udp") || is_of_type (r, block, "syslog"))
    finding->transport = PM_TRANSPORT_UDP;
}

static void
recognise_fluentd (PmRecognition *r)
{
  pm_directives_read (r, fluentd_directives, G_N_ELEMENTS (fluentd_directives), &other,
                      settle_source);
}

static const char *const fluentd_marks[] = {"<source>", NULL};

const PmRuleset pm_ruleset_fluentd = {
    .name = "fluentd",
    .files = fluentd_files,
    .but_no = no_fluentd_files,
    .syntax = "apache",
    .marks = fluentd_marks,
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_fluentd,
};

/* --- Fluent Bit --- */

static const char *const plugins_that_bind[] = {
    "forward", "http",     "tcp",           "udp",           "syslog", "mqtt",
    "statsd",  "collectd", "opentelemetry", "elasticsearch", "splunk", "prometheus_remote_write",
    NULL};

/* One section, or one item of the pipeline's lists. */
typedef struct {
  const char *section; /* "[INPUT]"; of YAML "inputs" */
  const char *plugin;
  PmNodeId port;
} Section;

static gboolean
is_one_of (const char *text, const char *one, const char *other_one)
{
  return text != NULL &&
         (g_ascii_strcasecmp (text, one) == 0 || g_ascii_strcasecmp (text, other_one) == 0);
}

static gboolean
is_bound (const Section *section)
{
  g_autofree char *plugin = g_ascii_strdown (section->plugin, -1);
  if (is_one_of (section->section, "[INPUT]", "inputs"))
    return g_strv_contains (plugins_that_bind, plugin);
  return is_one_of (section->section, "[OUTPUT]", "outputs") &&
         strcmp (plugin, "prometheus_exporter") == 0;
}

static void
read_section (PmRecognition *r, const Section *section)
{
  if (section->port == 0 || section->plugin == NULL)
    return;
  gint first = pm_recognition_read (r, section->port, is_bound (section) ? &binds : &refers, "");
  if (first >= 0 && (g_ascii_strcasecmp (section->plugin, "statsd") == 0 ||
                     g_ascii_strcasecmp (section->plugin, "collectd") == 0 ||
                     g_ascii_strcasecmp (section->plugin, "udp") == 0))
    pm_recognition_finding (r, (guint) first)->transport = PM_TRANSPORT_UDP;
}

static const char *const fluent_bit_files[] = {"fluent-bit*.conf", "fluentbit*.conf",
                                               "td-agent-bit*.conf", "**/fluent-bit/**.conf", NULL};

/* Sections without braces are directives whose siblings follow them. */
static void
recognise_fluent_bit (PmRecognition *r)
{
  Section section = {0};
  for (PmNodeId id = pm_document_node (r->document, r->root)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling) {
    const PmNode *node = pm_document_node (r->document, id);
    const char *key = node->key == NULL ? "" : node->key;
    if (key[0] == '[') {
      read_section (r, &section);
      section = (Section){.section = key};
    } else if (node->first_child == 0) {
      continue;
    } else if (g_ascii_strcasecmp (key, "Name") == 0) {
      section.plugin = pm_document_text (r->document, node->first_child);
    } else if (g_ascii_strcasecmp (key, "Port") == 0) {
      section.port = node->first_child;
    } else if (g_ascii_strcasecmp (key, "HTTP_Port") == 0) {
      pm_recognition_read (r, node->first_child, &binds, "");
    }
  }
  read_section (r, &section);
  pm_directives_read (r, NULL, 0, &other, NULL);
}

const PmRuleset pm_ruleset_fluent_bit = {
    .name = "fluent-bit",
    .files = fluent_bit_files,
    .syntax = "directive",
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_fluent_bit,
};

static const char *const fluent_bit_yaml_files[] = {"*.yaml", "*.yml", NULL};

static const PmRule fluent_bit_yaml_rules[] = {
    {.id = "fluent.bound",
     .path = "service.http_port",
     .grammar = PM_GRAMMAR_PORT,
     .role = PM_ROLE_LISTEN,
     .scope = PM_SCOPE_HOST,
     .confidence = 0.95,
     .insists = TRUE},
};

static gboolean
is_fluent_bit (const PmDocument *document)
{
  return pm_document_find (document, 0, "pipeline", "inputs", NULL) != 0 ||
         pm_document_find (document, 0, "pipeline", "outputs", NULL) != 0;
}

static void
recognise_fluent_bit_yaml (PmRecognition *r)
{
  static const char *const lists[] = {"inputs", "outputs"};
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++) {
    PmNodeId list = pm_document_find (r->document, r->root, "pipeline", lists[i], NULL);
    for (PmNodeId id = list == 0 ? 0 : pm_document_node (r->document, list)->first_child; id != 0;
         id = pm_document_node (r->document, id)->next_sibling) {
      PmNodeId name = pm_document_child (r->document, id, "name");
      Section section = {.section = lists[i],
                         .plugin = name == 0 ? NULL : pm_document_text (r->document, name),
                         .port = pm_document_child (r->document, id, "port")};
      read_section (r, &section);
    }
  }
  pm_recognition_read_keys (r, r->root, &other, "");
}

const PmRuleset pm_ruleset_fluent_bit_yaml = {
    .name = "fluent-bit",
    .files = fluent_bit_yaml_files,
    .syntax = "yaml",
    .marks = pm_ruleset_no_marks,
    .claims = is_fluent_bit,
    .rules = fluent_bit_yaml_rules,
    .n_rules = G_N_ELEMENTS (fluent_bit_yaml_rules),
    .expansion = PM_EXPANSION_SHELL,
    .recognise = recognise_fluent_bit_yaml,
};
