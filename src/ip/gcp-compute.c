/* DESIGN
 * All instances of a project by the Compute Engine API (cloud.google.com,
 * "instances.aggregatedList"), page by page; every external address is named by zone, instance,
 * interface and access configuration, so that a fleet's changes are told apart.
 *
 *   TOKEN → PROJECT (where nobody said it) → PAGE → … → PAGE → answer */

#include "ip/gcp-metadata.h"
#include "ip/gcp-token.h"
#include "ip/replies.h"

#define ANSWER_MS 10000
#define MOST_PAGE_BYTES (16 * 1024 * 1024)
#define MOST_PAGES 1000

typedef struct {
  PmIpSource *source;
  PmGcpToken *token;
  char *endpoint;
  char *project; /* NULL: not known yet */
  char *page;    /* its token; NULL the first */
  guint n_pages;
  PmHttpCall *call;
  GPtrArray *seen;
} Compute;

static void ask_page (Compute *self, const char *authorization);
static void on_token (const char *authorization, const char *cause, gpointer data);

static void
add_configs (GPtrArray *seen, const char *prefix, const json_t *list, const char *key,
             const char *family)
{
  gsize i;
  json_t *item;
  json_array_foreach (list, i, item)
  {
    g_autofree char *slot = g_strdup_printf ("%s%s/%zu", prefix, family, i);
    const char *address = pm_ip_json_text (item, key);
    if (address != NULL)
      pm_ip_seen_add (seen, slot, address);
  }
}

static void
add_instance (GPtrArray *seen, const char *zone, const json_t *instance)
{
  const char *name = pm_ip_json_text (instance, "name");
  gsize nic;
  json_t *interface;
  json_array_foreach (json_object_get (instance, "networkInterfaces"), nic, interface)
  {
    g_autofree char *prefix =
        g_strdup_printf ("%s/%s/nic%zu", zone, name != NULL ? name : "?", nic);
    add_configs (seen, prefix, json_object_get (interface, "accessConfigs"), "natIP", "");
    add_configs (seen, prefix, json_object_get (interface, "ipv6AccessConfigs"), "externalIpv6",
                 "/v6");
  }
}

static void
add_page (GPtrArray *seen, json_t *page)
{
  const char *scope;
  json_t *item, *instance;
  json_object_foreach (json_object_get (page, "items"), scope, item)
  {
    const char *zone = g_str_has_prefix (scope, "zones/") ? scope + strlen ("zones/") : scope;
    gsize i;
    json_array_foreach (json_object_get (item, "instances"), i, instance)
        add_instance (seen, zone, instance);
  }
}

static void
on_page (const PmHttpReply *reply, const GError *error, gpointer data)
{
  Compute *self = data;
  self->call = NULL;
  if (reply != NULL && reply->status == 401)
    pm_gcp_token_forget (self->token);
  if (!pm_ip_reply_is_fine (self->source, "the Compute Engine API", reply, error))
    return;
  g_autoptr (json_t) page = pm_ip_reply_json (self->source, "the Compute Engine API", reply);
  if (page == NULL)
    return;
  add_page (self->seen, page);
  g_free (self->page);
  self->page = g_strdup (pm_ip_json_text (page, "nextPageToken"));
  if (self->page == NULL)
    pm_ip_source_answer (self->source, g_steal_pointer (&self->seen));
  else if (++self->n_pages >= MOST_PAGES)
    pm_ip_source_fail (self->source, "the Compute Engine API's list has no end");
  else
    pm_gcp_token_get (self->token, on_token, self);
}

static void
ask_page (Compute *self, const char *authorization)
{
  g_autofree char *page = self->page != NULL ? g_uri_escape_string (self->page, NULL, FALSE) : NULL;
  g_autofree char *url = g_strdup_printf (
      "%s/compute/v1/projects/%s/aggregated/instances?maxResults=500%s%s", self->endpoint,
      self->project, page != NULL ? "&pageToken=" : "", page != NULL ? page : "");
  const char *const headers[] = {authorization, NULL};
  PmHttpCallOptions options = {
      .url = url, .headers = headers, .timeout_ms = ANSWER_MS, .most_bytes = MOST_PAGE_BYTES};
  self->call = pm_http_client_call (pm_ip_source_http (self->source), &options, on_page, self);
}

static gboolean
is_project_id (const char *text)
{
  return *text != '\0' && strlen (text) < 100 &&
         strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-.:") == strlen (text);
}

static void
on_project (const PmHttpReply *reply, const GError *error, gpointer data)
{
  Compute *self = data;
  self->call = NULL;
  if (!pm_ip_reply_is_fine (self->source, "the metadata server", reply, error))
    return;
  if (!pm_ip_gcp_is_genuine (reply) || !is_project_id (reply->body)) {
    pm_ip_source_fail (self->source, "the metadata server names no project: set "
                                     "ip.gcp_compute.project");
    return;
  }
  self->project = g_strdup (reply->body);
  pm_gcp_token_get (self->token, on_token, self);
}

static void
ask_project (Compute *self)
{
  g_autofree char *url = pm_ip_gcp_url ("project/project-id");
  PmHttpCallOptions options = {.url = url, .headers = pm_ip_gcp_headers, .timeout_ms = ANSWER_MS};
  self->call = pm_http_client_call (pm_ip_source_http (self->source), &options, on_project, self);
}

static void
on_token (const char *authorization, const char *cause, gpointer data)
{
  Compute *self = data;
  if (authorization == NULL)
    pm_ip_source_fail (self->source, "no access token: %s", cause);
  else if (self->project == NULL)
    ask_project (self);
  else
    ask_page (self, authorization);
}

static void
compute_ask (gpointer data, gboolean wait)
{
  Compute *self = data;
  g_clear_pointer (&self->page, g_free);
  self->n_pages = 0;
  g_clear_pointer (&self->seen, g_ptr_array_unref);
  self->seen = pm_ip_seen_list ();
  pm_gcp_token_get (self->token, on_token, self);
}

static void
compute_stop (gpointer data)
{
  Compute *self = data;
  pm_gcp_token_stop (self->token);
  g_clear_pointer (&self->call, pm_http_call_cancel);
}

static void
compute_free (gpointer data)
{
  Compute *self = data;
  pm_gcp_token_free (self->token);
  g_free (self->endpoint);
  g_free (self->project);
  g_free (self->page);
  g_clear_pointer (&self->seen, g_ptr_array_unref);
  g_free (self);
}

static gpointer
compute_new (PmIpSource *source, const PmConfig *config, GError **error)
{
  PmGcpToken *token = pm_gcp_token_new (pm_ip_source_http (source), config->ip.gcp_key_file, error);
  if (token == NULL)
    return NULL;
  Compute *self = g_new0 (Compute, 1);
  self->source = source;
  self->token = token;
  self->endpoint = g_strdup (config->ip.gcp_endpoint);
  const char *project =
      *config->ip.gcp_project != '\0' ? config->ip.gcp_project : pm_gcp_token_project (token);
  if (project != NULL && is_project_id (project))
    self->project = g_strdup (project);
  return self;
}

const PmIpSourceKind pm_ip_gcp_compute = {
    .name = "gcp-compute",
    .summary = "all instances of a Google Cloud project, by the Compute Engine API",
    .new = compute_new,
    .ask = compute_ask,
    .stop = compute_stop,
    .free = compute_free,
};
