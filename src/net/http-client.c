/* DESIGN
 * One easy handle a call. The set of calls is the client's, so that freeing it ends them. A call
 * that could not even be set up fails like any other: from the main loop, through `done`. */

#include "net/http-client.h"

#include <string.h>

#include "net/transfers.h"

struct PmHttpClient {
  PmTransfers *transfers;
  GHashTable *calls; /* set of PmHttpCall */
};

struct PmHttpCall {
  PmHttpClient *client;
  CURL *easy;
  PmHttpDone done;
  gpointer data;

  struct curl_slist *headers;
  struct curl_slist *resolved;
  GString *body;
  GHashTable *reply_headers;
  gsize most_bytes;
  gboolean head_only;
  gboolean has_head; /* of the reply that counts, and nothing more is wanted */
  gboolean is_too_large;
  gboolean is_refused;
  PmMayConnect may_connect;
  gpointer may_connect_data;
  char detail[CURL_ERROR_SIZE];
};

static void
call_free (PmHttpCall *call)
{
  curl_easy_cleanup (call->easy);
  curl_slist_free_all (call->headers);
  curl_slist_free_all (call->resolved);
  g_string_free (call->body, TRUE);
  g_hash_table_unref (call->reply_headers);
  g_free (call);
}

/* --- what libcurl calls --- */

static size_t
on_body (char *bytes, size_t one, size_t n, void *data)
{
  PmHttpCall *call = data;
  if (n > call->most_bytes - call->body->len) {
    call->is_too_large = TRUE;
    return 0;
  }
  g_string_append_len (call->body, bytes, (gssize) n);
  return n;
}

/* At the empty line behind a head: whether that is the end of what is wanted. An interim reply
 * (RFC 9110, 15.2) has another one behind it, but for 101, which ends HTTP on this connection. */
static gboolean
is_head_complete (PmHttpCall *call)
{
  long status = 0;
  if (!call->head_only)
    return FALSE;
  curl_easy_getinfo (call->easy, CURLINFO_RESPONSE_CODE, &status);
  call->has_head = status == 101 || status >= 200;
  return call->has_head;
}

static size_t
on_header (char *bytes, size_t one, size_t n, void *data)
{
  PmHttpCall *call = data;
  if (n <= 2 && bytes[0] != ':' && is_head_complete (call))
    return 0;
  /* A status line: of an interim reply, or of the one that counts. */
  if (n >= 5 && memcmp (bytes, "HTTP/", 5) == 0) {
    g_hash_table_remove_all (call->reply_headers);
    return n;
  }
  const char *colon = memchr (bytes, ':', n);
  if (colon == NULL)
    return n;
  char *name = g_ascii_strdown (bytes, colon - bytes);
  char *value = g_strndup (colon + 1, n - (gsize) (colon + 1 - bytes));
  g_hash_table_replace (call->reply_headers, name, g_strstrip (value));
  return n;
}

static curl_socket_t
on_socket (void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
  PmHttpCall *call = data;
  if (call->may_connect != NULL &&
      !call->may_connect (&address->addr, address->addrlen, call->may_connect_data)) {
    call->is_refused = TRUE;
    return CURL_SOCKET_BAD;
  }
  return socket (address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* --- the end of a call --- */

/* "Expire date:Nov  8 10:00:00 2027 GMT", of the first certificate: the server's own. */
static gint64
certificate_expiry (CURL *easy)
{
  struct curl_certinfo *chain = NULL;
  if (curl_easy_getinfo (easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == NULL ||
      chain->num_of_certs < 1)
    return 0;
  static const char key[] = "Expire date:";
  for (const struct curl_slist *line = chain->certinfo[0]; line != NULL; line = line->next)
    if (g_str_has_prefix (line->data, key))
      return MAX (0, (gint64) curl_getdate (line->data + sizeof key - 1, NULL));
  return 0;
}

static GError *
error_of (const PmHttpCall *call, CURLcode result)
{
  if (call->is_too_large)
    return g_error_new (PM_NET_ERROR, PM_NET_ERROR_TOO_LARGE,
                        "the reply is longer than %" G_GSIZE_FORMAT " bytes", call->most_bytes);
  if (call->is_refused)
    return g_error_new_literal (PM_NET_ERROR, PM_NET_ERROR_REFUSED,
                                "that address may not be asked");
  return pm_transfer_error (result, call->detail);
}

static void
fill_reply (PmHttpCall *call, PmHttpReply *reply)
{
  long status = 0;
  curl_off_t connected = 0, secured = 0, total = 0;
  curl_easy_getinfo (call->easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo (call->easy, CURLINFO_CONNECT_TIME_T, &connected);
  curl_easy_getinfo (call->easy, CURLINFO_APPCONNECT_TIME_T, &secured);
  curl_easy_getinfo (call->easy, CURLINFO_TOTAL_TIME_T, &total);
  *reply = (PmHttpReply){
      .status = (guint) status,
      .body = call->body->str,
      .body_bytes = call->body->len,
      .headers = call->reply_headers,
      .connected_us = MAX (connected, secured),
      .elapsed_us = total,
      .certificate_expiry = certificate_expiry (call->easy),
  };
}

static void
on_done (CURL *easy, CURLcode result, gpointer data)
{
  PmHttpCall *call = data;
  g_hash_table_steal (call->client->calls, call);
  if (result == CURLE_OK || call->has_head) {
    PmHttpReply reply;
    fill_reply (call, &reply);
    call->done (&reply, NULL, call->data);
  } else {
    g_autoptr (GError) error = error_of (call, result);
    call->done (NULL, error, call->data);
  }
  call_free (call);
}

/* --- the start of a call --- */

static void
set_limits (CURL *easy, const PmHttpCallOptions *options)
{
  guint timeout_ms = options->timeout_ms != 0 ? options->timeout_ms : PM_HTTP_CALL_TIMEOUT_MS;
  curl_easy_setopt (easy, CURLOPT_TIMEOUT_MS, (long) timeout_ms);
  curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT_MS, (long) timeout_ms);
  curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt (easy, CURLOPT_PROXY, "");
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  /* A resolver that hangs is left to its thread: else the main loop would wait for it. */
  curl_easy_setopt (easy, CURLOPT_QUICK_EXIT, 1L);
  if (options->fresh) {
    curl_easy_setopt (easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt (easy, CURLOPT_FORBID_REUSE, 1L);
  }
  if (options->unverified) {
    curl_easy_setopt (easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt (easy, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  /* A connection that another call was allowed to open must not be taken without asking. */
  if (options->may_connect != NULL)
    curl_easy_setopt (easy, CURLOPT_FRESH_CONNECT, 1L);
}

static void
set_request (PmHttpCall *call, const PmHttpCallOptions *options)
{
  CURL *easy = call->easy;
  curl_easy_setopt (easy, CURLOPT_URL, options->url);
  curl_easy_setopt (easy, CURLOPT_USERAGENT, "port-manager");
  if (options->body != NULL) {
    curl_easy_setopt (easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) options->body_bytes);
    curl_easy_setopt (easy, CURLOPT_COPYPOSTFIELDS, options->body);
  }
  if (g_strcmp0 (options->method, "HEAD") == 0)
    curl_easy_setopt (easy, CURLOPT_NOBODY, 1L);
  else if (options->method != NULL)
    curl_easy_setopt (easy, CURLOPT_CUSTOMREQUEST, options->method);
  for (const char *const *h = options->headers; h != NULL && *h != NULL; h++)
    call->headers = curl_slist_append (call->headers, *h);
  curl_easy_setopt (easy, CURLOPT_HTTPHEADER, call->headers);
  if (options->ca_file != NULL)
    curl_easy_setopt (easy, CURLOPT_CAINFO, options->ca_file);
  if (options->unix_socket != NULL)
    curl_easy_setopt (easy, CURLOPT_UNIX_SOCKET_PATH, options->unix_socket);
}

/* CURLOPT_RESOLVE: "+HOST:PORT:ADDRESS,[ADDRESS]"; with the plus it is forgotten like any name. */
static void
pin_addresses (PmHttpCall *call, const PmHttpCallOptions *options)
{
  g_autoptr (GUri) uri = g_uri_parse (options->url, G_URI_FLAGS_NONE, NULL);
  if (options->addresses == NULL || uri == NULL)
    return;
  gboolean is_tls = g_strcmp0 (g_uri_get_scheme (uri), "https") == 0;
  gint port = g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : is_tls ? 443 : 80;
  g_autoptr (GString) entry = g_string_new (NULL);
  g_string_printf (entry, "+%s:%d:", g_uri_get_host (uri), port);
  for (guint i = 0; options->addresses[i] != NULL; i++) {
    gboolean is_v6 = strchr (options->addresses[i], ':') != NULL;
    g_string_append_printf (entry, is_v6 ? "%s[%s]" : "%s%s", i == 0 ? "" : ",",
                            options->addresses[i]);
  }
  call->resolved = curl_slist_append (NULL, entry->str);
  curl_easy_setopt (call->easy, CURLOPT_RESOLVE, call->resolved);
}

static void
set_reply (PmHttpCall *call)
{
  curl_easy_setopt (call->easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt (call->easy, CURLOPT_WRITEDATA, call);
  curl_easy_setopt (call->easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt (call->easy, CURLOPT_HEADERDATA, call);
  curl_easy_setopt (call->easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
  curl_easy_setopt (call->easy, CURLOPT_OPENSOCKETDATA, call);
  curl_easy_setopt (call->easy, CURLOPT_ERRORBUFFER, call->detail);
  curl_easy_setopt (call->easy, CURLOPT_CERTINFO, 1L);
}

PmHttpCall *
pm_http_client_call (PmHttpClient *client, const PmHttpCallOptions *options, PmHttpDone done,
                     gpointer data)
{
  PmHttpCall *call = g_new0 (PmHttpCall, 1);
  call->client = client;
  call->easy = curl_easy_init ();
  call->done = done;
  call->data = data;
  call->body = g_string_new (NULL);
  call->reply_headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  call->most_bytes = options->most_bytes != 0 ? options->most_bytes : PM_HTTP_CALL_MOST_BYTES;
  call->head_only = options->head_only;
  call->may_connect = options->may_connect;
  call->may_connect_data = options->may_connect_data;
  set_limits (call->easy, options);
  set_request (call, options);
  pin_addresses (call, options);
  set_reply (call);
  g_hash_table_add (client->calls, call);
  pm_transfers_add (client->transfers, call->easy, on_done, call);
  return call;
}

void
pm_http_call_cancel (PmHttpCall *call)
{
  if (call == NULL)
    return;
  g_hash_table_steal (call->client->calls, call);
  pm_transfers_remove (call->client->transfers, call->easy);
  call_free (call);
}

PmHttpClient *
pm_http_client_new (void)
{
  PmHttpClient *client = g_new0 (PmHttpClient, 1);
  client->transfers = pm_transfers_new ();
  client->calls = g_hash_table_new (NULL, NULL);
  return client;
}

void
pm_http_client_free (PmHttpClient *client)
{
  if (client == NULL)
    return;
  g_autofree gpointer *calls = g_hash_table_get_keys_as_array (client->calls, NULL);
  for (guint i = 0; calls[i] != NULL; i++)
    pm_http_call_cancel (calls[i]);
  pm_transfers_free (client->transfers);
  g_hash_table_unref (client->calls);
  g_free (client);
}

const char *
pm_http_reply_header (const PmHttpReply *reply, const char *lower_case_name)
{
  return g_hash_table_lookup (reply->headers, lower_case_name);
}
