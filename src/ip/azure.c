/* DESIGN
 * Azure's instance metadata service (learn.microsoft.com, "Azure Instance Metadata Service"). The
 * interfaces name public addresses of the basic tier; those of the standard tier stand at the load
 * balancer's endpoint, which answers 404 or 400 where there is none.
 *
 *   NETWORK → BALANCER → answer */

#include "ip/replies.h"

#define STEP_MS 3000

typedef struct {
  PmIpSource *source;
  PmHttpCall *call;
  char *base;
  GPtrArray *seen;
} Azure;

static void
add_family (GPtrArray *seen, const json_t *interface, gsize nic, const char *family)
{
  gsize i;
  json_t *item;
  const json_t *list = json_object_get (json_object_get (interface, family), "ipAddress");
  json_array_foreach (list, i, item)
  {
    g_autofree char *slot = g_strdup_printf ("nic%zu/%s/%zu", nic, family + 2, i);
    const char *address = pm_ip_json_text (item, "publicIpAddress");
    if (address != NULL)
      pm_ip_seen_add (seen, slot, address);
  }
}

static void
ask_for (Azure *self, const char *path, PmHttpDone done)
{
  static const char *const headers[] = {"Metadata: true", NULL};
  g_autofree char *url = g_strconcat (self->base, "/metadata/", path, NULL);
  PmHttpCallOptions options = {.url = url, .headers = headers, .timeout_ms = STEP_MS};
  self->call = pm_http_client_call (pm_ip_source_http (self->source), &options, done, self);
}

static void
add_balancer (Azure *self, const json_t *reply)
{
  gsize i;
  json_t *item;
  const json_t *balancer = json_object_get (reply, "loadbalancer");
  json_array_foreach (json_object_get (balancer, "publicIpAddresses"), i, item)
  {
    g_autofree char *slot = g_strdup_printf ("frontend/%zu", i);
    const char *address = pm_ip_json_text (item, "frontendIpAddress");
    if (address != NULL)
      pm_ip_seen_add (self->seen, slot, address);
  }
}

static void
on_balancer (const PmHttpReply *reply, const GError *error, gpointer data)
{
  Azure *self = data;
  self->call = NULL;
  if (reply == NULL || (reply->status != 404 && reply->status != 400)) {
    if (!pm_ip_reply_is_fine (self->source, "the load balancer's metadata", reply, error))
      return;
    g_autoptr (json_t) json =
        pm_ip_reply_json (self->source, "the load balancer's metadata", reply);
    if (json == NULL)
      return;
    add_balancer (self, json);
  }
  pm_ip_source_answer (self->source, g_steal_pointer (&self->seen));
}

static void
on_network (const PmHttpReply *reply, const GError *error, gpointer data)
{
  Azure *self = data;
  self->call = NULL;
  if (!pm_ip_reply_is_fine (self->source, "the metadata service", reply, error))
    return;
  g_autoptr (json_t) json = pm_ip_reply_json (self->source, "the metadata service", reply);
  if (json == NULL)
    return;
  g_clear_pointer (&self->seen, g_ptr_array_unref);
  self->seen = pm_ip_seen_list ();
  gsize nic;
  json_t *interface;
  json_array_foreach (json_object_get (json, "interface"), nic, interface)
  {
    add_family (self->seen, interface, nic, "ipv4");
    add_family (self->seen, interface, nic, "ipv6");
  }
  ask_for (self, "loadbalancer?api-version=2020-10-01", on_balancer);
}

static void
azure_ask (gpointer data, gboolean wait)
{
  ask_for (data, "instance/network?api-version=2021-02-01", on_network);
}

static void
azure_stop (gpointer data)
{
  Azure *self = data;
  g_clear_pointer (&self->call, pm_http_call_cancel);
}

static gpointer
azure_new (PmIpSource *source, const PmConfig *config, GError **error)
{
  Azure *self = g_new0 (Azure, 1);
  self->source = source;
  self->base = g_strdup (config->ip.azure_endpoint);
  return self;
}

static void
azure_free (gpointer data)
{
  Azure *self = data;
  g_free (self->base);
  g_clear_pointer (&self->seen, g_ptr_array_unref);
  g_free (self);
}

const PmIpSourceKind pm_ip_azure = {
    .name = "azure",
    .summary = "Azure's instance metadata service",
    .new = azure_new,
    .ask = azure_ask,
    .stop = azure_stop,
    .free = azure_free,
};
