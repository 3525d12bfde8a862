#pragma once

#include <glib.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/* An HTTP client on the GLib main loop: libcurl's multi-socket interface (curl.se,
 * "libcurl-multi"), no thread of its own, thousands of calls at once.
 *
 *   g_autoptr (PmHttpClient) client = pm_http_client_new ();
 *   PmHttpCallOptions options = {.url = "http://169.254.169.254/", .timeout_ms = 2000};
 *   PmHttpCall *call = pm_http_client_call (client, &options, done, self);
 *   …
 *   pm_http_call_cancel (call);      only before `done` was called; then it never is
 *
 * A call follows no redirect, uses no proxy, keeps no cookie and speaks nothing but HTTP and HTTPS
 * with verified certificates, unless it is told not to look at them. `done` is called exactly once,
 * from the main loop and never from within pm_http_client_call, unless the call was cancelled or
 * the client freed before. */

#define PM_NET_ERROR (pm_net_error_quark ())
GQuark pm_net_error_quark (void);
typedef enum {
  PM_NET_ERROR_URL,     /* no URL that is supported */
  PM_NET_ERROR_RESOLVE, /* the name has no address */
  PM_NET_ERROR_CONNECT, /* nobody answers there */
  PM_NET_ERROR_REFUSED, /* by `may_connect` */
  PM_NET_ERROR_TIMEOUT,
  PM_NET_ERROR_TLS,
  PM_NET_ERROR_TOO_LARGE,
  PM_NET_ERROR_PROTOCOL, /* anything else: cut off, not HTTP, login refused */
  PM_NET_ERROR_OWN,      /* nobody was asked: we could not */
} PmNetError;

typedef struct PmHttpClient PmHttpClient;
typedef struct PmHttpCall PmHttpCall;

/* Whether this address may be connected to; asked after the name was resolved, for each attempt, so
 * that a name cannot point somewhere else in between. */
typedef gboolean (*PmMayConnect) (const struct sockaddr *address, socklen_t length, gpointer data);

#define PM_HTTP_CALL_TIMEOUT_MS 10000
#define PM_HTTP_CALL_MOST_BYTES (1024 * 1024)

typedef struct {
  const char *url;
  const char *method;         /* NULL: GET, or POST with a body */
  const char *const *headers; /* "Name: value", ended by NULL; NULL: none */
  const char *body;           /* NULL: none; copied */
  gsize body_bytes;
  guint timeout_ms;    /* for all of it; 0: PM_HTTP_CALL_TIMEOUT_MS */
  gsize most_bytes;    /* of the reply's body; 0: PM_HTTP_CALL_MOST_BYTES; more is an error */
  gboolean fresh;      /* on a connection of its own, closed afterwards */
  gboolean head_only;  /* done as soon as the reply's head is there; its body is empty then */
  const char *ca_file; /* PEM; NULL: the system's authorities */
  gboolean unverified; /* whatever certificate the server has */
  const char *const *addresses; /* numeric ones of the URL's host, ended by NULL: nobody else is
                                   asked for them. NULL: it is looked up */
  const char *unix_socket;      /* connect there; the URL's host is only a name then */
  PmMayConnect may_connect;
  gpointer may_connect_data;
} PmHttpCallOptions;

typedef struct {
  guint status;
  const char *body; /* ends with a NUL behind its bytes */
  gsize body_bytes;
  GHashTable *headers;       /* lower-case name → value; the last of several */
  gint64 connected_us;       /* from the start of the call until TCP, and TLS, stood */
  gint64 elapsed_us;         /* all of it */
  gint64 certificate_expiry; /* Unix time of the server's own certificate; 0: no TLS */
} PmHttpReply;

/* Either is NULL. Both live until this returns. */
typedef void (*PmHttpDone) (const PmHttpReply *reply, const GError *error, gpointer data);

/* Attached to the thread's default main context; used from its thread only. */
PmHttpClient *pm_http_client_new (void);
void pm_http_client_free (PmHttpClient *client); /* cancels what is under way */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmHttpClient, pm_http_client_free)

PmHttpCall *pm_http_client_call (PmHttpClient *client, const PmHttpCallOptions *options,
                                 PmHttpDone done, gpointer data);
void pm_http_call_cancel (PmHttpCall *call);

const char *pm_http_reply_header (const PmHttpReply *reply, const char *lower_case_name);

G_END_DECLS
