#include "notify/channel.h"

#include <string.h>

#define PM_CHANNEL(name) extern const PmChannelType pm_channel_##name;
#include "notify/list.h"
#undef PM_CHANNEL

static const PmChannelType *const types[] = {
#define PM_CHANNEL(name) &pm_channel_##name,
#include "notify/list.h"
#undef PM_CHANNEL
    NULL,
};

#define MOST_SECRET_BYTES (64 * 1024)
#define MOST_WAIT_S 3600
#define MOST_SAID 200

const PmChannelType *const *
pm_channel_types (void)
{
  return types;
}

const PmChannelType *
pm_channel_type (const char *name)
{
  for (const PmChannelType *const *type = types; *type != NULL; type++)
    if (strcmp ((*type)->name, name) == 0)
      return *type;
  return NULL;
}

/* --- secrets --- */

static char *
read_first_line (const char *file, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) cause = NULL;
  gsize length;
  if (!g_file_test (file, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s is no file", file);
    return NULL;
  }
  if (!g_file_get_contents (file, &text, &length, &cause)) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "a secret cannot be read: %s",
                 cause->message);
    return NULL;
  }
  if (length > MOST_SECRET_BYTES || strlen (text) != length) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s holds no secret: it is no text",
                 file);
    return NULL;
  }
  char *line = g_strndup (text, strcspn (text, "\r\n"));
  return g_strstrip (line);
}

char *
pm_channel_secret (const char *file, const char *variable, const char *value, GError **error)
{
  if (file[0] != '\0')
    return read_first_line (file, error);
  const char *given = g_getenv (variable);
  return g_strdup (given != NULL && given[0] != '\0' ? given : value);
}

gboolean
pm_channel_has_secret (const char *file, const char *variable, const char *value)
{
  const char *given = g_getenv (variable);
  return file[0] != '\0' || (given != NULL && given[0] != '\0') || value[0] != '\0';
}

/* Whoever is named before the host stays secret too. */
char *
pm_channel_masked_url (const char *url)
{
  const char *colon = strstr (url, "://");
  if (colon == NULL)
    return g_strdup ("…");
  const char *host = colon + 3;
  gsize length = strcspn (host, "/?#");
  for (gsize i = 0; i < length; i++)
    if (host[i] == '@') {
      host += i + 1;
      length -= i + 1;
      i = (gsize) -1;
    }
  return g_strdup_printf ("%.*s://%.*s%s", (int) (colon - url), url, (int) length, host,
                          host[length] == '\0' || strcmp (host + length, "/") == 0 ? "" : "/…");
}

/* --- replies --- */

/* Seconds, or a date (RFC 9110, 10.2.3). */
static guint
retry_after (const PmHttpReply *reply)
{
  const char *text = pm_http_reply_header (reply, "retry-after");
  guint64 seconds;
  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &seconds, NULL))
    return 0;
  return (guint) MIN (seconds, MOST_WAIT_S);
}

/* What a receiver says about a post of ours, one line of it. */
static char *
describe (const PmHttpReply *reply)
{
  g_autofree char *start = g_strndup (reply->body, MIN (reply->body_bytes, MOST_SAID));
  g_autofree char *valid = g_utf8_make_valid (start, -1);
  valid[strcspn (valid, "\r\n<{")] = '\0';
  g_strstrip (valid);
  return valid[0] == '\0' ? g_strdup_printf ("it answered %u", reply->status)
                          : g_strdup_printf ("it answered %u: %s", reply->status, valid);
}

PmDelivery
pm_channel_judge_reply (const PmHttpReply *reply, const GError *error, char **cause)
{
  if (error != NULL) {
    *cause = g_strdup (error->message);
    return (PmDelivery){PM_DELIVERY_LATER, *cause, 0};
  }
  if (reply->status >= 200 && reply->status < 300)
    return (PmDelivery){PM_DELIVERY_SENT, NULL, 0};
  *cause = reply->status >= 300 && reply->status < 400
               ? g_strdup_printf ("it answered %u: redirects are not followed", reply->status)
               : describe (reply);
  /* The content is what these are about; any other status may be a matter of configuration. */
  gboolean is_no =
      reply->status == 400 || reply->status == 413 || reply->status == 415 || reply->status == 422;
  return (PmDelivery){is_no ? PM_DELIVERY_REFUSED : PM_DELIVERY_LATER, *cause, retry_after (reply)};
}
