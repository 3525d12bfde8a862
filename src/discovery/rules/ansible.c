/* Ansible: variables of roles and of inventories ("Roles": defaults/ and vars/; "Organizing host
 * and group variables": group_vars/ and host_vars/). They are read by the names of their keys.
 *
 * Playbooks ("Playbook Keywords") and lists of tasks are told by what is in them: containers that
 * community.docker's docker_container and its like start ("published_ports", alias `ports`),
 * commands, and what other keys say.
 *
 * What they say is told to the machines that a playbook is run against: nothing of it is bound
 * here, but for plays of `hosts: localhost`. A file of group_vars goes by its group's name and may
 * have no extension. */

#include "discovery/rules/rules.h"

#include <string.h>

/* A small number in an expression picks one of several: `{{ endpoint.split(':')[1] }}`. */
#define LEAST_PORT 20
#define INDEX_CONFIDENCE 0.4

static const char *const files[] = {
    "**/group_vars/**",
    "**/host_vars/**",
    "**/roles/**/defaults/*.yml",
    "**/roles/**/defaults/*.yaml",
    "**/roles/**/vars/*.yml",
    "**/roles/**/vars/*.yaml",
    "**/roles/**/defaults/main/*.yml",
    "**/roles/**/vars/main/*.yml",
    "**/playbooks/**/vars.yml",
    "**/playbooks/**/vars/*.yml",
    NULL,
};
static const char *const no_yaml[] = {"*.md",   "*.j2",  "*.sh",  "*.py",   "*.json",
                                      "*.conf", "*.ini", "*.txt", "*.toml", NULL};

static const PmRule by_key = {
    .id = "ansible", .role = PM_ROLE_LISTEN, .scope = PM_SCOPE_CLUSTER, .confidence = 0.8};

static void
recognise (PmRecognition *r)
{
  pm_recognition_read_keys (r, r->root, &by_key, "");
  for (guint i = 0; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->kind == PM_KIND_PORT && finding->port < LEAST_PORT)
      finding->confidence = MIN (finding->confidence, INDEX_CONFIDENCE);
  }
}

const PmRuleset pm_ruleset_ansible = {
    .name = "ansible",
    .files = files,
    .but_no = no_yaml,
    .syntax = "yaml",
    .marks = pm_ruleset_no_marks,
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};

/* --- playbooks and tasks --- */

static const char *const any_yaml[] = {"*.yml", "*.yaml", NULL};

static const PmRule task = {
    .id = "ansible.task", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_CLUSTER, .confidence = 0.8};
static const PmRule published = {.id = "ansible.ports",
                                 .grammar = PM_GRAMMAR_MAPPING,
                                 .role = PM_ROLE_PUBLISH,
                                 .scope = PM_SCOPE_CLUSTER,
                                 .confidence = 0.9};
static const PmRule exposed = {.id = "ansible.expose",
                               .grammar = PM_GRAMMAR_PORTS,
                               .role = PM_ROLE_TARGET,
                               .scope = PM_SCOPE_CLUSTER,
                               .confidence = 0.9};
static const PmRule command = {.id = "ansible.command",
                               .grammar = PM_GRAMMAR_COMMAND,
                               .role = PM_ROLE_LISTEN,
                               .scope = PM_SCOPE_CLUSTER,
                               .confidence = 0.8};

/* Modules go by a short name, or by that of their collection: community.docker.docker_container. */
static gboolean
is_module (const char *key, const char *const *names)
{
  const char *dot = key == NULL ? NULL : strrchr (key, '.');
  return key != NULL && g_strv_contains (names, dot == NULL ? key : dot + 1);
}

static const char *
name_of_container (const PmDocument *document, PmNodeId module)
{
  PmNodeId name = pm_document_child (document, module, "name");
  const char *text = name == 0 ? NULL : pm_document_text (document, name);
  return text == NULL || strstr (text, "{{") != NULL ? "" : text;
}

static void
read_container (PmRecognition *r, PmNodeId module)
{
  static const struct {
    const char *key;
    const PmRule *rule;
  } keys[] = {{"ports", &published},
              {"published_ports", &published},
              {"publish", &published},
              {"exposed_ports", &exposed},
              {"expose", &exposed}};
  const char *name = pm_arena_strdup (r->arena, name_of_container (r->document, module));
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    PmNodeId list = pm_document_child (r->document, module, keys[i].key);
    if (list == 0)
      continue;
    g_autoptr (GArray) items = pm_recognition_entries (r, list);
    for (guint k = 0; k < items->len; k++)
      pm_recognition_read (r, g_array_index (items, PmNodeId, k), keys[i].rule, name);
    if (items->len == 0)
      pm_recognition_read (r, list, keys[i].rule, name);
  }
}

static void
read_module (PmRecognition *r, PmNodeId id)
{
  static const char *const containers[] = {"docker_container", "podman_container",
                                           "docker_swarm_service", NULL};
  static const char *const commands[] = {"shell", "command", "cmd", "raw", NULL};
  const PmNode *node = pm_document_node (r->document, id);
  if (node->kind == PM_NODE_MAP && is_module (node->key, containers))
    read_container (r, id);
  else if (node->kind == PM_NODE_SCALAR && is_module (node->key, commands) && !r->was_read[id])
    pm_recognition_read (r, id, &command, "");
}

static gboolean
is_of_this_machine (const PmDocument *document, PmNodeId play)
{
  static const char *const here[] = {"localhost", "127.0.0.1", "::1", NULL};
  PmNodeId hosts = pm_document_child (document, play, "hosts");
  const char *text = hosts == 0 ? NULL : pm_document_text (document, hosts);
  return text != NULL && g_strv_contains (here, text);
}

/* Rules of amazon.aws.ec2_security_group and its like. */
static gboolean
is_of_a_firewall (const char *path)
{
  return g_str_has_suffix (path, ".from_port") || g_str_has_suffix (path, ".to_port");
}

static void
read_play (PmRecognition *r, PmNodeId play)
{
  guint first = r->out->findings->len;
  for (PmNodeId id = play + 1; id < r->document->nodes->len; id++) {
    if (pm_document_node (r->document, id)->parent < play)
      break;
    read_module (r, id);
  }
  PmNodeId vars = pm_document_child (r->document, play, "vars");
  if (vars != 0)
    pm_recognition_read_keys (r, vars, &by_key, "");
  pm_recognition_read_keys (r, play, &task, "");
  for (guint i = first; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (is_of_a_firewall (finding->path))
      finding->role = PM_ROLE_REFERENCE;
    else if (finding->kind == PM_KIND_PORT && is_of_this_machine (r->document, play))
      finding->scope = PM_SCOPE_HOST;
  }
}

static void
recognise_plays (PmRecognition *r)
{
  for (PmNodeId id = pm_document_node (r->document, r->root)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling)
    read_play (r, id);
}

static gboolean
has_one_of (const PmDocument *document, PmNodeId map, const char *const *keys)
{
  for (; *keys != NULL; keys++)
    if (pm_document_child (document, map, *keys) != 0)
      return TRUE;
  return FALSE;
}

/* A task has a module, or keywords that nothing else has. */
static gboolean
is_task (const PmDocument *document, PmNodeId item)
{
  static const char *const keywords[] = {
      "when",          "register",     "notify",        "become",       "with_items", "loop",
      "changed_when",  "delegate_to",  "ignore_errors", "listen",       "block",      "set_fact",
      "include_tasks", "import_tasks", "include_role",  "import_role",  "apt",        "yum",
      "service",       "template",     "copy",          "docker_image", "debug",      NULL};
  static const char *const modules[] = {"docker_container", "podman_container", NULL};
  if (pm_document_child (document, item, "name") != 0 && has_one_of (document, item, keywords))
    return TRUE;
  for (PmNodeId id = pm_document_node (document, item)->first_child; id != 0;
       id = pm_document_node (document, id)->next_sibling) {
    const char *key = pm_document_node (document, id)->key;
    if (key != NULL && (g_str_has_prefix (key, "ansible.builtin.") ||
                        g_str_has_prefix (key, "community.") || is_module (key, modules)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
claims (const PmDocument *document)
{
  static const char *const of_a_play[] = {"tasks",      "roles",      "pre_tasks",
                                          "post_tasks", "vars_files", "gather_facts",
                                          "become",     "handlers",   NULL};
  PmNodeId root = pm_document_node (document, 0)->first_child;
  if (root != 0 && pm_document_node (document, root)->flags & PM_NODE_DOCUMENT)
    root = pm_document_node (document, root)->first_child;
  for (PmNodeId id = root; id != 0; id = pm_document_node (document, id)->next_sibling) {
    if (pm_document_node (document, id)->key != NULL ||
        pm_document_node (document, id)->kind != PM_NODE_MAP)
      return FALSE;
    if (is_task (document, id) ||
        (pm_document_child (document, id, "hosts") != 0 && has_one_of (document, id, of_a_play)))
      return TRUE;
  }
  return FALSE;
}

const PmRuleset pm_ruleset_ansible_plays = {
    .name = "ansible",
    .files = any_yaml,
    .syntax = "yaml",
    .marks = pm_ruleset_no_marks,
    .claims = claims,
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_plays,
};
