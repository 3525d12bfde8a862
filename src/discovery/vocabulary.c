/* DESIGN
 * The last word that has a meaning decides what a name is about; the words before it, whose. Tables
 * are sorted by subject, not by use: they are short, and names are looked up once per scalar. */

#include "discovery/vocabulary.h"

#include <string.h>

#define MOST_WORDS 16
#define LONGEST_WORD 24

/* Which of the lists below a word is in. */
typedef enum {
  IS_OWN = 1 << 0,
  IS_PEER = 1 << 1,
  IS_NOISE = 1 << 2,
  IS_ABOUT = 1 << 3,
  IS_ENDPOINT = 1 << 4,
  IS_LISTEN = 1 << 5,
  IS_ADVERTISED = 1 << 6,
  IS_ADDRESS = 1 << 7,
  IS_HOST = 1 << 8,
  IS_COMMAND = 1 << 9,
  IS_KEY_KIND = 1 << 10,
  IS_NEVER = 1 << 11,
  IS_IMAGE = 1 << 12,
  IS_ELSEWHERE = 1 << 13,
  IS_BINDING = 1 << 14,
  IS_PROSE = 1 << 15,
  IS_MANY = 1 << 16,
} Lists;

typedef struct {
  char text[MOST_WORDS][LONGEST_WORD];
  guint lists[MOST_WORDS];
  guint n;
} Words;

/* The process's own sockets. */
static const char *const own_words[] = {
    "app",        "application", "server",     "http",       "https",     "web",       "website",
    "site",       "api",         "listen",     "listener",   "listening", "bind",      "service",
    "dev",        "devserver",   "ui",         "gui",        "admin",     "metrics",   "metric",
    "monitoring", "grpc",        "ws",         "wss",        "websocket", "debug",     "debugger",
    "inspector",  "hmr",         "frontend",   "backend",    "front",     "back",      "client",
    "main",       "internal",    "local",      "management", "mgmt",      "dashboard", "console",
    "health",     "healthcheck", "probe",      "node",       "next",      "nuxt",      "vite",
    "express",    "flask",       "fastapi",    "django",     "uvicorn",   "gunicorn",  "rest",
    "graphql",    "rpc",         "tcp",        "udp",        "tls",       "ssl",       "secure",
    "plain",      "docs",        "storybook",  "preview",    "worker",    "exposed",   "mcp",
    "default",    "static",      "livereload", "reload",     "webhook",   "gateway",   "webui",
    "pprof",      "profiling",   "telnet",     "xdebug",     "jmx",       "range",     "aspnetcore",
    "dotnet",     "kestrel",     "bun",        "nitro",      "rocket",    "fastmcp",   "litestar",
    "jupyter",    "chainlit",    "gradio",     "streamlit",
};

/* Somebody else's. */
static const char *const peer_words[] = {
    "db",          "database",   "sql",       "mysql",       "mysqld",      "mariadb",
    "postgres",    "postgresql", "pg",        "pgsql",       "mongo",       "mongodb",
    "redis",       "valkey",     "dragonfly", "cache",       "memcached",   "memcache",
    "rabbitmq",    "rabbit",     "amqp",      "mq",          "broker",      "kafka",
    "zookeeper",   "zk",         "nats",      "es",          "elastic",     "elasticsearch",
    "opensearch",  "solr",       "smtp",      "mail",        "email",       "mailer",
    "imap",        "pop3",       "ldap",      "ldaps",       "ftp",         "sftp",
    "s3",          "minio",      "remote",    "target",      "upstream",    "peer",
    "destination", "dest",       "proxy",     "ntp",         "dns",         "syslog",
    "statsd",      "graphite",   "influx",    "influxdb",    "otel",        "otlp",
    "jaeger",      "zipkin",     "vault",     "consul",      "etcd",        "cassandra",
    "scylla",      "clickhouse", "couchdb",   "couchbase",   "neo4j",       "oracle",
    "mssql",       "sqlserver",  "celery",    "queue",       "tunnel",      "bastion",
    "selenium",    "sentry",     "logstash",  "fluentd",     "loki",        "tempo",
    "datasource",  "pulsar",     "mqtt",      "meilisearch", "typesense",   "qdrant",
    "weaviate",    "milvus",     "ollama",    "eureka",      "socketio",    "gearman",
    "beanstalkd",  "sphinx",     "external",  "backends",    "replica",     "master",
    "forwarded",   "slave",      "primary",   "databases",   "datasources", "caches",
    "brokers",     "dapr",
};

/* Names whose words say something else: the port that HttpsRedirectionMiddleware sends others to,
 * the sidecar's that Dapr tells a program ("Environment variable reference"), and where the other
 * machine's SSH server is (Ansible, "Connecting to hosts: behavioral inventory parameters"). */
static const char *const references[] = {
    "ASPNETCORE_HTTPS_PORT", "ANCM_HTTPS_PORT", "DAPR_HTTP_PORT", "DAPR_GRPC_PORT",  "daprPort",
    "daprHttpPort",          "daprGrpcPort",    "ansible_port",   "ansible_ssh_port"};

/* `agent_endpoint_port`: where others are. */
static const char *const elsewhere_words[] = {"endpoint"};

/* Words that say nothing about whose port it is. */
static const char *const noise_words[] = {
    "port",        "ports",         "number", "num",      "no",        "services",
    "config",      "configuration", "conf",   "settings", "options",   "env",
    "environment", "defaults",      "global", "common",   "values",    "data",
    "custom",      "start",         "public", "host",     "published", "container",
    "my",          "the",           "spring", "react",    "process",   "run",
};

/* Behind `port`: the value is about a port, and is none. */
static const char *const about_words[] = {
    "id",         "ids",      "name",      "names",    "type",       "types",       "timeout",
    "count",      "protocol", "protocols", "mapping",  "mappings",   "forward",     "forwarding",
    "status",     "check",    "scan",      "scanner",  "enabled",    "enable",      "disabled",
    "offset",     "step",     "size",      "label",    "labels",     "security",    "channel",
    "group",      "policy",   "mode",      "speed",    "state",      "description", "desc",
    "spec",       "key",      "attempts",  "retries",  "limit",      "conflict",    "binding",
    "visibility", "index",    "delay",     "interval", "attributes", "strategy",
};

static const char *const endpoint_words[] = {
    "url",       "urls",     "uri",      "uris",      "endpoint", "endpoints",   "dsn",
    "origin",    "origins",  "upstream", "upstreams", "proxy",    "target",      "targets",
    "server",    "servers",  "peer",     "peers",     "broker",   "brokers",     "nodes",
    "node",      "monitor",  "monitors", "gateway",   "connect",  "connection",  "cluster",
    "webhook",   "callback", "redirect", "href",      "link",     "jdbc",        "backend",
    "backends",  "portal",   "portals",  "issuer",    "registry", "destination", "api",
    "resturl",   "baseurl",  "site",     "domain",    "domains",  "seeds",       "contactpoints",
    "authority", "location", "dial",     "remote",    "hub",      "exporter",
};

/* Whose values may as well be what is bound: `endpoint: 0.0.0.0:4317`, `SITE_HOSTNAME=:8001`. */
static const char *const binding_words[] = {
    "endpoint", "endpoints", "host", "hosts",   "hostname",  "server", "site",
    "api",      "domain",    "node", "address", "addresses", "addr",   "addrs",
};

static const char *const listen_words[] = {
    "listen", "listens", "listener", "listeners", "bind", "binds", "binding", "bindings",
};

/* Of those, what as well counts them: a radio's, an event's. */
static const char *const many_words[] = {"listens", "listeners"};

/* What is told to others about oneself: they connect there. */
static const char *const advertised_words[] = {
    "advertised", "advertise", "announce", "announced",
    "external",   "public",    "redirect", "callback",
};

static const char *const address_words[] = {"address", "addresses", "addr", "addrs"};

static const char *const host_words[] = {
    "host", "hosts",      "hostname",    "hostnames", "ip",     "ips",  "ipv4",
    "ipv6", "nameserver", "nameservers", "dns",       "subnet", "cidr", "netmask",
};

static const char *const command_words[] = {
    "command", "cmd",     "args", "arguments", "entrypoint",  "exec", "execstart", "run",
    "script",  "scripts", "opts", "flags",     "healthcheck", "argv", "cmdline",   "java_opts",
};

/* API_KEY and the like hold secrets; a bare key may be anything. */
static const char *const key_kinds[] = {"api",  "secret",     "private", "access",
                                        "auth", "encryption", "signing"};

static const char *const never_words[] = {
    "version",
    "versions",
    "sha",
    "sha256",
    "sha1",
    "md5",
    "digest",
    "checksum",
    "hash",
    "integrity",
    "time",
    "times",
    "date",
    "timestamp",
    "cron",
    "schedule",
    "size",
    "memory",
    "mem",
    "cpu",
    "cpus",
    "timeout",
    "interval",
    "duration",
    "ttl",
    "retries",
    "count",
    "limit",
    "limits",
    "uid",
    "gid",
    "oid",
    "oids",
    "revision",
    "commit",
    "tag",
    "license",
    "password",
    "passwd",
    "secret",
    "token",
    "color",
    "colour",
    "width",
    "height",
    "weight",
    "priority",
    "user",
    "chart",
    "arn",
    "resolved",
    "uuid",
    "guid",
    "delay",
    "threshold",
    "quota",
    "ulimits",
    "walk",
    "userdata",
    /* whatever looks like a port in there is chance, and nobody else's business */
    "passphrase",
    "secrets",
    "tokens",
    "credential",
    "credentials",
    "apikey",
    "salt",
    "signature",
};

static const char *const image_words[] = {"image", "images", "repository", "uses", "from"};

/* What a form or a schema says about a value, beside it. */
static const char *const prose_words[] = {
    "placeholder", "label", "title",   "description", "help",    "hint",    "tooltip", "example",
    "examples",    "error", "message", "comment",     "caption", "minimum", "maximum",
};

/* --- the lists by word --- */

static void
add_list (GHashTable *lists, const char *const *words, gsize n, Lists list)
{
  for (gsize i = 0; i < n; i++) {
    guint others = GPOINTER_TO_UINT (g_hash_table_lookup (lists, words[i]));
    g_hash_table_insert (lists, (gpointer) words[i], GUINT_TO_POINTER (others | list));
  }
}

#define ADD(lists, words, list) add_list ((lists), (words), G_N_ELEMENTS (words), (list))

static gpointer
make_lists (gpointer nothing)
{
  GHashTable *lists = g_hash_table_new (g_str_hash, g_str_equal);
  ADD (lists, own_words, IS_OWN);
  ADD (lists, peer_words, IS_PEER);
  ADD (lists, noise_words, IS_NOISE);
  ADD (lists, about_words, IS_ABOUT);
  ADD (lists, endpoint_words, IS_ENDPOINT);
  ADD (lists, listen_words, IS_LISTEN);
  ADD (lists, many_words, IS_MANY);
  ADD (lists, advertised_words, IS_ADVERTISED);
  ADD (lists, address_words, IS_ADDRESS);
  ADD (lists, host_words, IS_HOST);
  ADD (lists, command_words, IS_COMMAND);
  ADD (lists, key_kinds, IS_KEY_KIND);
  ADD (lists, never_words, IS_NEVER);
  ADD (lists, image_words, IS_IMAGE);
  ADD (lists, elsewhere_words, IS_ELSEWHERE);
  ADD (lists, binding_words, IS_BINDING);
  ADD (lists, prose_words, IS_PROSE);
  return lists;
}

/* Names are looked up once per scalar. */
static guint
lists_of (const char *word)
{
  static GOnce once = G_ONCE_INIT;
  return GPOINTER_TO_UINT (g_hash_table_lookup (g_once (&once, make_lists, NULL), word));
}

/* --- splitting --- */

static gboolean
is_known (const char *word)
{
  return (lists_of (word) & (IS_OWN | IS_PEER)) != 0 || strcmp (word, "host") == 0 ||
         strcmp (word, "public") == 0 || strcmp (word, "base") == 0;
}

/* "redisport" → redis, port; "transport" stays. */
static gboolean
split_compound (const char *word, gsize *ret_at)
{
  static const char *const tails[] = {"port", "ports", "url", "uri", "host", "addr", "address"};
  gsize length = strlen (word);
  if (length < 4 || strchr ("tslir", word[length - 1]) == NULL) /* how the tails end */
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (tails); i++) {
    gsize tail = strlen (tails[i]);
    if (length <= tail || word[length - tail] != tails[i][0] ||
        strcmp (word + length - tail, tails[i]) != 0)
      continue;
    char head[LONGEST_WORD];
    g_strlcpy (head, word, MIN (sizeof head, length - tail + 1));
    if (!is_known (head))
      continue;
    *ret_at = length - tail;
    return TRUE;
  }
  return FALSE;
}

static void
add_word (Words *words, const char *text, gsize length)
{
  if (length == 0 || words->n == MOST_WORDS)
    return;
  char *word = words->text[words->n];
  length = MIN (length, LONGEST_WORD - 1);
  for (gsize i = 0; i < length; i++)
    word[i] = g_ascii_tolower (text[i]);
  word[length] = '\0';
  words->n++;

  gsize at;
  if (words->n < MOST_WORDS && split_compound (word, &at)) {
    g_strlcpy (words->text[words->n++], word + at, LONGEST_WORD);
    word[at] = '\0';
  }
}

/* A word ends at what is no letter or digit, before a capital behind a small letter, and before the
 * last capital of a run that a small letter follows: HTTPPort. */
static gboolean
ends_before (const char *name, gsize i)
{
  if (!g_ascii_isalnum (name[i]))
    return TRUE;
  if (!g_ascii_isupper (name[i]))
    return FALSE;
  return g_ascii_islower (name[i - 1]) || g_ascii_isdigit (name[i - 1]) ||
         (g_ascii_isupper (name[i - 1]) && g_ascii_islower (name[i + 1]));
}

static void
split (const char *name, Words *words)
{
  words->n = 0;
  gsize length = strlen (name);
  gsize start = 0;
  /* The end of a name tells more than its beginning. */
  if (length > 200) {
    name += length - 200;
    length = 200;
  }
  for (gsize i = 1; i < length; i++)
    if (ends_before (name, i)) {
      add_word (words, name + start, i - start);
      start = g_ascii_isalnum (name[i]) ? i : i + 1;
    }
  if (start < length)
    add_word (words, name + start, length - start);
  if (words->n > 0 && words->text[0][0] != '\0' && !g_ascii_isalnum (words->text[0][0]))
    memmove (words->text[0], words->text[0] + 1, LONGEST_WORD - 1);
  for (guint i = 0; i < words->n; i++)
    words->lists[i] = lists_of (words->text[i]);
}

/* --- meaning --- */

static gint
find_word (const Words *words, const char *one, const char *other)
{
  for (guint i = words->n; i > 0; i--)
    if (strcmp (words->text[i - 1], one) == 0 || strcmp (words->text[i - 1], other) == 0)
      return (gint) i - 1;
  return -1;
}

static gboolean
has_one_of (const Words *words, Lists list)
{
  for (guint i = 0; i < words->n; i++)
    if (words->lists[i] & list)
      return TRUE;
  return FALSE;
}

static gboolean
is_own_name (const char *word, const char *own_name)
{
  if (own_name == NULL || *own_name == '\0')
    return FALSE;
  Words own;
  split (own_name, &own);
  for (guint i = 0; i < own.n; i++)
    if (strlen (word) > 2 && strcmp (own.text[i], word) == 0)
      return TRUE;
  return FALSE;
}

/* Whose port or endpoint it is: a peer's word anywhere makes it a reference; only words of its own
 * make it one that is bound; anything else leaves it open. */
static void
tell_role (const Words *words, const char *own_name, PmKeyword *keyword)
{
  gboolean all_own = TRUE;
  for (guint i = 0; i < words->n; i++) {
    const char *word = words->text[i];
    if (strcmp (word, "udp") == 0)
      keyword->transport = PM_TRANSPORT_UDP;
    if ((words->lists[i] & IS_NOISE) || is_own_name (word, own_name))
      continue;
    if (words->lists[i] & (IS_PEER | IS_ELSEWHERE)) {
      keyword->role = PM_ROLE_REFERENCE;
      keyword->role_is_known = TRUE;
      return;
    }
    if (!(words->lists[i] & IS_OWN) && !g_ascii_isdigit (word[0]))
      all_own = FALSE;
  }
  if (all_own) {
    keyword->role = PM_ROLE_LISTEN;
    keyword->role_is_known = TRUE;
  }
}

/* PGADMIN_LISTEN_PORT, HTTP_BIND_PORT: whoever that is, it listens there, unless that is told to
 * others. */
static void
settle_listened (const Words *words, PmKeyword *keyword)
{
  if (keyword->role_is_known || !has_one_of (words, IS_LISTEN) || has_one_of (words, IS_ADVERTISED))
    return;
  keyword->role = PM_ROLE_LISTEN;
  keyword->role_is_known = TRUE;
}

static gboolean
is_about_a_port (const Words *words, guint port)
{
  for (guint i = port + 1; i < words->n; i++)
    if (words->lists[i] & IS_ABOUT)
      return TRUE;
  return FALSE;
}

static void
make (PmKeyword *keyword, PmKeywordMeaning meaning, double confidence)
{
  keyword->meaning = meaning;
  keyword->confidence = confidence;
}

/* The kind of thing by the lists of the last word; TRUE when it has one. */
static gboolean
tell_meaning (guint last, PmKeyword *keyword)
{
  if (last & IS_LISTEN) {
    make (keyword, PM_KEYWORD_LISTEN, 0.9);
    keyword->counts = (last & IS_MANY) != 0;
    keyword->role = PM_ROLE_LISTEN;
    keyword->role_is_known = TRUE;
  } else if (last & IS_IMAGE) {
    make (keyword, PM_KEYWORD_IMAGE, 0.85);
  } else if (last & IS_HOST) {
    make (keyword, PM_KEYWORD_HOST, 0.9);
  } else if (last & IS_ADDRESS) {
    make (keyword, PM_KEYWORD_ENDPOINT, 0.9);
  } else if (last & IS_ENDPOINT) {
    make (keyword, PM_KEYWORD_ENDPOINT, 0.9);
  } else if (last & IS_COMMAND) {
    make (keyword, PM_KEYWORD_COMMAND, 0.85);
  } else if (last & IS_NEVER) {
    make (keyword, PM_KEYWORD_NEVER, 1);
  } else {
    return FALSE;
  }
  return TRUE;
}

/* Of a path of names, `hosts.web.ansible_port`, the last. */
static gboolean
is_a_reference (const char *name)
{
  const char *dot = strrchr (name, '.');
  const char *last = dot == NULL ? name : dot + 1;
  for (gsize i = 0; i < G_N_ELEMENTS (references); i++)
    if (last[0] == references[i][0] && strcmp (last, references[i]) == 0)
      return TRUE;
  return FALSE;
}

void
pm_vocabulary_look_up (const char *name, const char *own_name, PmKeyword *ret_keyword)
{
  *ret_keyword = (PmKeyword){.role = PM_ROLE_REFERENCE, .confidence = 0.8};
  Words words;
  split (name, &words);
  if (words.n == 0)
    return;

  if (is_a_reference (name)) {
    make (ret_keyword, PM_KEYWORD_PORT, 0.95);
    ret_keyword->role_is_known = TRUE;
    return;
  }
  guint last = words.lists[words.n - 1];
  if (words.n > 1 && strcmp (words.text[words.n - 1], "key") == 0 &&
      (words.lists[words.n - 2] & IS_KEY_KIND)) {
    make (ret_keyword, PM_KEYWORD_NEVER, 1);
    return;
  }
  gint port = find_word (&words, "port", "ports");
  if (port >= 0 && !is_about_a_port (&words, (guint) port)) {
    make (ret_keyword, PM_KEYWORD_PORT, (guint) port + 1 == words.n ? 0.95 : 0.8);
    tell_role (&words, own_name, ret_keyword);
    settle_listened (&words, ret_keyword);
    return;
  }
  if (port >= 0) {
    make (ret_keyword, PM_KEYWORD_NEVER, 1);
    return;
  }
  ret_keyword->may_be_bound = (last & IS_BINDING) != 0 && !has_one_of (&words, IS_PEER);
  if (!tell_meaning (last, ret_keyword)) {
    if (has_one_of (&words, IS_PEER)) {
      make (ret_keyword, PM_KEYWORD_PEER, 0.75);
      ret_keyword->role_is_known = TRUE;
    }
    return;
  }
  if (has_one_of (&words, IS_ADVERTISED)) {
    ret_keyword->role = PM_ROLE_REFERENCE;
    ret_keyword->role_is_known = TRUE;
    return;
  }

  gboolean is_bound = FALSE;
  for (guint i = 0; i + 1 < words.n; i++)
    is_bound = is_bound || (words.lists[i] & IS_LISTEN);
  if (is_bound && (last & IS_ADDRESS))
    make (ret_keyword, PM_KEYWORD_LISTEN, 0.9);
  if (is_bound) {
    ret_keyword->role = PM_ROLE_LISTEN;
    ret_keyword->role_is_known = TRUE;
  } else if (ret_keyword->meaning == PM_KEYWORD_ENDPOINT) {
    ret_keyword->role_is_known = !(last & IS_ADDRESS);
  }
}

gboolean
pm_vocabulary_is_prose (const char *key)
{
  Words words;
  split (key, &words);
  return words.n == 1 && (words.lists[0] & IS_PROSE) != 0;
}

gboolean
pm_vocabulary_is_own_port (const char *name)
{
  PmKeyword keyword;
  pm_vocabulary_look_up (name, NULL, &keyword);
  return keyword.meaning == PM_KEYWORD_PORT && keyword.role_is_known &&
         keyword.role == PM_ROLE_LISTEN;
}

gboolean
pm_vocabulary_says_nobody (const char *name)
{
  Words words;
  split (name, &words);
  for (guint i = 0; i < words.n; i++)
    if (!(words.lists[i] & IS_NOISE) || g_str_has_prefix (words.text[i], "env"))
      return FALSE;
  return TRUE;
}

gboolean
pm_vocabulary_is_a_peers_number (guint port)
{
  static const guint16 ports[] = {
      22,   25,   53,   110,  123,  143,  161,  389,  465,  514,  587,  636,  993,   995,   1433,
      1521, 1883, 2181, 2379, 3306, 5432, 5672, 5984, 6379, 8883, 9042, 9092, 11211, 27017,
  };
  for (gsize i = 0; i < G_N_ELEMENTS (ports); i++)
    if (ports[i] == port)
      return TRUE;
  return FALSE;
}

gboolean
pm_vocabulary_is_a_clients (const char *key)
{
  static const char *const keys[] = {"adapter",  "dialect", "driver",   "engine",  "dbname",
                                     "database", "charset", "username", "password"};
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_ascii_strcasecmp (key, keys[i]) == 0)
      return TRUE;
  return FALSE;
}
