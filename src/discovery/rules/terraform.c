/* HCL: Terraform's and OpenTofu's providers (Google: compute_firewall, compute_health_check,
 * compute_forwarding_rule, cloud_run; AWS: security_group, lb_listener, lb_target_group,
 * ecs_task_definition; Azure: network_security_rule; Kubernetes; Docker), Nomad's job specification
 * ("network"), Consul's and Vault's agent configuration ("ports", "listener").
 *
 * The shape is that of formats/hcl.c. Keys tell most; a bare `port` is a listener only in blocks
 * that are one. All lives in a cloud's or cluster's network. A start-up script in a heredoc is read
 * as a script. */

#include "discovery/rules/rules.h"
#include "discovery/script.h"

#include <string.h>

static const char *const files[] = {"*.tf",   "*.tfvars",     "*.hcl", "*.nomad",
                                    "*.tofu", "*.tftest.hcl", NULL};

#define READ(path_, grammar_, role_)                                                               \
  {                                                                                                \
    .id = "terraform.port", .path = path_, .grammar = PM_GRAMMAR_##grammar_,                       \
    .role = PM_ROLE_##role_, .scope = PM_SCOPE_CLUSTER, .confidence = 0.97                         \
  }

static const PmRule rules[] = {
    READ ("**.container_port|containerPort", PORT, TARGET),
    READ ("**.target_port|targetPort", PORT, TARGET),
    READ ("**.host_port|hostPort|node_port|nodePort", PORT, PUBLISH),
    READ ("**.named_port.port", PORT, TARGET),
    READ ("**.aws_lb_target_group.*.port", PORT, TARGET),
    READ ("**.aws_lb_listener|aws_alb_listener.*.port", PORT, LISTEN),
    READ ("**.kubernetes_service|kubernetes_service_v1.*.spec.port.port", PORT, LISTEN),
    READ ("**.docker_container.*.ports.internal", PORT, TARGET),
    READ ("**.docker_container.*.ports.external", PORT, PUBLISH),
    READ ("**.listener.port|lb_port", PORT, LISTEN),
    READ ("**.listener.instance_port", PORT, TARGET),
    READ ("**.allow|deny.ports.[]", PORT, LISTEN),
    READ ("**.*_forwarding_rule.*.ports.[]", PORT, LISTEN),
    READ ("**.port_range|destination_port_range", PORT, LISTEN),
    READ ("**.destination_port_ranges.[]", PORT, LISTEN),
    READ ("**.network.port.*.static", PORT, LISTEN),
    READ ("**.network.port.*.to", PORT, TARGET),
    READ ("ports.*", PORT, LISTEN),
    READ ("listener.*.address|cluster_address", ENDPOINT, LISTEN),
};

static const PmRule variable = {.id = "terraform.env",
                                .role = PM_ROLE_REFERENCE,
                                .scope = PM_SCOPE_CLUSTER,
                                .confidence = 0.95};
static const PmRule security = {.id = "terraform.rule",
                                .grammar = PM_GRAMMAR_PORT,
                                .role = PM_ROLE_LISTEN,
                                .scope = PM_SCOPE_CLUSTER,
                                .confidence = 0.95};
static const PmRule other = {.id = "terraform.other",
                             .grammar = PM_GRAMMAR_TEXT,
                             .role = PM_ROLE_REFERENCE,
                             .scope = PM_SCOPE_CLUSTER,
                             .confidence = 0.9};

/* `env { name = "PORT" value = "8080" }` */
static void
read_pair (PmRecognition *r, PmNodeId map)
{
  PmNodeId value = pm_document_child (r->document, map, "value");
  PmNodeId name = pm_document_child (r->document, map, "name");
  const char *text = name == 0 ? NULL : pm_document_text (r->document, name);
  if (value != 0 && text != NULL && pm_recognition_is_readable (r, value))
    pm_recognition_read_named (r, value, text, &variable, "");
}

/* Of AWS's security groups: with ICMP the numbers are types and codes; 0 stands for all. */
static void
read_security_rule (PmRecognition *r, PmNodeId map)
{
  static const char *const keys[] = {"from_port", "to_port"};
  PmNodeId protocol = pm_document_child (r->document, map, "protocol");
  const char *text = protocol == 0 ? NULL : pm_document_text (r->document, protocol);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    PmNodeId id = pm_document_child (r->document, map, keys[i]);
    if (id == 0 || !pm_recognition_is_readable (r, id))
      continue;
    if (text != NULL && g_ascii_strncasecmp (text, "icmp", 4) == 0)
      r->was_read[id] = 1;
    else
      pm_recognition_read (r, id, &security, "");
  }
}

/* `variable "port" { default = 8080 }` */
static void
read_default (PmRecognition *r, PmNodeId id)
{
  PmNodeId names[4];
  if (!r->was_read[id] && pm_path_match (r->document, r->root, id, "variable.*.default", names))
    pm_recognition_read_named (r, id, pm_document_node (r->document, names[0])->key, &other, "");
}

static void
read_script (PmRecognition *inner, const char *service, gpointer data)
{
  pm_script_read (inner, PM_SCOPE_CLUSTER, service);
}

static void
recognise (PmRecognition *r)
{
  for (PmNodeId id = 1; id < r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->kind == PM_NODE_MAP) {
      read_pair (r, id);
      read_security_rule (r, id);
    } else if (pm_recognition_is_readable (r, id)) {
      read_default (r, id);
      if (node->quoting == PM_QUOTING_BLOCK && !r->was_read[id] &&
          g_str_has_prefix (node->value + strspn (node->value, " \t\n"), "#!"))
        pm_recognition_read_embedded (r, id, "shell", read_script, NULL, "");
    }
  }
  pm_recognition_read_keys (r, r->root, &other, "");
}

/* `variable "http_port"`, with its number far behind. */
static const char *const marks[] = {"port\"", "ports\"", NULL};

const PmRuleset pm_ruleset_terraform = {
    .name = "terraform",
    .files = files,
    .marks = marks,
    .syntax = "hcl",
    .rules = rules,
    .n_rules = G_N_ELEMENTS (rules),
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};
