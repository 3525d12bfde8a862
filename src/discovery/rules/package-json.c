/* package.json: npm's documentation ("package.json", "scripts", "config"), Create React App's
 * `proxy`, nodemon's and wireit's sections by their keys.
 *
 * Where a development or start script runs a tool that listens, the tool's default port is a fact
 * of the service, from each tool's documentation; a port that is written wins over it later. */

#include "discovery/program.h"
#include "discovery/rules/rules.h"

#include <string.h>

static const char *const files[] = {"package.json", NULL};

static const PmRule script = {.id = "package.json.scripts",
                              .grammar = PM_GRAMMAR_COMMAND,
                              .role = PM_ROLE_LISTEN,
                              .scope = PM_SCOPE_HOST,
                              .confidence = 0.95};
static const PmRule proxy = {.id = "package.json.proxy",
                             .grammar = PM_GRAMMAR_ENDPOINT,
                             .role = PM_ROLE_REFERENCE,
                             .scope = PM_SCOPE_HOST,
                             .confidence = 0.95};
static const PmRule config = {.id = "package.json.config",
                              .role = PM_ROLE_LISTEN,
                              .scope = PM_SCOPE_HOST,
                              .confidence = 0.85};
static const PmRule other = {.id = "package.json.other",
                             .role = PM_ROLE_REFERENCE,
                             .scope = PM_SCOPE_HOST,
                             .confidence = 0.75};

/* --- tools --- */

typedef struct {
  const char *program;
  const char *subcommands; /* that serve, by blanks; "" any or none; "-" also without any */
  const char *tool;
  guint16 port;
} Tool;

static const Tool tools[] = {
    {"vite", "dev serve -", "vite", 5173},
    {"next", "dev start", "next", 3000},
    {"nuxt", "dev start -", "nuxt", 3000},
    {"nuxi", "dev", "nuxt", 3000},
    {"react-scripts", "start", "react-scripts", 3000},
    {"craco", "start", "react-scripts", 3000},
    {"react-app-rewired", "start", "react-scripts", 3000},
    {"ng", "serve s", "angular", 4200},
    {"nx", "serve", "nx", 4200},
    {"astro", "dev start preview", "astro", 4321},
    {"svelte-kit", "dev", "svelte-kit", 5173},
    {"react-router", "dev", "react-router", 5173},
    {"react-router-serve", "", "react-router", 3000},
    {"remix", "vite:dev", "remix", 5173},
    {"remix", "dev", "remix", 3000},
    {"remix-serve", "", "remix", 3000},
    {"gatsby", "develop", "gatsby", 8000},
    {"nest", "start", "nest", 3000},
    {"fastify", "start", "fastify", 3000},
    {"vue-cli-service", "serve", "vue-cli", 8080},
    {"webpack-dev-server", "", "webpack", 8080},
    {"webpack", "serve", "webpack", 8080},
    {"rspack", "serve dev", "rspack", 8080},
    {"rsbuild", "dev", "rsbuild", 3000},
    {"parcel", "serve -", "parcel", 1234},
    {"expo", "start", "expo", 8081},
    {"react-native", "start", "react-native", 8081},
    {"storybook", "dev", "storybook", 6006},
    {"start-storybook", "", "storybook", 6006},
    {"docusaurus", "start serve", "docusaurus", 3000},
    {"vitepress", "dev", "vitepress", 5173},
    {"vuepress", "dev", "vuepress", 8080},
    {"wrangler", "dev", "wrangler", 8787},
    {"vinxi", "dev start", "vinxi", 3000},
    {"strapi", "develop start dev", "strapi", 1337},
    {"directus", "start", "directus", 8055},
    {"json-server", "", "json-server", 3000},
    {"http-server", "", "http-server", 8080},
    {"serve", "", "serve", 3000},
    {"live-server", "", "live-server", 8080},
    {"ember", "serve server s", "ember", 4200},
    {"umi", "dev", "umi", 8000},
    {"eleventy", "", "eleventy", 8080},
    {"hexo", "server s", "hexo", 4000},
    {"vercel", "dev", "vercel", 3000},
    {"netlify", "dev", "netlify", 8888},
    {"serverless", "offline", "serverless-offline", 3000},
    {"sls", "offline", "serverless-offline", 3000},
};

/* Frameworks without a program of their own: told by the dependencies, without a default port. */
static const char *const frameworks[] = {
    "express",
    "fastify",
    "koa",
    "@hapi/hapi",
    "hono",
    "@nestjs/core",
    "restify",
    "polka",
    "sails",
    "@adonisjs/core",
    "@modelcontextprotocol/sdk",
    "socket.io",
    "apollo-server",
    "ws",
};

static gboolean
is_one_of_words (const char *list, const char *word)
{
  gsize length = strlen (word);
  for (const char *at = list; (at = strstr (at, word)) != NULL; at += length)
    if ((at == list || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' '))
      return TRUE;
  return FALSE;
}

static gboolean
ends_command (const char *word)
{
  return word == NULL || strcmp (word, "&&") == 0 || strcmp (word, "||") == 0 ||
         strcmp (word, ";") == 0 || strcmp (word, "|") == 0 || strcmp (word, "&") == 0;
}

static const char *
program_name (const char *word)
{
  const char *slash = strrchr (word, '/');
  return slash == NULL ? word : slash + 1;
}

static const Tool *
tool_at (char *const *words, gsize at)
{
  const char *program = program_name (words[at]);
  const char *next = words[at + 1];
  while (!ends_command (next) && next[0] == '-')
    next = words[++at + 1];
  for (gsize i = 0; i < G_N_ELEMENTS (tools); i++) {
    if (strcmp (tools[i].program, program) != 0)
      continue;
    gboolean is_alone = ends_command (next);
    if (*tools[i].subcommands == '\0' ||
        (is_alone && is_one_of_words (tools[i].subcommands, "-")) ||
        (!is_alone && is_one_of_words (tools[i].subcommands, next)))
      return &tools[i];
  }
  return NULL;
}

/* The first tool of a script that stands where a program may: any word will do, since wrappers
 * (cross-env, npx, dotenv --) stand before it. */
static const Tool *
tool_of_script (const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t\"'", 256);
  gsize n = 0;
  for (gsize i = 0; words[i] != NULL; i++) {
    char *word = words[i];
    words[i] = NULL;
    if (*word == '\0')
      g_free (word);
    else
      words[n++] = word;
  }
  for (gsize i = 0; i < n; i++) {
    const Tool *tool = tool_at (words, i);
    if (tool != NULL)
      return tool;
  }
  return NULL;
}

static const char *
framework_of (PmRecognition *r)
{
  static const char *const sections[] = {"dependencies", "devDependencies"};
  for (gsize i = 0; i < G_N_ELEMENTS (sections); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (frameworks); j++)
      if (pm_document_find (r->document, r->root, sections[i], frameworks[j], NULL) != 0)
        return frameworks[j];
  return "";
}

static void
add_fact (PmRecognition *r, const char *name)
{
  static const char *const starts[] = {"dev",       "start",      "serve",  "develop",
                                       "start:dev", "dev:server", "server", "preview"};
  const char *command = "";
  const Tool *tool = NULL;
  PmNodeId at = pm_document_child (r->document, r->root, "name");
  for (gsize i = 0; i < G_N_ELEMENTS (starts) && tool == NULL; i++) {
    PmNodeId id = pm_document_find (r->document, r->root, "scripts", starts[i], NULL);
    const char *text = id == 0 ? NULL : pm_document_text (r->document, id);
    if (text == NULL)
      continue;
    tool = tool_of_script (text);
    if (*command == '\0' || tool != NULL) {
      command = pm_recognition_program (r, text);
      at = id;
    }
  }
  PmServiceFact *fact = pm_recognition_add_service (r, name, at);
  fact->command = command;
  fact->tool = framework_of (r);
  if (tool == NULL)
    return;
  fact->tool = tool->tool;
  if (pm_program_is_among_tests (r))
    return;
  fact->default_port = tool->port;
  fact->default_origin = pm_arena_printf (r->arena, "%s's default", tool->tool);
}

/* --- reading --- */

static void
read_section (PmRecognition *r, const char *section, const PmRule *rule, const char *service)
{
  PmNodeId map = pm_document_child (r->document, r->root, section);
  if (map == 0)
    return;
  g_autoptr (GArray) entries = pm_recognition_entries (r, map);
  for (guint i = 0; i < entries->len; i++) {
    PmNodeId id = g_array_index (entries, PmNodeId, i);
    const char *key = pm_document_node (r->document, id)->key;
    if (rule == &script)
      pm_recognition_read (r, id, rule, service);
    else if (key != NULL)
      pm_recognition_read_named (r, id, key, rule, service);
  }
}

static void
recognise (PmRecognition *r)
{
  static const char *const no_ports_here[] = {
      "name",
      "version",
      "description",
      "keywords",
      "license",
      "author",
      "contributors",
      "homepage",
      "repository",
      "bugs",
      "funding",
      "files",
      "engines",
      "packageManager",
      "dependencies",
      "devDependencies",
      "peerDependencies",
      "optionalDependencies",
      "bundleDependencies",
      "resolutions",
      "overrides",
      "workspaces",
      "exports",
      "imports",
      "volta",
      "browserslist",
      "dependenciesMeta",
      "peerDependenciesMeta",
  };
  PmNodeId name_node = pm_document_child (r->document, r->root, "name");
  const char *name = name_node == 0 ? NULL : pm_document_text (r->document, name_node);
  const char *service = name == NULL ? "" : pm_arena_strdup (r->arena, name);
  if (*service != '\0')
    add_fact (r, service);

  for (gsize i = 0; i < G_N_ELEMENTS (no_ports_here); i++) {
    PmNodeId id = pm_document_child (r->document, r->root, no_ports_here[i]);
    if (id != 0)
      pm_recognition_skip (r, id);
  }
  read_section (r, "scripts", &script, service);
  read_section (r, "config", &config, service);
  PmNodeId to = pm_document_child (r->document, r->root, "proxy");
  if (to != 0)
    pm_recognition_read (r, to, &proxy, service);
  pm_recognition_read_keys (r, r->root, &other, service);
}

const PmRuleset pm_ruleset_package_json = {
    .name = "package.json",
    .files = files,
    .syntax = "json",
    .expansion = PM_EXPANSION_SHELL,
    .recognise = recognise,
};
