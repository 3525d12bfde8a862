/* DESIGN
 * Findings know their bytes, not their nodes: those without a host are sorted by where they stand,
 * and each scalar that is called a port asks its neighbours for a host of the same stem first, and
 * then which findings stand in it. Neighbours are looked for within a bounded distance, so that a
 * list of ten thousand ports costs no more than each of them. */

#include "discovery/host-beside.h"

#include <arpa/inet.h>
#include <string.h>

#define MOST_NEIGHBOURS 128 /* looked at before and behind a port */
#define MOST_LEVELS 6       /* of calls around a default */
#define LONGEST_HOST 253    /* RFC 1035 */

/* --- names --- */

/* What a scalar is called, and what it is called beside. */
typedef struct {
  const char *name;
  gsize length;
  PmNodeId group; /* map or list; of {name: X, value: Y} the list that it is an item of */
  gsize value;    /* where in the text the value begins */
} Named;

/* `- NAME=value` */
static gboolean
read_assignment (const PmNode *node, Named *ret)
{
  gsize n = 0;
  while (n < node->value_length && (g_ascii_isalnum (node->value[n]) || node->value[n] == '_'))
    n++;
  if (n == 0 || n >= node->value_length || node->value[n] != '=')
    return FALSE;
  *ret = (Named){node->value, n, node->parent, n + 1};
  return TRUE;
}

static gboolean
is_call (const char *key)
{
  return g_str_has_suffix (key, "()");
}

/* Calls whose second argument, or `default`, holds where a variable is not set: Python's
 * os.environ.get and os.getenv, PHP's and django-environ's env, python-decouple's config. */
static gboolean
is_look_up (const char *key)
{
  static const char *const calls[] = {"get()", "getenv()", "env()", "config()",
                                      "int()", "str()",    NULL};
  return g_strv_contains (calls, key);
}

/* `PORT = int (os.getenv ("DB_PORT", 5433))`: what is named by the value that a variable has where
 * it is not set; 0: it is no such value. */
static PmNodeId
named_by_default (const PmDocument *document, PmNodeId id)
{
  const PmNode *node = pm_document_node (document, id);
  gboolean is_default = node->key == NULL ? node->index == 1 : strcmp (node->key, "default") == 0;
  gboolean is_in_call = FALSE;
  PmNodeId at = node->parent;
  for (guint level = 0; is_default && at != 0 && level < MOST_LEVELS; level++) {
    const PmNode *above = pm_document_node (document, at);
    if (above->key != NULL && !is_call (above->key))
      return is_in_call ? at : 0;
    if (above->key != NULL && !is_in_call && !is_look_up (above->key))
      return 0;
    is_in_call |= above->key != NULL;
    at = above->parent;
  }
  return 0;
}

static gboolean
name_of (const PmDocument *document, PmNodeId id, Named *ret)
{
  const PmNode *node = pm_document_node (document, id);
  if (node->kind != PM_NODE_SCALAR || (node->flags & (PM_NODE_FRAGMENT | PM_NODE_EXPRESSION)))
    return FALSE;
  PmNodeId assigned = named_by_default (document, id);
  if (assigned != 0) {
    const PmNode *above = pm_document_node (document, assigned);
    *ret = (Named){above->key, strlen (above->key), above->parent, 0};
    return TRUE;
  }
  if (node->key == NULL)
    return read_assignment (node, ret);
  *ret = (Named){node->key, strlen (node->key), node->parent, 0};
  PmNodeId name =
      strcmp (node->key, "value") == 0 ? pm_document_child (document, node->parent, "name") : 0;
  const char *text = name == 0 ? NULL : pm_document_text (document, name);
  if (text != NULL)
    *ret = (Named){text, strlen (text), pm_document_node (document, node->parent)->parent, 0};
  return TRUE;
}

static gboolean
has_ending (const Named *named, const char *ending, gsize *ret_stem)
{
  gsize n = strlen (ending);
  if (named->length < n || g_ascii_strncasecmp (named->name + named->length - n, ending, n) != 0)
    return FALSE;
  *ret_stem = named->length - n;
  return TRUE;
}

/* DB_PORT and DB_HOST, dbPort and dbHost, port and host. */
static gboolean
is_host_of (const Named *host, const Named *port, gsize port_stem)
{
  static const char *const endings[] = {"host", "hostname", "server", "address", "addr"};
  gsize stem;
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if (has_ending (host, endings[i], &stem) && stem == port_stem &&
        strncmp (host->name, port->name, stem) == 0)
      return TRUE;
  return FALSE;
}

/* --- hosts --- */

/* A name or an address that can be called, all of it known. */
static gboolean
is_callable (const char *host)
{
  static const char *const bound[] = {"", "*", "0.0.0.0", "::", NULL};
  struct in6_addr v6;
  if (g_strv_contains (bound, host) || strlen (host) > LONGEST_HOST)
    return FALSE;
  if (inet_pton (AF_INET6, host, &v6) == 1)
    return TRUE;
  for (const char *at = host; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("-_.", *at) == NULL)
      return FALSE;
  return TRUE;
}

/* The host of the port; NULL: none that is known. */
static const char *
find_host (PmRecognition *r, PmNodeId at, const Named *port, gsize stem)
{
  PmNodeId end = MIN (r->document->nodes->len, at + MOST_NEIGHBOURS);
  for (PmNodeId id = at > MOST_NEIGHBOURS ? at - MOST_NEIGHBOURS : 1; id < end; id++) {
    Named named;
    if (!name_of (r->document, id, &named) || named.group != port->group ||
        !is_host_of (&named, port, stem))
      continue;
    const char *text = pm_recognition_text (r, id);
    if (text != NULL && strlen (text) >= named.value && is_callable (text + named.value))
      return text + named.value;
  }
  return NULL;
}

/* --- findings --- */

static gint
compare_starts (gconstpointer a, gconstpointer b, gpointer data)
{
  const PmRecognition *r = data;
  const GArray *findings = r->out->findings;
  guint32 left = g_array_index (findings, PmFinding, *(const guint *) a).span.start;
  guint32 right = g_array_index (findings, PmFinding, *(const guint *) b).span.start;
  return left < right ? -1 : left > right;
}

/* Indices of those without a host, by where they stand. */
static GArray *
collect (PmRecognition *r, guint first)
{
  GArray *order = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = first; i < r->out->findings->len; i++) {
    const PmFinding *f = pm_recognition_finding (r, i);
    if (f->kind == PM_KIND_PORT && f->role == PM_ROLE_REFERENCE && f->host[0] == '\0')
      g_array_append_val (order, i);
  }
  g_array_sort_with_data (order, compare_starts, r);
  return order;
}

/* The first that does not stand before the offset. */
static guint
first_from (PmRecognition *r, const GArray *order, guint32 offset)
{
  guint low = 0, high = order->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    guint index = g_array_index (order, guint, middle);
    if (pm_recognition_finding (r, index)->span.start < offset)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void
tell (PmRecognition *r, const GArray *order, PmSpan span, PmNodeId id, const Named *port,
      gsize stem)
{
  const char *host = NULL;
  for (guint i = first_from (r, order, span.start); i < order->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, g_array_index (order, guint, i));
    if (finding->span.end > span.end)
      return;
    if (host == NULL)
      host = find_host (r, id, port, stem);
    if (host == NULL)
      return;
    finding->host = host;
  }
}

void
pm_host_beside (PmRecognition *recognition, guint first)
{
  const PmDocument *document = recognition->document;
  g_autoptr (GArray) order = collect (recognition, first);
  for (PmNodeId id = recognition->root + 1; order->len > 0 && id < document->nodes->len; id++) {
    const PmNode *node = pm_document_node (document, id);
    if (node->parent < recognition->root)
      break;
    Named port;
    gsize stem;
    PmSpan span;
    if (name_of (document, id, &port) && has_ending (&port, "port", &stem) &&
        pm_document_file_span (document, node->span, &span))
      tell (recognition, order, span, id, &port, stem);
  }
}
