/* What runs a project's commands by name: Deno ("deno task": a command, or an object with one) and
 * Task ("Schema Reference": `cmds`, whose items are commands or have one as `cmd`, and the short
 * forms of a task, a text or a list). */

#include "discovery/rules/rules.h"

#define COMMAND(id_, path_)                                                                        \
  {                                                                                                \
    .id = id_, .path = path_, .grammar = PM_GRAMMAR_COMMAND, .role = PM_ROLE_LISTEN,               \
    .scope = PM_SCOPE_HOST, .confidence = 0.95                                                     \
  }

static const PmRule other = {
    .id = "task.other", .role = PM_ROLE_LISTEN, .scope = PM_SCOPE_HOST, .confidence = 0.8};

static void
recognise (PmRecognition *r)
{
  pm_recognition_read_keys (r, r->root, &other, "");
}

#define RUNNER(name_, title_)                                                                      \
  const PmRuleset pm_ruleset_##name_ = {                                                           \
      .name = title_,                                                                              \
      .files = name_##_files,                                                                      \
      .rules = name_##_rules,                                                                      \
      .n_rules = G_N_ELEMENTS (name_##_rules),                                                     \
      .marks = pm_ruleset_no_marks,                                                                \
      .expansion = PM_EXPANSION_SHELL,                                                             \
      .recognise = recognise,                                                                      \
  }

static const char *const deno_files[] = {"deno.json", "deno.jsonc", NULL};

static const PmRule deno_rules[] = {
    COMMAND ("deno.task", "tasks.*"),
    COMMAND ("deno.task", "tasks.*.command"),
};

RUNNER (deno, "deno");

static const char *const taskfile_files[] = {
    "Taskfile.yml",       "taskfile.yml",       "Taskfile.yaml",
    "taskfile.yaml",      "Taskfile.dist.yml",  "taskfile.dist.yml",
    "Taskfile.dist.yaml", "taskfile.dist.yaml", NULL,
};

static const PmRule taskfile_rules[] = {
    COMMAND ("taskfile.command", "tasks.*"),
    COMMAND ("taskfile.command", "tasks.*.[]"),
    COMMAND ("taskfile.command", "tasks.*.cmd"),
    COMMAND ("taskfile.command", "tasks.*.cmds.[]"),
    COMMAND ("taskfile.command", "tasks.*.cmds.[].cmd|defer"),
};

RUNNER (taskfile, "taskfile");
