/* JSON Patch (RFC 6902) on Kubernetes resources, as Kustomize takes it ("patches"): a file of
 * operations, or one in a value of kustomization.yaml. What `value` is, the end of `path` says: a
 * Service's port is listened on, a container's or a target port is the container's side, every
 * other one is somebody's to connect to. */

#include "discovery/cluster-keys.h"
#include "discovery/rules/rules.h"

#include <string.h>

static const char *const patch_files[] = {"*.yaml", "*.yml", "*.json", NULL};
static const char *const kustomize_files[] = {"kustomization.yaml", "kustomization.yml",
                                              "Kustomization", NULL};

static const PmRule other = {.id = "kustomize.other",
                             .role = PM_ROLE_REFERENCE,
                             .scope = PM_SCOPE_CLUSTER,
                             .confidence = 0.85};

static PmRule
rule_of (const char *path)
{
  static const struct {
    const char *end;
    PmRole role;
    PmScope scope;
  } ends[] = {
      {"/containerPort", PM_ROLE_TARGET, PM_SCOPE_CLUSTER},
      {"/targetPort", PM_ROLE_TARGET, PM_SCOPE_CLUSTER},
      {"/nodePort", PM_ROLE_PUBLISH, PM_SCOPE_CLUSTER},
      {"/hostPort", PM_ROLE_PUBLISH, PM_SCOPE_HOST},
      {"/port", PM_ROLE_REFERENCE, PM_SCOPE_CLUSTER},
      {"/port/number", PM_ROLE_REFERENCE, PM_SCOPE_CLUSTER},
  };
  PmRule rule = other;
  rule.id = "kustomize.patch";
  rule.grammar = PM_GRAMMAR_TEXT;
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    if (g_str_has_suffix (path, ends[i].end)) {
      rule.grammar = PM_GRAMMAR_PORT;
      rule.role = ends[i].role;
      rule.scope = ends[i].scope;
      rule.insists = TRUE;
      rule.confidence = 0.95;
    }
  if (g_str_has_prefix (path, "/spec/ports/") && g_str_has_suffix (path, "/port"))
    rule.role = PM_ROLE_LISTEN;
  return rule;
}

static void
read_operation (PmRecognition *r, PmNodeId operation, const char *service)
{
  PmNodeId path = pm_document_child (r->document, operation, "path");
  PmNodeId value = pm_document_child (r->document, operation, "value");
  const char *text = path == 0 ? NULL : pm_document_text (r->document, path);
  if (text == NULL || value == 0)
    return;
  PmRule rule = rule_of (text);
  guint first = r->out->findings->len;
  if (pm_document_node (r->document, value)->kind == PM_NODE_SCALAR)
    pm_recognition_read (r, value, &rule, service);
  else
    pm_recognition_read_keys (r, value, &other, service);
  pm_cluster_keys_settle (r, first);
}

static gboolean
is_operation (const PmDocument *document, PmNodeId id)
{
  PmNodeId path = pm_document_child (document, id, "path");
  const char *text = path == 0 ? NULL : pm_document_text (document, path);
  return pm_document_child (document, id, "op") != 0 && text != NULL && text[0] == '/';
}

static void
read_operations (PmRecognition *r, const char *service, gpointer nothing)
{
  for (PmNodeId id = pm_document_node (r->document, r->root)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling)
    if (is_operation (r->document, id))
      read_operation (r, id, service);
}

/* --- files of operations --- */

static void
recognise_patch (PmRecognition *r)
{
  read_operations (r, "", NULL);
  pm_recognition_read_rest (r, r->root, "");
}

static gboolean
is_patch (const PmDocument *document)
{
  PmNodeId first = pm_document_node (document, 0)->first_child;
  if (first != 0 && pm_document_node (document, first)->flags & PM_NODE_DOCUMENT)
    first = pm_document_node (document, first)->first_child;
  return first != 0 && pm_document_node (document, first)->key == NULL &&
         is_operation (document, first);
}

const PmRuleset pm_ruleset_json_patch = {
    .name = "json-patch",
    .files = patch_files,
    .marks = pm_ruleset_no_marks,
    .claims = is_patch,
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_patch,
};

/* --- kustomization.yaml --- */

/* A patch of the other kind, a piece of a resource, is read by its keys. */
static gboolean
holds_operations (const char *text)
{
  text += strspn (text, " \t\r\n");
  return (text[0] == '-' || text[0] == '[') && strstr (text, "op") != NULL &&
         strstr (text, "path") != NULL;
}

static void
recognise_kustomization (PmRecognition *r)
{
  for (PmNodeId id = r->root + 1; id < r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->parent < r->root)
      break;
    if (node->kind == PM_NODE_SCALAR && g_strcmp0 (node->key, "patch") == 0 &&
        holds_operations (node->value))
      pm_recognition_read_embedded (r, id, "yaml", read_operations, NULL, "");
  }
  pm_recognition_read_keys (r, r->root, &other, "");
  pm_cluster_keys_settle (r, 0);
}

const PmRuleset pm_ruleset_kustomize = {
    .name = "kustomize",
    .files = kustomize_files,
    .syntax = "yaml",
    .marks = pm_ruleset_no_marks,
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_kustomization,
};
