/* Development servers and test runners that are configured in code or JSON, by their documentation:
 * Vite ("Server Options", "Preview Options"; Vitest, SvelteKit, Remix and others use its file),
 * Next.js ("rewrites"), Nuxt ("devServer", "nitro.devProxy", "routeRules"), webpack-dev-server
 * ("devServer"), Rspack and Rsbuild ("server", "dev"), Vue CLI ("devServer"), Angular
 * ("serve" builders' options; proxy.conf.json), Astro ("server"), Storybook, CRACO, Create React
 * App's setupProxy.js (http-proxy-middleware), Playwright ("use.baseURL", "webServer"), Cypress
 * ("baseUrl", "port"), Jest ("testEnvironmentOptions.url"), Lighthouse CI, browser-sync, Metro,
 * Gridsome.
 *
 * The ports that these tools take when none is written are package-json.c's: the script that starts
 * them tells which of them runs. */

#include "discovery/program.h"
#include "discovery/rules/rules.h"

#include <string.h>

#define FRONTEND(name_, recognise_, ...)                                                           \
  static const char *const name_##_files[] = {__VA_ARGS__, NULL};                                  \
  const PmRuleset pm_ruleset_##name_ = {                                                           \
      .name = #name_,                                                                              \
      .files = name_##_files,                                                                      \
      .rules = rules,                                                                              \
      .n_rules = G_N_ELEMENTS (rules),                                                             \
      .recognise = recognise_,                                                                     \
  }

#define LISTEN PM_ROLE_LISTEN, PM_SCOPE_HOST
#define REFERENCE PM_ROLE_REFERENCE, PM_SCOPE_HOST

/* Patterns start with ** because the configuration is often a constant that is exported later. */
static const PmRule rules[] = {
    {"dev-server.proxy.target", "**.proxy|devProxy|context.**.target|forward", PM_GRAMMAR_ENDPOINT,
     REFERENCE, 0.95, FALSE},
    {"dev-server.proxy.router", "**.proxy.**.router.**", PM_GRAMMAR_ENDPOINT, REFERENCE, 0.9,
     FALSE},
    {"dev-server.proxy.rewrite", "**.proxy.**.pathRewrite|rewrite|headers.**", PM_GRAMMAR_TEXT,
     REFERENCE, 0.8, FALSE},
    {"dev-server.proxy.short", "**.proxy.*", PM_GRAMMAR_ENDPOINT, REFERENCE, 0.95, FALSE},
    {"dev-server.hmr.port", "**.hmr.port", PM_GRAMMAR_PORT, LISTEN, 0.95, TRUE},
    {"dev-server.hmr.client", "**.hmr|client|webSocketURL.clientPort|port", PM_GRAMMAR_PORT,
     REFERENCE, 0.9, FALSE},
    {"dev-server.port", "**.server|preview|devServer|dev|api.port", PM_GRAMMAR_PORT, LISTEN, 0.95,
     TRUE},
    {"dev-server.host", "**.server|preview|devServer|api.host", PM_GRAMMAR_HOST, LISTEN, 0.95,
     FALSE},
    {"dev-server.public", "**.server|devServer.origin|public|open", PM_GRAMMAR_TEXT, REFERENCE, 0.9,
     FALSE},
    {"tests.base", "**.~baseURL", PM_GRAMMAR_ENDPOINT, REFERENCE, 0.95, FALSE},
    {"tests.server.port", "**.webServer.**.port", PM_GRAMMAR_PORT, LISTEN, 0.9, FALSE},
    {"tests.server.port", "**.webServer.port", PM_GRAMMAR_PORT, LISTEN, 0.9, FALSE},
    {"tests.server.command", "**.webServer.**.command", PM_GRAMMAR_COMMAND, LISTEN, 0.9, FALSE},
    {"tests.server.command", "**.webServer.command", PM_GRAMMAR_COMMAND, LISTEN, 0.9, FALSE},
    {"rewrites.destination", "**.destination", PM_GRAMMAR_TEXT, REFERENCE, 0.95, FALSE},
};

static const PmRule other = {
    .id = "frontend", .role = PM_ROLE_LISTEN, .scope = PM_SCOPE_HOST, .confidence = 0.85};

static void
recognise (PmRecognition *r)
{
  pm_program_read (r, r->root, &other, "");
}

/* Cypress' own option ("Configuration", `port`: it is hosted there), and no constant of that name.
 */
static gboolean
is_cypress_port (const PmRecognition *r, const PmFinding *finding)
{
  const char *slash = strrchr (r->file, '/');
  gsize at = finding->span.start;
  if (!g_str_has_prefix (slash == NULL ? r->file : slash + 1, "cypress.") ||
      strcmp (finding->path, "port") != 0)
    return FALSE;
  while (at > 0 && strchr (" \t\n\r", r->document->bytes[at - 1]) != NULL)
    at--;
  return at > 0 && r->document->bytes[at - 1] == ':';
}

/* A runner of tests binds nothing that its own options do not name: `const port = 3000` in its
 * configuration is where what it tests listens, on this machine. */
static void
recognise_tests (PmRecognition *r)
{
  recognise (r);
  for (guint i = 0; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->kind != PM_KIND_PORT || finding->role != PM_ROLE_LISTEN ||
        strcmp (finding->rule, other.id) != 0 || is_cypress_port (r, finding))
      continue;
    finding->role = PM_ROLE_REFERENCE;
    finding->bind = "";
    if (*finding->host == '\0')
      finding->host = "localhost";
  }
}

FRONTEND (vite, recognise, "vite.config.*", "vitest.config.*", "vitest.workspace.*",
          "electron.vite.config.*", "svelte.config.*", "astro.config.*", "remix.config.*",
          "react-router.config.*", "app.config.ts", "app.config.js", "vite.*.config.*",
          "tsup.config.*", "vite.config-*");
FRONTEND (next, recognise, "next.config.*", "nuxt.config.*", "gatsby-config.*",
          "docusaurus.config.*", "gridsome.config.*", "umirc.*", ".umirc.*", "quasar.config.*",
          "quasar.conf.*");
FRONTEND (webpack, recognise, "webpack.*.js", "webpack.*.ts", "webpack.*.cjs", "webpack.*.mjs",
          "webpack.config.*", "vue.config.*", "craco.config.*", "rspack.config.*",
          "rsbuild.config.*", "rollup.config.*", "setupProxy.*", "**/.storybook/main.*",
          "metro.config.*", "bs-config.*", "config-overrides.*", "snowpack.config.*",
          "web-dev-server.config.*", "karma.conf.*");
FRONTEND (browser_tests, recognise_tests, "playwright.config.*", "playwright-*.config.*",
          "cypress.config.*", "cypress.json", "jest.config.*", "jest-*.config.*", "wdio.conf.*",
          "protractor.conf.*", "playwright.*.config.*", "nightwatch.conf.*", "lighthouserc.*",
          ".lighthouserc.*", "testcafe.config.*", ".testcaferc.*", "puppeteer.config.*",
          "jest-puppeteer.config.*");

/* --- angular.json, project.json --- */

static const char *const angular_files[] = {"angular.json", "project.json", "workspace.json",
                                            ".angular-cli.json", NULL};

static const PmRule angular_rules[] = {
    {"angular.port", "**.options.port", PM_GRAMMAR_PORT, LISTEN, 0.95, TRUE},
    {"angular.port", "**.configurations.*.port", PM_GRAMMAR_PORT, LISTEN, 0.95, TRUE},
    {"angular.inspect", "**.options.inspect|inspectPort", PM_GRAMMAR_ENDPOINT, LISTEN, 0.9, FALSE},
    {"angular.host", "**.options.host", PM_GRAMMAR_HOST, LISTEN, 0.95, FALSE},
    {"angular.url", "**.options.publicHost|baseUrl|browserTarget|devServerTarget", PM_GRAMMAR_TEXT,
     REFERENCE, 0.95, FALSE},
    {"angular.command", "**.options.command", PM_GRAMMAR_COMMAND, LISTEN, 0.9, FALSE},
    {"angular.command", "**.options.commands.[]", PM_GRAMMAR_COMMAND, LISTEN, 0.9, FALSE},
    {"angular.command", "**.options.commands.[].command", PM_GRAMMAR_COMMAND, LISTEN, 0.9, FALSE},
};

static void
recognise_angular (PmRecognition *r)
{
  static const PmRule by_key = {
      .id = "angular.other", .role = PM_ROLE_LISTEN, .scope = PM_SCOPE_HOST, .confidence = 0.8};
  pm_recognition_read_keys (r, r->root, &by_key, "");
}

const PmRuleset pm_ruleset_angular = {
    .name = "angular",
    .files = angular_files,
    .syntax = "json",
    .rules = angular_rules,
    .n_rules = G_N_ELEMENTS (angular_rules),
    .recognise = recognise_angular,
};

/* --- proxy.conf.json: http-proxy-middleware's options by the path that is passed on --- */

static const char *const proxy_files[] = {
    "proxy.conf.json", "proxy.config.json", "proxy.json",        "proxy.*.conf.json",
    "proxy.conf.*",    "proxy.config.*",    "proxy.conf.*.json", NULL};

static const PmRule proxy_rules[] = {
    {"proxy.target", "**.target|router", PM_GRAMMAR_ENDPOINT, REFERENCE, 0.95, FALSE},
};

const PmRuleset pm_ruleset_proxy_conf = {
    .name = "proxy.conf",
    .files = proxy_files,
    .rules = proxy_rules,
    .n_rules = G_N_ELEMENTS (proxy_rules),
    .recognise = recognise,
};
