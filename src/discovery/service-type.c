#include "discovery/service-type.h"

#include <string.h>

typedef struct {
  const char *word; /* a whole word of an image, tool or name */
  PmServiceType type;
} Known;

/* Words, so that `docker.io/bitnami/postgresql:16` and a service called `my-postgres` both tell. */
static const Known known[] = {
    {"postgres", {"database", "tcp"}},
    {"postgresql", {"database", "tcp"}},
    {"postgis", {"database", "tcp"}},
    {"timescaledb", {"database", "tcp"}},
    {"pgvector", {"database", "tcp"}},
    {"mysql", {"database", "tcp"}},
    {"mariadb", {"database", "tcp"}},
    {"mongo", {"database", "tcp"}},
    {"mongodb", {"database", "tcp"}},
    {"cassandra", {"database", "tcp"}},
    {"cockroach", {"database", "tcp"}},
    {"cockroachdb", {"database", "tcp"}},
    {"mssql", {"database", "tcp"}},
    {"neo4j", {"database", "tcp"}},
    {"clickhouse", {"database", "http"}},
    {"influxdb", {"database", "http"}},
    {"couchdb", {"database", "http"}},
    {"db", {"database", "tcp"}},
    {"database", {"database", "tcp"}},
    {"redis", {"cache", "tcp"}},
    {"valkey", {"cache", "tcp"}},
    {"keydb", {"cache", "tcp"}},
    {"memcached", {"cache", "tcp"}},
    {"cache", {"cache", "tcp"}},
    {"rabbitmq", {"queue", "tcp"}},
    {"kafka", {"queue", "tcp"}},
    {"zookeeper", {"queue", "tcp"}},
    {"nats", {"queue", "tcp"}},
    {"mosquitto", {"queue", "tcp"}},
    {"beanstalkd", {"queue", "tcp"}},
    {"prometheus", {"metrics", "http"}},
    {"grafana", {"metrics", "http"}},
    {"alertmanager", {"metrics", "http"}},
    {"pushgateway", {"metrics", "http"}},
    {"exporter", {"metrics", "http"}},
    {"cadvisor", {"metrics", "http"}},
    {"jaeger", {"metrics", "http"}},
    {"loki", {"metrics", "http"}},
    {"metrics", {"metrics", "http"}},
    {"mailhog", {"mail", "tcp"}},
    {"mailpit", {"mail", "tcp"}},
    {"maildev", {"mail", "tcp"}},
    {"mailcatcher", {"mail", "tcp"}},
    {"postfix", {"mail", "tcp"}},
    {"smtp", {"mail", "tcp"}},
    {"nginx", {"proxy", "http"}},
    {"traefik", {"proxy", "http"}},
    {"caddy", {"proxy", "http"}},
    {"haproxy", {"proxy", "http"}},
    {"envoy", {"proxy", "http"}},
    {"httpd", {"proxy", "http"}},
    {"proxy", {"proxy", "http"}},
    {"gateway", {"proxy", "http"}},
    {"minio", {"storage", "http"}},
    {"registry", {"storage", "http"}},
    {"elasticsearch", {"search", "http"}},
    {"opensearch", {"search", "http"}},
    {"kibana", {"search", "http"}},
    {"meilisearch", {"search", "http"}},
    {"typesense", {"search", "http"}},
    {"solr", {"search", "http"}},
    {"mcp", {"mcp", "http"}},
    {"fastmcp", {"mcp", "http"}},
    {"vite", {"web", "http"}},
    {"next", {"web", "http"}},
    {"nuxt", {"web", "http"}},
    {"astro", {"web", "http"}},
    {"svelte", {"web", "http"}},
    {"gatsby", {"web", "http"}},
    {"remix", {"web", "http"}},
    {"angular", {"web", "http"}},
    {"webpack", {"web", "http"}},
    {"storybook", {"web", "http"}},
    {"frontend", {"web", "http"}},
    {"web", {"web", "http"}},
    {"ui", {"web", "http"}},
    {"dashboard", {"web", "http"}},
    {"site", {"web", "http"}},
    {"express", {"api", "http"}},
    {"fastify", {"api", "http"}},
    {"nest", {"api", "http"}},
    {"fastapi", {"api", "http"}},
    {"flask", {"api", "http"}},
    {"django", {"api", "http"}},
    {"rails", {"api", "http"}},
    {"uvicorn", {"api", "http"}},
    {"gunicorn", {"api", "http"}},
    {"api", {"api", "http"}},
    {"backend", {"api", "http"}},
    {"server", {"api", "http"}},
    {"websocket", {"ws", "ws"}},
    {"websockets", {"ws", "ws"}},
    {"ws", {"ws", "ws"}},
    {"socketio", {"ws", "ws"}},
    {"soketi", {"ws", "ws"}},
};

/* Splits at everything that is no letter or digit; the later word tells more (`redis-exporter`). */
static const Known *
find_word (const char *text)
{
  const Known *found = NULL;
  for (const char *at = text; *at != '\0' && *at != ':';) {
    gsize length = 0;
    while (g_ascii_isalnum (at[length]))
      length++;
    for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
      if (strlen (known[i].word) == length && g_ascii_strncasecmp (known[i].word, at, length) == 0)
        found = &known[i];
    at += MAX (length, 1);
  }
  return found;
}

/* An image without the registry's host: the first component, where it could be one, which has a dot
 * or a colon or is localhost (github.com/distribution/reference, "domain"). */
static const char *
without_host (const char *image)
{
  gsize first = strcspn (image, "/");
  if (image[first] == '\0')
    return image;
  gboolean is_host = memchr (image, '.', first) != NULL || memchr (image, ':', first) != NULL ||
                     (first == strlen ("localhost") && g_str_has_prefix (image, "localhost"));
  return is_host ? image + first + 1 : image;
}

gboolean
pm_service_type (const char *image, const char *tool, const char *name, PmServiceType *ret_type)
{
  const char *texts[] = {without_host (image), tool, name};
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    const Known *found = find_word (texts[i]);
    if (found != NULL) {
      *ret_type = found->type;
      return TRUE;
    }
  }
  return FALSE;
}

gboolean
pm_service_type_port_is_http (guint16 port)
{
  static const guint16 ports[] = {80,   443,  1337, 3000, 3001, 3002, 3003, 3100, 4000, 4200,
                                  4173, 4321, 5000, 5001, 5173, 6006, 7000, 8000, 8001, 8008,
                                  8080, 8081, 8082, 8088, 8443, 8888, 9000, 9090};
  for (gsize i = 0; i < G_N_ELEMENTS (ports); i++)
    if (ports[i] == port)
      return TRUE;
  return FALSE;
}
