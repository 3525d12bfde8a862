/* URLs (RFC 3986, 3.1 and 3.2) and the many ways to write where something listens.
 *
 * DESIGN
 * pm_endpoint_at reads [user@]host[:port] from left to right; a URL is a scheme before it, an item
 * of a list has its prefixes taken off first. A host may hold a template ("${HOST}", "{{ host }}"):
 * its port is still told. */

#include "discovery/endpoint.h"

#include <string.h>

#include "discovery/port.h"

#define LONGEST_SCHEME 32
#define LONGEST_HOST 255
#define LONGEST_USER 512
#define LEAST_SECOND_PORT 1024 /* host:port:100 is a weight (memcached's clients) */

/* --- hosts --- */

/* Behind a template that starts at `at`, or `at`. */
static guint32
skip_template (const PmScan *scan, guint32 at, guint32 end)
{
  guint32 most = MIN (end, at + LONGEST_HOST);
  gboolean twice = at + 1 < most && scan->text[at] == '{' && scan->text[at + 1] == '{';
  gboolean dollar = at + 1 < most && scan->text[at] == '$';
  if (dollar && pm_char_is_word (scan->text[at + 1])) {
    for (at++; at < most && pm_char_is_word (scan->text[at]);)
      at++;
    return at;
  }
  if (!twice && !(dollar && scan->text[at + 1] == '{'))
    return at;
  guint depth = 0;
  for (guint32 i = at; i < most && scan->text[i] != '\n'; i++) {
    if (scan->text[i] == '{')
      depth++;
    else if (scan->text[i] == '}' && --depth == 0)
      return i + 1;
  }
  return at;
}

/* Where the user's name and password before the host end: behind the last @ of the authority. */
static guint32
skip_user (const PmScan *scan, guint32 at, guint32 end)
{
  guint32 most = MIN (end, at + LONGEST_USER), behind = at;
  for (guint32 i = at; i < most; i++) {
    char c = scan->text[i];
    if (c == '@')
      behind = i + 1;
    guint32 to = skip_template (scan, i, most);
    if (to > i)
      i = to - 1;
    else if (c == '/' || c == '?' || c == '#' || c == ',' || c == '<' || c == '>' || c == '\\' ||
             pm_char_is_quote (c) || (guchar) c <= ' ')
      break;
  }
  return behind;
}

/* The host at `at`; an empty one is one too. ret_end is behind it, brackets included. */
static PmSpan
read_host (const PmScan *scan, guint32 at, guint32 end, guint32 *ret_end)
{
  guint32 most = MIN (end, at + LONGEST_HOST), to = at;
  if (at < most && scan->text[at] == '[') {
    const char *close = memchr (scan->text + at, ']', MIN (most - at, 64));
    if (close != NULL) {
      *ret_end = (guint32) (close - scan->text) + 1;
      return (PmSpan){at + 1, *ret_end - 1};
    }
  }
  if (at < most && (scan->text[at] == '*' || scan->text[at] == '+'))
    to++;
  while (to < most) {
    guint32 behind = skip_template (scan, to, most);
    if (behind > to)
      to = behind;
    else if (pm_char_is_host (scan->text[to]))
      to++;
    else
      break;
  }
  while (to > at && scan->text[to - 1] == '.')
    to--;
  *ret_end = to;
  return (PmSpan){at, to};
}

/* `tcp(db:3306)`, the address in a data source name of Go's MySQL driver ("DSN (Data Source Name)",
 * [username[:password]@][protocol[(address)]]/dbname): inside of its brackets, or where it was. */
static guint32
enter_protocol (const PmScan *scan, guint32 at, guint32 *end)
{
  static const char *const protocols[] = {"tcp(", "tcp4(", "tcp6(", "udp("};
  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++) {
    gsize length = strlen (protocols[i]);
    if (*end - at <= length || memcmp (scan->text + at, protocols[i], length) != 0)
      continue;
    guint32 inside = at + (guint32) length;
    const char *close = memchr (scan->text + inside, ')', MIN (*end - inside, LONGEST_HOST));
    if (close == NULL)
      return at;
    *end = (guint32) (close - scan->text);
    return inside;
  }
  return at;
}

gboolean
pm_endpoint_at (const PmScan *scan, guint32 at, guint32 end, PmEndpoint *ret)
{
  PmEndpoint endpoint = {0};
  guint32 to, host = enter_protocol (scan, skip_user (scan, at, end), &end);
  endpoint.host = read_host (scan, host, end, &to);
  endpoint.end = to;
  endpoint.port = (PmSpan){to, to};

  guint32 port_end;
  if (to < end && scan->text[to] == ':' &&
      pm_port_at (scan, to + 1, end, &endpoint.number, &port_end)) {
    endpoint.port = (PmSpan){to + 1, port_end};
    endpoint.last = endpoint.number;
    endpoint.end = port_end;
  }
  if (pm_span_length (endpoint.host) == 0 && pm_span_length (endpoint.port) == 0)
    return FALSE;
  *ret = endpoint;
  return TRUE;
}

gboolean
pm_endpoint_url_at (const PmScan *scan, guint32 at, guint32 least, guint32 end, PmEndpoint *ret)
{
  PmSpan scheme = {at, at};
  if (at + 3 >= end)
    return FALSE;
  least = MAX (least, at > LONGEST_SCHEME ? at - LONGEST_SCHEME : 0);
  while (scheme.start > least &&
         (g_ascii_isalnum (scan->text[scheme.start - 1]) ||
          strchr ("+-._", scan->text[scheme.start - 1]) != NULL) &&
         scan->text[scheme.start - 1] != '\0')
    scheme.start--;
  while (scheme.start < scheme.end && !g_ascii_isalpha (scan->text[scheme.start]))
    scheme.start++;
  if (!pm_endpoint_at (scan, at + 3, end, ret))
    return FALSE;
  ret->scheme = scheme;
  const char *protocol;
  guint16 port;
  if (pm_recogniser_scheme (scan->text + scheme.start, pm_span_length (scheme), &protocol, &port) &&
      strcmp (protocol, "udp") == 0)
    ret->transport = PM_TRANSPORT_UDP;
  return TRUE;
}

gboolean
pm_endpoint_is_wildcard (const PmScan *scan, const PmEndpoint *endpoint)
{
  static const char *const wildcards[] = {"*", "+", "0.0.0.0", "::", "0.0.0", NULL};
  return pm_span_length (endpoint->host) == 0 || pm_scan_is_any (scan, endpoint->host, wildcards);
}

/* --- adding --- */

gint
pm_endpoint_add (PmScan *scan, const PmEndpoint *endpoint, const PmReading *reading)
{
  PmAddress address;
  if (pm_address_of_host (scan, endpoint->host, &address))
    pm_address_add (scan, &address);
  if (pm_span_length (endpoint->port) == 0)
    return -1;
  PmHit hit =
      pm_scan_port_hit (endpoint->port, endpoint->number, reading->grammar, reading->confidence);
  hit.port_end = endpoint->last;
  hit.host_start = endpoint->host.start;
  hit.host_end = endpoint->host.end;
  hit.scheme_start = endpoint->scheme.start;
  hit.scheme_end = endpoint->scheme.end;
  hit.transport = endpoint->transport;
  hit.role = reading->role;
  hit.role_is_sure = reading->is_sure;
  return pm_scan_add (scan, &hit);
}

gint
pm_endpoint_add_url (PmScan *scan, const PmEndpoint *endpoint, double confidence)
{
  gboolean wildcard = pm_endpoint_is_wildcard (scan, endpoint);
  PmReading reading = {"url", wildcard ? PM_ROLE_LISTEN : PM_ROLE_REFERENCE, !wildcard, confidence};
  return pm_endpoint_add (scan, endpoint, &reading);
}

guint32
pm_endpoint_add_siblings (PmScan *scan, const PmEndpoint *url, guint32 end, double confidence)
{
  guint32 at = url->end;
  while (at + 1 < end && scan->text[at] == ',' && pm_span_length (url->port) > 0) {
    PmEndpoint next;
    if (!pm_endpoint_at (scan, at + 1, end, &next) || pm_span_length (next.port) == 0 ||
        pm_span_length (next.host) == 0 || next.host.start != at + 1)
      break;
    next.scheme = url->scheme;
    next.transport = url->transport;
    pm_endpoint_add_url (scan, &next, confidence);
    at = next.end;
  }
  return at;
}

/* --- lists --- */

static guint32
find_url (const PmScan *scan, PmSpan item)
{
  for (guint32 i = item.start; i + 2 < item.end; i++)
    if (scan->text[i] == ':' && scan->text[i + 1] == '/' && scan->text[i + 2] == '/')
      return i;
  return item.end;
}

/* address=:80 and "listen=0.0.0.0:80". In front of a bare number only a key that speaks of ports:
 * backlog=511 is none. FALSE: nothing here. */
static gboolean
take_off_key (const PmScan *scan, PmSpan *item)
{
  static const char *const endings[] = {"port",   "addr", "address",  "listen", "bind",
                                        "server", "host", "endpoint", "url",    "ports"};
  const char *equals = memchr (scan->text + item->start, '=', pm_span_length (*item));
  if (equals == NULL)
    return TRUE;
  PmSpan key = {item->start, (guint32) (equals - scan->text)};
  for (guint32 i = key.start; i < key.end; i++)
    if (!pm_char_is_host (scan->text[i]))
      return TRUE;
  item->start = key.end + 1;
  if (memchr (scan->text + item->start, ':', pm_span_length (*item)) != NULL)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if (pm_scan_ends_with (scan, key, endings[i]))
      return TRUE;
  return FALSE;
}

/* tcp:1433, udp:host:514, ssl:993, http:8080. What is called after a program, as redis:6379, is the
 * machine that it runs on. */
static void
take_off_protocol (const PmScan *scan, PmSpan *item, PmEndpoint *endpoint)
{
  const char *colon = memchr (scan->text + item->start, ':', pm_span_length (*item));
  if (colon == NULL)
    return;
  PmSpan word = {item->start, (guint32) (colon - scan->text)};
  static const char *const transports[] = {"tcp",  "tcp4", "tcp6", "udp",  "udp4",
                                           "udp6", "ssl",  "tls",  "quic", NULL};
  static const char *const protocols[] = {"http", "https", "h2",    "h2c", "ws",
                                          "wss",  "grpc",  "grpcs", NULL};
  PmPortText number;
  gboolean known = pm_scan_is_any (scan, word, protocols) &&
                   pm_port_parse (scan, (PmSpan){word.end + 1, item->end}, &number);
  if (!pm_scan_is_any (scan, word, transports) && !known)
    return;
  if (g_ascii_tolower (scan->text[word.start]) == 'u')
    endpoint->transport = PM_TRANSPORT_UDP;
  item->start = word.end + 1;
}

static gboolean
parse_bare_port (const PmScan *scan, PmSpan item, PmEndpoint *endpoint)
{
  PmPortText port;
  if (!pm_port_parse (scan, item, &port))
    return FALSE;
  endpoint->port = port.span;
  endpoint->number = port.port;
  endpoint->last = port.port_end;
  endpoint->end = item.end;
  if (port.transport != PM_TRANSPORT_TCP)
    endpoint->transport = port.transport;
  return TRUE;
}

/* What may follow the port: a range's end, a protocol, a path. */
static void
take_tail (const PmScan *scan, PmSpan item, PmEndpoint *endpoint)
{
  PmPortText port;
  if (pm_span_length (endpoint->port) > 0 &&
      pm_port_parse (scan, (PmSpan){endpoint->port.start, item.end}, &port)) {
    endpoint->port = port.span;
    endpoint->last = port.port_end;
    if (port.transport != PM_TRANSPORT_TCP)
      endpoint->transport = port.transport;
  }
}

gboolean
pm_endpoint_parse (const PmScan *scan, PmSpan item, PmEndpoint *ret)
{
  PmEndpoint endpoint = {0};
  item = pm_scan_trim (scan, item);
  guint32 url = find_url (scan, item);
  if (url < item.end) {
    static const char *const paths[] = {"unix", "fd", "npipe", "file", NULL};
    if (!pm_endpoint_url_at (scan, url, item.start, item.end, &endpoint) ||
        pm_scan_is_any (scan, endpoint.scheme, paths))
      return FALSE;
    *ret = endpoint;
    return TRUE;
  }
  if (!take_off_key (scan, &item))
    return FALSE;
  take_off_protocol (scan, &item, &endpoint);
  item = pm_scan_trim (scan, item);
  if (item.start == item.end || scan->text[item.start] == '/' || scan->text[item.start] == '@')
    return FALSE;
  PmTransport transport = endpoint.transport;
  PmAddress address;
  if (pm_address_parse (scan, item, &address)) {
    endpoint.host = item;
    endpoint.end = item.end;
  } else if (!parse_bare_port (scan, item, &endpoint)) {
    if (!pm_endpoint_at (scan, item.start, item.end, &endpoint))
      return FALSE;
    endpoint.transport = transport;
    take_tail (scan, item, &endpoint);
  }
  *ret = endpoint;
  return TRUE;
}

static void
add_item (PmScan *scan, PmSpan item)
{
  PmEndpoint endpoint;
  if (!pm_endpoint_parse (scan, item, &endpoint))
    return;
  gboolean url = pm_span_length (endpoint.scheme) > 0;
  gboolean wildcard = pm_endpoint_is_wildcard (scan, &endpoint);
  PmReading reading = {url ? "url" : "endpoint", wildcard ? PM_ROLE_LISTEN : PM_ROLE_REFERENCE,
                       FALSE, 0.95};
  pm_endpoint_add (scan, &endpoint, &reading);

  /* host:port:port, as ZooKeeper's server.N has it. */
  PmEndpoint second;
  if (!url && endpoint.end < item.end && scan->text[endpoint.end] == ':' &&
      pm_endpoint_at (scan, endpoint.end, item.end, &second) && pm_span_length (second.host) == 0 &&
      second.number >= LEAST_SECOND_PORT) {
    second.host = endpoint.host;
    reading.role = PM_ROLE_LISTEN;
    PmHit hit = pm_scan_port_hit (second.port, second.number, "endpoint", 0.9);
    hit.host_start = endpoint.host.start;
    hit.host_end = endpoint.host.end;
    pm_scan_add (scan, &hit);
  }
}

void
pm_grammar_endpoint (PmScan *scan, PmSpan range)
{
  guint32 start = range.start;
  for (guint32 i = range.start; i <= range.end && !pm_scan_is_full (scan); i++) {
    if (i < range.end) {
      guint32 to = skip_template (scan, i, range.end);
      if (to > i)
        i = to - 1;
      char c = scan->text[i];
      if (to > i || (c != ',' && c != ';' && !pm_char_is_blank (c)))
        continue;
    }
    if (i > start)
      add_item (scan, (PmSpan){start, i});
    start = i + 1;
  }
}
