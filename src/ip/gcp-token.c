#include "ip/gcp-token.h"

#include <jansson.h>

#include "ip/gcp-metadata.h"
#include "ip/replies.h"
#include "ip/sources.h"
#include "net/jwt.h"

#define ANSWER_MS 8000
#define RENEW_BEFORE_S 60
#define ASSERTION_S 3600
#define SCOPE "https://www.googleapis.com/auth/compute.readonly"
#define GRANT "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"

struct PmGcpToken {
  PmHttpClient *http;
  json_t *key; /* NULL: by the metadata server */
  char *authorization;
  gint64 renew_at; /* monotonic µs */
  PmHttpCall *call;
  PmGcpTokenDone done;
  gpointer data;
};

static void
take_token (PmGcpToken *self, const json_t *reply)
{
  const char *token = pm_ip_json_text (reply, "access_token");
  gint64 expires_s = json_integer_value (json_object_get (reply, "expires_in"));
  if (token == NULL) {
    self->done (NULL, "the reply holds no access token", self->data);
    return;
  }
  g_free (self->authorization);
  self->authorization = g_strdup_printf ("Authorization: Bearer %s", token);
  expires_s = CLAMP (expires_s - RENEW_BEFORE_S, 0, 86400);
  self->renew_at = g_get_monotonic_time () + expires_s * G_USEC_PER_SEC;
  self->done (self->authorization, NULL, self->data);
}

static void
on_reply (const PmHttpReply *reply, const GError *error, gpointer data)
{
  PmGcpToken *self = data;
  self->call = NULL;
  g_autofree char *cause = NULL;
  if (error != NULL)
    cause = g_strdup (error->message);
  else if (reply->status != 200)
    cause = g_strdup_printf ("HTTP %u", reply->status);
  g_autoptr (json_t) json =
      cause == NULL ? json_loadb (reply->body, reply->body_bytes, 0, NULL) : NULL;
  if (cause != NULL)
    self->done (NULL, cause, self->data);
  else
    take_token (self, json);
}

static void
ask_metadata (PmGcpToken *self)
{
  g_autofree char *url = pm_ip_gcp_url ("instance/service-accounts/default/token");
  PmHttpCallOptions options = {.url = url, .headers = pm_ip_gcp_headers, .timeout_ms = ANSWER_MS};
  self->call = pm_http_client_call (self->http, &options, on_reply, self);
}

static char *
claims_of (const json_t *key)
{
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (json_t) claims =
      json_pack ("{s:s, s:s, s:s, s:I, s:I}", "iss", pm_ip_json_text (key, "client_email"), "scope",
                 SCOPE, "aud", pm_ip_json_text (key, "token_uri"), "iat", (json_int_t) now_s, "exp",
                 (json_int_t) (now_s + ASSERTION_S));
  return json_dumps (claims, JSON_COMPACT);
}

static void
ask_by_key (PmGcpToken *self)
{
  static const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded", NULL};
  g_autoptr (GError) error = NULL;
  char *claims = claims_of (self->key);
  g_autofree char *assertion =
      pm_jwt_rs256 (claims, pm_ip_json_text (self->key, "private_key"), &error);
  free (claims); /* jansson's */
  if (assertion == NULL) {
    self->done (NULL, error->message, self->data);
    return;
  }
  g_autofree char *body = g_strconcat ("grant_type=" GRANT "&assertion=", assertion, NULL);
  PmHttpCallOptions options = {
      .url = pm_ip_json_text (self->key, "token_uri"),
      .headers = headers,
      .body = body,
      .body_bytes = strlen (body),
      .timeout_ms = ANSWER_MS,
  };
  self->call = pm_http_client_call (self->http, &options, on_reply, self);
}

void
pm_gcp_token_get (PmGcpToken *self, PmGcpTokenDone done, gpointer data)
{
  self->done = done;
  self->data = data;
  if (self->authorization != NULL && g_get_monotonic_time () < self->renew_at)
    done (self->authorization, NULL, data);
  else if (self->key != NULL)
    ask_by_key (self);
  else
    ask_metadata (self);
}

void
pm_gcp_token_stop (PmGcpToken *self)
{
  g_clear_pointer (&self->call, pm_http_call_cancel);
}

void
pm_gcp_token_forget (PmGcpToken *self)
{
  g_clear_pointer (&self->authorization, g_free);
}

const char *
pm_gcp_token_project (const PmGcpToken *self)
{
  return self->key != NULL ? pm_ip_json_text (self->key, "project_id") : NULL;
}

static json_t *
read_key_file (const char *file, GError **error)
{
  json_error_t where;
  g_autoptr (json_t) key = json_load_file (file, 0, &where);
  if (key == NULL) {
    g_set_error (error, PM_IP_ERROR, PM_IP_ERROR_SETTINGS, "ip.gcp_compute.key_file: %s",
                 where.text);
    return NULL;
  }
  static const char *const needed[] = {"client_email", "private_key", "token_uri"};
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++) {
    if (pm_ip_json_text (key, needed[i]) != NULL)
      continue;
    g_set_error (error, PM_IP_ERROR, PM_IP_ERROR_SETTINGS,
                 "ip.gcp_compute.key_file: %s is no service account's key: \"%s\" is missing", file,
                 needed[i]);
    return NULL;
  }
  return g_steal_pointer (&key);
}

PmGcpToken *
pm_gcp_token_new (PmHttpClient *http, const char *key_file, GError **error)
{
  g_autoptr (PmGcpToken) self = g_new0 (PmGcpToken, 1);
  self->http = http;
  if (*key_file != '\0' && (self->key = read_key_file (key_file, error)) == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

void
pm_gcp_token_free (PmGcpToken *self)
{
  if (self == NULL)
    return;
  pm_gcp_token_stop (self);
  json_decref (self->key);
  g_free (self->authorization);
  g_free (self);
}
