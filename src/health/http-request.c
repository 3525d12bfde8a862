#include "health/http-request.h"

#include <string.h>

/* More of an answer is not looked at. */
#define MOST_BYTES (256 * 1024)

struct PmCheckRequest {
  PmProbe *probe;
  const PmCheck *check;
  char **headers;
  gboolean head_only;
  gboolean is_tls;  /* as it is asked now */
  gint64 until_us;  /* monotonic */
  PmHttpCall *call; /* NULL: answered */
  PmCheckVerdict verdict;
  gpointer data;
};

static gboolean
may_connect (const struct sockaddr *address, socklen_t length, gpointer data)
{
  return pm_probe_may_connect (data, address, length);
}

static gboolean
is_expired (const PmHttpReply *reply)
{
  return reply->certificate_expiry != 0 &&
         reply->certificate_expiry < g_get_real_time () / G_USEC_PER_SEC;
}

static void
finish_expired (PmCheckRequest *self, const PmHttpReply *reply)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_utc (reply->certificate_expiry);
  g_autofree char *day = when == NULL ? g_strdup ("") : g_date_time_format (when, "%F");
  pm_probe_finish (self->probe, PM_HEALTH_DOWN, reply->elapsed_us, "its certificate expired on %s",
                   day);
}

/* In words that stay the same from look to look. */
static void
fail (PmCheckRequest *self, const GError *error)
{
  const PmCheck *check = self->check;
  /* What could not even be asked tells nothing of the service. */
  if (g_error_matches (error, PM_NET_ERROR, PM_NET_ERROR_OWN))
    pm_probe_finish (self->probe, PM_HEALTH_UNKNOWN, 0, "cannot be asked: %s", error->message);
  else if (g_error_matches (error, PM_NET_ERROR, PM_NET_ERROR_CONNECT))
    pm_probe_finish (self->probe, PM_HEALTH_DOWN, 0, "%s:%u: connection refused", check->host,
                     check->port);
  else if (g_error_matches (error, PM_NET_ERROR, PM_NET_ERROR_TIMEOUT))
    pm_probe_finish (self->probe, PM_HEALTH_DOWN, 0, "no answer within %.3g s",
                     check->timeout_ms / 1000.0);
  else
    pm_probe_finish (self->probe, PM_HEALTH_DOWN, 0, "%s", error->message);
}

static void ask (PmCheckRequest *self);

/* That a port speaks TLS is presumed from its number alone, unless the operator said so. */
static gboolean
may_speak_plainly (const PmCheckRequest *self, const GError *error)
{
  return self->is_tls && !self->check->is_configured &&
         g_error_matches (error, PM_NET_ERROR, PM_NET_ERROR_TLS) &&
         g_get_monotonic_time () < self->until_us;
}

static void
on_reply (const PmHttpReply *reply, const GError *error, gpointer data)
{
  PmCheckRequest *self = data;
  self->call = NULL;
  if (error != NULL && may_speak_plainly (self, error)) {
    self->is_tls = FALSE;
    ask (self);
    return;
  }
  if (error != NULL) {
    fail (self, error);
    return;
  }
  pm_probe_certificate (self->probe, reply->certificate_expiry);
  if (is_expired (reply))
    finish_expired (self, reply);
  else
    self->verdict (self->probe, self->check, reply, self->data);
}

static char *
url_of (const PmCheckRequest *self)
{
  const PmCheck *check = self->check;
  gboolean is_v6 = strchr (check->host, ':') != NULL;
  return g_strdup_printf (is_v6 ? "%s://[%s]:%u%s" : "%s://%s:%u%s",
                          self->is_tls ? "https" : "http", check->host, check->port, check->path);
}

static void
ask (PmCheckRequest *self)
{
  const PmCheck *check = self->check;
  g_autofree char *url = url_of (self);
  gint64 left_ms = (self->until_us - g_get_monotonic_time ()) / 1000;
  PmHttpCallOptions options = {
      .url = url,
      .method = check->method[0] == '\0' ? NULL : check->method,
      .headers = (const char *const *) self->headers,
      .timeout_ms = (guint) MAX (left_ms, 1),
      .most_bytes = MOST_BYTES,
      .fresh = TRUE,
      .head_only = self->head_only,
      .unverified = check->is_unverified,
      .addresses = check->addresses,
      .may_connect = may_connect,
      .may_connect_data = self->probe,
  };
  self->call = pm_http_client_call (pm_prober_http (pm_probe_prober (self->probe)), &options,
                                    on_reply, self);
}

PmCheckRequest *
pm_check_request_new (PmProbe *probe, const PmCheck *check, const char *const *headers,
                      gboolean head_only, PmCheckVerdict verdict, gpointer data)
{
  PmCheckRequest *self = g_new0 (PmCheckRequest, 1);
  *self = (PmCheckRequest){
      .probe = probe,
      .check = check,
      .headers = g_strdupv ((char **) headers),
      .head_only = head_only,
      .is_tls = check->is_tls,
      .until_us = g_get_monotonic_time () + (gint64) check->timeout_ms * 1000,
      .verdict = verdict,
      .data = data,
  };
  ask (self);
  return self;
}

void
pm_check_request_free (PmCheckRequest *self)
{
  pm_http_call_cancel (self->call);
  g_strfreev (self->headers);
  g_free (self);
}
