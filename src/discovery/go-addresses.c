/* DESIGN
 * The tree is formats/code.h's: a call is a list inside of a map that stands where its value does;
 * an operator is in the bytes between two siblings only. */

#include "discovery/go-addresses.h"

#include <string.h>

static const PmNode *
node_at (const PmRecognition *r, PmNodeId id)
{
  return pm_document_node (r->document, id);
}

static gboolean
is_call (const PmNode *node, const char *name)
{
  return node->kind == PM_NODE_LIST && node->key != NULL && strcmp (node->key, name) == 0;
}

/* The text of a literal; NULL: it is something else. */
static const char *
literal (const PmNode *node)
{
  gboolean is_one = node->kind == PM_NODE_SCALAR && node->value != NULL &&
                    (node->flags & (PM_NODE_EXPRESSION | PM_NODE_FRAGMENT)) == 0;
  return is_one ? node->value : NULL;
}

/* The scalar right before a node of the same list or map; 0: none, or no scalar. */
static PmNodeId
scalar_before (const PmRecognition *r, PmNodeId id)
{
  PmNodeId before = id - 1;
  return node_at (r, before)->kind == PM_NODE_SCALAR &&
                 node_at (r, before)->parent == node_at (r, id)->parent
             ? before
             : 0;
}

/* A host as it stands before a colon: "", "127.0.0.1", "[::]"; of a format's verb nothing is
 * known. NULL: a URL, a path, prose. */
static const char *
host_of (PmRecognition *r, const char *text, gsize length)
{
  if (length == 2 && text[0] == '%')
    return "";
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr (".-_[]:", text[i]) == NULL)
      return NULL;
  gboolean is_v6 = length > 2 && text[0] == '[' && text[length - 1] == ']';
  return pm_arena_strndup (r->arena, is_v6 ? text + 1 : text, is_v6 ? length - 2 : length);
}

/* Sprintf ("%s:%d", host, 8080): the last verb takes the last argument. */
static const char *
host_in_format (PmRecognition *r, PmNodeId list, PmNodeId scalar)
{
  PmNodeId first = node_at (r, list)->first_child;
  const char *format = first == scalar ? NULL : literal (node_at (r, first));
  gsize length = format == NULL ? 0 : strlen (format);
  gboolean ends = length >= 3 && format[length - 3] == ':' && format[length - 2] == '%' &&
                  strchr ("dsv", format[length - 1]) != NULL;
  return ends && node_at (r, scalar)->next_sibling == 0 ? host_of (r, format, length - 3) : NULL;
}

/* ":" + strconv.Itoa (8080): the text before, and nothing but the operator between them. */
static PmNodeId
text_added_to (const PmRecognition *r, PmNodeId list)
{
  static const char prefix[] = "strconv.";
  PmNodeId before = scalar_before (r, node_at (r, list)->parent);
  const char *text = before == 0 ? NULL : literal (node_at (r, before));
  gsize length = text == NULL ? 0 : strlen (text), end = node_at (r, list)->key_span.start;
  if (length == 0 || text[length - 1] != ':' || end < strlen (prefix))
    return 0;
  gboolean has_plus = FALSE;
  for (gsize at = node_at (r, before)->outer.end; at < end - strlen (prefix); at++) {
    char c = r->document->bytes[at];
    if (c != '+' && !g_ascii_isspace (c))
      return 0;
    has_plus |= c == '+';
  }
  return has_plus ? before : 0;
}

/* JoinHostPort (host, …) */
static gboolean
is_joined (PmRecognition *r, PmNodeId list, PmNodeId argument, const char **ret_host)
{
  PmNodeId first = node_at (r, list)->first_child;
  if (!is_call (node_at (r, list), "JoinHostPort()") || node_at (r, argument)->index != 1)
    return FALSE;
  const char *host = literal (node_at (r, first));
  *ret_host = host == NULL ? "" : host_of (r, host, strlen (host));
  return *ret_host != NULL;
}

gboolean
pm_go_address_of (PmRecognition *recognition, PmNodeId scalar, PmNodeId *ret_address,
                  const char **ret_host)
{
  PmRecognition *r = recognition;
  const PmNode *node = node_at (r, scalar);
  PmNodeId list = node->parent;
  guint16 port;
  if (list == 0 || literal (node) == NULL ||
      !pm_recogniser_port (node->value, node->value_length, &port))
    return FALSE;
  if (is_call (node_at (r, list), "Sprintf()")) {
    *ret_host = host_in_format (r, list, scalar);
    *ret_address = node_at (r, list)->parent;
    return *ret_host != NULL;
  }
  if (is_joined (r, list, scalar, ret_host)) {
    *ret_address = node_at (r, list)->parent;
    return TRUE;
  }
  if (!is_call (node_at (r, list), "Itoa()"))
    return FALSE;
  PmNodeId value = node_at (r, list)->parent, around = node_at (r, value)->parent;
  if (around != 0 && is_joined (r, around, value, ret_host)) {
    *ret_address = node_at (r, around)->parent;
    return TRUE;
  }
  PmNodeId text = text_added_to (r, list);
  if (text == 0)
    return FALSE;
  *ret_host = host_of (r, node_at (r, text)->value, strlen (node_at (r, text)->value) - 1);
  *ret_address = text;
  return *ret_host != NULL;
}
