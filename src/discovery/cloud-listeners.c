/* DESIGN
 * The port's key is looked for above the literal (`Port: pulumi.Int (80)` has a call between), then
 * a call that makes a listener, then the library's name anywhere in the file: any program may call
 * something a Listener. */

#include "discovery/cloud-listeners.h"

#include "discovery/program-calls.h"

#include <string.h>

#define MOST_ABOVE 8

static const PmNode *
node_at (const PmRecognition *r, PmNodeId id)
{
  return pm_document_node (r->document, id);
}

static gboolean
is_any_of (const char *text, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (strcmp (text, list[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_of_the_libraries (const PmRecognition *r)
{
  static const char *const names[] = {"aws-cdk", "aws_cdk", "awscdk", "Amazon.CDK", "ulumi"};
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (memmem (r->document->bytes, r->document->length, names[i], strlen (names[i])) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
makes_a_listener (const char *key)
{
  static const char *const calls[] = {"addListener()",        "AddListener()", "add_listener()",
                                      "Listener()",           "NewListener()", "NetworkListener()",
                                      "ApplicationListener()"};
  return is_any_of (key, calls, G_N_ELEMENTS (calls));
}

/* The key that a value goes by, whatever calls it is handed on by. */
static PmNodeId
named_above (const PmRecognition *r, PmNodeId id)
{
  for (guint level = 0; id != 0 && level < MOST_ABOVE; level++, id = node_at (r, id)->parent) {
    const char *key = node_at (r, id)->key;
    if (key != NULL && !pm_call_is (key))
      return id;
  }
  return 0;
}

static gboolean
stands_in_a_listener (const PmRecognition *r, PmNodeId id)
{
  for (guint level = 0; id != 0 && level < MOST_ABOVE; level++, id = node_at (r, id)->parent) {
    const char *key = node_at (r, id)->key;
    if (key != NULL && makes_a_listener (key))
      return TRUE;
  }
  return FALSE;
}

gboolean
pm_cloud_listeners_read (PmRecognition *r, PmNodeId scalar, const PmRule *rule, const char *service)
{
  static const char *const keys[] = {"port", "Port", "listenerPort", "ListenerPort",
                                     "listener_port"};
  if (!g_ascii_isdigit (node_at (r, scalar)->value[0]))
    return FALSE;
  PmNodeId named = named_above (r, scalar);
  if (named == 0 || !is_any_of (node_at (r, named)->key, keys, G_N_ELEMENTS (keys)))
    return FALSE;
  gboolean says_it_itself = g_ascii_tolower (node_at (r, named)->key[0]) == 'l';
  if ((!says_it_itself && !stands_in_a_listener (r, named)) || !is_of_the_libraries (r))
    return FALSE;
  PmRule listened = *rule;
  listened.id = PM_CLOUD_LISTENER_RULE;
  listened.grammar = PM_GRAMMAR_PORT;
  listened.role = PM_ROLE_LISTEN;
  listened.scope = PM_SCOPE_CLUSTER;
  listened.insists = TRUE;
  return pm_recognition_read (r, scalar, &listened, service) >= 0;
}
