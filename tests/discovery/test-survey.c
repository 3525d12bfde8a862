/* Files on disk → services and edges: what a person would say of them. One file, since each case is
 * a small tree and one survey by the same few helpers. */

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "discovery/survey.h"

typedef struct {
  char *root;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->root = g_dir_make_tmp ("pm-survey-XXXXXX", NULL);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    remove_tree (child);
  }
  g_remove (path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_tree (f->root);
  g_free (f->root);
}

static void
put (Fixture *f, const char *file, const char *content)
{
  g_autofree char *path = g_build_filename (f->root, file, NULL);
  g_autofree char *directory = g_path_get_dirname (path);
  g_assert_cmpint (g_mkdir_with_parents (directory, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, content, -1, NULL));
}

static PmSnapshot *
survey (Fixture *f)
{
  const char *roots[] = {f->root, NULL};
  PmSurveyOptions options = {.host = "h"};
  g_autoptr (GError) error = NULL;
  PmSnapshot *snapshot = pm_survey (roots, &options, &error);
  g_assert_no_error (error);
  return snapshot;
}

static gint
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* "project/name external>internal origin", sorted, one a line. */
static char *
rows (const PmSnapshot *snapshot)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *s = &g_array_index (snapshot->services, PmService, i);
    g_ptr_array_add (lines, g_strdup_printf ("%s/%s %u>%u %s", s->project_id, s->name,
                                             s->external_port, s->internal_port, s->origin));
  }
  g_ptr_array_sort (lines, compare_lines);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

/* "file:line -> project/name", sorted, one a line; "nobody" for what no service answers. */
static char *
edges (const PmSnapshot *snapshot)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (snapshot->edges, PmEdge, i);
    const PmFinding *from = &g_array_index (snapshot->findings, PmFinding, edge->finding);
    const PmService *to = edge->to_service < 0
                              ? NULL
                              : &g_array_index (snapshot->services, PmService, edge->to_service);
    g_ptr_array_add (lines, g_strdup_printf ("%s:%u -> %s%s%s", from->file, from->position.line,
                                             to == NULL ? "nobody" : to->project_id,
                                             to == NULL ? "" : "/", to == NULL ? "" : to->name));
  }
  g_ptr_array_sort (lines, compare_lines);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

#define EXPECT(function, text)                                                                     \
  do {                                                                                             \
    g_autoptr (PmSnapshot) snapshot = survey (f);                                                  \
    g_autofree char *got = function (snapshot);                                                    \
    g_assert_cmpstr (got, ==, text);                                                               \
  } while (0)

/* The port and variant of each row. */
static char *
variants (const PmSnapshot *snapshot)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *s = &g_array_index (snapshot->services, PmService, i);
    g_string_append_printf (out, "%u %s\n", s->external_port, s->variant);
  }
  return g_string_free (out, FALSE);
}

/* The lines of references that a plan moves without being asked. */
static char *
sure_lines (const PmSnapshot *snapshot)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (snapshot->edges, PmEdge, i);
    const PmFinding *from = &g_array_index (snapshot->findings, PmFinding, edge->finding);
    if (edge->to_service >= 0 && edge->confidence >= 0.5)
      g_string_append_printf (out, "%u ", from->position.line);
  }
  return g_string_free (out, FALSE);
}

static void
a_probe_surely_points_at_its_container (Fixture *f, gconstpointer data)
{
  put (f, "a/pod.yaml",
       "apiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec:\n  containers:\n"
       "  - ports: [{ containerPort: 8080 }]\n"
       "    readinessProbe: { httpGet: { port: 8080 } }\n"
       "    livenessProbe: { tcpSocket: { port: 9090 } }\n");
  put (f, "a/.env", "PORT=9090\n");
  EXPECT (sure_lines, "7 ");
}

static char *
types (const PmSnapshot *snapshot)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *s = &g_array_index (snapshot->services, PmService, i);
    g_string_append_printf (out, "%s/%s %u %s\n", s->project_id, s->name, s->internal_port,
                            s->type);
  }
  return g_string_free (out, FALSE);
}

static void
what_a_program_makes_tells_its_type (Fixture *f, gconstpointer data)
{
  put (f, "a/requirements.txt", "mcp[cli]\n");
  put (f, "a/main.py", "mcp = FastMCP(\"a\", port=7600)\n");
  put (f, "b/requirements.txt", "aiohttp\n");
  put (f, "b/main.py", "web.run_app(app, port=7601)\n");
  EXPECT (types, "a/a 7600 mcp\nb/b 7601 \n");
}

static void
a_mapping_is_one_row (Fixture *f, gconstpointer data)
{
  put (f, "a/compose.yaml", "services:\n  web:\n    image: x\n    ports: ['8080:80', '9000']\n");
  EXPECT (rows, "a/web 0>9000 a/compose.yaml:4\na/web 8080>80 a/compose.yaml:4");
}

static void
an_override_file_replaces_ports (Fixture *f, gconstpointer data)
{
  put (f, "a/compose.yaml",
       "services:\n  web:\n    image: x\n    ports: ['8080:80', '8443:443']\n"
       "  api:\n    image: x\n    ports: ['7000:80']\n  old:\n    image: x\n    ports: "
       "['7001:80']\n");
  put (f, "a/compose.override.yaml",
       "services:\n  web:\n    ports: !override\n      - 18080:80\n"
       "  api:\n    ports: !reset ['7000:80']\n  old: !reset null\n");
  EXPECT (rows, "a/web 18080>80 a/compose.override.yaml:4");
  put (f, "a/compose.override.yaml", "services:\n  web:\n    ports: ['18443:444']\n");
  EXPECT (rows, "a/api 7000>80 a/compose.yaml:7\na/old 7001>80 a/compose.yaml:10\n"
                "a/web 18443>444 a/compose.override.yaml:3\na/web 8080>80 a/compose.yaml:4\n"
                "a/web 8443>443 a/compose.yaml:4");
}

static void
a_range_for_one_port_is_one_row (Fixture *f, gconstpointer data)
{
  put (f, "a/compose.yaml",
       "services:\n  web:\n    image: x\n    scale: 3\n    ports: ['9000-9002:80']\n");
  EXPECT (rows, "a/web 9000>80 a/compose.yaml:5");
}

static void
the_nearest_file_decides (Fixture *f, gconstpointer data)
{
  put (f, "a/package.json", "{\"name\": \"a\", \"scripts\": {\"start\": \"node x.js\"}}");
  put (f, "a/.env.example", "PORT=1111\n");
  EXPECT (rows, "a/a 1111>1111 a/.env.example:1");
  put (f, "a/.env", "PORT=2222\n");
  EXPECT (rows, "a/a 2222>2222 a/.env:1");
  put (f, "a/.env.local", "PORT=3333\n");
  EXPECT (rows, "a/a 3333>3333 a/.env.local:1");
  put (f, "a/package.json", "{\"name\": \"a\", \"scripts\": {\"start\": \"next start -p 4444\"}}");
  EXPECT (rows, "a/a 4444>4444 a/package.json:1");
}

static void
other_listeners_are_rows_of_their_own (Fixture *f, gconstpointer data)
{
  put (f, "a/package.json", "{\"name\": \"a\"}");
  put (f, "a/.env", "PORT=2222\nMETRICS_PORT=9100\n");
  EXPECT (rows, "a/a 2222>2222 a/.env:1\na/a 9100>9100 a/.env:2");
}

static void
a_host_beside_a_port_leads_to_another (Fixture *f, gconstpointer data)
{
  put (f, "db/compose.yaml", "services:\n  db: {image: postgres, ports: ['5433:5432']}\n");
  put (f, "a/.env", "DB_HOST=localhost\nDB_PORT=5433\nCACHE_PORT=5433\n");
  put (f, "b/settings.py",
       "DATABASES = {'default': {'ENGINE': 'x', 'HOST': '127.0.0.1', 'PORT': '5433'}}\n");
  put (f, "c/db.js", "const pool = new Pool({ host: 'localhost', port: 5433 })\n");
  put (f, "d/config.yaml", "database:\n  host: localhost\n  port: 5433\n");
  put (f, "e/config.yaml", "database:\n  host: db.example.org\n  port: 5433\n");
  EXPECT (edges, "a/.env:2 -> db/db\na/.env:3 -> nobody\nb/settings.py:1 -> db/db\n"
                 "c/db.js:1 -> db/db\nd/config.yaml:3 -> db/db\ne/config.yaml:3 -> nobody");
}

/* Vite's server and the process that it hands requests on to run side by side. */
static void
a_frontend_beside_a_backend_is_another_listener (Fixture *f, gconstpointer data)
{
  put (f, "a/package.json", "{\"name\": \"a\", \"scripts\": {\"dev\": \"vite\"}}");
  put (f, "a/server/index.js", "const app = require('express')()\napp.listen(4000)\n");
  EXPECT (rows, "a/a 4000>4000 a/server/index.js:2\na/a 5173>5173 vite's default");
  put (f, "a/vite.config.js",
       "export default { server: { port: 3000, proxy: { '/api': 'http://localhost:4000' } } }\n");
  put (f, "b/package.json", "{\"name\": \"b\"}");
  put (f, "b/index.js", "const app = require('express')()\napp.listen(4000)\n");
  EXPECT (rows, "a/a 3000>3000 a/vite.config.js:1\na/a 4000>4000 a/server/index.js:2\n"
                "b/b 4000>4000 b/index.js:2");
  EXPECT (edges, "a/vite.config.js:1 -> a/a");
  put (f, "a/.env", "PORT=4001\n");
  EXPECT (rows, "a/a 3000>3000 a/vite.config.js:1\na/a 4001>4001 a/.env:1\n"
                "b/b 4000>4000 b/index.js:2");
}

static void
each_listen_of_a_file_is_a_listener (Fixture *f, gconstpointer data)
{
  put (f, "g/nginx.conf",
       "http {\n  server { listen 80; listen [::]:80; }\n  server { listen 443 ssl; }\n}\n");
  EXPECT (rows, "g/g 443>443 g/nginx.conf:3\ng/g 80>80 g/nginx.conf:2");
}

/* Compose specification, "volumes": what nginx is given, it reads inside. */
static void
a_mounted_configuration_is_the_containers (Fixture *f, gconstpointer data)
{
  put (f, "a/nginx/site.conf", "server { listen 80; listen 8443; }\n");
  put (f, "a/loki/config.yaml", "server:\n  http_listen_port: 3100\n");
  EXPECT (rows, "a/a 3100>3100 a/loki/config.yaml:2\na/a 80>80 a/nginx/site.conf:1\n"
                "a/a 8443>8443 a/nginx/site.conf:1");
  put (f, "a/compose.yaml",
       "services:\n  proxy:\n    image: nginx\n    ports: ['8080:80']\n"
       "    volumes: ['./nginx:/etc/nginx/conf.d:ro', 'data:/data']\n"
       "  logs:\n    image: loki\n    configs: [loki]\n"
       "configs:\n  loki: {file: loki/config.yaml}\n");
  EXPECT (rows, "a/logs 0>3100 a/loki/config.yaml:2\na/proxy 0>8443 a/nginx/site.conf:1\n"
                "a/proxy 8080>80 a/compose.yaml:4");
}

/* POSIX.1, "Other Environment Variables": the folder that compose is called in. */
static void
a_mount_from_the_working_directory_is_the_projects (Fixture *f, gconstpointer data)
{
  put (f, "a/compose.yaml",
       "services:\n  house:\n    image: x\n    volumes:\n"
       "    - ${PWD}/fs/config.xml:/etc/config.xml\n    - $PWD/fs/more.xml:/etc/more.xml\n");
  put (f, "a/fs/config.xml", "<c><tcp_port>9000</tcp_port></c>\n");
  put (f, "a/fs/more.xml", "<c><http_port>8123</http_port></c>\n");
  EXPECT (rows, "a/house 0>8123 a/fs/more.xml:1\na/house 0>9000 a/fs/config.xml:1");
}

/* Maven's and others' packages are projects of their own; what compose builds one into has the
 * port. */
static void
what_a_folder_above_builds_has_one_row (Fixture *f, gconstpointer data)
{
  put (f, "a/pom.xml", "<project><modules><module>web</module></modules></project>");
  put (f, "a/compose.yaml", "services:\n  web:\n    build: web\n    ports: [\"9001:9000\"]\n");
  put (f, "a/web/pom.xml", "<project/>");
  put (f, "a/web/Dockerfile", "FROM x\nEXPOSE 9000 9002\n");
  put (f, "a/web/src/main/resources/application.yml", "server:\n  port: 9000\n");
  EXPECT (rows, "a/web 9001>9000 a/compose.yaml:4\na/web/web 0>9002 a/web/Dockerfile:2");
}

/* Rule sets of their own do not take a file from the container that reads it. */
static void
a_mounted_tools_file_is_the_containers (Fixture *f, gconstpointer data)
{
  put (f, "a/otel.yaml",
       "receivers:\n  zipkin:\n    endpoint: localhost:9411\nexporters: {}\n"
       "service:\n  pipelines: {}\n");
  put (f, "a/rabbitmq.conf", "listeners.tcp.default = 5673\n");
  put (f, "a/compose.yaml",
       "services:\n  traces:\n    image: otel/opentelemetry-collector\n"
       "    volumes: ['./otel.yaml:/etc/otel.yaml']\n"
       "  mq:\n    image: rabbitmq:4\n    volumes: ['/srv/rabbitmq.conf:/etc/rabbitmq.conf']\n");
  EXPECT (rows, "a/mq 0>5673 a/rabbitmq.conf:1\na/traces 0>9411 a/otel.yaml:3");
}

/* The mount names the place on the machine that it is for. */
static void
a_daemons_file_is_the_containers_that_runs_it (Fixture *f, gconstpointer data)
{
  put (f, "a/proxy/docker/traefik.yml", "entryPoints:\n  web:\n    address: ':80'\n");
  put (f, "a/mq/mosquitto.conf", "listener 1883\n");
  put (f, "a/mq/compose.yaml",
       "services:\n  mq:\n    image: docker.io/eclipse-mosquitto:2\n    ports: ['1884:1883']\n"
       "    volumes: ['/srv/mq/mosquitto.conf:/mosquitto/config/mosquitto.conf']\n");
  put (f, "a/proxy/compose.yaml",
       "services:\n  front:\n    image: traefik:v3\n    ports: ['8080:80']\n");
  put (f, "a/Authelia/configuration.yml", "server:\n  port: 9091\n");
  put (f, "a/Authelia/compose.yaml",
       "services:\n  sso:\n    image: authelia/authelia\n    volumes: ['/srv/auth:/config']\n");
  EXPECT (rows, "a/front 8080>80 a/proxy/compose.yaml:4\na/mq 1884>1883 a/mq/compose.yaml:4\n"
                "a/sso 0>9091 a/Authelia/configuration.yml:2");
  put (f, "a/proxy/compose.yaml",
       "services:\n  front:\n    image: caddy\n    ports: ['8080:80']\n");
  EXPECT (rows, "a/a 80>80 a/proxy/docker/traefik.yml:3\na/front 8080>80 a/proxy/compose.yaml:4\n"
                "a/mq 1884>1883 a/mq/compose.yaml:4\na/sso 0>9091 a/Authelia/configuration.yml:2");
}

/* Kubernetes, "Service" (NodePort) and "Pod" (hostPort): what the nodes bind, and what is behind.
 */
static void
nodes_ports_are_external (Fixture *f, gconstpointer data)
{
  put (f, "a/web.yaml",
       "kind: Service\napiVersion: v1\nmetadata: {name: web}\nspec:\n  type: NodePort\n"
       "  ports:\n  - nodePort: 30080\n    port: 80\n  - {port: 81}\n---\n"
       "kind: Pod\napiVersion: v1\nmetadata: {name: dns}\nspec:\n  containers:\n"
       "  - ports: [{containerPort: 5353, hostPort: 53, protocol: UDP}]\n");
  EXPECT (rows, "a/dns 53>5353 a/web.yaml:16\na/web 0>81 a/web.yaml:9\n"
                "a/web 30080>80 a/web.yaml:7");
}

/* Ansible's "Roles", GitHub's "Metadata syntax": nothing of it runs here. */
static void
what_is_for_other_machines_is_not_bound_here (Fixture *f, gconstpointer data)
{
  put (f, "a/roles/mq/files/mosquitto.conf", "listener 1883\n");
  put (f, "a/.github/scripts/run.sh", "exec app --port 9401\n");
  put (f, "a/.github/actions/db/action.yml", "inputs:\n  port:\n    default: '5432'\n");
  put (f, "b/roles/files/app.conf", "listen = 127.0.0.1:9402\n");
  EXPECT (rows, "a/a 0>1883 a/roles/mq/files/mosquitto.conf:1\n"
                "a/a 0>5432 a/.github/actions/db/action.yml:3\n"
                "a/a 0>9401 a/.github/scripts/run.sh:1\nb/b 9402>9402 b/roles/files/app.conf:1");
}

static void
a_copied_configuration_is_the_images (Fixture *f, gconstpointer data)
{
  put (f, "a/web/nginx.conf", "server { listen 80; }\n");
  put (f, "a/web/Dockerfile",
       "FROM nginx\nEXPOSE 80\nCOPY --chown=1:1 nginx.conf /etc/nginx/nginx.conf\n");
  put (f, "a/docker/Caddyfile", ":8081 {\n}\n");
  put (f, "a/docker/Dockerfile", "FROM caddy\nCOPY [\"docker/Caddyfile\", \"/etc/caddy/\"]\n");
  put (f, "a/dev/nginx.conf", "server { listen 8082; }\n");
  put (f, "a/dev/Dockerfile", "FROM nginx AS b\nCOPY . .\nCOPY --from=b nginx.conf /x\n");
  EXPECT (rows, "a/a 0>8081 a/docker/Caddyfile:1\na/a 8082>8082 a/dev/nginx.conf:1\n"
                "a/web 0>80 a/web/Dockerfile:2");
}

/* What goes to a place that only an image has is run nowhere else: whatever its format. What goes
 * beside the program is on the host as well. */
static void
what_only_an_image_has_listens_in_it (Fixture *f, gconstpointer data)
{
  put (f, "a/image/Dockerfile",
       "FROM alpine\nCOPY files /\nCOPY start.sh /start.sh\nCOPY app.yaml .\n");
  put (f, "a/image/files/etc/app/app.toml", "port = 9400\n");
  put (f, "a/image/start.sh", "exec app --port 9401\n");
  put (f, "a/image/app.yaml", "server:\n  port: 9402\n");
  EXPECT (rows, "a/a 0>9400 a/image/files/etc/app/app.toml:1\n"
                "a/a 0>9401 a/image/start.sh:1\na/a 9402>9402 a/image/app.yaml:2");
}

/* What the project builds itself is run on the host as well, and so is the working copy. */
static void
a_mounted_working_copy_is_the_projects (Fixture *f, gconstpointer data)
{
  put (f, "a/config/settings.json", "{\"port\": 3000}\n");
  put (f, "a/nginx.conf", "server { listen 8081; }\n");
  put (f, "a/.env", "METRICS_PORT=3001\n");
  put (f, "a/compose.yaml",
       "services:\n  web:\n    build: ./web\n    volumes:\n      - .:/app\n"
       "      - {type: bind, source: ./config, target: /app/config}\n      - ./.env:/app/.env\n");
  EXPECT (rows, "a/a 3000>3000 a/config/settings.json:1\na/a 3001>3001 a/.env:1\n"
                "a/a 8081>8081 a/nginx.conf:1");
}

static void
a_variables_use_is_no_second_listener (Fixture *f, gconstpointer data)
{
  put (f, "a/.env", "PORT=8001\n");
  put (f, "a/Procfile", "web: uvicorn main:app --port $PORT\n");
  EXPECT (rows, "a/a 8001>8001 a/.env:1");
}

static void
a_default_counts_when_nothing_else_speaks (Fixture *f, gconstpointer data)
{
  put (f, "a/package.json",
       "{\"name\": \"a\", \"scripts\": {\"dev\": \"next dev\"}, \"dependencies\": {\"next\": "
       "\"1\"}}");
  EXPECT (rows, "a/a 3000>3000 next's default");
  put (f, "a/.env", "PORT=3100\n");
  EXPECT (rows, "a/a 3100>3100 a/.env:1");
}

/* FastMCP, "Running Your Server": over stdio, which is what it does when nobody says, it listens
 * nowhere. */
static void
fastmcp_listens_unless_it_talks_over_stdio (Fixture *f, gconstpointer data)
{
  put (f, "a/server.py", "mcp = FastMCP(\"a\")\nmcp.run(transport=\"streamable-http\")\n");
  put (f, "b/server.py", "mcp = FastMCP(\"b\")\nmcp.run()\n");
  put (f, "c/server.py", "mcp = MCPServer(\"c\")\nmcp.run(\"sse\")\n");
  put (f, "d/server.py", "mcp = FastMCP(\"d\")\nmcp.run(transport=\"http\", port=9000)\n");
  EXPECT (rows, "a/a 8000>8000 fastmcp's default\nc/c 8000>8000 fastmcp's default\n"
                "d/d 9000>9000 d/server.py:2");
}

/* Gin ("Engine.Run"), Flask ("Flask.run") and Gradio ("launch") by their documentation: a variable
 * that the framework heeds is the project's word. */
static void
a_call_without_a_port_has_the_servers_default (Fixture *f, gconstpointer data)
{
  put (f, "a/main.go",
       "import \"github.com/gin-gonic/gin\"\nfunc main() {\n r := gin.Default()\n r.Run()\n}\n");
  put (f, "b/app.py", "app = Flask(__name__)\napp.run(debug=True)\n");
  put (f, "c/app.py", "import gradio as gr\ngr.Interface(f).launch()\n");
  EXPECT (rows, "a/a 8080>8080 gin's default\nb/b 5000>5000 flask's default\n"
                "c/c 7860>7860 gradio's default");
  put (f, "a/.env", "PORT=9001\n");
  put (f, "b/.env", "FLASK_RUN_PORT=9002\n");
  put (f, "c/.env", "GRADIO_SERVER_PORT=9003\n");
  EXPECT (rows, "a/a 9001>9001 a/.env:1\nb/b 9002>9002 b/.env:1\nc/c 9003>9003 c/.env:1");
}

/* MkDocs, Uvicorn, Hugo by their documentation. */
static void
a_recipe_without_a_port_has_the_tools_default (Fixture *f, gconstpointer data)
{
  put (f, "a/Makefile", "docs:\n\tpoetry run mkdocs serve --strict\n");
  put (f, "b/Makefile", "run:\n\tuvicorn --reload app.main:app\n");
  put (f, "c/Makefile", "site:\n\thugo --minify server\n");
  put (f, "d/Makefile", "run:\n\tuvicorn app.main:app --port 9000\n");
  put (f, "e/Makefile",
       "setup:\n\tpip install uvicorn mkdocs\n\tmkdocs build && echo serve\n"
       "\tdocker push reg/hugo:server\n");
  put (f, "f/Makefile", "serve:\n\tcd public && python3 -m http.server\n");
  EXPECT (rows, "a/a 8000>8000 mkdocs's default\nb/b 8000>8000 uvicorn's default\n"
                "c/c 1313>1313 hugo's default\nd/d 9000>9000 d/Makefile:2\n"
                "f/f 8000>8000 http.server's default");
}

/* The manifest names what the project depends on, the program what it starts. */
static void
what_is_started_goes_before_what_is_depended_on (Fixture *f, gconstpointer data)
{
  put (f, "a/pyproject.toml", "[project]\ndependencies = [\"flask\", \"uvicorn\"]\n");
  EXPECT (rows, "a/a 5000>5000 flask's default");
  put (f, "a/serve.py", "import uvicorn\nuvicorn.run(\"app:app\", reload=True)\n");
  EXPECT (rows, "a/a 8000>8000 uvicorn's default");
}

/* NestJS, "First steps": the port is what main.ts hands to listen (). */
static void
what_main_listens_on_goes_before_a_default (Fixture *f, gconstpointer data)
{
  put (f, "a/package.json", "{\"name\": \"a\", \"scripts\": {\"start\": \"nest start\"}}");
  EXPECT (rows, "a/a 3000>3000 nest's default");
  put (f, "a/src/main.ts", "await app.listen(process.env.PORT ?? 8081);\n");
  EXPECT (rows, "a/a 8081>8081 a/src/main.ts:1");
  put (f, "a/.env", "PORT=8082\n");
  EXPECT (rows, "a/a 8082>8082 a/.env:1");
}

static void
a_script_without_a_port_has_the_default (Fixture *f, gconstpointer data)
{
  put (f, "a/package.json",
       "{\"name\": \"a\", \"scripts\": {\n\"dev\": \"next dev\",\n"
       "\"start\": \"next start -p 4000\"}}");
  EXPECT (rows, "a/a 3000>3000 next's default\na/a 4000>4000 a/package.json:3");
  put (f, "a/.env", "PORT=3100\n");
  EXPECT (rows, "a/a 4000>4000 a/package.json:3");
  g_autofree char *env = g_build_filename (f->root, "a/.env", NULL);
  g_assert_cmpint (g_remove (env), ==, 0);
  put (f, "a/package.json",
       "{\"name\": \"a\", \"scripts\": {\n\"dev\": \"next dev -p 4001\",\n"
       "\"start\": \"next start\"}}");
  EXPECT (rows, "a/a 4001>4001 a/package.json:2");
}

static void
scripts_on_ports_of_their_own_are_modes (Fixture *f, gconstpointer data)
{
  put (f, "a/package.json",
       "{\"name\": \"a\", \"scripts\": {\n\"dev\": \"next dev -p 3000\",\n"
       "\"start\": \"PORT=8000 node server.js\",\n\"serve\": \"next start -p 3000\"}}");
  EXPECT (rows, "a/a 3000>3000 a/package.json:2\na/a 8000>8000 a/package.json:3");
  EXPECT (variants, "3000 \n8000 start\n");
}

static void
a_manifest_tells_a_default (Fixture *f, gconstpointer data)
{
  put (f, "a/backend/requirements.txt", "django\n");
  put (f, "a/frontend/package.json", "{\"name\": \"front\", \"scripts\": {\"dev\": \"vite\"}}");
  EXPECT (rows, "a/backend 8000>8000 django's default\na/front 5173>5173 vite's default");
  put (f, "a/backend/.env", "PORT=8123\n");
  EXPECT (rows, "a/backend 8123>8123 a/backend/.env:1\na/front 5173>5173 vite's default");
  put (f, "a/backend/.env", "");
  put (f, "a/compose.yaml",
       "services:\n  web:\n    build: backend\n    ports: ['80:8000']\n"
       "  worker:\n    build: backend\n");
  EXPECT (rows, "a/front 5173>5173 vite's default\na/web 80>8000 a/compose.yaml:4");
}

static void
code_that_compose_builds_is_one_service (Fixture *f, gconstpointer data)
{
  put (f, "a/compose.yaml", "services:\n  web:\n    build: ./app\n    ports: ['8080:3000']\n");
  put (f, "a/app/package.json", "{\"name\": \"app\"}");
  put (f, "a/app/Dockerfile", "FROM node\nEXPOSE 3000\n");
  put (f, "a/app/.env", "PORT=3000\n");
  EXPECT (rows, "a/web 8080>3000 a/compose.yaml:4");
}

/* The manifest beside a compose file names what is built there, not its neighbours. */
static void
other_services_of_a_compose_file_keep_their_names (Fixture *f, gconstpointer data)
{
  put (f, "a/package.json", "{\"name\": \"shop\"}");
  put (f, "a/compose.yaml",
       "services:\n  web:\n    build: .\n    ports: ['8080:80']\n"
       "  db:\n    image: postgres\n    ports: ['5432:5432']\n");
  EXPECT (rows, "a/db 5432>5432 a/compose.yaml:7\na/web 8080>80 a/compose.yaml:4");
}

static void
an_image_may_run_as_it_is (Fixture *f, gconstpointer data)
{
  put (f, "a/Dockerfile", "FROM node\nEXPOSE 3000\n");
  EXPECT (rows, "a/a 0>3000 a/Dockerfile:2");
  put (f, "a/.env", "PORT=3000\n");
  EXPECT (rows, "a/a 3000>3000 a/.env:1");
}

static void
variables_lead_to_where_they_are_set (Fixture *f, gconstpointer data)
{
  put (f, "a/compose.yaml", "services:\n  web:\n    image: x\n    ports: ['${WEB:-8080}:80']\n");
  EXPECT (rows, "a/web 8080>80 a/compose.yaml:4");
  put (f, "a/.env", "WEB=9999\n");
  EXPECT (rows, "a/web 9999>80 a/.env:1");
}

/* A project reads the same from the folder above it and from itself. */
/* A dotenv file may be a link, to another name or another folder of the root; one that leads out of
 * it is left alone. */
static void
a_dotenv_file_may_be_a_link (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *folder, *target;
  } links[] = {{"a", "shop.conf"}, {"b/docker", "../shop.conf"}, {"c", "../../../../etc/passwd"}};
  for (gsize i = 0; i < G_N_ELEMENTS (links); i++) {
    g_autofree char *compose = g_strconcat (links[i].folder, "/compose.yaml", NULL);
    put (f, compose, "services:\n  web:\n    ports: ['${SHOP:-7000}:80']\n");
    g_autofree char *link = g_build_filename (f->root, links[i].folder, ".env", NULL);
    g_assert_cmpint (symlink (links[i].target, link), ==, 0);
  }
  put (f, "a/shop.conf", "SHOP=7001\n");
  put (f, "b/shop.conf", "SHOP=7002\n");
  EXPECT (rows, "a/web 7001>80 a/shop.conf:1\nb/web 7002>80 b/shop.conf:1\n"
                "c/web 7000>80 c/compose.yaml:3");
}

static void
a_project_may_be_the_root (Fixture *f, gconstpointer data)
{
  put (f, "chat/.env", "CHAT_PORT=4000\n");
  put (f, "shop/package.json", "{}");
  put (f, "shop/server/.env", "SHOP_PORT=4001\nSERVER_PORT_2=1\n");
  put (f, "shop/.env", "CHAT_PORT=4000\n");
  static const char *const folders[] = {"chat", "shop"};
  g_autoptr (PmSnapshot) all = survey (f);
  guint n = 0;
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autofree char *root = g_build_filename (f->root, folders[i], NULL);
    Fixture inner = {root};
    g_autoptr (PmSnapshot) one = survey (&inner);
    for (guint k = 0; k < one->findings->len; k++, n++) {
      const PmFinding *alone = &g_array_index (one->findings, PmFinding, k);
      const PmFinding *among = &g_array_index (all->findings, PmFinding, n);
      g_assert_true (g_str_has_suffix (among->file, alone->file));
      g_assert_cmpuint (alone->role, ==, among->role);
    }
  }
  g_assert_cmpuint (n, ==, all->findings->len);
  g_assert_cmpuint (g_array_index (all->findings, PmFinding, 0).role, ==, PM_ROLE_LISTEN);
}

static void
references_find_their_services (Fixture *f, gconstpointer data)
{
  put (f, "a/compose.yaml",
       "services:\n  api:\n    image: x\n    ports: ['8080:3000']\n  web:\n    image: y\n"
       "    environment:\n      API_URL: http://api:3000\n      OUTSIDE: http://example.com:81\n");
  put (f, "b/.env", "API_URL=http://localhost:8080\nLOST_URL=http://localhost:8099\n");
  EXPECT (edges, "a/compose.yaml:8 -> a/api\na/compose.yaml:9 -> nobody\n"
                 "b/.env:1 -> a/api\nb/.env:2 -> nobody");
}

static void
an_ambiguous_reference_is_nobodys (Fixture *f, gconstpointer data)
{
  put (f, "a/.env", "PORT=8080\n");
  put (f, "b/.env", "PORT=8080\n");
  put (f, "c/.env", "API_URL=http://localhost:8080\n");
  EXPECT (edges, "c/.env:1 -> nobody");
}

static void
workspaces_are_projects (Fixture *f, gconstpointer data)
{
  put (f, "m/package.json", "{\"name\": \"m\", \"workspaces\": [\"apps/*\"]}");
  put (f, "m/apps/x/package.json", "{\"name\": \"@m/x\"}");
  put (f, "m/apps/x/.env", "PORT=4001\n");
  put (f, "m/apps/y/package.json", "{\"name\": \"@m/y\"}");
  put (f, "m/apps/y/.env", "PORT=4002\n");
  EXPECT (rows, "m/apps/x/@m/x 4001>4001 m/apps/x/.env:1\nm/apps/y/@m/y 4002>4002 m/apps/y/.env:1");
}

static void
the_same_files_give_the_same_answer (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 40; i++) {
    g_autofree char *file = g_strdup_printf ("p%u/.env", i);
    g_autofree char *content =
        g_strdup_printf ("PORT=%u\nX_URL=http://localhost:%u\n", 5000 + i, 5000 + (i + 1) % 40);
    put (f, file, content);
  }
  g_autoptr (PmSnapshot) first = survey (f);
  g_autofree char *expected = edges (first);
  for (guint i = 0; i < 5; i++)
    EXPECT (edges, expected);
}

static void
what_is_no_text_is_told (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->root, "a", ".env", NULL);
  put (f, "a/.env.local", "PORT=1\n");
  put (f, "a/logo.env.png", "x");
  g_assert_true (g_file_set_contents (path, "P\0O\0R\0T\0=\0\063\0", 12, NULL));
  g_autofree char *wide = g_build_filename (f->root, "a", "compose.yml", NULL);
  g_assert_true (g_file_set_contents (wide, "a: 1\nb: \0 2", 11, NULL));
  g_autoptr (PmSnapshot) snapshot = survey (f);
  g_assert_cmpuint (snapshot->problems->len, ==, 2);
  const PmProblem *first = &g_array_index (snapshot->problems, PmProblem, 0);
  const PmProblem *second = &g_array_index (snapshot->problems, PmProblem, 1);
  g_assert_cmpstr (first->file, ==, "a/.env");
  g_assert_nonnull (strstr (first->reason, "UTF-16"));
  g_assert_cmpstr (second->file, ==, "a/compose.yml");
  g_assert_nonnull (strstr (second->reason, "NUL"));
}

static void
a_registrys_host_tells_no_type (Fixture *f, gconstpointer data)
{
  put (f, "a/compose.yml",
       "services:\n"
       "  w: {image: 'registry.example.org:5000/acme/thing:1', ports: ['8123:8123']}\n"
       "  r: {image: 'registry:2', ports: ['5000:5000']}\n");
  g_autoptr (PmSnapshot) snapshot = survey (f);
  g_assert_cmpuint (snapshot->services->len, ==, 2);
  for (guint i = 0; i < 2; i++) {
    const PmService *row = &g_array_index (snapshot->services, PmService, i);
    g_assert_cmpstr (row->type, ==, strcmp (row->name, "r") == 0 ? "storage" : "");
  }
}

/* What an image is told by its env_file it binds in its container. */
static void
an_env_file_is_for_the_container_of_an_image (Fixture *f, gconstpointer data)
{
  const char *compose = "services:\n  api:\n    image: x/api\n    env_file: [.env, api.env]\n"
                        "    ports: ['8042:8080']\n";
  put (f, "a/compose.yaml", compose);
  put (f, "a/.env", "PORT=8080\n");
  put (f, "a/package.json", "{\"name\": \"shop\"}\n");
  EXPECT (rows, "a/api 8042>8080 a/compose.yaml:5");
  /* Beside a program another port is the program's, in a file of the container's own it is not. */
  put (f, "a/.env", "PORT=4000\n");
  EXPECT (rows, "a/api 8042>8080 a/compose.yaml:5\na/shop 4000>4000 a/.env:1");
  put (f, "a/.env", "\n");
  put (f, "a/api.env", "HTTP_PORT=4000\n");
  EXPECT (rows, "a/api 0>4000 a/api.env:1\na/api 8042>8080 a/compose.yaml:5");
}

static void
an_env_file_is_the_hosts_where_no_container_reads_it_alone (Fixture *f, gconstpointer data)
{
  put (f, "a/compose.yaml",
       "services:\n  api: {image: x/api, env_file: .env, network_mode: host}\n");
  put (f, "a/.env", "PORT=8080\n");
  put (f, "b/compose.yaml", "services:\n  db: {image: 'postgres:16', env_file: .env}\n");
  put (f, "b/.env", "PORT=8081\n");
  put (f, "c/compose.yaml",
       "services:\n  api: {build: ., env_file: c.env}\n"
       "  jobs: {image: x/api, env_file: c.env}\n");
  put (f, "c/c.env", "PORT=8082\n");
  EXPECT (rows, "a/a 8080>8080 a/.env:1\nb/b 8081>8081 b/.env:1\nc/api 8082>8082 c/c.env:1");
}

static void
a_proxys_own_file_tells_its_type (Fixture *f, gconstpointer data)
{
  put (f, "a/Caddyfile", ":8123 {\n  reverse_proxy localhost:3000\n}\n");
  put (f, "b/.env", "PORT=8124\n");
  g_autoptr (PmSnapshot) snapshot = survey (f);
  g_assert_cmpuint (snapshot->services->len, ==, 2);
  for (guint i = 0; i < 2; i++) {
    const PmService *row = &g_array_index (snapshot->services, PmService, i);
    g_assert_cmpstr (row->type, ==, strcmp (row->project_id, "a") == 0 ? "proxy" : "");
  }
}

/* Compose Specification, "extends": what the base says is the extending service's. */
static void
what_is_extended_is_the_extending_services (Fixture *f, gconstpointer data)
{
  put (f, "a/compose.yaml",
       "services:\n  api: {extends: {file: shared/common.yaml, service: base}}\n"
       "  job: {extends: {file: shared/common.yaml, service: tool}, ports: !reset []}\n");
  put (f, "a/shared/common.yaml",
       "services:\n  base:\n    extends: {service: root}\n    ports: ['9464:9464']\n"
       "  root:\n    image: x\n    expose: [9000]\n"
       "  tool: {image: x, ports: ['9465:9465']}\n");
  EXPECT (rows, "a/api 0>9000 a/shared/common.yaml:7\na/api 9464>9464 a/shared/common.yaml:4");
  EXPECT (variants, "0 \n9464 \n");
  /* What Compose reads by itself runs beside it. */
  put (f, "b/compose.yaml",
       "services:\n  one: {image: x, ports: ['81:80']}\n"
       "  two: {extends: one, profiles: [extra]}\n");
  EXPECT (rows, "a/api 0>9000 a/shared/common.yaml:7\na/api 9464>9464 a/shared/common.yaml:4\n"
                "b/one 81>80 b/compose.yaml:2\nb/two 81>80 b/compose.yaml:2");
}

/* Compose file reference, "include": defaults of its own, over which the project's values win;
 * paths from the project directory; its services are the project's. */
static void
what_is_included_is_read_as_a_part (Fixture *f, gconstpointer data)
{
  put (f, "a/compose.yaml",
       "include:\n  - db/compose.yaml\n"
       "  - path: web/compose.web.yaml\n    project_directory: .\n    env_file: conf/web.env\n"
       "  - path: [mon/compose.yaml, mon/more.yaml]\n");
  put (f, "a/.env", "DB=8002\n");
  put (f, "a/db/.env", "DB=9002\nADMIN=8003\n");
  put (f, "a/db/compose.yaml",
       "include: [deep/compose.yaml]\n"
       "services:\n  db: {image: x, ports: ['${DB}:1', '${ADMIN}:2']}\n");
  put (f, "a/db/deep/compose.yaml", "services:\n  deep: {image: x, ports: ['${ADMIN}1:3']}\n");
  put (f, "a/conf/web.env", "WEB=8004\n");
  put (f, "a/web/compose.web.yaml",
       "services:\n  web:\n    image: nginx\n"
       "    volumes: ['./web/site.conf:/etc/nginx/nginx.conf']\n"
       "    ports: ['${WEB}:80']\n");
  put (f, "a/web/site.conf", "server { listen 80; listen 81; }\n");
  put (f, "a/mon/compose.yaml", "services:\n  mon: {image: x, ports: ['8005:1']}\n");
  put (f, "a/mon/more.yaml", "services:\n  mon: {ports: ['8006:2']}\n");
  EXPECT (rows, "a/db 8002>1 a/.env:1\na/db 8003>2 a/db/.env:2\n"
                "a/deep 0>3 a/db/deep/compose.yaml:2\na/mon 8005>1 a/mon/compose.yaml:2\n"
                "a/mon 8006>2 a/mon/more.yaml:2\na/web 0>81 a/web/site.conf:1\n"
                "a/web 8004>80 a/conf/web.env:1");
}

/* Whose defaults would hold? */
static void
what_several_folders_include_stands_for_itself (Fixture *f, gconstpointer data)
{
  put (f, "a/one/compose.yaml", "include: [../db/compose.yaml]\n");
  put (f, "a/one/.env", "DB=8001\n");
  put (f, "a/two/compose.yaml", "include: [../db/compose.yaml]\n");
  put (f, "a/two/.env", "DB=8002\n");
  put (f, "a/db/compose.yaml", "services:\n  db: {image: x, ports: ['${DB:-8003}:1']}\n");
  EXPECT (rows, "a/db 8003>1 a/db/compose.yaml:2");
}

/* "Automatic HTTPS", "Caddyfile Concepts" and "Global options": no byte says 443 and 80. */
static void
a_site_without_a_port_is_served_over_https (Fixture *f, gconstpointer data)
{
  put (f, "a/Caddyfile",
       "a.example.org, www.example.org {\n  reverse_proxy localhost:3000\n}\n"
       ":8080 {\n}\n");
  EXPECT (rows, "a/a 443>443 caddy's automatic HTTPS\na/a 8080>8080 a/Caddyfile:4\n"
                "a/a 80>80 caddy's redirect to HTTPS");
  put (f, "a/Caddyfile", "{\n  auto_https off\n}\na.example.org {\n}\n");
  EXPECT (rows, "a/a 443>443 caddy's automatic HTTPS");
  put (f, "a/Caddyfile", "http://a.example.org {\n}\n[::1]:8080 {\n}\n{$SITE} {\n}\n");
  EXPECT (rows, "a/a 8080>8080 a/Caddyfile:3\na/a 80>80 caddy's port for http://");
  put (f, "a/Caddyfile", "{\n  http_port 8081\n  https_port 8444\n}\na.example.org {\n}\n");
  EXPECT (rows, "a/a 8081>8081 a/Caddyfile:2\na/a 8444>8444 a/Caddyfile:3");
  put (f, "a/Caddyfile", "a.example.org {\n}\n");
  put (f, "a/compose.yaml",
       "services:\n  web:\n    image: caddy\n    ports: ['8443:443']\n"
       "    volumes: ['./Caddyfile:/etc/caddy/Caddyfile']\n");
  EXPECT (rows, "a/web 8443>443 a/compose.yaml:4");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/discovery/survey/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("a-probe-surely-points-at-its-container", a_probe_surely_points_at_its_container);
  ADD ("what-a-program-makes-tells-its-type", what_a_program_makes_tells_its_type);
  ADD ("a-mapping-is-one-row", a_mapping_is_one_row);
  ADD ("a-site-without-a-port-is-served-over-https", a_site_without_a_port_is_served_over_https);
  ADD ("what-is-included-is-read-as-a-part", what_is_included_is_read_as_a_part);
  ADD ("what-several-folders-include-stands-for-itself",
       what_several_folders_include_stands_for_itself);
  ADD ("an-override-file-replaces-ports", an_override_file_replaces_ports);
  ADD ("a-range-for-one-port-is-one-row", a_range_for_one_port_is_one_row);
  ADD ("the-nearest-file-decides", the_nearest_file_decides);
  ADD ("other-listeners-are-rows-of-their-own", other_listeners_are_rows_of_their_own);
  ADD ("a-frontend-beside-a-backend-is-another-listener",
       a_frontend_beside_a_backend_is_another_listener);
  ADD ("a-host-beside-a-port-leads-to-another-project", a_host_beside_a_port_leads_to_another);
  ADD ("each-listen-of-a-file-is-a-listener", each_listen_of_a_file_is_a_listener);
  ADD ("fastmcp-listens-unless-it-talks-over-stdio", fastmcp_listens_unless_it_talks_over_stdio);
  ADD ("a-call-without-a-port-has-the-servers-default",
       a_call_without_a_port_has_the_servers_default);
  ADD ("a-recipe-without-a-port-has-the-tools-default",
       a_recipe_without_a_port_has_the_tools_default);
  ADD ("what-is-started-goes-before-what-is-depended-on",
       what_is_started_goes_before_what_is_depended_on);
  ADD ("a-mounted-configuration-is-the-containers", a_mounted_configuration_is_the_containers);
  ADD ("a-mount-from-the-working-directory-is-the-projects",
       a_mount_from_the_working_directory_is_the_projects);
  ADD ("what-a-folder-above-builds-has-one-row", what_a_folder_above_builds_has_one_row);
  ADD ("a-daemons-file-is-the-containers-that-runs-it",
       a_daemons_file_is_the_containers_that_runs_it);
  ADD ("nodes-ports-are-external", nodes_ports_are_external);
  ADD ("what-is-for-other-machines-is-not-bound-here",
       what_is_for_other_machines_is_not_bound_here);
  ADD ("a-copied-configuration-is-the-images", a_copied_configuration_is_the_images);
  ADD ("a-mounted-tools-file-is-the-containers", a_mounted_tools_file_is_the_containers);
  ADD ("a-mounted-working-copy-is-the-projects", a_mounted_working_copy_is_the_projects);
  ADD ("a-variables-use-is-no-second-listener", a_variables_use_is_no_second_listener);
  ADD ("a-default-counts-when-nothing-else-speaks", a_default_counts_when_nothing_else_speaks);
  ADD ("what-main-listens-on-goes-before-a-default", what_main_listens_on_goes_before_a_default);
  ADD ("a-script-without-a-port-has-the-default", a_script_without_a_port_has_the_default);
  ADD ("scripts-on-ports-of-their-own-are-modes", scripts_on_ports_of_their_own_are_modes);
  ADD ("a-manifest-tells-a-default", a_manifest_tells_a_default);
  ADD ("code-that-compose-builds-is-one-service", code_that_compose_builds_is_one_service);
  ADD ("other-services-of-a-compose-file-keep-their-names",
       other_services_of_a_compose_file_keep_their_names);
  ADD ("an-image-may-run-as-it-is", an_image_may_run_as_it_is);
  ADD ("variables-lead-to-where-they-are-set", variables_lead_to_where_they_are_set);
  ADD ("a-dotenv-file-may-be-a-link", a_dotenv_file_may_be_a_link);
  ADD ("what-only-an-image-has-listens-in-it", what_only_an_image_has_listens_in_it);
  ADD ("a-project-may-be-the-root", a_project_may_be_the_root);
  ADD ("references-find-their-services", references_find_their_services);
  ADD ("an-ambiguous-reference-is-nobodys", an_ambiguous_reference_is_nobodys);
  ADD ("workspaces-are-projects", workspaces_are_projects);
  ADD ("the-same-files-give-the-same-answer", the_same_files_give_the_same_answer);
  ADD ("what-is-no-text-is-told", what_is_no_text_is_told);
  ADD ("a-registrys-host-tells-no-type", a_registrys_host_tells_no_type);
  ADD ("an-env-file-is-for-the-container-of-an-image",
       an_env_file_is_for_the_container_of_an_image);
  ADD ("an-env-file-is-the-hosts-where-no-container-reads-it-alone",
       an_env_file_is_the_hosts_where_no_container_reads_it_alone);
  ADD ("what-is-extended-is-the-extending-services", what_is_extended_is_the_extending_services);
  ADD ("a-proxys-own-file-tells-its-type", a_proxys_own_file_tells_its_type);
  return g_test_run ();
}
