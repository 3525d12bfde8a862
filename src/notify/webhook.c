/* A post of JSON to any receiver, signed, so that it knows who it is from and that nobody has
 * changed it, or sent an old one again:
 *
 *   Idempotency-Key: "KEY"
 *   X-Port-Manager-Timestamp: 1795375573
 *   X-Port-Manager-Signature: sha256=HEX
 *
 * HEX is HMAC-SHA256 (RFC 2104) with the configured secret over the timestamp, a dot and the body's
 * bytes. A message that is sent again, since nobody knows whether it arrived, has the same key and
 * a new timestamp (draft-ietf-httpapi-idempotency-key-header). docs/NOTIFICATIONS.md shows how to
 * verify it. */

#include <string.h>

#include "notify/post.h"

#define URL_VARIABLE "PORT_MANAGER_WEBHOOK_URL"
#define SECRET_VARIABLE "PORT_MANAGER_WEBHOOK_SECRET"

struct PmChannel {
  PmConfig *config;
  PmPost post;
};

static gboolean
is_configured (const PmConfig *config)
{
  return pm_channel_has_secret (config->webhook.url_file, URL_VARIABLE, config->webhook.url);
}

static const PmConfigChannel *
options (const PmConfig *config)
{
  return &config->webhook.channel;
}

static char *
target (const PmConfig *config)
{
  g_autofree char *url =
      pm_channel_secret (config->webhook.url_file, URL_VARIABLE, config->webhook.url, NULL);
  return url == NULL ? g_strdup (config->webhook.url_file) : pm_channel_masked_url (url);
}

static PmChannel *new (PmConfig *config, PmHttpClient *http)
{
  PmChannel *channel = g_new0 (PmChannel, 1);
  channel->config = config;
  channel->post.http = http;
  return channel;
}

static char *
signature_header (const char *secret, gint64 timestamp, const char *body)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT ".%s", timestamp, body);
  g_autofree char *hex = g_compute_hmac_for_string (G_CHECKSUM_SHA256, (const guchar *) secret,
                                                    strlen (secret), text, (gssize) strlen (text));
  return g_strconcat ("X-Port-Manager-Signature: sha256=", hex, NULL);
}

static void
send_signed (PmChannel *channel, const PmMessage *message, const char *url, const char *secret,
             PmDelivered delivered, gpointer data)
{
  gint64 timestamp = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *body = pm_message_to_json (message);
  g_autofree char *key = g_strdup_printf ("Idempotency-Key: \"%s\"", message->key);
  g_autofree char *time =
      g_strdup_printf ("X-Port-Manager-Timestamp: %" G_GINT64_FORMAT, timestamp);
  g_autofree char *signature =
      secret[0] == '\0' ? NULL : signature_header (secret, timestamp, body);
  const char *headers[] = {"Content-Type: application/json", key, time, signature, NULL};
  pm_post_begin (&channel->post, channel->config, url, headers, body, delivered, data);
}

static void
send_message (PmChannel *channel, const PmMessage *message, PmDelivered delivered, gpointer data)
{
  GError *error = NULL;
  const PmConfig *config = channel->config;
  g_autofree char *url =
      pm_channel_secret (config->webhook.url_file, URL_VARIABLE, config->webhook.url, &error);
  g_autofree char *secret = url == NULL
                                ? NULL
                                : pm_channel_secret (config->webhook.secret_file, SECRET_VARIABLE,
                                                     config->webhook.secret, &error);
  if (secret == NULL)
    pm_post_fail (&channel->post, error, delivered, data);
  else
    send_signed (channel, message, url, secret, delivered, data);
}

static void
channel_free (PmChannel *channel)
{
  if (channel == NULL)
    return;
  pm_post_clear (&channel->post);
  g_free (channel);
}

const PmChannelType pm_channel_webhook = {
    "webhook", is_configured, options, target, new, send_message, channel_free,
};
