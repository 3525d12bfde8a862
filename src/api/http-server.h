#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* HTTP/1.1 on the GLib main loop: a small wrapper around libmicrohttpd, which does the protocol
 * (RFC 9110, 9112), with its epoll descriptors as sources of the loop: no thread of its own.
 *
 *   server = pm_http_server_new (&face, data);
 *   pm_http_server_listen (server, "127.0.0.1:7411", &error);
 *
 * A request is given to the face twice: when its head has come, and when all of it has. The wrapper
 * refuses, before the face sees them, requests whose Host is not ours (DNS rebinding), whose
 * framing is ambiguous (RFC 9112, 6.3: both Transfer-Encoding and Content-Length, or several
 * Content-Lengths), or whose body or headers are over the limits. */

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

/* What answers. Both run on the main loop: be quick. `begin` may answer at once (a refusal), and
 * then the body is not waited for; else `handle` must answer. `begin` may be NULL. */
typedef struct {
  void (*begin) (PmHttpRequest *request, gpointer data);
  void (*handle) (PmHttpRequest *request, gpointer data);
} PmHttpFace;

/* Face and data are borrowed. */
PmHttpServer *pm_http_server_new (const PmHttpFace *face, gpointer data);
void pm_http_server_free (PmHttpServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmHttpServer, pm_http_server_free)

/* Listens on "127.0.0.1:7411" or "[::1]:7411" as well; port 0 chooses one. */
gboolean pm_http_server_listen (PmHttpServer *server, const char *address, GError **error);

/* Of the first address: "http://127.0.0.1:7411". */
const char *pm_http_server_url (const PmHttpServer *server);

/* --- the request --- */

const char *pm_http_request_method (const PmHttpRequest *request);
const char *pm_http_request_path (const PmHttpRequest *request);    /* decoded, without the query */
const GString *pm_http_request_body (const PmHttpRequest *request); /* for `handle` */

/* The query's names and values, each NULL-terminated, in their order; NULL stands for no value. */
typedef void (*PmHttpQueryFunc) (const char *name, const char *value, gpointer data);
void pm_http_request_each_query (PmHttpRequest *request, PmHttpQueryFunc function, gpointer data);
const char *pm_http_request_header (const PmHttpRequest *request, const char *name); /* or NULL */

/* Something of the face's that lives as long as the request. */
void pm_http_request_attach (PmHttpRequest *request, gpointer object, GDestroyNotify free);
gpointer pm_http_request_attached (const PmHttpRequest *request);

/* --- the response --- */

/* `body` is taken over; `type` is static. */
void pm_http_respond (PmHttpRequest *request, guint status, const char *type, GString *body);
void pm_http_respond_header (PmHttpRequest *request, const char *name, const char *value);

/* A response without an end: `read` fills `buffer` with at most `size` bytes and returns how many.
 * Returning 0 it says that there is nothing now, and is asked again after pm_http_stream_wake;
 * returning PM_HTTP_STREAM_END it ends the response. A client that takes nothing for
 * PM_HTTP_IDLE_TIMEOUT_S while there is something for it is cut off; that it went is found out only
 * when something is sent. `free` is called when the response is over, for whatever reason: the
 * stream is gone then. */
#define PM_HTTP_STREAM_END ((gssize) -1)
typedef struct PmHttpStream PmHttpStream;
typedef gssize (*PmHttpStreamRead) (gpointer data, char *buffer, gsize size);
PmHttpStream *pm_http_respond_stream (PmHttpRequest *request, const char *type,
                                      PmHttpStreamRead read, gpointer data, GDestroyNotify free);
void pm_http_stream_wake (PmHttpStream *stream);

/* RFC 9457: application/problem+json with type about:blank, the status' own title and a detail. */
void pm_http_respond_problem (PmHttpRequest *request, guint status, const char *detail, ...)
    G_GNUC_PRINTF (3, 4);

/* The status' own title: "Not Found". */
const char *pm_http_status_title (guint status);

G_END_DECLS
