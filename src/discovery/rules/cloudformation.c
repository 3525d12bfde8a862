/* AWS CloudFormation and SAM: "Template anatomy" (AWSTemplateFormatVersion, Transform, Resources)
 * and the "Resource type reference" (AWS::EC2::SecurityGroup, AWS::ECS::TaskDefinition,
 * AWS::ElasticLoadBalancingV2::Listener); parts of templates that the Serverless Framework
 * includes.
 *
 * All of it runs in a cloud, nothing on this machine. A security group's FromPort and ToPort say
 * what may pass, not who listens. */

#include "discovery/rules/rules.h"

static const char *const files[] = {"*.yaml", "*.yml", "*.json", NULL};

static const PmRule rules[] = {
    {"cloudformation.container", "**.ContainerPort|HostPort", PM_GRAMMAR_PORT, PM_ROLE_TARGET,
     PM_SCOPE_CLUSTER, 0.95, TRUE},
    {"cloudformation.firewall", "**.FromPort|ToPort", PM_GRAMMAR_PORT, PM_ROLE_REFERENCE,
     PM_SCOPE_CLUSTER, 0.95, TRUE},
};

static gboolean
is_a_type (const PmDocument *document, PmNodeId resource)
{
  PmNodeId type = pm_document_child (document, resource, "Type");
  const char *text = type == 0 ? NULL : pm_document_text (document, type);
  return text != NULL && g_str_has_prefix (text, "AWS::");
}

static gboolean
claims (const PmDocument *document)
{
  if (pm_document_child (document, 0, "AWSTemplateFormatVersion") != 0)
    return TRUE;
  PmNodeId resources = pm_document_child (document, 0, "Resources");
  PmNodeId first = resources == 0 ? 0 : pm_document_node (document, resources)->first_child;
  if (first != 0)
    return is_a_type (document, first);
  return pm_document_child (document, 0, "Properties") != 0 && is_a_type (document, 0);
}

static void
recognise (PmRecognition *r)
{
  static const PmRule by_key = {.id = "cloudformation.other",
                                .role = PM_ROLE_LISTEN,
                                .scope = PM_SCOPE_CLUSTER,
                                .confidence = 0.85};
  pm_recognition_read_keys (r, r->root, &by_key, "");
}

const PmRuleset pm_ruleset_cloudformation = {
    .name = "cloudformation",
    .files = files,
    .marks = pm_ruleset_no_marks,
    .claims = claims,
    .rules = rules,
    .n_rules = G_N_ELEMENTS (rules),
    .recognise = recognise,
};
