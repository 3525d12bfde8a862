/* Where a project is deployed to, by the platforms' documentation: Google App Engine ("app.yaml
 * reference"), Cloud Build ("Build configuration file schema"), Fly.io ("fly.toml"), Render
 * ("Blueprint YAML Reference"), Cloudflare Workers ("Wrangler configuration"), Vercel
 * ("vercel.json"), Netlify ("File-based configuration"), Serverless Framework with
 * serverless-offline and serverless-dynamodb, Skaffold ("skaffold.yaml", portForward), Heroku
 * ("app.json Schema").
 *
 * What a platform publishes is not on this machine: only what its local server binds is. */

#include "discovery/rules/rules.h"

#include <string.h>

#define HOST PM_SCOPE_HOST
#define INSIDE PM_SCOPE_CONTAINER
#define LISTEN PM_ROLE_LISTEN
#define REFERENCE PM_ROLE_REFERENCE
#define TARGET PM_ROLE_TARGET

/* One tool: its name, its table, and what the names of all other keys are read by. */
#define PLATFORM(name_, title_, syntax_, claims_, scope_)                                          \
  static void name_##_recognise (PmRecognition *r)                                                 \
  {                                                                                                \
    static const PmRule by_key = {                                                                 \
        .id = title_ ".other", .role = PM_ROLE_REFERENCE, .scope = scope_, .confidence = 0.85};    \
    read_lists (r);                                                                                \
    pm_recognition_read_keys (r, r->root, &by_key, "");                                            \
  }                                                                                                \
  const PmRuleset pm_ruleset_##name_ = {                                                           \
      .name = title_,                                                                              \
      .files = name_##_files,                                                                      \
      .syntax = syntax_,                                                                           \
      .claims = claims_,                                                                           \
      .rules = name_##_rules,                                                                      \
      .n_rules = G_N_ELEMENTS (name_##_rules),                                                     \
      .expansion = PM_EXPANSION_SHELL,                                                             \
      .recognise = name_##_recognise,                                                              \
  }

/* --- lists that belong together --- */

/* `{key: PORT, value: "80"}`: the value is read by what the key says. */
static void
read_pair (PmRecognition *r, PmNodeId map)
{
  static const PmRule variable = {
      .id = "platform.variable", .role = REFERENCE, .scope = INSIDE, .confidence = 0.9};
  static const char *const keys[] = {"key", "name"};
  PmNodeId value = pm_document_child (r->document, map, "value");
  for (gsize i = 0; value != 0 && i < G_N_ELEMENTS (keys); i++) {
    PmNodeId key = pm_document_child (r->document, map, keys[i]);
    const char *name = key == 0 ? NULL : pm_document_text (r->document, key);
    if (name == NULL)
      continue;
    pm_recognition_read_named (r, value, name, &variable, "");
    return;
  }
}

static void
read_list (PmRecognition *r, PmNodeId list, const char *key)
{
  static const PmRule vector = {.id = "platform.command",
                                .grammar = PM_GRAMMAR_COMMAND,
                                .role = LISTEN,
                                .scope = INSIDE,
                                .confidence = 0.85};
  static const PmRule variable = {
      .id = "platform.variable", .role = REFERENCE, .scope = INSIDE, .confidence = 0.9};
  g_autoptr (GArray) items = pm_recognition_entries (r, list);
  if (strcmp (key, "args") == 0)
    pm_recognition_read_vector (r, list, &vector, "");
  for (guint i = 0; i < items->len; i++) {
    PmNodeId item = g_array_index (items, PmNodeId, i);
    const PmNode *node = pm_document_node (r->document, item);
    if (node->kind == PM_NODE_MAP)
      read_pair (r, item);
    else if (strcmp (key, "env") == 0 && node->kind == PM_NODE_SCALAR)
      pm_recognition_read_assignment (r, item, &variable, "");
  }
}

static void
read_lists (PmRecognition *r)
{
  const GArray *nodes = r->document->nodes;
  for (PmNodeId id = r->root + 1; id < nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->parent < r->root)
      break;
    if (node->kind == PM_NODE_LIST && node->key != NULL)
      read_list (r, id, node->key);
  }
}

static gboolean
has_key (const PmDocument *document, const char *key)
{
  return pm_document_child (document, 0, key) != 0;
}

/* --- Google --- */

static const char *const app_engine_files[] = {"app.yaml", "app.yml", "app.*.yaml", "app.*.yml",
                                               NULL};

static const PmRule app_engine_rules[] = {
    {"app-engine.entrypoint", "entrypoint", PM_GRAMMAR_COMMAND, LISTEN, INSIDE, 0.95, FALSE},
    {"app-engine.forwarded", "network.forwarded_ports.[]", PM_GRAMMAR_MAPPING, TARGET, INSIDE, 0.95,
     FALSE},
};

static gboolean
is_app_engine (const PmDocument *document)
{
  return has_key (document, "runtime") && !has_key (document, "services");
}

PLATFORM (app_engine, "app-engine", "yaml", is_app_engine, PM_SCOPE_CONTAINER);

static const char *const cloud_build_files[] = {
    "cloudbuild.yaml",   "cloudbuild.yml",   "cloudbuild*.yaml",  "cloudbuild.json",
    "*.cloudbuild.yaml", "*.cloudbuild.yml", "*-cloudbuild.yaml", NULL};

static const PmRule cloud_build_rules[] = {
    {"cloud-build.script", "steps.[].script", PM_GRAMMAR_COMMAND, LISTEN, INSIDE, 0.9, FALSE},
};

PLATFORM (cloud_build, "cloud-build", NULL, NULL, PM_SCOPE_CONTAINER);

/* --- Fly.io, Render, Heroku --- */

static const char *const fly_files[] = {"fly.toml", "fly.*.toml", NULL};

static const PmRule fly_rules[] = {
    {"fly.internal", "**.internal_port", PM_GRAMMAR_PORT, TARGET, INSIDE, 1, FALSE},
    {"fly.check", "**.checks.**.port", PM_GRAMMAR_PORT, REFERENCE, INSIDE, 0.95, FALSE},
    {"fly.metrics", "metrics.**.port", PM_GRAMMAR_PORT, REFERENCE, INSIDE, 0.95, FALSE},
    {"fly.metrics", "metrics.port", PM_GRAMMAR_PORT, REFERENCE, INSIDE, 0.95, FALSE},
    {"fly.edge", "services.**.ports.**.port|start_port|end_port", PM_GRAMMAR_PORT, REFERENCE,
     PM_SCOPE_CLUSTER, 0.95, FALSE},
    {"fly.process", "processes.*", PM_GRAMMAR_COMMAND, LISTEN, INSIDE, 0.95, FALSE},
};

PLATFORM (fly, "fly", "toml", NULL, PM_SCOPE_CONTAINER);

static const char *const render_files[] = {"render.yaml", "render.yml", NULL};

static const PmRule render_rules[] = {
    {"render.command", "**.startCommand|dockerCommand|preDeployCommand|buildCommand",
     PM_GRAMMAR_COMMAND, LISTEN, INSIDE, 0.95, FALSE},
};

PLATFORM (render, "render", "yaml", NULL, PM_SCOPE_CONTAINER);

static const char *const heroku_files[] = {"app.json", NULL};

static const PmRule heroku_rules[] = {
    {"heroku.script", "**.scripts.*", PM_GRAMMAR_COMMAND, REFERENCE, INSIDE, 0.9, FALSE},
};

/* Expo's app.json is another one. */
static gboolean
is_heroku (const PmDocument *document)
{
  static const char *const keys[] = {"addons",       "buildpacks", "env",
                                     "environments", "formation",  "stack"};
  for (gsize i = 0; i < G_N_ELEMENTS (keys) && !has_key (document, "expo"); i++)
    if (has_key (document, keys[i]))
      return TRUE;
  return FALSE;
}

/* `"PORT": "8080"`, or `"PORT": {"value": "8080", …}`. */
static void
read_config_vars (PmRecognition *r, PmNodeId env)
{
  static const PmRule variable = {
      .id = "heroku.env", .role = REFERENCE, .scope = INSIDE, .confidence = 0.9};
  if (env == 0)
    return;
  g_autoptr (GArray) entries = pm_recognition_entries (r, env);
  for (guint i = 0; i < entries->len; i++) {
    PmNodeId id = g_array_index (entries, PmNodeId, i);
    const PmNode *node = pm_document_node (r->document, id);
    PmNodeId value = node->kind == PM_NODE_MAP ? pm_document_child (r->document, id, "value") : id;
    if (value != 0 && node->key != NULL)
      pm_recognition_read_named (r, value, node->key, &variable, "");
  }
}

static void
recognise_heroku (PmRecognition *r)
{
  static const PmRule other = {
      .id = "heroku.other", .role = REFERENCE, .scope = INSIDE, .confidence = 0.85};
  PmNodeId environments = pm_document_child (r->document, r->root, "environments");
  read_config_vars (r, pm_document_child (r->document, r->root, "env"));
  for (PmNodeId id = environments == 0 ? 0
                                       : pm_document_node (r->document, environments)->first_child;
       id != 0; id = pm_document_node (r->document, id)->next_sibling)
    read_config_vars (r, pm_document_child (r->document, id, "env"));
  pm_recognition_read_keys (r, r->root, &other, "");
}

const PmRuleset pm_ruleset_heroku = {
    .name = "heroku",
    .files = heroku_files,
    .syntax = "json",
    .claims = is_heroku,
    .rules = heroku_rules,
    .n_rules = G_N_ELEMENTS (heroku_rules),
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_heroku,
};

/* --- Cloudflare, Vercel, Netlify --- */

static const char *const wrangler_files[] = {"wrangler.toml",
                                             "wrangler.json",
                                             "wrangler.jsonc",
                                             "wrangler.*.toml",
                                             "wrangler.*.json",
                                             "wrangler.*.jsonc",
                                             NULL};

static const PmRule wrangler_rules[] = {
    {"wrangler.dev", "**.dev.port", PM_GRAMMAR_PORT, LISTEN, HOST, 1, TRUE},
    {"wrangler.dev.debugger", "**.dev.inspector_port", PM_GRAMMAR_PORT, LISTEN, HOST, 0.95, TRUE},
    {"wrangler.dev.ip", "**.dev.ip", PM_GRAMMAR_HOST, LISTEN, HOST, 0.95, FALSE},
    {"wrangler.hyperdrive", "**.localConnectionString", PM_GRAMMAR_ENDPOINT, REFERENCE, HOST, 0.95,
     FALSE},
};

PLATFORM (wrangler, "wrangler", NULL, NULL, PM_SCOPE_HOST);

static const char *const vercel_files[] = {"vercel.json", "now.json", NULL};

static const PmRule vercel_rules[] = {
    {"vercel.destination", "**.destination|dest", PM_GRAMMAR_TEXT, REFERENCE, HOST, 0.95, FALSE},
    {"vercel.dev", "devCommand", PM_GRAMMAR_COMMAND, LISTEN, HOST, 0.95, FALSE},
};

PLATFORM (vercel, "vercel", "json", NULL, PM_SCOPE_HOST);

static const char *const netlify_files[] = {"netlify.toml", NULL};

static const PmRule netlify_rules[] = {
    {"netlify.dev", "dev.port|staticServerPort|functionsPort", PM_GRAMMAR_PORT, LISTEN, HOST, 1,
     TRUE},
    {"netlify.dev.target", "dev.targetPort", PM_GRAMMAR_PORT, REFERENCE, HOST, 1, FALSE},
    {"netlify.dev.command", "dev.command", PM_GRAMMAR_COMMAND, LISTEN, HOST, 0.95, FALSE},
    {"netlify.redirect", "redirects.[].to", PM_GRAMMAR_TEXT, REFERENCE, HOST, 0.95, FALSE},
};

PLATFORM (netlify, "netlify", "toml", NULL, PM_SCOPE_HOST);

/* --- Serverless Framework, Skaffold --- */

static const char *const serverless_files[] = {"serverless.yml",   "serverless.yaml",
                                               "serverless.json",  "serverless-*.yml",
                                               "serverless.*.yml", NULL};

static const PmRule serverless_rules[] = {
    {"serverless.offline",
     "custom.serverless-offline.httpPort|lambdaPort|websocketPort|albPort|port", PM_GRAMMAR_PORT,
     LISTEN, HOST, 1, TRUE},
    {"serverless.local", "custom.dynamodb*|s3|localstack|kinesis*.**.port", PM_GRAMMAR_PORT, LISTEN,
     HOST, 0.95, TRUE},
    {"serverless.local", "custom.dynamodb*|s3|localstack|kinesis*.port", PM_GRAMMAR_PORT, LISTEN,
     HOST, 0.95, TRUE},
    {"serverless.group", "**.FromPort|ToPort", PM_GRAMMAR_PORT, REFERENCE, PM_SCOPE_CLUSTER, 0.9,
     FALSE},
};

PLATFORM (serverless, "serverless", NULL, NULL, PM_SCOPE_HOST);

static const char *const skaffold_files[] = {"skaffold.yaml", "skaffold.yml", "skaffold.*.yaml",
                                             "skaffold-*.yaml", NULL};

static const PmRule skaffold_rules[] = {
    {"skaffold.forward", "**.portForward.[].localPort", PM_GRAMMAR_PORT, LISTEN, HOST, 1, TRUE},
    {"skaffold.forward.port", "**.portForward.[].port", PM_GRAMMAR_PORT, REFERENCE,
     PM_SCOPE_CLUSTER, 1, FALSE},
    {"skaffold.forward.address", "**.portForward.[].address", PM_GRAMMAR_HOST, LISTEN, HOST, 0.95,
     FALSE},
};

PLATFORM (skaffold, "skaffold", "yaml", NULL, PM_SCOPE_CLUSTER);
