/* Every rule set: the first byte chooses the name of the file, and so who reads it; the rest is the
 * file. Whatever it says, spans must lie in the file, pairs in the list, numbers in their range. */

#include <string.h>

#include "discovery/recognise.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static const char *const names[] = {
    "p/.env",
    "p/.env.example",
    "p/docker-compose.yml",
    "p/stack.yaml",
    "p/package.json",
    "p/Dockerfile",
    "p/k8s/deployment.yaml",
    "p/service.yaml",
    "p/config.json",
    "p/config.toml",
    "p/settings.ini",
    "p/application.properties",
    "p/application.yml",
    "p/values.yaml",
    "p/templates/deployment.yaml",
    "p/.mcp.json",
    "p/vite.config.ts",
    "p/next.config.js",
    "p/webpack.config.js",
    "p/angular.json",
    "p/server.js",
    "p/app.tsx",
    "p/main.tf",
    "p/run.sh",
    "p/nginx.conf",
    "p/httpd.conf",
    "p/Caddyfile",
    "p/app.service",
    "p/Procfile",
    "p/redis.conf",
    "p/haproxy.cfg",
    "p/appsettings.json",
    "p/launchSettings.json",
    "p/fly.toml",
    "p/render.yaml",
    "p/wrangler.jsonc",
    "p/serverless.yml",
    "p/.github/workflows/ci.yml",
    "p/.devcontainer/devcontainer.json",
    "p/ecosystem.config.js",
    "p/settings.py",
    "p/README.md",
};

static void
check (const PmSighting *sighting, size_t size)
{
  for (guint i = 0; i < sighting->findings->len; i++) {
    const PmFinding *f = &g_array_index (sighting->findings, PmFinding, i);
    g_assert_cmpuint (f->span.start, <=, f->span.end);
    g_assert_cmpuint (f->span.end, <=, size);
    g_assert_cmpint (f->pair, <, (gint) sighting->findings->len);
    g_assert_true (f->confidence >= 0 && f->confidence <= 1);
    g_assert_true (f->position.line >= 1 && f->position.column >= 1);
    g_assert_nonnull (f->path);
    g_assert_nonnull (f->service);
    g_assert_nonnull (f->rule);
    g_assert_nonnull (f->host);
    g_assert_nonnull (f->bind);
    g_assert_nonnull (f->origin);
    g_assert_true (f->kind == PM_KIND_PORT || f->address != NULL);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  if (size < 1)
    return 0;
  const char *name = names[data[0] % G_N_ELEMENTS (names)];
  gsize length = size - 1;
  g_autofree char *bytes = g_malloc (MAX (length, 1));
  memcpy (bytes, data + 1, length);

  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmEnvironment) environment = pm_environment_new (NULL);
  pm_recognise_definitions ("p/.env", bytes, length, environment);
  g_autoptr (PmSighting) sighting = pm_recognise (name, "p", bytes, length, environment, arena);
  check (sighting, length);
  return 0;
}
