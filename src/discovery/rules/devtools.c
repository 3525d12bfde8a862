/* What runs around a project on a developer's machine and in CI, by the tools' documentation: Dev
 * Containers ("devcontainer.json reference"), Visual Studio Code (launch.json, tasks.json), PM2
 * ("Ecosystem File"), nodemon ("nodemon.json"), GitHub Actions ("Workflow syntax"), GitLab CI
 * ("CI/CD YAML syntax"), Gitpod (".gitpod.yml reference"), OpenAPI 3 and Swagger 2 (`servers`,
 * `host`), JSON Schema (`$schema`).
 *
 * A forwarded port is where an editor expects somebody else to listen; so is a debugger's. */

#include "discovery/program.h"
#include "discovery/rules/rules.h"

#include <string.h>

#define HOST PM_SCOPE_HOST
#define LISTEN PM_ROLE_LISTEN
#define REFERENCE PM_ROLE_REFERENCE

static const PmRule vector = {.id = "tool.args",
                              .grammar = PM_GRAMMAR_COMMAND,
                              .role = LISTEN,
                              .scope = HOST,
                              .confidence = 0.9};

/* Lists of this key are one command each. */
static void
read_vectors (PmRecognition *r, const char *const *keys)
{
  const GArray *nodes = r->document->nodes;
  for (PmNodeId id = r->root + 1; id < nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->parent < r->root)
      break;
    if (node->kind == PM_NODE_LIST && node->key != NULL && g_strv_contains (keys, node->key))
      pm_recognition_read_vector (r, id, &vector, "");
  }
}

static void
read_others (PmRecognition *r, const char *id)
{
  PmRule by_key = {.id = id, .role = REFERENCE, .scope = HOST, .confidence = 0.85};
  pm_recognition_read_keys (r, r->root, &by_key, "");
}

/* --- devcontainer.json --- */

static const char *const devcontainer_files[] = {"devcontainer.json", ".devcontainer.json", NULL};

static const PmRule devcontainer_rules[] = {
    {"devcontainer.forward", "forwardPorts.[]", PM_GRAMMAR_ENDPOINT, REFERENCE, HOST, 0.95, FALSE},
    {"devcontainer.publish", "appPort", PM_GRAMMAR_MAPPING, PM_ROLE_PUBLISH, HOST, 0.95, FALSE},
    {"devcontainer.publish", "appPort.[]", PM_GRAMMAR_MAPPING, PM_ROLE_PUBLISH, HOST, 0.95, FALSE},
};

/* "Object that maps a port number, "host:port" value, range, or regular expression to a set of
 * default options": its keys are the ports; nothing below it is one. */
static void
read_ports_attributes (PmRecognition *r)
{
  static const PmRule attributes = {.id = "devcontainer.attributes",
                                    .grammar = PM_GRAMMAR_ENDPOINT,
                                    .role = REFERENCE,
                                    .scope = HOST,
                                    .confidence = 0.95};
  PmNodeId map = pm_document_child (r->document, r->root, "portsAttributes");
  if (map == 0)
    return;
  pm_recognition_skip (r, map);
  g_autoptr (GArray) entries = pm_recognition_entries (r, map);
  for (guint i = 0; i < entries->len; i++)
    pm_recognition_read_key (r, g_array_index (entries, PmNodeId, i), &attributes, "");
}

/* "A port or array of ports that should be published locally": a number alone is both sides. */
static void
publish_lone_ports (PmRecognition *r)
{
  for (guint i = 0; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (strcmp (finding->rule, "devcontainer.publish") == 0 && finding->role == PM_ROLE_TARGET &&
        finding->pair < 0)
      finding->role = PM_ROLE_PUBLISH;
  }
}

/* "Lifecycle scripts": a string, the arguments of one command, or an object of such, which run at
 * the same time. */
static void
read_lifecycle (PmRecognition *r)
{
  static const char *const keys[] = {"initializeCommand",    "onCreateCommand",
                                     "updateContentCommand", "postCreateCommand",
                                     "postStartCommand",     "postAttachCommand"};
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    PmNodeId id = pm_document_child (r->document, r->root, keys[i]);
    if (id == 0)
      continue;
    if (pm_document_node (r->document, id)->kind != PM_NODE_MAP) {
      pm_recognition_read_vector (r, id, &vector, "");
      continue;
    }
    g_autoptr (GArray) entries = pm_recognition_entries (r, id);
    for (guint j = 0; j < entries->len; j++)
      pm_recognition_read_vector (r, g_array_index (entries, PmNodeId, j), &vector, "");
  }
}

static void
read_devcontainer (PmRecognition *r)
{
  publish_lone_ports (r);
  read_ports_attributes (r);
  read_lifecycle (r);
  PmNodeId arguments = pm_document_child (r->document, r->root, "runArgs");
  if (arguments != 0) /* "Docker CLI arguments that should be used when running the container" */
    pm_recognition_read_arguments (r, "docker run", arguments, &vector, "");
  read_others (r, "devcontainer.other");
}

const PmRuleset pm_ruleset_devcontainer = {
    .name = "devcontainer",
    .files = devcontainer_files,
    .syntax = "json",
    .rules = devcontainer_rules,
    .n_rules = G_N_ELEMENTS (devcontainer_rules),
    .recognise = read_devcontainer,
};

/* --- launch.json, tasks.json --- */

static const char *const vscode_files[] = {"**/.vscode/launch.json", "**/.vscode/tasks.json", NULL};

static const PmRule vscode_rules[] = {
    {"launch.debugger", "**.listen.port", PM_GRAMMAR_PORT, LISTEN, HOST, 0.9, FALSE},
    {"launch.debugger", "**.port|debugPort|debugServer|attachSimplePort", PM_GRAMMAR_PORT,
     REFERENCE, HOST, 0.9, FALSE},
};

static void
read_vscode (PmRecognition *r)
{
  static const char *const lists[] = {"args", "runtimeArgs", "programArgs", NULL};
  read_vectors (r, lists);
  read_others (r, "launch.other");
}

const PmRuleset pm_ruleset_vscode = {
    .name = "vscode",
    .files = vscode_files,
    .syntax = "json",
    .rules = vscode_rules,
    .n_rules = G_N_ELEMENTS (vscode_rules),
    .recognise = read_vscode,
};

/* --- PM2 --- */

static const char *const pm2_files[] = {
    "ecosystem.config.*",   "ecosystem.json", "pm2.json",     "pm2.config.*",
    "ecosystem.*.config.*", "pm2.*.json",     "process.json", NULL};

/* `script` and `args`, which is a text or a list, are one command. */
static void
read_pm2_command (PmRecognition *r, PmNodeId app, const char *service)
{
  PmNodeId script = pm_document_child (r->document, app, "script");
  PmNodeId args = pm_document_child (r->document, app, "args");
  if (script == 0 || args == 0)
    return;
  g_autoptr (GArray) items = pm_recognition_entries (r, args);
  g_autoptr (GArray) words = g_array_new (FALSE, FALSE, sizeof (PmNodeId));
  g_array_append_val (words, script);
  if (items->len == 0)
    g_array_append_val (words, args);
  else
    g_array_append_vals (words, items->data, items->len);
  pm_recognition_read_words (r, words, &vector, service);
}

static void
recognise_pm2 (PmRecognition *r)
{
  static const PmRule by_name = {.id = "pm2", .role = LISTEN, .scope = HOST, .confidence = 0.95};
  PmNodeId apps = pm_document_child (r->document, r->root, "apps");
  g_autoptr (GArray) entries = pm_recognition_entries (r, apps == 0 ? r->root : apps);
  for (guint i = 0; apps != 0 && i < entries->len; i++) {
    PmNodeId app = g_array_index (entries, PmNodeId, i);
    PmNodeId name = pm_document_child (r->document, app, "name");
    const char *text = name == 0 ? NULL : pm_document_text (r->document, name);
    const char *service = text == NULL ? "" : pm_arena_strdup (r->arena, text);
    read_pm2_command (r, app, service);
    pm_program_read (r, app, &by_name, service);
    pm_recognition_skip (r, app);
  }
  pm_program_read (r, r->root, &by_name, "");
}

const PmRuleset pm_ruleset_pm2 = {
    .name = "pm2",
    .files = pm2_files,
    .recognise = recognise_pm2,
};

/* --- nodemon --- */

static const char *const nodemon_files[] = {"nodemon.json", "nodemon.*.json", ".nodemonrc", NULL};

static const PmRule nodemon_rules[] = {
    {"nodemon.exec", "exec", PM_GRAMMAR_COMMAND, LISTEN, HOST, 0.95, FALSE},
    {"nodemon.exec", "execMap.*", PM_GRAMMAR_COMMAND, LISTEN, HOST, 0.95, FALSE},
    {"nodemon.event", "events.*", PM_GRAMMAR_COMMAND, REFERENCE, HOST, 0.9, FALSE},
};

static void
read_nodemon (PmRecognition *r)
{
  PmNodeId map = pm_document_child (r->document, r->root, "env");
  static const PmRule by_name = {
      .id = "nodemon.env", .role = REFERENCE, .scope = HOST, .confidence = 0.95};
  for (PmNodeId id = map == 0 ? 0 : pm_document_node (r->document, map)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling)
    pm_recognition_read_named (r, id, pm_document_node (r->document, id)->key, &by_name, "");
  read_others (r, "nodemon.other");
}

const PmRuleset pm_ruleset_nodemon = {
    .name = "nodemon",
    .files = nodemon_files,
    .syntax = "json",
    .rules = nodemon_rules,
    .n_rules = G_N_ELEMENTS (nodemon_rules),
    .recognise = read_nodemon,
};

/* --- CI --- */

static const char *const workflow_files[] = {
    ".github/workflows/*.yml",        ".github/workflows/*.yaml",
    "**/.github/workflows/*.yml",     "**/.github/workflows/*.yaml",
    ".gitea/workflows/*.yml",         ".gitea/workflows/*.yaml",
    ".forgejo/workflows/*.yml",       "**/.github/actions/**/action.yml",
    ".github/actions/**/action.yml",  "**/.github/actions/**/action.yaml",
    ".github/actions/**/action.yaml", NULL};

static const PmRule workflow_rules[] = {
    {"workflow.ports", "jobs.*.services.*.ports.[]", PM_GRAMMAR_MAPPING, PM_ROLE_PUBLISH, HOST, 1,
     FALSE},
    {"workflow.ports", "jobs.*.container.ports.[]", PM_GRAMMAR_MAPPING, PM_ROLE_PUBLISH, HOST, 1,
     FALSE},
    {"workflow.options", "**.options", PM_GRAMMAR_COMMAND, REFERENCE, HOST, 0.85, FALSE},
    {"workflow.run", "**.steps.[].run", PM_GRAMMAR_COMMAND, LISTEN, HOST, 0.9, FALSE},
};

static const char *const gitlab_files[] = {".gitlab-ci.yml", ".gitlab-ci.yaml", "*.gitlab-ci.yml",
                                           "**/.gitlab/ci/*.yml", NULL};

static const PmRule gitlab_rules[] = {
    {"gitlab.script", "**.script|before_script|after_script.[]", PM_GRAMMAR_COMMAND, LISTEN, HOST,
     0.9, FALSE},
    {"gitlab.script", "**.script|before_script|after_script", PM_GRAMMAR_COMMAND, LISTEN, HOST, 0.9,
     FALSE},
};

/* A variable's name may say that its value is none (REGISTRY_USER), and be wrong: what is sure in
 * free text is taken all the same. */
static void
read_variables (PmRecognition *r)
{
  static const PmRule by_name = {
      .id = "ci.variable", .role = REFERENCE, .scope = HOST, .confidence = 0.9};
  static const PmRule text = {.id = "ci.text",
                              .grammar = PM_GRAMMAR_TEXT,
                              .role = REFERENCE,
                              .scope = HOST,
                              .confidence = 0.85};
  const GArray *nodes = r->document->nodes;
  for (PmNodeId id = r->root + 1; id < nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->parent < r->root)
      break;
    const char *map = pm_document_node (r->document, node->parent)->key;
    if (node->key == NULL || map == NULL || !pm_recognition_is_readable (r, id) ||
        (strcmp (map, "env") != 0 && strcmp (map, "variables") != 0))
      continue;
    if (pm_recognition_read_named (r, id, node->key, &by_name, "") < 0)
      pm_recognition_read (r, id, &text, "");
  }
}

/* Jobs run on machines of the forge's own ("Using GitHub-hosted runners"), never beside what this
 * one runs. */
static void
recognise_ci (PmRecognition *r)
{
  read_variables (r);
  read_others (r, "ci.other");
  for (guint i = 0; i < r->out->findings->len; i++)
    pm_recognition_finding (r, i)->scope = PM_SCOPE_CLUSTER;
}

const PmRuleset pm_ruleset_workflow = {
    .name = "workflow",
    .files = workflow_files,
    .syntax = "yaml",
    .rules = workflow_rules,
    .n_rules = G_N_ELEMENTS (workflow_rules),
    .recognise = recognise_ci,
};

const PmRuleset pm_ruleset_gitlab = {
    .name = "gitlab-ci",
    .files = gitlab_files,
    .syntax = "yaml",
    .rules = gitlab_rules,
    .n_rules = G_N_ELEMENTS (gitlab_rules),
    .recognise = recognise_ci,
};

/* --- issue forms --- */

static void recognise_schema (PmRecognition *r);

static const char *const issue_form_files[] = {"**/.github/ISSUE_TEMPLATE/*.yml",
                                               "**/.github/ISSUE_TEMPLATE/*.yaml", NULL};

/* "Syntax for issue forms": what people see who report something. */
const PmRuleset pm_ruleset_issue_form = {
    .name = "issue-form",
    .files = issue_form_files,
    .syntax = "yaml",
    .marks = pm_ruleset_no_marks,
    .recognise = recognise_schema,
};

/* --- Gitpod --- */

static const char *const gitpod_files[] = {".gitpod.yml", ".gitpod.yaml", NULL};

/* What the editor opens when something listens there, as a dev container's forwarded ports. */
static const PmRule gitpod_rules[] = {
    {"gitpod.port", "ports.[].port", PM_GRAMMAR_PORT, REFERENCE, HOST, 0.95, FALSE},
    {"gitpod.task", "tasks.[].before|init|command|prebuild", PM_GRAMMAR_COMMAND, LISTEN, HOST, 0.9,
     FALSE},
};

static void
recognise_gitpod (PmRecognition *r)
{
  read_variables (r);
  read_others (r, "gitpod.other");
}

const PmRuleset pm_ruleset_gitpod = {
    .name = "gitpod",
    .files = gitpod_files,
    .syntax = "yaml",
    .rules = gitpod_rules,
    .n_rules = G_N_ELEMENTS (gitpod_rules),
    .recognise = recognise_gitpod,
};

/* --- JSON Schema --- */

static const char *const schema_files[] = {"*.json", "*.yaml", "*.yml", NULL};

static const char *
text_of (const PmDocument *document, const char *key)
{
  PmNodeId id = pm_document_child (document, 0, key);
  const char *text = id == 0 ? NULL : pm_document_text (document, id);
  return text == NULL ? "" : text;
}

/* A schema says of itself which draft it follows ("The $schema Keyword"); a document that only
 * names the schema that it obeys names no draft. Without one (as Helm's values.schema.json may be)
 * it says that it describes an object, and which properties that has. */
static gboolean
is_schema (const PmDocument *document)
{
  if (strstr (text_of (document, "$schema"), "://json-schema.org/") != NULL)
    return TRUE;
  PmNodeId properties = pm_document_child (document, 0, "properties");
  return strcmp (text_of (document, "type"), "object") == 0 && properties != 0 &&
         pm_document_node (document, properties)->kind == PM_NODE_MAP;
}

/* Its defaults and examples are of whatever the schema describes. */
static void
recognise_schema (PmRecognition *r)
{
  pm_recognition_pass_over (r, r->root);
}

const PmRuleset pm_ruleset_json_schema = {
    .name = "json-schema",
    .files = schema_files,
    .marks = pm_ruleset_no_marks,
    .claims = is_schema,
    .recognise = recognise_schema,
};

/* --- OpenAPI --- */

static const char *const openapi_files[] = {"*.json", "*.yaml", "*.yml", NULL};

static const PmRule openapi_rules[] = {
    {"openapi.server", "**.servers.[].url", PM_GRAMMAR_ENDPOINT, REFERENCE, HOST, 0.95, FALSE},
    {"openapi.server.port", "**.servers.[].variables.~port.default", PM_GRAMMAR_PORT, REFERENCE,
     HOST, 0.9, FALSE},
    {"openapi.host", "host", PM_GRAMMAR_ENDPOINT, REFERENCE, HOST, 0.95, FALSE},
};

/* A description may be spread over files, "Reference Object": one of them is then an Operation
 * Object, or a Path Item Object that holds some by their methods. */
static gboolean
is_operation (const PmDocument *document, PmNodeId map)
{
  PmNodeId responses = pm_document_child (document, map, "responses");
  return responses != 0 && pm_document_node (document, responses)->kind == PM_NODE_MAP &&
         pm_document_child (document, map, "operationId") != 0;
}

static gboolean
is_path_item (const PmDocument *document)
{
  static const char *const methods[] = {"get", "put", "post", "delete", "patch"};
  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++) {
    PmNodeId operation = pm_document_child (document, 0, methods[i]);
    if (operation != 0 && is_operation (document, operation))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_openapi (const PmDocument *document)
{
  gboolean is_whole = (pm_document_child (document, 0, "openapi") != 0 ||
                       pm_document_child (document, 0, "swagger") != 0) &&
                      pm_document_child (document, 0, "info") != 0;
  return is_whole || is_operation (document, 0) || is_path_item (document);
}

/* Everything else describes messages: a port there is an example. */
static void
recognise_openapi (PmRecognition *r)
{
  pm_recognition_pass_over (r, r->root);
}

const PmRuleset pm_ruleset_openapi = {
    .name = "openapi",
    .files = openapi_files,
    .marks = pm_ruleset_no_marks,
    .claims = is_openapi,
    .rules = openapi_rules,
    .n_rules = G_N_ELEMENTS (openapi_rules),
    .recognise = recognise_openapi,
};
