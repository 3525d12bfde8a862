/* Free text: comments, prose, values that no rule speaks of.
 *
 * DESIGN
 * One cursor over the text. Runs of name characters are looked at once, as an address or a name
 * that carries one; the colon behind a run makes it a URL or an endpoint. What a number behind a
 * colon means is decided by the name before it: sure for localhost and addresses, likely for dotted
 * names that are no file and no class, and for plain names only where they are known or where
 * nothing else could stand (behind @ or //, or as the whole text). */

#include <string.h>

#include "discovery/endpoint.h"
#include "discovery/port.h"
#include "discovery/vocabulary.h"

#define LONGEST_NAME 255
#define LOOK_AROUND 512 /* for the other keys of a connection string */

typedef struct {
  PmScan *scan;
  PmSpan range;
  guint32 at;
  PmSpan run;          /* of name characters, last seen */
  guint32 no_v6_until; /* tried up to here */
} Reader;

/* --- host:port --- */

/* Endings of file names: what a number behind them counts is lines. */
static const char *const file_endings[] = {
    "c",    "h",    "cc",     "cpp",    "hpp",        "cs",      "go",   "rs",   "py",   "rb",
    "js",   "ts",   "jsx",    "tsx",    "mjs",        "cjs",     "java", "kt",   "php",  "pl",
    "sh",   "lua",  "swift",  "scala",  "md",         "txt",     "log",  "yml",  "yaml", "json",
    "toml", "ini",  "conf",   "cfg",    "xml",        "html",    "css",  "scss", "vue",  "svelte",
    "sql",  "tf",   "proto",  "lock",   "env",        "ex",      "exs",  "erl",  "hs",   "ml",
    "clj",  "dart", "groovy", "gradle", "properties", "service", "sock", "jar",  NULL,
};

/* Names that people give to the machines and containers of their projects. */
static const char *const service_names[] = {
    "db",         "database",  "postgres", "postgresql", "mysql",      "mariadb",
    "mongo",      "mongodb",   "redis",    "valkey",     "memcached",  "kafka",
    "zookeeper",  "rabbitmq",  "nats",     "mqtt",       "mosquitto",  "elasticsearch",
    "opensearch", "kibana",    "logstash", "minio",      "vault",      "consul",
    "etcd",       "nginx",     "traefik",  "haproxy",    "caddy",      "proxy",
    "gateway",    "app",       "api",      "web",        "www",        "server",
    "backend",    "frontend",  "worker",   "auth",       "keycloak",   "grafana",
    "prometheus", "jaeger",    "zipkin",   "tempo",      "loki",       "otel-collector",
    "mailhog",    "mailpit",   "smtp",     "ldap",       "broker",     "cache",
    "host",       "gotenberg", "selenium", "cassandra",  "clickhouse", "influxdb",
    "neo4j",      "couchdb",   "php-fpm",  NULL,
};

/* Words before a colon that are never a machine. */
static const char *const never_hosts[] = {
    "sha256",   "sha512",  "sha1", "md5",     "line",   "col",   "width", "height", "size",
    "timeout",  "delay",   "max",  "min",     "id",     "uid",   "gid",   "user",   "year",
    "index",    "z-index", "pid",  "version", "memory", "limit", "count", "length", "interval",
    "duration", "date",    "rsa",  "dsa",     "ec",     NULL, /* openssl req -newkey rsa:4096 */
};

typedef enum { NAME_NONE, NAME_SURE, NAME_DOTTED, NAME_PLAIN } NameKind;

static gboolean
has_letter (const PmScan *scan, PmSpan name)
{
  for (guint32 i = name.start; i < name.end; i++)
    if (g_ascii_isalpha (scan->text[i]))
      return TRUE;
  return FALSE;
}

/* Last labels of host names are letters in one case; classes (com.acme.Main:12) mix them. */
static gboolean
is_file_or_class (const PmScan *scan, PmSpan label)
{
  if (pm_scan_is_any (scan, label, file_endings))
    return TRUE;
  gboolean upper = FALSE, lower = FALSE;
  for (guint32 i = label.start; i < label.end; i++) {
    upper |= g_ascii_isupper (scan->text[i]);
    lower |= g_ascii_islower (scan->text[i]);
  }
  return (upper && lower) || !has_letter (scan, label);
}

static NameKind
name_kind (const PmScan *scan, PmSpan name)
{
  if (pm_scan_is (scan, name, "localhost") || pm_scan_ends_with (scan, name, ".localhost") ||
      pm_scan_is (scan, name, "host.docker.internal"))
    return NAME_SURE;
  if (pm_span_length (name) < 2 || !has_letter (scan, name) ||
      !g_ascii_isalnum (scan->text[name.start]) || !pm_char_is_word (scan->text[name.end - 1]) ||
      pm_scan_is_any (scan, name, never_hosts))
    return NAME_NONE;
  const char *dot = memrchr (scan->text + name.start, '.', pm_span_length (name));
  if (dot == NULL)
    return NAME_PLAIN;
  PmSpan label = {(guint32) (dot - scan->text) + 1, name.end};
  return is_file_or_class (scan, label) ? NAME_NONE : NAME_DOTTED;
}

static gboolean
is_usual_port (guint16 port)
{
  static const guint16 usual[] = {80, 81, 88, 389, 443, 465, 514, 587, 636, 873, 993, 995};
  if (port >= 1024)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (usual); i++)
    if (usual[i] == port)
      return TRUE;
  return FALSE;
}

/* The text between two separators of a list is the endpoint and nothing else. */
static gboolean
is_whole_item (const Reader *reader, guint32 start, guint32 end)
{
  const PmScan *scan = reader->scan;
  char before = start > reader->range.start ? scan->text[start - 1] : '\0';
  char behind = end < reader->range.end ? scan->text[end] : '\0';
  return (before == '\0' || before == ',' || before == ';' || before == '=') &&
         (behind == '\0' || behind == ',' || behind == ';' || behind == '/');
}

/* `user:password@tcp(db:3306)/shop`: Go's MySQL driver, "DSN (Data Source Name)". */
static gboolean
stands_in_protocol (const PmScan *scan, guint32 start)
{
  PmSpan before = {0, start};
  return pm_scan_ends_with (scan, before, "@tcp(") || pm_scan_ends_with (scan, before, "@tcp6(") ||
         pm_scan_ends_with (scan, before, "@tcp4(");
}

/* What reads host:port here, as a confidence; 0: nothing does. */
static double
judge_name (const Reader *reader, PmSpan name, guint32 end, guint16 port)
{
  const PmScan *scan = reader->scan;
  char before = name.start > 0 ? scan->text[name.start - 1] : '\0';
  char earlier = name.start > 1 ? scan->text[name.start - 2] : '\0';
  gboolean anchored =
      before == '@' || (before == '/' && earlier == '/') || stands_in_protocol (scan, name.start);
  NameKind kind = name_kind (scan, name);
  if (kind == NAME_SURE)
    return 0.95;
  if (kind == NAME_NONE || (!anchored && before != '\0' && strchr ("/\\:.}$#", before) != NULL))
    return 0;
  if (anchored)
    return 0.85;
  if (kind == NAME_DOTTED)
    return port >= 20 ? 0.8 : 0;
  if (!is_usual_port (port) || (port >= 1900 && port <= 2099)) /* years */
    return 0;
  if (pm_scan_is_any (scan, name, service_names))
    return 0.65;
  return is_whole_item (reader, name.start, end) ? 0.6 : 0;
}

/* The character behind a port must end it: no line:column, no 12:30:45, no tag-alpine, no hash. */
static gboolean
ends_port (const PmScan *scan, guint32 end)
{
  char next = pm_scan_at (scan, end), behind = pm_scan_at (scan, end + 1);
  if (next == ':' || next == '-' || next == '%' || next == '@' || next == '+')
    return !pm_char_is_word (behind) && behind != '$';
  return TRUE;
}

/* Where a value of a connection string ends: ADO.NET's keys are separated by semicolons, libpq's by
 * blanks. Empty: what stands there is no plain name. */
static PmSpan
plain_host (const Reader *reader, guint32 at)
{
  const PmScan *scan = reader->scan;
  PmSpan host = {at, at};
  while (host.end < reader->range.end && pm_char_is_host (scan->text[host.end]))
    host.end++;
  char next = host.end < reader->range.end ? scan->text[host.end] : '\0';
  gboolean is_whole = next == '\0' || next == ';' || pm_char_is_blank (next) ||
                      pm_char_is_quote (next) || next == '\\';
  return is_whole ? host : (PmSpan){at, at};
}

/* A connection string, whose keys name the host too: libpq's "host=db port=5432", and those of
 * ADO.NET's providers ("Server=db;Port=3306"). ret_host is empty where no name stands. */
static gboolean
is_connection_string (const Reader *reader, guint32 around, PmSpan *ret_host)
{
  static const char *const keys[] = {"host=", "server=", "data source=", "hostaddr="};
  const PmScan *scan = reader->scan;
  guint32 first = MAX (reader->range.start, around > LOOK_AROUND ? around - LOOK_AROUND : 0);
  guint32 last = MIN (reader->range.end, around + LOOK_AROUND);
  const char *line = memrchr (scan->text + first, '\n', around - first);
  const char *next = memchr (scan->text + around, '\n', last - around);
  first = line == NULL ? first : (guint32) (line - scan->text) + 1;
  last = next == NULL ? last : (guint32) (next - scan->text);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    gsize length = strlen (keys[i]);
    for (guint32 at = first; at + length <= last; at++)
      if (g_ascii_strncasecmp (scan->text + at, keys[i], length) == 0 &&
          (at == first || !pm_char_is_host (scan->text[at - 1]))) {
        *ret_host = plain_host (reader, at + (guint32) length);
        return TRUE;
      }
  }
  return FALSE;
}

/* `ansible_port=22`: the name tells that it is somebody else's. */
static gboolean
is_a_peers (const PmScan *scan, PmSpan name)
{
  g_autofree char *text = g_strndup (scan->text + name.start, pm_span_length (name));
  PmKeyword keyword;
  pm_vocabulary_look_up (text, NULL, &keyword);
  return keyword.role_is_known && keyword.role == PM_ROLE_REFERENCE;
}

/* port=5432, "server.port: 80" written as port:80; the key names no host, another one may. */
static gboolean
read_keyed_port (Reader *reader, guint32 at)
{
  PmScan *scan = reader->scan;
  guint16 port;
  guint32 end;
  if (!pm_scan_ends_with (scan, reader->run, "port") ||
      !pm_port_at (scan, at + 1, reader->range.end, &port, &end) || !ends_port (scan, end))
    return FALSE;
  PmSpan name = reader->run;
  guint32 length = pm_span_length (name);
  char before = length > 4 ? scan->text[name.end - 5] : '\0';
  gboolean camel = length > 4 && g_ascii_islower (before) && scan->text[name.end - 4] == 'P';
  if (length > 4 && !camel && g_ascii_isalnum (before))
    return FALSE;
  PmSpan host = {at, at};
  gboolean is_sure = length == strlen ("port") && is_connection_string (reader, at, &host);
  PmHit hit = pm_scan_port_hit ((PmSpan){at + 1, end}, port, "assignment", is_sure ? 0.95 : 0.7);
  if (is_sure && pm_span_length (host) > 0) {
    hit.host_start = host.start;
    hit.host_end = host.end;
  }
  hit.role = PM_ROLE_REFERENCE;
  hit.role_is_sure = is_a_peers (scan, name);
  pm_scan_add (scan, &hit);
  reader->at = end;
  return TRUE;
}

/* At a colon: the number behind it is a port of what stands before it. */
static void
read_colon (Reader *reader)
{
  PmScan *scan = reader->scan;
  guint32 at = reader->at, end;
  guint16 port;
  reader->at = at + 1;
  if (!pm_port_at (scan, at + 1, reader->range.end, &port, &end) || !ends_port (scan, end))
    return;
  char before = at > reader->range.start ? scan->text[at - 1] : '\0';
  char earlier = at > reader->range.start + 1 ? scan->text[at - 2] : '\0';
  PmSpan name = {at, at};
  PmRole role = PM_ROLE_LISTEN;
  double confidence = 0;
  if (reader->run.end == at && pm_span_length (reader->run) > 0) {
    if (read_keyed_port (reader, at))
      return;
    name = reader->run;
    confidence = judge_name (reader, name, end, port);
    role = PM_ROLE_REFERENCE;
    PmTransport transport;
    if (pm_port_transport (scan, name, &transport))
      name.start = name.end;
  } else if (before == '*' || before == '+') {
    name.start = at - 1;
    confidence = earlier == '\0' || !pm_char_is_word (earlier) ? 0.8 : 0;
  } else if (before == '}') {
    role = PM_ROLE_REFERENCE;
    confidence = port >= 1024 ? 0.6 : 0;
  } else if (before == '\0' || pm_char_is_blank (before) || pm_char_is_quote (before) ||
             before == '=' || before == '(' || before == ',') {
    confidence = is_usual_port (port) ? 0.6 : 0;
  }
  if (confidence == 0)
    return;
  PmHit hit = pm_scan_port_hit ((PmSpan){at + 1, end}, port, "endpoint", confidence);
  hit.host_start = name.start;
  hit.host_end = name.end;
  hit.role = role;
  pm_scan_add (scan, &hit);
  reader->at = end;
}

/* --- addresses --- */

/* :port, #port (dnsmasq, unbound use @ and #) or /tcp/port (multiaddress) behind an address. */
static void
read_port_of_address (Reader *reader, const PmAddress *address)
{
  PmScan *scan = reader->scan;
  guint32 at = address->span.end, end;
  guint16 port;
  if (pm_scan_at (scan, at) == ']')
    at++;
  reader->at = MAX (reader->at, MIN (at, reader->range.end));
  if (at >= reader->range.end || address->prefix >= 0)
    return;
  PmTransport transport = PM_TRANSPORT_TCP;
  if (scan->text[at] == '/' && reader->range.end - at > 5 && scan->text[at + 4] == '/' &&
      pm_port_transport (scan, (PmSpan){at + 1, at + 4}, &transport))
    at += 4;
  else if (scan->text[at] != ':')
    return;
  if (!pm_port_at (scan, at + 1, reader->range.end, &port, &end))
    return;
  PmHit hit = pm_scan_port_hit ((PmSpan){at + 1, end}, port, "endpoint", 0.95);
  hit.host_start = address->span.start;
  hit.host_end = address->span.end;
  hit.transport = transport;
  hit.role = pm_address_is_wildcard (address) ? PM_ROLE_LISTEN : PM_ROLE_REFERENCE;
  pm_scan_add (scan, &hit);
  reader->at = end;
}

/* Where a range ends without the blanks at its end. */
static guint32
without_blanks (const PmScan *scan, PmSpan range)
{
  while (range.end > range.start && pm_char_is_blank (scan->text[range.end - 1]))
    range.end--;
  return range.end;
}

/* `Server=tcp:` in front of `start`: one of the keys of an SQL Server connection string
 * (Microsoft.Data.SqlClient, SqlConnection.ConnectionString). */
static gboolean
stands_behind_a_server_key (const Reader *reader, guint32 start)
{
  static const char *const keys[] = {"server",          "data source", "addr", "address",
                                     "network address", "dataSource",  NULL};
  const PmScan *scan = reader->scan;
  PmSpan before = {reader->range.start, start};
  if (pm_scan_ends_with (scan, before, "tcp:"))
    before.end -= 4;
  before.end = without_blanks (scan, before);
  if (before.end == before.start || scan->text[before.end - 1] != '=')
    return FALSE;
  before.end--;
  before.end = without_blanks (scan, before);
  for (const char *const *key = keys; *key != NULL; key++)
    if (pm_scan_ends_with (scan, before, *key))
      return TRUE;
  return FALSE;
}

/* host,1433 */
static void
read_port_behind_comma (Reader *reader, PmSpan host)
{
  PmScan *scan = reader->scan;
  guint32 comma = host.end, end;
  guint16 port;
  if (comma >= reader->range.end || scan->text[comma] != ',' ||
      !stands_behind_a_server_key (reader, host.start))
    return;
  guint32 start = comma + 1;
  while (start < reader->range.end && scan->text[start] == ' ')
    start++;
  if (!pm_port_at (scan, start, reader->range.end, &port, &end))
    return;
  PmHit hit = pm_scan_port_hit ((PmSpan){start, end}, port, "endpoint", 0.95);
  hit.host_start = host.start;
  hit.host_end = host.end;
  hit.role = PM_ROLE_REFERENCE;
  pm_scan_add (scan, &hit);
  reader->at = end;
}

/* The second end of 10.0.0.1-10.0.0.20. */
static void
read_range_end (Reader *reader, PmSpan run, const PmAddress *first)
{
  PmAddress last = *first;
  last.span = (PmSpan){first->span.end + 1, run.end};
  if (last.span.start < run.end && pm_address_parse_v4 (reader->scan->text + last.span.start,
                                                        pm_span_length (last.span), last.bytes))
    pm_address_add (reader->scan, &last);
}

static gboolean
read_v6 (Reader *reader)
{
  PmAddress address;
  guint32 at = reader->at, end;
  char before = at > reader->range.start ? reader->scan->text[at - 1] : '\0';
  char earlier = at > reader->range.start + 1 ? reader->scan->text[at - 2] : '\0';
  if (at < reader->no_v6_until)
    return FALSE;
  gboolean found = pm_address_v6_at (reader->scan, at, reader->range.end, &address, &end);
  if (!found || pm_char_is_host (before) ||
      (before == '[' && (pm_char_is_word (earlier) || earlier == ']' || earlier == ')'))) {
    reader->no_v6_until = end;
    return FALSE;
  }
  pm_address_add (reader->scan, &address);
  reader->at = end;
  if (before == '[')
    read_port_of_address (reader, &address);
  return TRUE;
}

/* At the start of a run of name characters: moves behind it, or behind what was read. */
static void
read_run (Reader *reader)
{
  PmScan *scan = reader->scan;
  guint32 start = reader->at, end = start;
  /* Nor does a default's dash: ${ADDR:-10.0.0.1}. */
  if (start > reader->range.start && scan->text[start] == '-' && scan->text[start - 1] == ':')
    start++;
  /* The letter of an escape (\n10.0.0.1) belongs to no name. */
  if (start > reader->range.start && scan->text[start - 1] == '\\' &&
      strchr ("nrt", scan->text[start]) != NULL)
    start++;
  for (end = start; end < reader->range.end && pm_char_is_host (scan->text[end]);)
    end++;
  PmSpan run = {start, end};
  reader->run = run;
  if (end == start) {
    reader->at = end;
    return;
  }
  if (end < reader->range.end && scan->text[end] == ':' && g_ascii_isxdigit (scan->text[start])) {
    reader->at = start;
    if (read_v6 (reader))
      return;
  }
  reader->at = end;
  if (end - start > LONGEST_NAME)
    return;
  PmAddress address;
  if (pm_address_in_run (scan, run, &address)) {
    pm_address_add (scan, &address);
    reader->at = MAX (address.span.end, end);
    read_range_end (reader, run, &address);
    if (address.span.end >= end)
      read_port_of_address (reader, &address);
    read_port_behind_comma (reader, run);
  } else if (pm_disguise_parse (scan, run, &address)) {
    pm_address_add (scan, &address);
  } else if (end < reader->range.end && scan->text[end] == '=') {
    read_keyed_port (reader, end);
  } else {
    read_port_behind_comma (reader, run);
  }
}

/* --- URLs --- */

static gboolean
read_url (Reader *reader)
{
  PmEndpoint url;
  guint32 at = reader->at, end = reader->range.end;
  if (!pm_endpoint_url_at (reader->scan, at, reader->range.start, end, &url) ||
      pm_scan_is (reader->scan, url.scheme, "file") ||
      pm_scan_is (reader->scan, url.scheme, "unix"))
    return FALSE;
  /* A port with nothing before it is what an unset variable leaves of one. */
  double confidence = pm_span_length (url.scheme) > 0 ? 0.95 : 0.8;
  if (pm_span_length (url.port) > 0 && !ends_port (reader->scan, url.end))
    url.port.end = url.port.start;
  pm_endpoint_add_url (reader->scan, &url, confidence);
  guint32 behind = pm_endpoint_add_siblings (reader->scan, &url, end, confidence);
  reader->at = MAX (behind, at + 3);
  reader->run = (PmSpan){0, 0};
  return TRUE;
}

static guint32
end_of_name (const PmScan *scan, guint32 at, guint32 end)
{
  guint32 to = at;
  while (to < end && to < at + LONGEST_NAME && pm_char_is_host (scan->text[to]))
    to++;
  return to;
}

/* http%3A%2F%2Flocalhost%3A3000, a URL as a parameter of another; or an IPv6 address alone that is
 * encoded so. */
static void
read_encoded_url (Reader *reader)
{
  PmScan *scan = reader->scan;
  guint32 at = reader->at, end = reader->range.end;
  PmAddress address;
  reader->at = at + 1;
  if (pm_address_encoded_at (scan, at, end, &address, &reader->at)) {
    pm_address_add (scan, &address);
    return;
  }
  if (end - at < 12 || g_ascii_strncasecmp (scan->text + at, "%3A%2F%2F", 9) != 0)
    return;
  PmEndpoint url = {.scheme = reader->run, .host = {at + 9, at + 9}};
  gboolean is_v6 = pm_address_encoded_at (scan, at + 9, end, &address, &url.end);
  if (is_v6)
    url.host = address.span;
  else
    url.end = url.host.end = end_of_name (scan, at + 9, end);
  if (url.scheme.end != at)
    url.scheme = (PmSpan){at, at};
  url.port = (PmSpan){url.end, url.end};
  guint32 to;
  if (end - url.end > 3 && g_ascii_strncasecmp (scan->text + url.end, "%3A", 3) == 0 &&
      pm_port_at (scan, url.end + 3, end, &url.number, &to)) {
    url.port = (PmSpan){url.end + 3, to};
    url.last = url.number;
    url.end = to;
  }
  if (is_v6)
    pm_address_add (scan, &address);
  pm_endpoint_add_url (scan, &url, 0.85);
  reader->at = MAX (url.end, at + 9);
}

static void
step (Reader *reader)
{
  const PmScan *scan = reader->scan;
  guint32 at = reader->at;
  char c = scan->text[at];
  if (pm_char_is_host (c)) {
    read_run (reader);
    return;
  }
  if (c == '%') {
    read_encoded_url (reader);
    return;
  }
  if (c != ':') {
    reader->at++;
    return;
  }
  gboolean slashes =
      at + 2 < reader->range.end && scan->text[at + 1] == '/' && scan->text[at + 2] == '/';
  if (slashes && read_url (reader))
    return;
  if (at + 1 < reader->range.end && scan->text[at + 1] == ':' && read_v6 (reader))
    return;
  read_colon (reader);
}

void
pm_grammar_text (PmScan *scan, PmSpan range)
{
  Reader reader = {.scan = scan, .range = range, .at = range.start};
  while (reader.at < range.end && !pm_scan_is_full (scan))
    step (&reader);
}
