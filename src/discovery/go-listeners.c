/* DESIGN
 * The tree is formats/code.h's: a call is a list, a composite literal a map, whose type stands only
 * in the bytes before its brace. */

#include "discovery/go-listeners.h"

#include "discovery/go-addresses.h"

#include <string.h>

static const char *const network_calls[] = {"Listen()", "ListenPacket()", NULL};
static const char *const address_calls[] = {"ListenTCP()", "ListenUDP()", "ListenMulticastUDP()",
                                            NULL};
static const char *const server_calls[] = {"Start()",           "StartTLS()", "StartAutoTLS()",
                                           "StartH2CServer()",  "RunTLS()",   "ListenTLS()",
                                           "ListenMutualTLS()", NULL};

static const PmNode *
node_at (const PmRecognition *r, PmNodeId id)
{
  return pm_document_node (r->document, id);
}

static gboolean
is_call_of (const PmNode *node, const char *const *names)
{
  return node->kind == PM_NODE_LIST && node->key != NULL && g_strv_contains (names, node->key);
}

static gboolean
is_network (const char *text, PmTransport *ret_transport)
{
  static const char *const tcp[] = {"tcp", "tcp4", "tcp6", NULL};
  static const char *const udp[] = {"udp", "udp4", "udp6", NULL};
  gboolean is_udp = g_strv_contains (udp, text);
  *ret_transport = is_udp ? PM_TRANSPORT_UDP : PM_TRANSPORT_TCP;
  return is_udp || g_strv_contains (tcp, text);
}

/* Functions of many packages, which one argument that is an address tells to be servers'. */
static const char *const address_takers[] = {"ListenAndServe()", "ListenAndServeTLS()", "Listen()",
                                             NULL};

/* The text of a literal that is one whole argument; NULL: it is something else. */
static const char *
literal (const PmNode *node)
{
  gboolean is_one = node->kind == PM_NODE_SCALAR && node->value != NULL &&
                    (node->flags & (PM_NODE_EXPRESSION | PM_NODE_FRAGMENT)) == 0;
  return is_one ? node->value : NULL;
}

/* The network that a call names before one of its arguments. */
static gboolean
is_behind_a_network (const PmRecognition *r, PmNodeId list, PmNodeId argument,
                     PmTransport *ret_transport)
{
  gboolean found = FALSE;
  for (PmNodeId id = node_at (r, list)->first_child; id != 0 && id != argument;
       id = node_at (r, id)->next_sibling) {
    const char *text = literal (node_at (r, id));
    found = text != NULL && is_network (text, ret_transport);
  }
  return found;
}

/* ":8080", "127.0.0.1:8080". */
static gboolean
ends_in_a_port (const char *text)
{
  const char *colon = strrchr (text, ':');
  gsize digits = colon == NULL ? 0 : strspn (colon + 1, "0123456789");
  return digits > 0 && colon[1 + digits] == '\0';
}

/* Whether the name before the brace that a map begins with ends so: `http.Server{`. */
static gboolean
is_literal_of (const PmRecognition *r, const PmNode *map, const char *type)
{
  const char *bytes = r->document->bytes;
  gsize at = map->span.start, length = strlen (type);
  while (at > 0 && (bytes[at - 1] == '{' || bytes[at - 1] == ' '))
    at--;
  return map->kind == PM_NODE_MAP && at >= length &&
         memcmp (bytes + at - length, type, length) == 0 &&
         (at == length ||
          !(g_ascii_isalnum (bytes[at - length - 1]) || bytes[at - length - 1] == '_'));
}

/* What binds a literal: by which grammar it is read, and over which transport. */
typedef struct {
  PmGrammar grammar;
  PmTransport transport;
} Binding;

static gboolean
binds_argument (const PmRecognition *r, PmNodeId list, PmNodeId scalar, Binding *ret_binding)
{
  const PmNode *call = node_at (r, list);
  ret_binding->grammar = PM_GRAMMAR_ENDPOINT;
  if (is_call_of (call, network_calls))
    return is_behind_a_network (r, list, scalar, &ret_binding->transport);
  return is_call_of (call, server_calls) && call->first_child == scalar;
}

/* `ListenUDP ("udp", &net.UDPAddr{Port: 5353})` */
static gboolean
binds_address (const PmRecognition *r, PmNodeId map, Binding *ret_binding)
{
  const PmNode *node = node_at (r, map);
  if (!is_literal_of (r, node, "TCPAddr") && !is_literal_of (r, node, "UDPAddr"))
    return FALSE;
  ret_binding->grammar = PM_GRAMMAR_PORT;
  return is_call_of (node_at (r, node->parent), address_calls) &&
         is_behind_a_network (r, node->parent, map, &ret_binding->transport);
}

static gboolean
is_bound (const PmRecognition *r, PmNodeId scalar, Binding *ret_binding)
{
  const PmNode *node = node_at (r, scalar);
  const char *text = literal (node);
  *ret_binding = (Binding){PM_GRAMMAR_ENDPOINT, PM_TRANSPORT_TCP};
  if (text == NULL || node->parent == 0)
    return FALSE;
  if (g_strcmp0 (node->key, "Port") == 0)
    return binds_address (r, node->parent, ret_binding);
  if (!ends_in_a_port (text))
    return FALSE;
  if (g_strcmp0 (node->key, "Addr") == 0)
    return is_literal_of (r, node_at (r, node->parent), "Server");
  return node->key == NULL && binds_argument (r, node->parent, scalar, ret_binding);
}

/* Gin's Run (address): a test's Run (name, function) has two arguments. */
static gboolean
is_run_of (const PmRecognition *r, PmNodeId list, PmNodeId argument)
{
  const PmNode *call = node_at (r, list);
  return call->kind == PM_NODE_LIST && g_strcmp0 (call->key, "Run()") == 0 &&
         call->first_child == argument && node_at (r, argument)->next_sibling == 0;
}

/* An address that is composed: where it stands, and over which transport it is bound. */
static gboolean
is_bound_when_composed (PmRecognition *r, PmNodeId scalar, Binding *ret_binding,
                        const char **ret_host)
{
  PmNodeId address;
  if (!pm_go_address_of (r, scalar, &address, ret_host))
    return FALSE;
  const PmNode *node = node_at (r, address);
  PmNodeId around = node->parent;
  *ret_binding = (Binding){PM_GRAMMAR_PORT, PM_TRANSPORT_TCP};
  if (g_strcmp0 (node->key, "Addr") == 0)
    return is_literal_of (r, node_at (r, around), "Server");
  if (node->key != NULL || node_at (r, around)->kind != PM_NODE_LIST)
    return FALSE;
  gboolean binds = binds_argument (r, around, address, ret_binding) ||
                   (is_call_of (node_at (r, around), address_takers) &&
                    node_at (r, around)->first_child == address) ||
                   is_run_of (r, around, address);
  ret_binding->grammar = PM_GRAMMAR_PORT;
  return binds;
}

static void
tell_host (PmRecognition *r, guint first, const char *host)
{
  for (guint i = first; i < r->out->findings->len; i++)
    pm_recognition_finding (r, i)->host = pm_recognition_finding (r, i)->bind = host;
}

gboolean
pm_go_listeners_read (PmRecognition *r, PmNodeId scalar, const PmRule *rule, const char *service)
{
  Binding binding;
  const char *host = NULL;
  if (!g_str_has_suffix (r->file, ".go") ||
      (!is_bound (r, scalar, &binding) && !is_bound_when_composed (r, scalar, &binding, &host)))
    return FALSE;
  PmRule bound = *rule;
  bound.grammar = binding.grammar;
  bound.role = PM_ROLE_LISTEN;
  bound.insists = TRUE;
  guint first = r->out->findings->len;
  pm_recognition_read (r, scalar, &bound, service);
  for (guint i = first; i < r->out->findings->len; i++)
    pm_recognition_finding (r, i)->transport = binding.transport;
  if (host != NULL)
    tell_host (r, first, host);
  return r->out->findings->len > first;
}
