/* Ansible: variables of roles and of inventories ("Roles": defaults/ and vars/; "Organizing host
 * and group variables": group_vars/ and host_vars/). They are read by the names of their keys.
 *
 * What they say is told to the machines that a playbook is run against: nothing of it is bound
 * here. A file of group_vars goes by its group's name and may have no extension. */

#include "discovery/rules/rules.h"

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
