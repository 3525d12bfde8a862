#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* HTTP/1.1 on the GLib main loop: a small wrapper around libmicrohttpd, which does the protocol
 * (RFC 9110, 9112), with its epoll descriptor as one source of the loop: no thread of its own.
 *
 * The wrapper refuses, before any handler sees them, requests whose Host is not ours (DNS
 * rebinding), whose framing is ambiguous (RFC 9112, 6.3: both Transfer-Encoding and Content-Length,
 * or several Content-Lengths), whose method a route does not know, or whose body or headers are
 * over the limits. */

#define PM_HTTP_ERROR (pm_http_error_quark ())
GQuark pm_http_error_quark (void);
typedef enum {
  PM_HTTP_ERROR_ADDRESS, /* not ADDRESS:PORT, or not loopback */
  PM_HTTP_ERROR_LISTEN,  /* cannot bind or listen */
} PmHttpError;

#define PM_HTTP_MOST_BODY_BYTES (1024 * 1024)
#define PM_HTTP_MOST_CONNECTIONS 4096
#define PM_HTTP_IDLE_TIMEOUT_S 30

typedef struct PmHttpServer PmHttpServer;
typedef struct PmHttpRequest PmHttpRequest;

/* Answers a request: fills the response of `request` (below). Runs on the main loop: be quick. */
typedef void (*PmHttpHandler) (PmHttpRequest *request, gpointer data);

/* Listens on "127.0.0.1:7411" or "[::1]:7411"; port 0 chooses one. */
PmHttpServer *pm_http_server_new (const char *listen, PmHttpHandler handler, gpointer data,
                                  GError **error);
void pm_http_server_free (PmHttpServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmHttpServer, pm_http_server_free)

/* "http://127.0.0.1:7411" */
const char *pm_http_server_url (const PmHttpServer *server);

/* --- the request --- */

const char *pm_http_request_method (const PmHttpRequest *request);
const char *pm_http_request_path (const PmHttpRequest *request); /* decoded, without the query */
const char *pm_http_request_query (const PmHttpRequest *request, const char *name); /* or NULL */

/* FALSE when the query has a name that is not in the NULL-terminated list: then the request has
 * been answered, with the nearest right name. What is not understood must not be passed over. */
gboolean pm_http_request_query_is_known (PmHttpRequest *request, const char *const *names);
const char *pm_http_request_header (const PmHttpRequest *request, const char *name); /* or NULL */

/* --- the response --- */

/* `body` is taken over; `type` is static. */
void pm_http_respond (PmHttpRequest *request, guint status, const char *type, GString *body);
void pm_http_respond_header (PmHttpRequest *request, const char *name, const char *value);

/* RFC 9457: application/problem+json with type about:blank, the status' own title and a detail. */
void pm_http_respond_problem (PmHttpRequest *request, guint status, const char *detail, ...)
    G_GNUC_PRINTF (3, 4);

G_END_DECLS
