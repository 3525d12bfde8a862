/* DESIGN
 * A key's name chooses the grammar, the role and how far to believe it; the value's own shape may
 * overrule it (a host's key that holds a URL). What a name alone leaves open is told by the keys
 * around it. */

#include "discovery/embedded.h"
#include "discovery/ruleset-read.h"
#include "discovery/ruleset.h"
#include "discovery/vocabulary.h"

#include <string.h>

#define LEAST_PEERS_PORT 389 /* of three digits: LDAP's; below it stands `max:255` */

static const char *const no_text = "";

static gboolean
is_number (const char *text)
{
  text += strspn (text, " \t");
  gsize digits = strspn (text, "0123456789");
  return digits > 0 && text[digits + strspn (text + digits, " \t")] == '\0';
}

/* A host's key whose value has a scheme or a port is an endpoint after all. */
static gboolean
is_endpoint (const char *text)
{
  if (strstr (text, "://") != NULL)
    return TRUE;
  const char *colon = strrchr (text, ':');
  return colon != NULL && g_ascii_isdigit (colon[1]) &&
         (memchr (text, ':', (gsize) (colon - text)) == NULL || colon[-1] == ']');
}

/* `redis-cache:6379`: too short a number behind the colon is a version or a time. */
static gboolean
ends_in_a_port (const char *text)
{
  const char *colon = strrchr (text, ':');
  gsize digits = colon == NULL ? 0 : strspn (colon + 1, "0123456789");
  if (digits == 3 && g_ascii_strtoull (colon + 1, NULL, 10) < LEAST_PEERS_PORT)
    return FALSE;
  return digits >= 3 && strchr ("/?,", colon[1 + digits]) != NULL;
}

/* `8080:80`, with whatever stands around two numbers in docker's short syntax. */
static gboolean
is_mapping (const char *text)
{
  const char *colon = strrchr (text, ':');
  return colon != NULL && colon > text && g_ascii_isdigit (colon[-1]) &&
         g_ascii_isdigit (colon[1]) && text[strspn (text, "0123456789.:-/tcpudsl[]")] == '\0' &&
         (memchr (text, '.', (gsize) (colon - text)) == NULL ||
          memchr (text, ':', (gsize) (colon - text)) != NULL);
}

static PmGrammar
grammar_of (const PmKeyword *keyword, const char *text)
{
  switch (keyword->meaning) {
  case PM_KEYWORD_PORT:
    if (is_mapping (text))
      return PM_GRAMMAR_MAPPING;
    return is_endpoint (text) ? PM_GRAMMAR_ENDPOINT : PM_GRAMMAR_PORTS;
  case PM_KEYWORD_HOST:
    return is_endpoint (text) ? PM_GRAMMAR_ENDPOINT : PM_GRAMMAR_HOST;
  case PM_KEYWORD_ENDPOINT:
    return is_number (text) || strchr (text, ' ') != NULL ? PM_GRAMMAR_TEXT : PM_GRAMMAR_ENDPOINT;
  case PM_KEYWORD_LISTEN:
    return keyword->counts && is_number (text) ? PM_GRAMMAR_TEXT : PM_GRAMMAR_ENDPOINT;
  case PM_KEYWORD_PEER:
    return ends_in_a_port (text) ? PM_GRAMMAR_ENDPOINT : PM_GRAMMAR_TEXT;
  case PM_KEYWORD_COMMAND:
    return PM_GRAMMAR_COMMAND;
  case PM_KEYWORD_IMAGE:
    return PM_GRAMMAR_ENDPOINT;
  case PM_KEYWORD_NEVER:
  case PM_KEYWORD_NONE:
    break;
  }
  return PM_GRAMMAR_TEXT;
}

/* Numbers and colons of such a key mean something else; what has a scheme or a registry's path
 * behind it is believed. */
static gboolean
is_plausible (const PmKeyword *keyword, const char *text)
{
  if (keyword->meaning == PM_KEYWORD_NEVER)
    return strstr (text, "://") != NULL;
  if (keyword->meaning == PM_KEYWORD_IMAGE) {
    const char *colon = strchr (text, ':');
    const char *slash = strchr (text, '/');
    return colon != NULL && slash != NULL && colon < slash;
  }
  return TRUE;
}

static const char *
own_name (const PmRecognition *r, const char *service)
{
  return *service != '\0' ? service : r->project_name;
}

static void
mark_udp (PmRecognition *r, gint first)
{
  for (guint i = (guint) first; first >= 0 && i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->kind == PM_KIND_PORT)
      finding->transport = PM_TRANSPORT_UDP;
  }
}

/* --- NAME_HOST beside NAME_PORT --- */

#define MOST_NEIGHBOURS 128 /* looked at before and behind a name */

/* The value of the variable `name` among those around `at` in the same list or map: a scalar of
 * that key, or `NAME=value`. NULL: there is none. */
static const char *
neighbour (PmRecognition *r, PmNodeId at, const char *name)
{
  const GArray *nodes = r->document->nodes;
  PmNodeId parent = pm_document_node (r->document, at)->parent;
  gsize length = strlen (name);
  PmNodeId last = MIN (nodes->len - 1, at + MOST_NEIGHBOURS);
  for (PmNodeId id = at > MOST_NEIGHBOURS ? at - MOST_NEIGHBOURS : 1; id <= last; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->parent != parent || node->kind != PM_NODE_SCALAR)
      continue;
    if (node->key != NULL && strcmp (node->key, name) == 0)
      return node->value;
    if (node->key == NULL && strncmp (node->value, name, length) == 0 && node->value[length] == '=')
      return node->value + length + 1;
  }
  return NULL;
}

/* Sockets that a process has beside its main one; nobody is called so. */
static gboolean
is_second_socket (const char *stem)
{
  static const char *const words[] = {"METRICS",  "METRIC",    "MONITORING", "ADMIN",      "DEBUG",
                                      "DEBUGGER", "INSPECTOR", "HMR",        "MANAGEMENT", "MGMT",
                                      "HEALTH",   "PROBE",     "PPROF",      "PROFILING",  "JMX",
                                      "XDEBUG",   "RELOAD",    "LIVERELOAD", "WEBSOCKET",  "WS",
                                      "GRPC",     "LISTEN",    "BIND",       "HEALTHCHECK"};
  const char *underscore = strrchr (stem, '_');
  const char *word = underscore == NULL ? stem : underscore + 1;
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (word, words[i]) == 0)
      return TRUE;
  return FALSE;
}

/* PORT is what the process is told to bind (The Twelve-Factor App, VII). API_HOST and API_PORT
 * beside it are then somebody it calls, unless that host is an address that is bound. */
static gboolean
is_a_peers_port (PmRecognition *r, PmNodeId scalar, const char *name)
{
  static const char *const bound[] = {"", "0.0.0.0", "::", "[::]", "*", NULL};
  static const char *const loopback[] = {"localhost", "127.0.0.1", "::1", NULL};
  static const char *const endings[] = {"_HOST", "_HOSTNAME"};
  gsize length = strlen (name);
  if (length <= strlen ("_PORT") || !g_str_has_suffix (name, "_PORT") ||
      neighbour (r, scalar, "PORT") == NULL)
    return FALSE;
  g_autofree char *stem = g_strndup (name, length - strlen ("_PORT"));
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *host_name = g_strconcat (stem, endings[i], NULL);
    const char *host = neighbour (r, scalar, host_name);
    if (host != NULL)
      return !g_strv_contains (bound, host) &&
             !(g_strv_contains (loopback, host) && is_second_socket (stem));
  }
  return FALSE;
}

/* `address: http://bouncer:8080/auth`: nobody binds somebody else's name. */
static gboolean
is_somebodys_name (const char *host)
{
  static const char *const here[] = {"localhost", "ip6-localhost", NULL};
  gboolean has_letter = FALSE;
  for (const char *at = host; *at != '\0'; at++) {
    if (!g_ascii_isalnum (*at) && strchr ("-_.", *at) == NULL)
      return FALSE; /* an address, a variable, a wildcard */
    has_letter |= g_ascii_isalpha (*at);
  }
  return has_letter && !g_strv_contains (here, host);
}

/* `temporal: {host: "localhost:7233"}` is where temporal is; `server: {host: "localhost:8080"}`,
 * or a bare `host:`, where we are. */
static gboolean
is_a_peers_host (const char *name)
{
  const char *dot = strrchr (name, '.');
  if (dot == NULL)
    return FALSE;
  g_autofree char *as_port = g_strdup_printf ("%.*s.port", (int) MIN (dot - name, 200), name);
  return !pm_vocabulary_is_own_port (as_port);
}

/* `address: "http://localhost:4318"`: who is told a whole URL of one machine goes there. */
static gboolean
is_where_to_go (const PmFinding *finding)
{
  static const char *const wildcards[] = {"", "0.0.0.0", "::", "*", "+", NULL};
  static const char *const schemes[] = {"http", "https", NULL};
  return finding->scheme != NULL && g_strv_contains (schemes, finding->scheme) &&
         !g_strv_contains (wildcards, finding->host);
}

/* Where a name leaves open whether it is bound, the host in the value may tell. */
static void
settle_by_host (PmRecognition *r, gint first, const PmKeyword *keyword, const char *name)
{
  gboolean is_host = keyword->meaning == PM_KEYWORD_HOST;
  if (first < 0 || keyword->role_is_known || (!is_host && keyword->meaning != PM_KEYWORD_ENDPOINT))
    return;
  for (guint i = (guint) first; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->kind != PM_KIND_PORT || finding->role != PM_ROLE_LISTEN ||
        (!is_somebodys_name (finding->host) && !is_where_to_go (finding) &&
         !(is_host && strcmp (finding->host, "localhost") == 0 && is_a_peers_host (name))))
      continue;
    finding->role = PM_ROLE_REFERENCE;
    finding->bind = no_text;
  }
}

/* `${DOMAIN}:8929`: a host all the same, if nobody knows it. */
static gboolean
has_unknown_host (const PmNode *node, guint16 port)
{
  g_autofree char *colon = g_strdup_printf (":%u", port);
  const char *at = strstr (node->value, colon);
  return at != NULL && at > node->value && (at[-1] == '}' || g_ascii_isalnum (at[-1]));
}

/* `endpoint: 0.0.0.0:4317`, `:8001`: without a scheme, nobody connects there. Not so of what is
 * joined with a host in front of it. */
static void
settle_by_wildcard (PmRecognition *r, gint first, const PmKeyword *keyword, PmNodeId scalar,
                    const char *text)
{
  static const char *const wildcards[] = {"0.0.0.0", "::", "*", NULL};
  const PmNode *node = pm_document_node (r->document, pm_document_resolve (r->document, scalar));
  if (first < 0 || !keyword->may_be_bound || strstr (text, "://") != NULL ||
      node->flags & (PM_NODE_FRAGMENT | PM_NODE_EXPRESSION))
    return;
  gboolean has_no_host = text[strspn (text, " \"'")] == ':';
  for (guint i = (guint) first; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->kind != PM_KIND_PORT || finding->role != PM_ROLE_REFERENCE ||
        !(g_strv_contains (wildcards, finding->host) ||
          (has_no_host && *finding->host == '\0' && !has_unknown_host (node, finding->port))))
      continue;
    finding->role = PM_ROLE_LISTEN;
    finding->bind = finding->host;
  }
}

static gint
read_named_from (PmRecognition *r, PmNodeId scalar, gsize from, const char *text, const char *name,
                 const PmRule *rule, const char *service)
{
  PmKeyword keyword;
  pm_vocabulary_look_up (name, own_name (r, service), &keyword);
  if (!is_plausible (&keyword, text))
    return -1;

  keyword.counts = keyword.counts && pm_document_node (r->document, scalar)->key != NULL;
  PmRule by_name = *rule;
  by_name.grammar = grammar_of (&keyword, text);
  by_name.confidence *= keyword.confidence;
  if (keyword.meaning == PM_KEYWORD_PORT && keyword.role_is_known &&
      keyword.role == PM_ROLE_LISTEN && is_a_peers_port (r, scalar, name))
    keyword.role = PM_ROLE_REFERENCE;
  if (keyword.role_is_known) {
    by_name.role = keyword.role;
    by_name.insists = keyword.role == PM_ROLE_LISTEN;
  } else if (by_name.grammar == PM_GRAMMAR_TEXT) {
    by_name.role = PM_ROLE_REFERENCE;
  }
  gint first = pm_recognition_read_from (r, scalar, from, &by_name, service);
  if (first < 0 && by_name.grammar != PM_GRAMMAR_TEXT && by_name.grammar != PM_GRAMMAR_COMMAND) {
    by_name.grammar = PM_GRAMMAR_TEXT;
    first = pm_recognition_read_from (r, scalar, from, &by_name, service);
  }
  settle_by_host (r, first, &keyword, name);
  settle_by_wildcard (r, first, &keyword, scalar, text);
  if (keyword.transport == PM_TRANSPORT_UDP)
    mark_udp (r, first);
  return first;
}

/* NULL: nothing is found in it. */
static const char *
text_to_read (PmRecognition *r, PmNodeId scalar)
{
  return pm_recognition_begin (r, scalar) ? pm_recognition_text (r, scalar) : NULL;
}

/* What a key of this name holds may be a document of its own, unless the name says that it is a
 * command. */
static gboolean
read_embedded (PmRecognition *r, PmNodeId scalar, const char *text, const char *name,
               const PmRule *rule, const char *service)
{
  PmKeyword keyword;
  if (strchr (text, '\n') == NULL)
    return FALSE;
  pm_vocabulary_look_up (name, NULL, &keyword);
  return keyword.meaning != PM_KEYWORD_COMMAND && pm_embedded_read (r, scalar, name, rule, service);
}

gint
pm_recognition_read_named (PmRecognition *recognition, PmNodeId scalar, const char *name,
                           const PmRule *rule, const char *service)
{
  const char *text = text_to_read (recognition, scalar);
  guint first = recognition->out->findings->len;
  if (text != NULL && read_embedded (recognition, scalar, text, name, rule, service))
    return recognition->out->findings->len > first ? (gint) first : -1;
  return text == NULL ? -1 : read_named_from (recognition, scalar, 0, text, name, rule, service);
}

gint
pm_recognition_read_assignment (PmRecognition *recognition, PmNodeId scalar, const PmRule *rule,
                                const char *service)
{
  const char *text = text_to_read (recognition, scalar);
  if (text == NULL)
    return -1;
  const char *equals = strchr (text, '=');
  guint first = recognition->out->findings->len;
  if (read_embedded (recognition, scalar, text, "", rule, service))
    return recognition->out->findings->len > first ? (gint) first : -1;
  if (equals == NULL)
    return read_named_from (recognition, scalar, 0, text, "", rule, service);
  g_autofree char *name = g_strndup (text, (gsize) (equals - text));
  return read_named_from (recognition, scalar, (gsize) (equals - text) + 1, equals + 1, name, rule,
                          service);
}

/* A port's or host's key alone says little: what it stands in says whose it is (`database: port:`).
 * Two levels are enough; an item of a list goes by the list's key. */
static const char *
name_with_context (PmRecognition *r, PmNodeId node)
{
  const char *keys[3] = {NULL, NULL, NULL};
  guint n = 0;
  for (PmNodeId id = node; id != r->root && id != 0 && n < G_N_ELEMENTS (keys);
       id = pm_document_node (r->document, id)->parent) {
    const PmNode *at = pm_document_node (r->document, id);
    if (at->key != NULL)
      keys[n++] = at->key;
  }
  if (n == 0)
    return no_text;
  PmKeyword keyword;
  pm_vocabulary_look_up (keys[0], NULL, &keyword);
  if (keyword.meaning == PM_KEYWORD_NONE && n > 1 && !pm_vocabulary_is_prose (keys[0])) {
    /* `upstreams: {web: "10.0.0.1:80"}`: the name of the map speaks for its entries. */
    PmKeyword outer;
    pm_vocabulary_look_up (keys[1], NULL, &outer);
    if (outer.meaning == PM_KEYWORD_PORT || outer.meaning == PM_KEYWORD_ENDPOINT)
      return pm_arena_printf (r->arena, "%s.%s", keys[0], keys[1]);
  }
  if (keyword.meaning != PM_KEYWORD_PORT && keyword.meaning != PM_KEYWORD_HOST)
    return keys[0];
  return n == 1 ? keys[0]
                : pm_arena_printf (r->arena, "%s.%s.%s", n > 2 ? keys[2] : "", keys[1], keys[0]);
}

typedef void (*ScalarFunc) (PmRecognition *r, PmNodeId scalar, const PmRule *rule,
                            const char *service);

/* Nodes are stored in the order of the file, so all below one follow it up to its end: the first
 * whose parent lies before it. */
static void
each_unread_scalar (PmRecognition *r, PmNodeId below, ScalarFunc function, const PmRule *rule,
                    const char *service)
{
  const GArray *nodes = r->document->nodes;
  for (PmNodeId id = below; id < nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (id > below && node->parent < below)
      break;
    if (pm_recognition_is_readable (r, id) && !r->was_read[id])
      function (r, id, rule, service);
  }
}

static gboolean
is_one_of (const char *text, const char *const *list)
{
  for (; *list != NULL; list++)
    if (g_ascii_strcasecmp (text, *list) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
names_another_machine (PmRecognition *r, PmNodeId id)
{
  static const char *const hosts[] = {"host", "hostname", NULL};
  static const char *const here[] = {"",   "localhost", "127.0.0.1", "0.0.0.0",
                                     "::", "::1",       "*",         NULL};
  const char *text = pm_document_text (r->document, id);
  return text != NULL && is_one_of (pm_document_node (r->document, id)->key, hosts) &&
         !is_one_of (text, here);
}

/* A port beside the name of another machine is that machine's; one beside what a client logs in
 * with is the server's that it connects to. */
static gboolean
is_somebody_elses (PmRecognition *r, PmNodeId scalar)
{
  static const char *const ports[] = {"port", NULL};
  const PmNode *node = pm_document_node (r->document, scalar);
  if (node->key == NULL || !is_one_of (node->key, ports) || node->parent == 0)
    return FALSE;
  for (PmNodeId id = pm_document_node (r->document, node->parent)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling) {
    const char *key = pm_document_node (r->document, id)->key;
    if (key != NULL && (pm_vocabulary_is_a_clients (key) || names_another_machine (r, id)))
      return TRUE;
  }
  return FALSE;
}

/* `smtp: {address: localhost:25}`, `[database]` above `HOST = 127.0.0.1:5432`: who stands above is
 * called there. */
static gboolean
stands_in_a_peers_section (PmRecognition *r, PmNodeId scalar)
{
  PmNodeId above = pm_document_node (r->document, scalar)->parent;
  while (above != 0 && pm_document_node (r->document, above)->key == NULL)
    above = pm_document_node (r->document, above)->parent;
  const char *key = above == 0 ? NULL : pm_document_node (r->document, above)->key;
  if (key == NULL)
    return FALSE;
  g_autofree char *port = g_strdup_printf ("%.100s.port", key);
  PmKeyword keyword;
  pm_vocabulary_look_up (port, NULL, &keyword);
  return keyword.role_is_known && keyword.role == PM_ROLE_REFERENCE;
}

/* Nobody's loopback address is bound by a key that leaves it open, where a peer is spoken of. */
static void
settle_by_section (PmRecognition *r, PmNodeId scalar, gint first)
{
  static const char *const loopback[] = {"localhost", "127.0.0.1", "::1", NULL};
  const char *name = pm_document_node (r->document, scalar)->key;
  PmKeyword keyword;
  if (first < 0 || name == NULL)
    return;
  pm_vocabulary_look_up (name, NULL, &keyword);
  gboolean is_open = keyword.meaning == PM_KEYWORD_HOST || keyword.meaning == PM_KEYWORD_ENDPOINT;
  if (keyword.role_is_known || !is_open || !stands_in_a_peers_section (r, scalar))
    return;
  for (guint i = (guint) first; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->kind != PM_KIND_PORT || finding->role != PM_ROLE_LISTEN ||
        !g_strv_contains (loopback, finding->host))
      continue;
    finding->role = PM_ROLE_REFERENCE;
    finding->bind = no_text;
  }
}

/* `- traefik.http.services.web.loadbalancer.server.port=80`, an item of a list of assignments. */
static gboolean
is_assigning_item (const PmNode *node)
{
  gsize name = 0;
  while (name < node->value_length &&
         (g_ascii_isalnum (node->value[name]) || strchr ("_.-", node->value[name]) != NULL) &&
         node->value[name] != '\0')
    name++;
  return node->key == NULL && name > 0 && g_ascii_isalpha (node->value[0]) &&
         name < node->value_length && node->value[name] == '=';
}

/* Nothing says whom the list is given to: nobody is made a listener by it. */
static void
read_item (PmRecognition *r, PmNodeId scalar, const PmRule *rule, const char *service)
{
  guint first = r->out->findings->len;
  pm_recognition_read_assignment (r, scalar, rule, service);
  for (guint i = first; i < r->out->findings->len; i++)
    if (pm_recognition_finding (r, i)->role == PM_ROLE_LISTEN)
      pm_recognition_finding (r, i)->role = PM_ROLE_REFERENCE;
}

static void
read_by_key (PmRecognition *r, PmNodeId scalar, const PmRule *rule, const char *service)
{
  if (!pm_recognition_begin (r, scalar))
    return;
  PmRule by_place = *rule;
  if (is_somebody_elses (r, scalar))
    by_place.role = PM_ROLE_REFERENCE;
  if (is_assigning_item (pm_document_node (r->document, pm_document_resolve (r->document, scalar))))
    read_item (r, scalar, &by_place, service);
  else
    settle_by_section (
        r, scalar,
        pm_recognition_read_named (r, scalar, name_with_context (r, scalar), &by_place, service));
}

static void
read_as_text (PmRecognition *r, PmNodeId scalar, const PmRule *rule, const char *service)
{
  pm_recognition_read (r, scalar, rule, service);
}

void
pm_recognition_read_keys (PmRecognition *recognition, PmNodeId below, const PmRule *rule,
                          const char *service)
{
  each_unread_scalar (recognition, below, read_by_key, rule, service);
}

void
pm_recognition_read_rest (PmRecognition *recognition, PmNodeId below, const char *service)
{
  static const PmRule rest = {
      .id = "text", .grammar = PM_GRAMMAR_TEXT, .role = PM_ROLE_REFERENCE, .confidence = 0.8};
  each_unread_scalar (recognition, below, read_as_text, &rest, service);
}
