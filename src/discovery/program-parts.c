/* DESIGN
 * The tree is that of formats/code.c and formats/javascript.c: brackets are lists, a call is a list
 * whose key ends in "()", and inside of a list it stands in a map of its own. What the tree does
 * not have (a field behind an attribute, the tags of a Go field) is read from the bytes beside. */

#include "discovery/program-parts.h"

#include "discovery/program-calls.h"
#include "discovery/ruleset-read.h"
#include "discovery/vocabulary.h"

#include <string.h>

#define MOST_ABOVE 3
#define LONGEST_FIELD 200 /* bytes between an attribute and the name of its field */

static const PmNode *
node_at (const PmRecognition *r, PmNodeId id)
{
  return pm_document_node (r->document, id);
}

/* ASP.NET Core's app.Urls.Add ("http://localhost:5005") (WebApplication.Urls): as UseUrls. */
static gboolean
adds_a_url (const PmRecognition *r, const PmNode *call)
{
  static const char before[] = "Urls.";
  gsize length = strlen (before), at = call->key_span.start;
  return strcmp (call->key, "Add()") == 0 && r->document->outer == NULL && at > length &&
         memcmp (r->document->bytes + at - length, before, length) == 0 &&
         g_str_has_suffix (r->file, ".cs");
}

const char *
pm_program_call_name (PmRecognition *r, const PmNode *call)
{
  const char *bytes = r->document->bytes;
  gsize end = call->key_span.start;
  if (adds_a_url (r, call))
    return "UseUrls()";
  if (strcmp (call->key, "new()") != 0 || r->document->outer != NULL)
    return call->key;
  while (end > 0 && (bytes[end - 1] == '.' || bytes[end - 1] == ':'))
    end--;
  gsize start = end;
  while (start > 0 && (g_ascii_isalnum (bytes[start - 1]) || bytes[start - 1] == '_'))
    start--;
  return start == end || end == call->key_span.start
             ? call->key
             : pm_arena_printf (r->arena, "%.*s()", (int) (end - start), bytes + start);
}

static gboolean
is_literal (const PmNode *node)
{
  return node->kind == PM_NODE_SCALAR && node->value != NULL &&
         !(node->flags & (PM_NODE_EXPRESSION | PM_NODE_FRAGMENT));
}

static gboolean
is_number (const PmNode *node)
{
  guint16 number;
  return is_literal (node) && node->quoting == PM_QUOTING_NONE &&
         pm_recogniser_port (node->value, node->value_length, &number);
}

/* What cannot be told from a count. */
static gboolean
is_likely (const PmNode *node)
{
  guint64 number = g_ascii_strtoull (node->value, NULL, 10);
  return number >= 1024 || number == 80 || number == 443;
}

static void
read_number (PmRecognition *r, PmNodeId scalar, const PmRule *rule, PmRole role, const char *host,
             const char *service)
{
  PmRule bound = *rule;
  bound.grammar = PM_GRAMMAR_PORT;
  bound.role = role;
  bound.insists = TRUE;
  gint first = pm_recognition_read (r, scalar, &bound, service);
  if (first < 0)
    return;
  PmFinding *finding = pm_recognition_finding (r, (guint) first);
  finding->host = host;
  if (role == PM_ROLE_LISTEN)
    finding->bind = host;
}

/* --- host and port --- */

static PmNodeId
before (const PmRecognition *r, PmNodeId list, PmNodeId scalar)
{
  PmNodeId found = 0;
  for (PmNodeId id = node_at (r, list)->first_child; id != 0 && id != scalar;
       id = node_at (r, id)->next_sibling)
    found = node_at (r, id)->flags & PM_NODE_FRAGMENT ? found : id;
  return found;
}

/* [127, 0, 0, 1], Ipv4Addr::new (127, 0, 0, 1); NULL: no address. */
static const char *
octets (PmRecognition *r, PmNodeId list)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = 0;
  for (PmNodeId id = node_at (r, list)->first_child; id != 0; id = node_at (r, id)->next_sibling) {
    const PmNode *node = node_at (r, id);
    guint64 octet;
    if (!is_literal (node) || ++n > 4 ||
        !g_ascii_string_to_unsigned (node->value, 10, 0, 255, &octet, NULL))
      return NULL;
    g_string_append_printf (text, "%s%u", n > 1 ? "." : "", (guint) octet);
  }
  return n == 4 ? pm_arena_strndup (r->arena, text->str, text->len) : NULL;
}

/* "" is any address; NULL: it is no host. */
static const char *
host_of (PmRecognition *r, PmNodeId id)
{
  const PmNode *node = node_at (r, id);
  gboolean is_text = node->kind == PM_NODE_SCALAR;
  if (node->kind == PM_NODE_SCALAR && g_str_has_prefix (node->value, "IPAddress."))
    return strcmp (node->value, "IPAddress.Loopback") == 0 ? "127.0.0.1" : "";
  for (guint level = 0; node->kind != PM_NODE_SCALAR && level <= MOST_ABOVE; level++) {
    const char *address = octets (r, id);
    if (address != NULL || node->first_child == 0)
      return address;
    id = node->first_child;
    node = node_at (r, id);
  }
  if (!is_text || !is_literal (node) || node->quoting == PM_QUOTING_NONE)
    return NULL;
  gsize length = strspn (node->value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789.-_:*[]");
  return node->value[length] == '\0' ? pm_arena_strdup (r->arena, node->value) : NULL;
}

static gboolean
is_of_this_machine (const char *host)
{
  static const char *const here[] = {
      "", "0.0.0.0", "127.0.0.1", "::", "localhost", "::1", "[::]", NULL};
  return g_strv_contains (here, host);
}

/* The call that a list is, or stands in; "" none. */
static const char *
call_around (PmRecognition *r, PmNodeId list)
{
  for (guint level = 0; list != 0 && level <= MOST_ABOVE; level++) {
    if (pm_call_is (node_at (r, list)->key))
      return pm_program_call_name (r, node_at (r, list));
    list = node_at (r, list)->parent;
  }
  return "";
}

/* Java's InetSocketAddress (java.net), .NET's IPEndPoint (System.Net): to be bound or called. */
static gboolean
makes_an_address (const char *call)
{
  return strcmp (call, "InetSocketAddress()") == 0 || strcmp (call, "IPEndPoint()") == 0;
}

/* Of an argument alone a name may be anything (`bind ("keyup", 1300)`); of a pair it is a host. */
static gboolean
tell_role (const char *call, const char *host, gboolean is_pair, gboolean has_octets,
           PmRole *ret_role)
{
  gboolean is_address = makes_an_address (call);
  if (pm_call_connects (call) && !(is_address && is_of_this_machine (host) && *host != 'l')) {
    *ret_role = PM_ROLE_REFERENCE;
    return *host != '\0';
  }
  *ret_role = PM_ROLE_LISTEN;
  if (pm_call_serves (call) || is_address)
    return is_pair || is_of_this_machine (host) || strpbrk (host, ".:") != NULL;
  if (!has_octets)
    return FALSE;
  *ret_role = is_of_this_machine (host) ? PM_ROLE_LISTEN : PM_ROLE_REFERENCE;
  return TRUE;
}

gboolean
pm_program_read_pair (PmRecognition *r, PmNodeId scalar, const PmRule *rule, const char *service)
{
  const PmNode *node = node_at (r, scalar);
  PmNodeId list = node->parent;
  if (!is_number (node) || list == 0 || node_at (r, list)->kind != PM_NODE_LIST ||
      node->key != NULL || !is_likely (node))
    return FALSE;
  PmNodeId first = before (r, list, scalar);
  const char *host = first == 0 ? NULL : host_of (r, first);
  gboolean is_pair = !pm_call_is (node_at (r, list)->key);
  if (host == NULL || (is_pair && node_at (r, scalar)->index != 1))
    return FALSE;
  const char *call = call_around (r, list);
  gboolean has_octets = node_at (r, first)->kind != PM_NODE_SCALAR;
  PmRole role;
  if (!tell_role (call, host, is_pair, has_octets, &role))
    return FALSE;
  read_number (r, scalar, rule, role, host, service);
  return TRUE;
}

static gboolean
holds (const PmRecognition *r, const char *word)
{
  return memmem (r->document->bytes, r->document->length, word, strlen (word)) != NULL;
}

static gboolean
is_name_byte (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

/* The last name before a byte, as text; "" none. */
static char *
name_before (const char *bytes, gsize end)
{
  gsize start = end;
  while (start > 0 && is_name_byte (bytes[start - 1]))
    start--;
  return g_strndup (bytes + start, end - start);
}

/* `Type name`, however often it stands there. */
static gboolean
is_declared_as (const PmRecognition *r, const char *type, const char *name)
{
  g_autofree char *declaration = g_strdup_printf ("%s %s", type, name);
  const char *at =
      memmem (r->document->bytes, r->document->length, declaration, strlen (declaration));
  return at != NULL && !is_name_byte (at[strlen (declaration)]);
}

/* `new HttpServerOptions ().setPort (8080)` (Vert.x), or of a variable of that type; so of embedded
 * Tomcat, Jetty's ServerConnector and Spring Boot's factories. */
static gboolean
sets_a_servers_port (const PmRecognition *r, const PmNode *call)
{
  static const char *const types[] = {
      "HttpServerOptions",
      "NetServerOptions",
      "Tomcat",
      "ServerConnector",
      "TomcatServletWebServerFactory",
      "ConfigurableServletWebServerFactory",
      "ConfigurableWebServerFactory",
  };
  const char *bytes = r->document->bytes;
  gsize at = call->key_span.start;
  if (strcmp (call->key, "setPort()") != 0 || at < 3)
    return FALSE;
  for (at--; at > 0 && (bytes[at] == '.' || g_ascii_isspace (bytes[at]));)
    at--;
  at++;
  gboolean is_made = at > 2 && bytes[at - 1] == ')' && bytes[at - 2] == '(';
  g_autofree char *name = name_before (bytes, is_made ? at - 2 : at);
  for (gsize i = 0; *name != '\0' && i < G_N_ELEMENTS (types); i++)
    if (is_made ? strcmp (name, types[i]) == 0 : is_declared_as (r, types[i], name))
      return TRUE;
  return FALSE;
}

/* Javalin's start (7000): any program has a start (). */
static gboolean
is_a_servers_call (const PmRecognition *r, const PmNode *call)
{
  return sets_a_servers_port (r, call) ||
         (strcmp (call->key, "start()") == 0 && holds (r, "Javalin"));
}

/* Ktor's embeddedServer (Netty, 8080) */
static gboolean
is_behind_an_engine (const PmNode *list, const PmNode *node)
{
  return strcmp (list->key, "embeddedServer()") == 0 && node->index == 1;
}

gboolean
pm_program_read_alone (PmRecognition *r, PmNodeId scalar, const PmRule *rule, const char *service)
{
  static const char *const calls[] = {"InetSocketAddress()", "port()", NULL};
  const PmNode *node = node_at (r, scalar), *list = node_at (r, node->parent);
  gboolean is_of_java = g_str_has_suffix (r->file, ".java") || g_str_has_suffix (r->file, ".kt") ||
                        g_str_has_suffix (r->file, ".scala");
  if (!is_of_java || !is_number (node) || !is_likely (node) || list->key == NULL ||
      node->key != NULL || list->kind != PM_NODE_LIST)
    return FALSE;
  gboolean is_only = list->first_child == scalar && node->next_sibling == 0;
  if (!is_behind_an_engine (list, node) &&
      !(is_only && (g_strv_contains (calls, list->key) || is_a_servers_call (r, list))))
    return FALSE;
  read_number (r, scalar, rule, PM_ROLE_LISTEN, "", service);
  return TRUE;
}

/* --- tags --- */

/* The value of one key of a Go tag; NULL: it has none. */
static const char *
tag_value (const char *tag, const char *key, gsize *ret_length)
{
  gsize length = strlen (key);
  for (const char *at = tag; (at = strstr (at, key)) != NULL; at += length) {
    if ((at > tag && at[-1] != ' ') || at[length] != ':' || at[length + 1] != '"')
      continue;
    const char *value = at + length + 2, *end = strchr (value, '"');
    *ret_length = end == NULL ? 0 : (gsize) (end - value);
    return end == NULL ? NULL : value;
  }
  return NULL;
}

static const char *
tag_value_of (const char *tag, const char *const *keys, gsize *ret_length)
{
  const char *value = NULL;
  for (; *keys != NULL && value == NULL; keys++)
    value = tag_value (tag, *keys, ret_length);
  return value;
}

static PmKeywordMeaning
meaning_of (const char *name)
{
  PmKeyword keyword;
  pm_vocabulary_look_up (name, NULL, &keyword);
  return keyword.meaning;
}

gboolean
pm_program_read_tag (PmRecognition *r, PmNodeId scalar, const PmRule *rule, const char *service)
{
  static const char *const names[] = {"env", "envconfig", "mapstructure", "yaml", "json", NULL};
  static const char *const defaults[] = {"envDefault", "env-default", "default", NULL};
  const PmNode *node = node_at (r, scalar);
  gsize name_length, length;
  if (node->quoting != PM_QUOTING_BACKTICK || !g_str_has_suffix (r->file, ".go") ||
      node->value == NULL)
    return FALSE;
  const char *tag = node->value;
  const char *name = tag_value_of (tag, names, &name_length);
  const char *value = tag_value_of (tag, defaults, &length);
  if (name == NULL || value == NULL || length == 0)
    return FALSE;
  name_length = MIN (name_length, strcspn (name, ","));
  const char *variable = pm_arena_strndup (r->arena, name, name_length);
  gboolean is_any = value[0] == ':';
  PmRule by_name = *rule;
  by_name.grammar = meaning_of (variable) == PM_KEYWORD_PORT ? PM_GRAMMAR_PORT
                    : is_any                                 ? PM_GRAMMAR_ENDPOINT
                                                             : PM_GRAMMAR_TEXT;
  by_name.role =
      is_any || pm_vocabulary_is_own_port (variable) ? PM_ROLE_LISTEN : PM_ROLE_REFERENCE;
  by_name.insists = by_name.grammar != PM_GRAMMAR_TEXT;
  guint first = r->out->findings->len;
  pm_recognition_read_part (r, scalar, (gsize) (value - tag), (gsize) (value - tag) + length,
                            &by_name, service);
  for (guint i = first; i < r->out->findings->len; i++)
    if (g_ascii_isupper (variable[0]))
      pm_recognition_finding (r, i)->variable = variable;
  return TRUE;
}

/* --- defaults within strings --- */

/* The number that stands right before the end of a hole, but for quotes and brackets. */
static gboolean
number_before (const char *text, const char *close, PmSpan *ret_span)
{
  const char *end = close;
  while (end > text && strchr (" )'\"]", end[-1]) != NULL)
    end--;
  const char *start = end;
  while (start > text && g_ascii_isdigit (start[-1]))
    start--;
  *ret_span = (PmSpan){(guint32) (start - text), (guint32) (end - text)};
  return end > start && end - start <= 5 && start > text && strchr (" '\"(", start[-1]) != NULL;
}

gboolean
pm_program_read_hole (PmRecognition *r, PmNodeId scalar, const PmRule *rule, const char *service)
{
  static const char *const starts[] = {"0.0.0.0:", "[::]:", "127.0.0.1:", "localhost:", "tcp://"};
  const PmNode *node = node_at (r, scalar);
  const char *text = node->value;
  gboolean is_an_address = FALSE;
  PmSpan number;
  if (node->kind != PM_NODE_SCALAR || node->quoting == PM_QUOTING_NONE || text == NULL)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    is_an_address |= g_str_has_prefix (text, starts[i]);
  gsize length = strlen (text);
  const char *open = is_an_address ? strchr (text, '{') : NULL;
  if (open == NULL || text[length - 1] != '}' ||
      memchr (open, '}', (gsize) (text + length - 1 - open)) != NULL ||
      !number_before (text, text + length - 1, &number))
    return FALSE;
  PmRule address = *rule, port = *rule;
  address.grammar = PM_GRAMMAR_TEXT;
  pm_recognition_read_part (r, scalar, 0, (gsize) (open - text), &address, service);
  port.grammar = PM_GRAMMAR_PORT;
  port.role = strstr (text, "0.0.0.0:") != NULL || strstr (text, "[::]:") != NULL
                  ? PM_ROLE_LISTEN
                  : PM_ROLE_REFERENCE;
  port.insists = TRUE;
  return pm_recognition_read_part (r, scalar, number.start, number.end, &port, service) >= 0;
}

/* --- attributes --- */

const char *
pm_program_field_of_default (PmRecognition *r, PmNodeId scalar)
{
  const PmNode *node = node_at (r, scalar);
  const char *bytes = r->document->bytes;
  gsize at = node->outer.end, end = MIN (r->document->length, at + LONGEST_FIELD);
  if (node->key == NULL || !g_str_has_prefix (node->key, "default_value") ||
      !g_str_has_suffix (r->file, ".rs"))
    return NULL;
  const char *close = memmem (bytes + at, end - at, ")]", 2);
  at = close == NULL ? end : (gsize) (close - bytes) + 2;
  while (at < end && g_ascii_isspace (bytes[at]))
    at++;
  static const char visibility[] = "pub ";
  if (end - at > strlen (visibility) && memcmp (bytes + at, visibility, strlen (visibility)) == 0)
    at += strlen (visibility);
  gsize start = at;
  while (at < end && (g_ascii_isalnum (bytes[at]) || bytes[at] == '_'))
    at++;
  return at > start && at < end && bytes[at] == ':'
             ? pm_arena_strndup (r->arena, bytes + start, at - start)
             : NULL;
}
