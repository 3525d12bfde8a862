/* Amazon ECS: "Task definition parameters" (containerDefinitions, portMappings, environment), as a
 * task definition or as its list of containers alone, in JSON.
 *
 * All of it runs in a cloud, nothing on this machine. */

#include "discovery/rules/rules.h"

#include <string.h>

static const char *const files[] = {"*.json", NULL};

static const PmRule rules[] = {
    {"ecs.port", "**.portMappings.[].containerPort", PM_GRAMMAR_PORT, PM_ROLE_TARGET,
     PM_SCOPE_CLUSTER, 0.97, TRUE},
    {"ecs.port", "**.portMappings.[].hostPort", PM_GRAMMAR_PORT, PM_ROLE_PUBLISH, PM_SCOPE_CLUSTER,
     0.97, TRUE},
};

static gboolean
wants (const char *bytes, gsize length)
{
  return memmem (bytes, length, "\"portMappings\"", strlen ("\"portMappings\"")) != NULL;
}

static gboolean
is_container (const PmDocument *document, PmNodeId id)
{
  return id != 0 && pm_document_child (document, id, "portMappings") != 0 &&
         pm_document_child (document, id, "name") != 0;
}

static gboolean
claims (const PmDocument *document)
{
  return pm_document_child (document, 0, "containerDefinitions") != 0 ||
         pm_document_find (document, 0, "taskDefinition", "containerDefinitions", NULL) != 0 ||
         (pm_document_node (document, 0)->kind == PM_NODE_LIST &&
          is_container (document, pm_document_node (document, 0)->first_child));
}

/* `environment: [{"name": "PORT", "value": "80"}]` */
static void
recognise (PmRecognition *r)
{
  static const PmRule other = {
      .id = "ecs.other", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_CLUSTER, .confidence = 0.85};
  for (PmNodeId id = r->root + 1; id < r->document->nodes->len; id++) {
    PmNodeId name = pm_document_child (r->document, id, "name");
    PmNodeId value = pm_document_child (r->document, id, "value");
    const char *text = name == 0 ? NULL : pm_document_text (r->document, name);
    if (value != 0 && text != NULL)
      pm_recognition_read_named (r, value, text, &other, "");
  }
  pm_recognition_read_keys (r, r->root, &other, "");
}

const PmRuleset pm_ruleset_ecs = {
    .name = "ecs",
    .files = files,
    .syntax = "json",
    .marks = pm_ruleset_no_marks,
    .wants = wants,
    .claims = claims,
    .rules = rules,
    .n_rules = G_N_ELEMENTS (rules),
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};
