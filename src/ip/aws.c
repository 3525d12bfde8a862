/* DESIGN
 * Amazon's instance metadata service, version 2 (docs.aws.amazon.com, "Use IMDSv2"; "Instance
 * metadata categories"): a token first, then the interfaces, then each one's public addresses.
 *
 *   TOKEN → LIST → PUBLIC (mac 0) → V6 (mac 0) → PUBLIC (mac 1) → … → answer
 *
 * A token that is no longer accepted (401) is asked for again, once a question. */

#include "ip/external.h"
#include "ip/replies.h"

#define TOKEN_TTL "21600"
#define STEP_MS 3000
#define MOST_INTERFACES 64

typedef enum { STEP_TOKEN, STEP_LIST, STEP_PUBLIC, STEP_V6 } Step;

typedef struct {
  PmIpSource *source;
  PmHttpCall *call;
  char *base; /* without a slash at its end */
  char *token;
  gboolean has_renewed; /* within this question */
  Step step;
  char **macs;
  guint mac;
  GPtrArray *seen;
} Aws;

static void ask_step (Aws *self, Step step);

static void
add_lines (Aws *self, const char *body, const char *family)
{
  g_auto (GStrv) lines = g_strsplit (body, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *slot = g_strdup_printf ("%s/%s/%u", self->macs[self->mac], family, i);
    if (*g_strstrip (lines[i]) != '\0')
      pm_ip_seen_add (self->seen, slot, lines[i]);
  }
}

static void
next_interface (Aws *self)
{
  if (self->macs[self->mac] != NULL)
    ask_step (self, STEP_PUBLIC);
  else
    pm_ip_source_answer (self->source, g_steal_pointer (&self->seen));
}

static void
take_list (Aws *self, const char *body)
{
  g_autoptr (GStrvBuilder) macs = g_strv_builder_new ();
  g_auto (GStrv) lines = g_strsplit (body, "\n", MOST_INTERFACES + 1);
  for (guint i = 0; lines[i] != NULL && i < MOST_INTERFACES; i++) {
    char *mac = g_strstrip (lines[i]);
    if (g_str_has_suffix (mac, "/"))
      mac[strlen (mac) - 1] = '\0';
    /* It goes into the next URL. */
    if (*mac != '\0' && strspn (mac, "0123456789abcdefABCDEF:") == strlen (mac))
      g_strv_builder_add (macs, mac);
  }
  g_strfreev (self->macs);
  self->macs = g_strv_builder_end (macs);
  self->mac = 0;
  g_clear_pointer (&self->seen, g_ptr_array_unref);
  self->seen = pm_ip_seen_list ();
  next_interface (self);
}

static void
take (Aws *self, const char *body)
{
  switch (self->step) {
  case STEP_TOKEN:
    g_free (self->token);
    self->token = g_strstrip (g_strdup (body));
    ask_step (self, STEP_LIST);
    return;
  case STEP_LIST:
    take_list (self, body);
    return;
  case STEP_PUBLIC:
    add_lines (self, body, "v4");
    ask_step (self, STEP_V6);
    return;
  case STEP_V6:
    add_lines (self, body, "v6");
    self->mac++;
    next_interface (self);
    return;
  }
}

static void
on_reply (const PmHttpReply *reply, const GError *error, gpointer data)
{
  Aws *self = data;
  self->call = NULL;
  if (reply != NULL && reply->status == 401 && !self->has_renewed && self->step != STEP_TOKEN) {
    self->has_renewed = TRUE;
    ask_step (self, STEP_TOKEN);
    return;
  }
  /* An interface without public addresses has no such category. */
  gboolean may_lack = self->step == STEP_PUBLIC || self->step == STEP_V6;
  if (may_lack && reply != NULL && reply->status == 404)
    take (self, "");
  else if (pm_ip_reply_is_fine (self->source, "the metadata service", reply, error))
    take (self, reply->body);
}

static char *
url_of (const Aws *self, Step step)
{
  static const char macs[] = "latest/meta-data/network/interfaces/macs/";
  switch (step) {
  case STEP_TOKEN:
    return g_strdup_printf ("%s/latest/api/token", self->base);
  case STEP_LIST:
    return g_strdup_printf ("%s/%s", self->base, macs);
  case STEP_PUBLIC:
    return g_strdup_printf ("%s/%s%s/public-ipv4s", self->base, macs, self->macs[self->mac]);
  default:
    return g_strdup_printf ("%s/%s%s/ipv6s", self->base, macs, self->macs[self->mac]);
  }
}

static void
ask_step (Aws *self, Step step)
{
  self->step = step;
  g_autofree char *url = url_of (self, step);
  g_autofree char *token = g_strdup_printf ("X-aws-ec2-metadata-token: %s", self->token);
  const char *const getting[] = {token, NULL};
  static const char *const putting[] = {"X-aws-ec2-metadata-token-ttl-seconds: " TOKEN_TTL, NULL};
  PmHttpCallOptions options = {
      .url = url,
      .method = step == STEP_TOKEN ? "PUT" : NULL,
      .headers = step == STEP_TOKEN ? putting : getting,
      .timeout_ms = STEP_MS,
  };
  self->call = pm_http_client_call (pm_ip_source_http (self->source), &options, on_reply, self);
}

static void
aws_ask (gpointer data, gboolean wait)
{
  Aws *self = data;
  self->has_renewed = self->token == NULL;
  ask_step (self, self->token == NULL ? STEP_TOKEN : STEP_LIST);
}

static void
aws_stop (gpointer data)
{
  Aws *self = data;
  g_clear_pointer (&self->call, pm_http_call_cancel);
}

static gpointer
aws_new (PmIpSource *source, const PmConfig *config, GError **error)
{
  Aws *self = g_new0 (Aws, 1);
  self->source = source;
  const char *base = g_getenv ("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  self->base = g_strdup (base != NULL && *base != '\0' ? base : "http://169.254.169.254");
  if (g_str_has_suffix (self->base, "/"))
    self->base[strlen (self->base) - 1] = '\0';
  return self;
}

static void
aws_free (gpointer data)
{
  Aws *self = data;
  g_free (self->base);
  g_free (self->token);
  g_strfreev (self->macs);
  g_clear_pointer (&self->seen, g_ptr_array_unref);
  g_free (self);
}

const PmIpSourceKind pm_ip_aws = {
    .name = "aws",
    .summary = "Amazon's instance metadata service, version 2",
    .new = aws_new,
    .ask = aws_ask,
    .stop = aws_stop,
    .free = aws_free,
};
