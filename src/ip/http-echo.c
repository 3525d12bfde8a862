/* DESIGN
 * Servers that answer with the address that they see (`ip.http.urls`), all asked at once. One alone
 * is not believed: two must say the same. What they see is the way out, which behind a NAT is not
 * always the way in. */

#include "ip/external.h"
#include "ip/replies.h"
#include "ip/sources.h"

#define ANSWER_MS 8000
#define MUST_AGREE 2

typedef struct Echo Echo;

typedef struct {
  Echo *echo;
  const char *url;
  PmHttpCall *call;
  char *said;  /* canonical; NULL: no answer */
  char *cause; /* why not */
} Provider;

struct Echo {
  PmIpSource *source;
  char **urls;
  GArray *providers; /* of Provider; its size never changes */
  guint n_open;
};

static Provider *
provider_at (const Echo *self, guint n)
{
  return &g_array_index (self->providers, Provider, n);
}

static guint
count_saying (const Echo *self, const char *address)
{
  guint count = 0;
  for (guint i = 0; i < self->providers->len; i++)
    count += g_strcmp0 (provider_at (self, i)->said, address) == 0;
  return count;
}

static void
fail_all (Echo *self)
{
  g_autoptr (GString) said = g_string_new (NULL);
  for (guint i = 0; i < self->providers->len; i++) {
    const Provider *p = provider_at (self, i);
    g_string_append_printf (said, "%s%s: %s", i == 0 ? "" : "; ", p->url,
                            p->said != NULL ? p->said : p->cause);
  }
  pm_ip_source_fail (self->source, "no two providers agree (%s)", said->str);
}

static void
judge (Echo *self)
{
  GPtrArray *seen = pm_ip_seen_list ();
  gboolean has_v4 = FALSE, has_v6 = FALSE;
  for (guint i = 0; i < self->providers->len; i++) {
    const char *said = provider_at (self, i)->said;
    if (said == NULL || count_saying (self, said) < MUST_AGREE)
      continue;
    gboolean is_v6 = strchr (said, ':') != NULL;
    gboolean *has = is_v6 ? &has_v6 : &has_v4;
    if (!*has)
      pm_ip_seen_add (seen, is_v6 ? "v6" : "v4", said);
    *has = TRUE;
  }
  if (seen->len > 0) {
    pm_ip_source_answer (self->source, seen);
    return;
  }
  g_ptr_array_unref (seen);
  fail_all (self);
}

/* The text itself, or the member "ip" of a JSON object. */
static char *
address_in (const PmHttpReply *reply)
{
  char *plain = pm_external_canonical (reply->body);
  if (plain != NULL)
    return plain;
  g_autoptr (json_t) json = json_loadb (reply->body, reply->body_bytes, 0, NULL);
  const char *member = pm_ip_json_text (json, "ip");
  return member != NULL ? pm_external_canonical (member) : NULL;
}

static void
on_reply (const PmHttpReply *reply, const GError *error, gpointer data)
{
  Provider *provider = data;
  Echo *self = provider->echo;
  provider->call = NULL;
  if (error != NULL)
    provider->cause = g_strdup (error->message);
  else if (reply->status != 200)
    provider->cause = g_strdup_printf ("HTTP %u", reply->status);
  else if ((provider->said = address_in (reply)) == NULL)
    provider->cause = g_strdup ("no address in its answer");
  if (--self->n_open == 0)
    judge (self);
}

static void
echo_ask (gpointer data, gboolean wait)
{
  Echo *self = data;
  self->n_open = self->providers->len;
  for (guint i = 0; i < self->providers->len; i++) {
    Provider *p = provider_at (self, i);
    g_clear_pointer (&p->said, g_free);
    g_clear_pointer (&p->cause, g_free);
    PmHttpCallOptions options = {
        .url = p->url, .timeout_ms = ANSWER_MS, .most_bytes = 4096, .fresh = TRUE};
    p->call = pm_http_client_call (pm_ip_source_http (self->source), &options, on_reply, p);
  }
}

static void
echo_stop (gpointer data)
{
  Echo *self = data;
  for (guint i = 0; i < self->providers->len; i++)
    g_clear_pointer (&provider_at (self, i)->call, pm_http_call_cancel);
}

static gpointer
echo_new (PmIpSource *source, const PmConfig *config, GError **error)
{
  if (g_strv_length (config->ip.http_urls) < MUST_AGREE) {
    g_set_error (error, PM_IP_ERROR, PM_IP_ERROR_SETTINGS,
                 "the source \"http\" needs two or more URLs in ip.http.urls: one alone is not "
                 "believed");
    return NULL;
  }
  Echo *self = g_new0 (Echo, 1);
  self->source = source;
  self->urls = g_strdupv (config->ip.http_urls);
  self->providers = g_array_new (FALSE, TRUE, sizeof (Provider));
  for (guint i = 0; self->urls[i] != NULL; i++) {
    Provider provider = {.echo = self, .url = self->urls[i]};
    g_array_append_val (self->providers, provider);
  }
  return self;
}

static void
echo_free (gpointer data)
{
  Echo *self = data;
  for (guint i = 0; i < self->providers->len; i++) {
    g_free (provider_at (self, i)->said);
    g_free (provider_at (self, i)->cause);
  }
  g_array_unref (self->providers);
  g_strfreev (self->urls);
  g_free (self);
}

const PmIpSourceKind pm_ip_http = {
    .name = "http",
    .summary = "web servers that answer with the address they see; two must agree",
    .new = echo_new,
    .ask = echo_ask,
    .stop = echo_stop,
    .free = echo_free,
};
