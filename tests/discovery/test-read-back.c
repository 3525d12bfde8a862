/* What a move writes is seen again: each listener of each file below, set to another port in its
 * bytes, must be read as the same one with that port. A control shows that a rule which judges by
 * the number is noticed. */

#include "recognise-test.h"

#include <string.h>

static const guint16 ports[] = {1,    22,   53,   79,   80,   443,  465,  1000, 1023,
                                1024, 1900, 2000, 3306, 5432, 6379, 8099, 65535};

typedef struct {
  const char *file, *text;
  guint n; /* ports that are the program's own */
} Case;

static char *
with_port (const char *text, PmSpan span, guint16 port)
{
  return g_strdup_printf ("%.*s%u%s", (int) span.start, text, port, text + span.end);
}

static gboolean
is_same (const PmFinding *f, const PmFinding *g, guint16 port)
{
  return g->kind == f->kind && g->role == f->role && g->port == port &&
         g->span.start == f->span.start && g->scope == f->scope && g->transport == f->transport &&
         g->confidence >= 0.5 && strcmp (g->path, f->path) == 0 &&
         strcmp (g->service, f->service) == 0;
}

static gboolean
is_seen (const char *file, const char *text, const PmFinding *f, guint16 port)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autofree char *moved = with_port (text, f->span, port);
  g_autoptr (PmSighting) sighting = pm_recognise (file, "shop", moved, strlen (moved), NULL, arena);
  gboolean may_find = pm_recognise_may_find (NULL, file, "shop", moved, strlen (moved), FALSE);
  for (guint i = 0; may_find && i < sighting->findings->len; i++)
    if (is_same (f, &g_array_index (sighting->findings, PmFinding, i), port))
      return TRUE;
  g_autofree char *line = g_strescape (moved, NULL);
  g_test_message ("not seen again%s: %s: %s", may_find ? "" : " (no look)", file, line);
  return FALSE;
}

/* Programs are not looked through for ports of one digit (walk/prefilter.h). */
static guint16
least_port (const PmFinding *f)
{
  return g_str_has_suffix (f->file, ".js") && f->text_class == PM_TEXT_SOURCE ? 10 : 1;
}

static gboolean
is_own (const PmFinding *f)
{
  return f->kind == PM_KIND_PORT && f->origin[0] == '\0' && f->confidence >= 0.5 &&
         (f->role == PM_ROLE_LISTEN || f->role == PM_ROLE_PUBLISH);
}

static guint
count_lost (const Case *c)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting =
      pm_recognise (c->file, "shop", c->text, strlen (c->text), NULL, arena);
  guint n = 0, lost = 0;
  for (guint i = 0; i < sighting->findings->len; i++) {
    const PmFinding *f = &g_array_index (sighting->findings, PmFinding, i);
    if (!is_own (f))
      continue;
    n++;
    for (guint k = 0; k < G_N_ELEMENTS (ports); k++)
      if (ports[k] >= least_port (f))
        lost += !is_seen (c->file, c->text, f, ports[k]);
  }
  if (n != c->n)
    g_error ("%s has %u ports of its own instead of %u:\n%s", c->file, n, c->n, c->text);
  return lost;
}

/* Each gives a program the port 3000. */
static const char *const scripts[] = {
    "next dev -p 3000",
    "next start -p3000",
    "next dev --port=3000",
    "npx next dev -p 3000",
    "yarn next dev -p 3000",
    "pnpm exec next dev -p 3000",
    "bun --bun next dev -p 3000",
    "dotenv -e .env.dev -- next dev -p 3000",
    "env-cmd -f .env.dev next dev -p 3000",
    "cross-env NODE_ENV=test next dev -p 3000",
    "node node_modules/.bin/next start -p 3000",
    "next build && next start -p 3000",
    "concurrently \\\"next dev -p 3000\\\"",
    "vite --port 3000",
    "vite --host 0.0.0.0 --port=3000",
    "nuxi dev -p 3000",
    "gatsby develop -p 3000",
    "docusaurus start -p 3000",
    "http-server dist -p 3000",
    "serve -s build -l 3000",
    "serve -s build -p 3000",
    "json-server -p 3000 db.json",
    "storybook dev -p 3000",
    "parcel serve -p 3000",
    "ng serve --port 3000",
    "astro dev --port 3000",
    "wrangler dev --port 3000",
    "PORT=3000 node server.js",
    "cross-env PORT=3000 node server.js",
    "HTTP_PORT=3000 node server.js",
    "node server.js --port 3000",
    "node --inspect=3000 server.js",
    "node --inspect=127.0.0.1:3000 server.js",
    "flask run -p 3000",
    "python -m flask run -p 3000",
    "python3 -m http.server 3000",
    "python manage.py runserver 3000",
    "python manage.py runserver 0.0.0.0:3000",
    "gunicorn -b 0.0.0.0:3000 app:app",
    "gunicorn -b :3000 app:app",
    "uvicorn app:app --port 3000",
    "bundle exec rails server -p 3000",
    "php -S localhost:3000",
    "php -S 0.0.0.0:3000",
    "docker run -p 3000:80 nginx",
    "socat TCP-LISTEN:3000,fork EXEC:cat",
};

/* As a package's script, and where it needs no quoting there, as it is written elsewhere. */
static guint
count_lost_of_script (const char *script)
{
  g_autofree char *json =
      g_strdup_printf ("{\"name\": \"web\", \"scripts\": {\"dev\": \"%s\"}}", script);
  guint lost = count_lost (&(Case){"shop/package.json", json, 1});
  if (strchr (script, '\\') != NULL)
    return lost;
  g_autofree char *procfile = g_strdup_printf ("web: %s\n", script);
  lost += count_lost (&(Case){"shop/Procfile", procfile, 1});
  g_autofree char *shell = g_strdup_printf ("#!/bin/sh\n%s\n", script);
  lost += count_lost (&(Case){"shop/start.sh", shell, 1});
  g_autofree char *makefile = g_strdup_printf ("run:\n\t%s\n", script);
  return lost + count_lost (&(Case){"shop/Makefile", makefile, 1});
}

static void
sees_what_scripts_are_given (void)
{
  guint lost = 0;
  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    lost += count_lost_of_script (scripts[i]);
  g_assert_cmpuint (lost, ==, 0);
}

static void
sees_what_files_say (void)
{
  static const Case cases[] = {
      {"shop/.env", "PORT=3000\n", 1},
      {"shop/.env", "APP_PORT='3000'\nMETRICS_PORT=3001\n", 2},
      {"shop/compose.yaml", "services:\n  web:\n    image: a\n    ports: [\"3000:80\"]\n", 1},
      {"shop/compose.yaml", "services:\n  web:\n    image: a\n    ports: [\"127.0.0.1:3000:80\"]\n",
       1},
      {"shop/compose.yaml",
       "services:\n  web:\n    image: a\n    ports:\n      - target: 80\n        published: "
       "\"3000\"\n",
       1},
      {"shop/vite.config.ts", "export default { server: { port: 3000 } }\n", 1},
      {"shop/nuxt.config.ts", "export default { devServer: { port: 3000 } }\n", 1},
      {"shop/nginx.conf", "http {\n  server {\n    listen 3000;\n  }\n}\n", 1},
      {"shop/Caddyfile", ":3000 {\n  respond hi\n}\n", 1},
      {"shop/application.properties", "server.port=3000\n", 1},
      {"shop/server.js", "app.listen(3000);\n", 1},
      {"shop/server.js", "const PORT = process.env.PORT || 3000;\napp.listen(PORT);\n", 1},
      {"shop/config.json", "{\"server\": {\"port\": 3000}}\n", 1},
      {"shop/config.toml", "[server]\nport = 3000\n", 1},
      {"shop/ecosystem.config.js",
       "module.exports = { apps: [{ name: 'web', script: 'a.js', env: { PORT: 3000 } }] }\n", 1},
  };
  guint lost = 0;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    lost += count_lost (&cases[i]);
  g_assert_cmpuint (lost, ==, 0);
}

/* Of a program that nobody knows, -p may count anything: small numbers are not believed. */
static void
notices_what_is_judged_by_its_number (void)
{
  Case unknown = {"shop/package.json", "{\"scripts\": {\"dev\": \"./frobnicate -p 3000\"}}", 1};
  g_assert_cmpuint (count_lost (&unknown), >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/read-back/sees-what-scripts-are-given", sees_what_scripts_are_given);
  g_test_add_func ("/discovery/read-back/sees-what-files-say", sees_what_files_say);
  g_test_add_func ("/discovery/read-back/notices-what-is-judged-by-its-number",
                   notices_what_is_judged_by_its_number);
  return g_test_run ();
}
