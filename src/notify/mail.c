/* Mail, over SMTP. A password goes to another machine over TLS only, unless the operator says
 * `never`. What a server says no to for good is refused (RFC 5321, 4.2.1); a login that fails, or
 * a server that is busy, may be otherwise later. */

#include <string.h>

#include "net/smtp.h"
#include "net/targets.h"
#include "notify/channel.h"
#include "notify/mail-message.h"

#define VARIABLE "PORT_MANAGER_MAIL_PASSWORD"

/* One message on its way. It outlives a channel that is freed meanwhile: the thread that sends it
 * is waited for by nobody. */
typedef struct {
  PmChannel *channel; /* NULL: nobody is told */
  char *error;        /* it could not even be tried */
  PmDelivered delivered;
  gpointer data;
} Sending;

struct PmChannel {
  PmConfig *config;
  GCancellable *cancellable;
  Sending *sending; /* NULL: none is */
};

static gboolean
is_configured (const PmConfig *config)
{
  return config->mail.smtp[0] != '\0';
}

static const PmConfigChannel *
options (const PmConfig *config)
{
  return &config->mail.channel;
}

static char *
target (const PmConfig *config)
{
  g_autofree char *server = pm_channel_masked_url (config->mail.smtp);
  g_autofree char *to = g_strjoinv (", ", config->mail.to);
  return g_strdup_printf ("%s by %s", to, server);
}

static PmChannel *new (PmConfig *config, PmHttpClient *http)
{
  PmChannel *channel = g_new0 (PmChannel, 1);
  channel->config = config;
  channel->cancellable = g_cancellable_new ();
  return channel;
}

/* --- sending --- */

static void
tell (Sending *sending, const PmDelivery *delivery)
{
  if (sending->channel != NULL) {
    sending->channel->sending = NULL;
    sending->delivered (delivery, sending->data);
  }
  g_free (sending->error);
  g_free (sending);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  g_auto (PmSmtpReply) reply = {0};
  g_autoptr (GError) error = NULL;
  PmDelivery delivery = {PM_DELIVERY_SENT, NULL, 0};
  if (pm_smtp_send_finish (result, &reply, &error)) {
    delivery.cause = reply.refused;
  } else {
    /* 530, 534, 535 and 538 are about who signs in (RFC 4954), not about this message. */
    gboolean is_no = reply.code >= 550 && reply.code < 600;
    delivery.outcome = is_no ? PM_DELIVERY_REFUSED : PM_DELIVERY_LATER;
    delivery.cause = error->message;
  }
  tell (data, &delivery);
}

static gboolean
on_failure (gpointer data)
{
  Sending *sending = data;
  PmDelivery delivery = {PM_DELIVERY_LATER, sending->error, 0};
  tell (sending, &delivery);
  return G_SOURCE_REMOVE;
}

static void
fail_later (Sending *sending, GError *error)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  g_autoptr (GSource) source = g_idle_source_new ();
  sending->error = g_strdup (error->message);
  g_error_free (error);
  g_source_set_callback (source, on_failure, sending, NULL);
  g_source_attach (source, context);
}

static gboolean
is_on_this_machine (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  const char *host = uri == NULL ? NULL : g_uri_get_host (uri);
  if (host == NULL)
    return FALSE;
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  return g_ascii_strcasecmp (host, "localhost") == 0 ||
         (address != NULL && g_inet_address_get_is_loopback (address));
}

static PmSmtpTls
tls_of (const PmConfig *config, gboolean has_password)
{
  if (strcmp (config->mail.tls, "never") == 0)
    return PM_SMTP_TLS_NEVER;
  if (strcmp (config->mail.tls, "require") == 0)
    return PM_SMTP_TLS_REQUIRED;
  gboolean is_secret = has_password || strchr (config->mail.smtp, '@') != NULL;
  return is_secret && !is_on_this_machine (config->mail.smtp) ? PM_SMTP_TLS_REQUIRED
                                                              : PM_SMTP_TLS_IF_OFFERED;
}

static char *
from_of (const PmConfig *config)
{
  return config->mail.from[0] != '\0' ? g_strdup (config->mail.from)
                                      : g_strdup_printf ("port-manager@%s", g_get_host_name ());
}

static void
send_message (PmChannel *channel, const PmMessage *message, PmDelivered delivered, gpointer data)
{
  GError *error = NULL;
  const PmConfig *config = channel->config;
  const char *const *to = (const char *const *) config->mail.to;
  Sending *sending = g_new0 (Sending, 1);
  *sending = (Sending){channel, NULL, delivered, data};
  channel->sending = sending;
  g_autofree char *password =
      pm_channel_secret (config->mail.password_file, VARIABLE, config->mail.password, &error);
  if (password == NULL) {
    fail_later (sending, error);
    return;
  }
  g_autofree char *from = from_of (config);
  g_autofree char *text = pm_mail_message (message, from, to, g_get_real_time ());
  gboolean signs_in = config->mail.user[0] != '\0';
  PmSmtpOptions smtp = {
      .url = config->mail.smtp,
      .user = signs_in ? config->mail.user : NULL,
      .password = signs_in ? password : NULL,
      .tls = tls_of (config, signs_in),
      .ca_file = config->notify.ca_file[0] != '\0' ? config->notify.ca_file : NULL,
      .from = from,
      .to = to,
      .message = text,
      .may_connect = pm_target_is_allowed,
  };
  pm_smtp_send (&smtp, channel->cancellable, on_sent, sending);
}

static void
channel_free (PmChannel *channel)
{
  if (channel == NULL)
    return;
  if (channel->sending != NULL)
    channel->sending->channel = NULL;
  g_cancellable_cancel (channel->cancellable);
  g_object_unref (channel->cancellable);
  g_free (channel);
}

const PmChannelType pm_channel_mail = {
    "mail", is_configured, options, target, new, send_message, channel_free,
};
