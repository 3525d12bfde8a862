/* DESIGN
 * Google's metadata server on the machine itself (cloud.google.com, "Query VM metadata": recursive
 * and wait-for-change requests). A plain question gives all network interfaces and the ETag of this
 * state; an open one names the ETag and is answered when the state is another one, or after
 * `timeout_sec`. So a change between two questions is never missed. */

#include "ip/gcp-metadata.h"

#include "ip/external.h"
#include "ip/replies.h"

#define OPEN_FOR_S 30
#define PLAIN_MS 5000

typedef struct {
  PmIpSource *source;
  PmHttpCall *call;
  char *etag;
} Gcp;

const char *const pm_ip_gcp_headers[] = {"Metadata-Flavor: Google", NULL};

char *
pm_ip_gcp_url (const char *path)
{
  const char *host = g_getenv ("GCE_METADATA_HOST");
  if (host == NULL || *host == '\0')
    host = "169.254.169.254";
  return g_strdup_printf ("http://%s/computeMetadata/v1/%s", host, path);
}

gboolean
pm_ip_gcp_is_genuine (const PmHttpReply *reply)
{
  return g_strcmp0 (pm_http_reply_header (reply, "metadata-flavor"), "Google") == 0;
}

static void
add_interface (GPtrArray *seen, gsize nic, const json_t *interface)
{
  gsize i;
  json_t *item;
  json_array_foreach (json_object_get (interface, "accessConfigs"), i, item)
  {
    g_autofree char *slot = g_strdup_printf ("nic%zu/%zu", nic, i);
    const char *address = pm_ip_json_text (item, "externalIp");
    if (address != NULL)
      pm_ip_seen_add (seen, slot, address);
  }
  /* Internal ones stand in the same list. */
  json_array_foreach (json_object_get (interface, "ipv6s"), i, item)
  {
    g_autofree char *slot = g_strdup_printf ("nic%zu/v6/%zu", nic, i);
    const char *address = json_string_value (item);
    if (address != NULL && pm_external_is_public (address))
      pm_ip_seen_add (seen, slot, address);
  }
}

static void
on_reply (const PmHttpReply *reply, const GError *error, gpointer data)
{
  Gcp *self = data;
  self->call = NULL;
  static const char what[] = "the metadata server";
  if (!pm_ip_reply_is_fine (self->source, what, reply, error))
    return;
  if (!pm_ip_gcp_is_genuine (reply)) {
    pm_ip_source_fail (self->source, "somebody else answers for the metadata server: the reply has "
                                     "no \"Metadata-Flavor: Google\"");
    return;
  }
  g_autoptr (json_t) interfaces = pm_ip_reply_json (self->source, what, reply);
  if (interfaces == NULL)
    return;
  if (!json_is_array (interfaces)) {
    pm_ip_source_fail (self->source, "%s answered no list of network interfaces", what);
    return;
  }
  g_free (self->etag);
  self->etag = g_strdup (pm_http_reply_header (reply, "etag"));
  GPtrArray *seen = pm_ip_seen_list ();
  gsize nic;
  json_t *interface;
  json_array_foreach (interfaces, nic, interface) add_interface (seen, nic, interface);
  pm_ip_source_answer (self->source, seen);
}

static void
gcp_ask (gpointer data, gboolean wait)
{
  Gcp *self = data;
  GString *path = g_string_new ("instance/network-interfaces/?recursive=true&alt=json");
  gboolean is_open = wait && self->etag != NULL;
  if (is_open) {
    g_autofree char *etag = g_uri_escape_string (self->etag, NULL, FALSE);
    g_string_append_printf (path, "&wait_for_change=true&timeout_sec=%d&last_etag=%s", OPEN_FOR_S,
                            etag);
  }
  g_autofree char *url = pm_ip_gcp_url (path->str);
  g_string_free (path, TRUE);
  PmHttpCallOptions options = {
      .url = url,
      .headers = pm_ip_gcp_headers,
      .timeout_ms = is_open ? (OPEN_FOR_S + 10) * 1000 : PLAIN_MS,
  };
  self->call = pm_http_client_call (pm_ip_source_http (self->source), &options, on_reply, self);
}

static void
gcp_stop (gpointer data)
{
  Gcp *self = data;
  g_clear_pointer (&self->call, pm_http_call_cancel);
}

static gpointer
gcp_new (PmIpSource *source, const PmConfig *config, GError **error)
{
  Gcp *self = g_new0 (Gcp, 1);
  self->source = source;
  return self;
}

static void
gcp_free (gpointer data)
{
  Gcp *self = data;
  g_free (self->etag);
  g_free (self);
}

const PmIpSourceKind pm_ip_gcp = {
    .name = "gcp",
    .summary = "Google's metadata server, which answers the moment an address changes",
    .waits = TRUE,
    .new = gcp_new,
    .ask = gcp_ask,
    .stop = gcp_stop,
    .free = gcp_free,
};
