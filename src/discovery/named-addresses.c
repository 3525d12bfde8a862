/* DESIGN
 * The tree is formats/code.h's: of `A, B = 1, 2` it has B = 1 and a 2 without a name, the rest is
 * in the bytes. Names as arguments are expressions; they are looked for among a bounded number of
 * nodes behind the number. */

#include "discovery/named-addresses.h"

#include "discovery/program-calls.h"

#include <string.h>

#define MOST_NODES_BEHIND 4096
#define MOST_ABOVE 4

static const PmNode *
node_at (const PmRecognition *r, PmNodeId id)
{
  return pm_document_node (r->document, id);
}

/* A quoted host that is not empty space or prose; "" is any address. NULL: none. */
static const char *
host_of (const PmNode *node)
{
  gboolean is_text = node->kind == PM_NODE_SCALAR && node->value != NULL &&
                     node->quoting != PM_QUOTING_NONE &&
                     !(node->flags & (PM_NODE_EXPRESSION | PM_NODE_FRAGMENT));
  for (const char *at = is_text ? node->value : NULL; at != NULL && *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr (".-_:", *at) == NULL)
      return NULL;
  return is_text ? node->value : NULL;
}

/* What stands between two bytes is one comma and blanks. */
static gboolean
is_comma (const PmRecognition *r, gsize from, gsize to)
{
  guint commas = 0;
  for (gsize at = from; at < to; at++) {
    if (r->document->bytes[at] == ',')
      commas++;
    else if (r->document->bytes[at] != ' ')
      return FALSE;
  }
  return commas == 1;
}

/* `NAME = (host, port)` */
static const char *
name_of_tuple (const PmRecognition *r, PmNodeId scalar, const char **ret_host)
{
  const PmNode *node = node_at (r, scalar), *list = node_at (r, node->parent);
  if (list->kind != PM_NODE_LIST || list->key == NULL || pm_call_is (list->key) ||
      node->index != 1 || node->next_sibling != 0)
    return NULL;
  *ret_host = host_of (node_at (r, list->first_child));
  return *ret_host == NULL ? NULL : list->key;
}

/* `HOST, NAME = host, port` */
static const char *
name_of_second (const PmRecognition *r, PmNodeId scalar, const char **ret_host)
{
  const PmNode *node = node_at (r, scalar), *before = node_at (r, scalar - 1);
  const char *bytes = r->document->bytes;
  gsize at = before->key_span.start;
  if (node->key != NULL || before->key == NULL || before->parent != node->parent ||
      !is_comma (r, before->outer.end, node->outer.start))
    return NULL;
  while (at > 0 && bytes[at - 1] == ' ')
    at--;
  *ret_host = host_of (before);
  return at > 1 && bytes[at - 1] == ',' && *ret_host != NULL ? before->key : NULL;
}

/* The call that an expression is an argument of, or of a tuple among them; "" none. */
static const char *
call_around (const PmRecognition *r, PmNodeId expression)
{
  PmNodeId id = node_at (r, expression)->parent;
  for (guint level = 0; id != 0 && level < MOST_ABOVE; level++, id = node_at (r, id)->parent)
    if (pm_call_is (node_at (r, id)->key))
      return node_at (r, id)->key;
  return "";
}

/* The first call behind a node that binds or connects to what goes by this name; NULL: none. */
static const char *
call_that_takes (const PmRecognition *r, PmNodeId behind, const char *name)
{
  guint last = MIN (r->document->nodes->len, behind + MOST_NODES_BEHIND);
  for (PmNodeId id = behind + 1; id < last; id++) {
    const PmNode *node = node_at (r, id);
    if (node->kind != PM_NODE_SCALAR || !(node->flags & PM_NODE_EXPRESSION) ||
        g_strcmp0 (node->value, name) != 0)
      continue;
    const char *call = call_around (r, id);
    if (pm_call_serves (call) || pm_call_connects (call))
      return call;
  }
  return NULL;
}

/* `127.0.0.1:9901`, `[::1]:50051` */
static gboolean
is_endpoint (const char *text)
{
  const char *colon = strrchr (text, ':');
  guint16 port;
  return colon != NULL && strstr (text, "://") == NULL && strchr (text, ' ') == NULL &&
         pm_recogniser_port (colon + 1, strlen (colon + 1), &port);
}

/* `let addr = "127.0.0.1:9901".parse ()`, and then `serve (addr)` */
static gboolean
read_text (PmRecognition *r, PmNodeId scalar, const PmRule *rule, const char *service)
{
  const PmNode *node = node_at (r, scalar);
  if (node->quoting == PM_QUOTING_NONE || node->key == NULL || node->value == NULL ||
      node->flags & (PM_NODE_EXPRESSION | PM_NODE_FRAGMENT) || !is_endpoint (node->value))
    return FALSE;
  const char *call = call_that_takes (r, scalar, node->key);
  if (call == NULL || !pm_call_serves (call))
    return FALSE;
  PmRule by_use = *rule;
  by_use.grammar = PM_GRAMMAR_ENDPOINT;
  by_use.role = PM_ROLE_LISTEN;
  by_use.insists = TRUE;
  return pm_recognition_read (r, scalar, &by_use, service) >= 0;
}

gboolean
pm_named_addresses_read (PmRecognition *recognition, PmNodeId scalar, const PmRule *rule,
                         const char *service)
{
  PmRecognition *r = recognition;
  const PmNode *node = node_at (r, scalar);
  const char *host = NULL;
  guint16 port;
  if (g_str_has_suffix (r->file, ".rs"))
    return read_text (r, scalar, rule, service);
  if (!g_str_has_suffix (r->file, ".py") || node->quoting != PM_QUOTING_NONE ||
      !pm_recogniser_port (node->value, node->value_length, &port))
    return FALSE;
  const char *name = name_of_tuple (r, scalar, &host);
  if (name == NULL)
    name = name_of_second (r, scalar, &host);
  const char *call = name == NULL ? NULL : call_that_takes (r, scalar, name);
  if (call == NULL)
    return FALSE;
  PmRule by_use = *rule;
  by_use.grammar = PM_GRAMMAR_PORT;
  by_use.role = pm_call_serves (call) ? PM_ROLE_LISTEN : PM_ROLE_REFERENCE;
  by_use.insists = TRUE;
  gint first = pm_recognition_read (r, scalar, &by_use, service);
  if (first < 0)
    return FALSE;
  PmFinding *finding = pm_recognition_finding (r, (guint) first);
  finding->host = pm_arena_strdup (r->arena, host);
  if (by_use.role == PM_ROLE_LISTEN)
    finding->bind = finding->host;
  if (strstr (call, "UDP") != NULL || strstr (call, "datagram") != NULL)
    finding->transport = PM_TRANSPORT_UDP;
  return TRUE;
}
