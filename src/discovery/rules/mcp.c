/* Configuration of Model Context Protocol clients: which servers they start or call. Claude Code's
 * .mcp.json and Claude Desktop's claude_desktop_config.json, Cursor's .cursor/mcp.json, Windsurf's
 * mcp_config.json and Gemini CLI's settings (`mcpServers`), VS Code's .vscode/mcp.json (`servers`)
 * and settings (`mcp.servers`), Zed's settings (`context_servers`), Codex's config.toml
 * (`mcp_servers`), LibreChat's librechat.yaml: "transports" of the protocol's specification, and
 * each client's documentation.
 *
 * A server that is started from a file beside the configuration is the project itself; any other
 * one is a service of its own name. URLs point at a server that runs elsewhere. */

#include "discovery/rules/rules.h"

#include <string.h>

static const char *const files[] = {"*.json", "*.jsonc", "*.json5", "*.yaml",
                                    "*.yml",  "*.toml",  NULL};

static const PmRule command_rule = {.id = "mcp.command",
                                    .grammar = PM_GRAMMAR_COMMAND,
                                    .role = PM_ROLE_LISTEN,
                                    .scope = PM_SCOPE_HOST,
                                    .confidence = 0.95};
static const PmRule url_rule = {.id = "mcp.url",
                                .grammar = PM_GRAMMAR_ENDPOINT,
                                .role = PM_ROLE_REFERENCE,
                                .scope = PM_SCOPE_HOST,
                                .confidence = 0.95};
/* What a server that is started finds as PORT is what it listens on. */
static const PmRule port_rule = {.id = "mcp.env",
                                 .grammar = PM_GRAMMAR_PORT,
                                 .role = PM_ROLE_LISTEN,
                                 .scope = PM_SCOPE_HOST,
                                 .confidence = 0.9};
static const PmRule env_rule = {
    .id = "mcp.env", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.9};
static const PmRule other_rule = {
    .id = "mcp.other", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.75};

static gboolean
has_child (const PmDocument *document, PmNodeId map, const char *key)
{
  return pm_document_child (document, map, key) != 0;
}

/* A map of servers: some entry of it is started or has a URL. */
static gboolean
holds_servers (const PmDocument *document, PmNodeId map)
{
  if (map == 0 || pm_document_node (document, map)->kind != PM_NODE_MAP)
    return FALSE;
  for (PmNodeId id = pm_document_node (document, map)->first_child; id != 0;
       id = pm_document_node (document, id)->next_sibling) {
    if (pm_document_node (document, id)->kind != PM_NODE_MAP)
      continue;
    if (has_child (document, id, "command") || has_child (document, id, "serverUrl") ||
        has_child (document, id, "httpUrl") ||
        (has_child (document, id, "url") &&
         (has_child (document, id, "type") || has_child (document, id, "headers") ||
          has_child (document, id, "transport"))))
      return TRUE;
  }
  return FALSE;
}

/* 0: there are none. */
static PmNodeId
servers_of (const PmDocument *document)
{
  static const char *const names[] = {"mcpServers", "mcp_servers", "context_servers",
                                      "mcp.servers"};
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    PmNodeId id = pm_document_child (document, 0, names[i]);
    if (id != 0 && pm_document_node (document, id)->kind == PM_NODE_MAP)
      return id;
  }
  PmNodeId within = pm_document_find (document, 0, "mcp", "servers", NULL);
  if (within == 0 && !has_child (document, 0, "services") && !has_child (document, 0, "openapi"))
    within = pm_document_child (document, 0, "servers");
  return holds_servers (document, within) ? within : 0;
}

static gboolean
claims (const PmDocument *document)
{
  return servers_of (document) != 0;
}

/* `node ./index.js`, `python server.py`, `npm start`: no package from elsewhere, no image. */
static gboolean
is_local_file (const char *text)
{
  static const char *const endings[] = {".js", ".mjs", ".cjs", ".ts", ".py", ".rb", ".sh"};
  if (text[0] == '/' || text[0] == '~' || text[0] == '@' || strstr (text, "://") != NULL)
    return FALSE;
  if (g_str_has_prefix (text, "./") || g_str_has_prefix (text, "${workspaceFolder}"))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (text, endings[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_the_project (PmRecognition *r, const GArray *words)
{
  for (guint i = 0; i < words->len; i++) {
    const char *text = pm_recognition_text (r, g_array_index (words, PmNodeId, i));
    if (text != NULL && is_local_file (text))
      return TRUE;
  }
  return FALSE;
}

/* What the client starts listens as the server; whom it calls, the project's client calls. */
static void
keep_references_here (PmRecognition *r, guint from)
{
  for (guint i = from; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->role == PM_ROLE_REFERENCE)
      finding->service = "";
  }
}

static void
read_server (PmRecognition *r, PmNodeId server)
{
  static const char *const urls[] = {"url", "serverUrl", "httpUrl", "endpoint", "baseUrl"};
  guint before = r->out->findings->len;
  const char *name = pm_document_node (r->document, server)->key;
  g_autoptr (GArray) words = g_array_new (FALSE, FALSE, sizeof (PmNodeId));
  PmNodeId command = pm_document_child (r->document, server, "command");
  /* Zed's older form has the whole in `command`: {path, args}. */
  PmNodeId from = server;
  if (command != 0 && pm_document_node (r->document, command)->kind == PM_NODE_MAP) {
    from = command;
    command = pm_document_child (r->document, from, "path");
  }
  if (command != 0)
    g_array_append_val (words, command);
  PmNodeId args = pm_document_child (r->document, from, "args");
  g_autoptr (GArray) items = args == 0 ? NULL : pm_recognition_entries (r, args);
  if (items != NULL)
    g_array_append_vals (words, items->data, items->len);

  const char *service = name == NULL || command == 0 || is_the_project (r, words) ? "" : name;
  service = pm_arena_strdup (r->arena, service);
  pm_recognition_read_words (r, words, &command_rule, service);
  for (gsize i = 0; i < G_N_ELEMENTS (urls); i++) {
    PmNodeId url = pm_document_child (r->document, server, urls[i]);
    if (url != 0)
      pm_recognition_read (r, url, &url_rule, service);
  }
  PmNodeId env = pm_document_child (r->document, server, "env");
  PmNodeId port = env == 0 ? 0 : pm_document_child (r->document, env, "PORT");
  if (port != 0 && command != 0)
    pm_recognition_read (r, port, &port_rule, service);
  if (env != 0)
    pm_recognition_read_keys (r, env, &env_rule, service);
  pm_recognition_read_keys (r, server, &other_rule, service);
  keep_references_here (r, before);
}

static void
recognise (PmRecognition *r)
{
  static const PmRule by_key = {
      .id = "mcp.file", .role = PM_ROLE_LISTEN, .scope = PM_SCOPE_HOST, .confidence = 0.8};
  PmNodeId servers = servers_of (r->document);
  g_autoptr (GArray) entries = pm_recognition_entries (r, servers);
  for (guint i = 0; i < entries->len; i++)
    read_server (r, g_array_index (entries, PmNodeId, i));
  pm_recognition_read_keys (r, r->root, &by_key, "");
}

const PmRuleset pm_ruleset_mcp = {
    .name = "mcp",
    .files = files,
    .marks = pm_ruleset_no_marks,
    .claims = claims,
    .expansion = PM_EXPANSION_SHELL,
    .recognise = recognise,
};
