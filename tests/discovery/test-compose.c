#include <string.h>

#include "recognise-test.h"

#define FILE_NAME "shop/compose.yaml"

static void
reads_short_ports (void)
{
  recognise_test_expect (FILE_NAME,
                         "services:\n"
                         "  web:\n"
                         "    image: nginx:1.27\n"
                         "    ports:\n"
                         "      - \"8080:80\"\n"
                         "      - 127.0.0.1:9000:9000/udp\n"
                         "      - 2222:22\n"
                         "      - \"[::1]:6001:6001\"\n"
                         "      - 3000-3005:4000-4005\n"
                         "      - \"443\"\n",
                         "5 publish 8080 [web] services.web.ports[0]\n"
                         "5 target 80 [web] services.web.ports[0]\n"
                         "6 address 127.0.0.1 [web] services.web.ports[1]\n"
                         "6 publish 9000/udp@127.0.0.1 [web] services.web.ports[1]\n"
                         "6 target 9000/udp [web] services.web.ports[1]\n"
                         "7 publish 2222 [web] services.web.ports[2]\n"
                         "7 target 22 [web] services.web.ports[2]\n"
                         "8 address ::1 [web] services.web.ports[3]\n"
                         "8 publish 6001@::1 [web] services.web.ports[3]\n"
                         "8 target 6001 [web] services.web.ports[3]\n"
                         "9 publish 3000-3005 [web] services.web.ports[4]\n"
                         "9 target 4000-4005 [web] services.web.ports[4]\n"
                         "10 target 443 [web] services.web.ports[5]\n");
}

static void
reads_long_ports (void)
{
  recognise_test_expect (FILE_NAME,
                         "services:\n"
                         "  web:\n"
                         "    build: .\n"
                         "    ports:\n"
                         "      - target: 80\n"
                         "        host_ip: 10.0.0.5\n"
                         "        published: \"8080\"\n"
                         "        protocol: udp\n"
                         "      - target: 9000\n",
                         "6 address 10.0.0.5 [web] services.web.ports[0].host_ip\n"
                         "7 publish 8080/udp [web] services.web.ports[0].published\n"
                         "5 target 80/udp [web] services.web.ports[0].target\n"
                         "9 target 9000 [web] services.web.ports[1].target\n");
}

static void
expands_variables (void)
{
  const char *env = "WEB_PORT=8081\n";
  g_autoptr (PmEnvironment) environment = pm_environment_new (NULL);
  pm_recognise_definitions ("shop/.env", env, strlen (env), environment);
  g_autofree char *got = recognise_test_dump (FILE_NAME,
                                              "services:\n"
                                              "  web:\n"
                                              "    image: web\n"
                                              "    ports:\n"
                                              "      - ${WEB_PORT:-80}:80\n"
                                              "      - ${API_PORT:-9090}:90\n"
                                              "      - ${UNSET}:70\n",
                                              environment);
  g_assert_cmpstr (got, ==,
                   "5 publish 8081 [web] services.web.ports[0] <- shop/.env:1\n"
                   "5 target 80 [web] services.web.ports[0]\n"
                   "6 publish 9090 [web] services.web.ports[1]\n"
                   "6 target 90 [web] services.web.ports[1]\n"
                   "7 target 70 [web] services.web.ports[2]\n");
}

static void
gives_an_anchor_to_each_service (void)
{
  recognise_test_expect (FILE_NAME,
                         "x-common: &common\n"
                         "  image: app\n"
                         "  ports: [\"7000:7000\"]\n"
                         "services:\n"
                         "  a:\n"
                         "    <<: *common\n"
                         "  b:\n"
                         "    <<: *common\n"
                         "    ports: [\"7001:7000\"]\n",
                         "3 publish 7000 [a] x-common.ports[0]\n"
                         "3 target 7000 [a] x-common.ports[0]\n"
                         "9 publish 7001 [b] services.b.ports[0]\n"
                         "9 target 7000 [b] services.b.ports[0]\n");
}

static void
reads_environment_commands_and_labels (void)
{
  recognise_test_expect (
      FILE_NAME,
      "services:\n"
      "  api:\n"
      "    image: registry.example:5000/api:2\n"
      "    environment:\n"
      "      PORT: 4000\n"
      "      DATABASE_URL: postgres://u:p@db:5432/x\n"
      "      KAFKA_ADVERTISED_LISTENERS: IN://kafka:9092\n"
      "      RETRIES: 3000\n"
      "    command: [\"serve\", \"--port\", \"4000\"]\n"
      "    healthcheck:\n"
      "      test: [\"CMD\", \"curl\", \"-f\", \"http://localhost:4000/health\"]\n"
      "    labels:\n"
      "      - traefik.http.services.api.loadbalancer.server.port=4000\n"
      "    expose: [\"4000\"]\n"
      "    volumes: [\"./a:/b:1000\"]\n"
      "    user: \"1000:1000\"\n",
      "14 target 4000 [api] services.api.expose[0]\n"
      "5 listen 4000 [api] services.api.environment.PORT\n"
      "6 reference 5432@db [api] services.api.environment.DATABASE_URL\n"
      "7 reference 9092@kafka [api] "
      "services.api.environment.KAFKA_ADVERTISED_LISTENERS\n"
      "13 target 4000 [api] services.api.labels[0]\n"
      "9 listen 4000 [api] services.api.command[2]\n"
      "11 reference 4000@localhost [api] services.api.healthcheck.test[3]\n"
      "3 reference 5000@registry.example [api] services.api.image\n");
}

static void
tells_facts_and_links (void)
{
  const char *text = "include:\n"
                     "  - path: ../infra/compose.yaml\n"
                     "    env_file: infra.env\n"
                     "services:\n"
                     "  web:\n"
                     "    build: { context: ./web }\n"
                     "    container_name: shop-web\n"
                     "    profiles: [dev, debug]\n"
                     "    network_mode: host\n"
                     "    extends: { file: base.yaml, service: app }\n"
                     "    env_file: [web.env, { path: ./more.env }]\n";
  g_autofree char *fact = recognise_test_fact (FILE_NAME, text, "web");
  g_assert_cmpstr (fact, ==, "|shop/web|dev,debug|host|shop/base.yaml\napp||0|shop-web");
  g_autofree char *links = recognise_test_links (FILE_NAME, text);
  g_assert_cmpstr (links, ==,
                   "extends shop/base.yaml web\n"
                   "env_file shop/web.env web\n"
                   "env_file shop/more.env web\n"
                   "include infra/compose.yaml \n"
                   "include.env_file shop/infra.env infra/compose.yaml\n");
}

static guint
replicas_in (const char *file, const char *service)
{
  g_autofree char *text = g_strdup_printf ("services:\n  web:\n    image: x\n%s", service);
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting = pm_recognise (file, "shop", text, strlen (text), NULL, arena);
  g_assert_cmpuint (sighting->facts->len, ==, 1);
  return g_array_index (sighting->facts, PmServiceFact, 0).replicas;
}

static guint
replicas_of (const char *service)
{
  return replicas_in (FILE_NAME, service);
}

static void
counts_containers (void)
{
  g_assert_cmpuint (replicas_of (""), ==, 1);
  g_assert_cmpuint (replicas_of ("    scale: 3\n"), ==, 3);
  g_assert_cmpuint (replicas_of ("    scale: ${N:-4}\n"), ==, 4);
  g_assert_cmpuint (replicas_of ("    scale: 99999999\n"), ==, 1);
  g_assert_cmpuint (replicas_of ("    deploy: { replicas: 2 }\n"), ==, 2);
  g_assert_cmpuint (replicas_of ("    deploy: { replicas: 0 }\n"), ==, 0);
  /* A swarm publishes a port once. */
  g_assert_cmpuint (replicas_of ("    deploy: { replicas: 2, endpoint_mode: vip }\n"), ==, 1);
  g_assert_cmpuint (replicas_in ("shop/docker-stack.yml", "    deploy: { replicas: 2 }\n"), ==, 1);
}

static void
claims_by_content_only_what_is_compose (void)
{
  recognise_test_expect ("shop/stack.yml",
                         "services:\n  db:\n    image: x\n    ports: [\"5432:5432\"]\n",
                         "4 publish 5432 [db] services.db.ports[0]\n"
                         "4 target 5432 [db] services.db.ports[0]\n");
  recognise_test_expect ("shop/list.yml", "services:\n  - name: a\n    ports: [\"9:22\"]\n",
                         "3 publish 9 [] services[0].ports[0]\n"
                         "3 target 22 [] services[0].ports[0]\n");
}

/* Each anchor merges the one before it thirty times. */
static void
bounds_what_anchors_multiply (void)
{
  g_autoptr (GString) text = g_string_new ("x0: &a0\n  environment:\n");
  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (text, "    K%u: v\n", i);
  for (guint i = 1; i < 6; i++) {
    g_string_append_printf (text, "x%u: &a%u { <<: [", i, i);
    for (guint j = 0; j < 30; j++)
      g_string_append_printf (text, "*a%u,", i - 1);
    g_string_append (text, "] }\n");
  }
  g_string_append (text, "services:\n");
  for (guint i = 0; i < 2000; i++)
    g_string_append_printf (text, "  s%u: { <<: *a5, image: x }\n", i);

  gint64 start_us = g_get_monotonic_time ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting =
      pm_recognise (FILE_NAME, "shop", text->str, text->len, NULL, arena);
  g_assert_cmpuint (sighting->problems->len, ==, 1);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 20 * G_USEC_PER_SEC);
}

/* "healthcheck" asks; "Merge": paths of several files are relative to the first one's folder. */
static void
reads_what_is_asked_and_mounted (void)
{
  static const char text[] = "services:\n  mq:\n    image: redis\n"
                             "    healthcheck: {test: [CMD-SHELL, redis-cli -a x -p 6373 ping]}\n"
                             "    volumes: ['./mq/redis.conf:/etc/redis.conf', './data:/data']\n";
  recognise_test_expect ("shop/mq/compose.yaml", text,
                         "4 reference 6373 [mq] services.mq.healthcheck.test[1]\n");
  g_autofree char *links = recognise_test_links ("shop/mq/compose.yaml", text);
  g_assert_cmpstr (links, ==,
                   "mount shop/mq/mq/redis.conf mq\nmount shop/mq/redis.conf mq\n"
                   "mount shop/mq/data mq\n");
}

/* caddy-docker-proxy's README, "upstreams". */
static void
reads_what_caddy_is_told_by_labels (void)
{
  recognise_test_expect (FILE_NAME,
                         "services:\n  a:\n    image: x\n    labels:\n"
                         "      caddy: a.example.org\n"
                         "      caddy.reverse_proxy: \"{{upstreams 8001}}\"\n"
                         "  b:\n    image: x\n    labels:\n"
                         "      - caddy_1.reverse_proxy=/api* {{ upstreams https 8002 }}\n"
                         "      - caddy.reverse_proxy={{upstreams}}\n"
                         "      - other.reverse_proxy={{upstreams 8003}}\n",
                         "6 target 8001 [a] services.a.labels.caddy.reverse_proxy\n"
                         "10 target 8002 [b] services.b.labels[0]\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/compose/reads-short-ports", reads_short_ports);
  g_test_add_func ("/discovery/compose/reads-long-ports", reads_long_ports);
  g_test_add_func ("/discovery/compose/expands-variables", expands_variables);
  g_test_add_func ("/discovery/compose/gives-an-anchor-to-each-service",
                   gives_an_anchor_to_each_service);
  g_test_add_func ("/discovery/compose/reads-environment-commands-and-labels",
                   reads_environment_commands_and_labels);
  g_test_add_func ("/discovery/compose/tells-facts-and-links", tells_facts_and_links);
  g_test_add_func ("/discovery/compose/counts-containers", counts_containers);
  g_test_add_func ("/discovery/compose/claims-by-content-only-what-is-compose",
                   claims_by_content_only_what_is_compose);
  g_test_add_func ("/discovery/compose/bounds-what-anchors-multiply", bounds_what_anchors_multiply);
  g_test_add_func ("/discovery/compose/reads-what-is-asked-and-mounted",
                   reads_what_is_asked_and_mounted);
  g_test_add_func ("/discovery/compose/reads-what-caddy-is-told-by-labels",
                   reads_what_caddy_is_told_by_labels);
  return g_test_run ();
}
