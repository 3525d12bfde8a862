#pragma once

#include <glib.h>
#include <sys/types.h>

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
 * Content-Lengths), or whose body or headers are over the limits; and it cuts off who takes too
 * long (http-deadline.h). */

#define PM_HTTP_ERROR (pm_http_error_quark ())
GQuark pm_http_error_quark (void);
typedef enum {
  PM_HTTP_ERROR_ADDRESS, /* not ADDRESS:PORT, or one that is not served this way */
  PM_HTTP_ERROR_LISTEN,  /* cannot bind or listen */
  PM_HTTP_ERROR_TLS,     /* no certificate, or no key that belongs to it */
} PmHttpError;

#define PM_HTTP_IDLE_TIMEOUT_S 30 /* in which nothing comes or goes */
#define PM_HTTP_MOST_BODY_BYTES (1024 * 1024)
#define PM_HTTP_MOST_HEAD_BYTES (16 * 1024)
#define PM_HTTP_MOST_PATH_BYTES 4096
#define PM_HTTP_MOST_CONNECTIONS 8192
#define PM_HTTP_MOST_CONNECTIONS_OF_ONE 512 /* of one address of the network */

/* The process must survive SIGPIPE: the kernel sends large answers by itself (sendfile(2)). */

/* Who can come: processes of this machine; the same through a file that only its owner may open;
 * everybody. */
typedef enum { PM_HTTP_LOOPBACK, PM_HTTP_SOCKET, PM_HTTP_NETWORK } PmHttpReach;

typedef struct PmHttpServer PmHttpServer;
typedef struct PmHttpRequest PmHttpRequest;

/* What answers. Both run on the main loop: be quick. `begin` may answer (a refusal), and then
 * a body is dropped; else `handle` must answer, or pause the request. */
typedef struct {
  void (*begin) (PmHttpRequest *request, gpointer data);
  void (*handle) (PmHttpRequest *request, gpointer data);
} PmHttpFace;

/* Face and data are borrowed. */
PmHttpServer *pm_http_server_new (const PmHttpFace *face, gpointer data);
void pm_http_server_free (PmHttpServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmHttpServer, pm_http_server_free)

/* Before listening: names besides localhost and the listening addresses that requests may ask for
 * ("port-manager.example.org", or with ":8443" where they come through another port). Copied. */
void pm_http_server_allow_hosts (PmHttpServer *server, const char *const *names);

/* Before listening: every address but a socket then speaks TLS. */
gboolean pm_http_server_use_tls (PmHttpServer *server, const char *certificate_file,
                                 const char *key_file, GError **error);

/* Listens on "127.0.0.1:7411", "[::1]:7411" or "unix:/path" as well; port 0 chooses one. More than
 * loopback and sockets is refused without TLS. */
gboolean pm_http_server_listen (PmHttpServer *server, const char *address, GError **error);

/* Whether more than this machine could reach such an address. */
gboolean pm_http_is_network (const char *address);

/* Of the first address: "http://127.0.0.1:7411". */
const char *pm_http_server_url (const PmHttpServer *server);

/* Open ones, now. */
guint pm_http_server_connections (const PmHttpServer *server);

/* --- the request --- */

const char *pm_http_request_method (const PmHttpRequest *request);
const char *pm_http_request_path (const PmHttpRequest *request);    /* decoded, without the query */
const GString *pm_http_request_body (const PmHttpRequest *request); /* for `handle` */
PmHttpReach pm_http_request_reach (const PmHttpRequest *request);

/* The other end: an address without its port; "unix" of a socket. */
const char *pm_http_request_peer (PmHttpRequest *request);

/* The user at the other end of a socket (SO_PEERCRED); FALSE when nobody can tell. */
gboolean pm_http_request_peer_user (const PmHttpRequest *request, uid_t *ret_uid);

/* The query's names and values, each NULL-terminated, in their order; NULL stands for no value. */
typedef void (*PmHttpQueryFunc) (const char *name, const char *value, gpointer data);
void pm_http_request_each_query (PmHttpRequest *request, PmHttpQueryFunc function, gpointer data);
const char *pm_http_request_header (const PmHttpRequest *request, const char *name); /* or NULL */

/* Something of the face's that lives as long as the request. */
void pm_http_request_attach (PmHttpRequest *request, gpointer object, GDestroyNotify free);
gpointer pm_http_request_attached (const PmHttpRequest *request);

/* Instead of an answer: it will come later. The request may be gone before that (what is attached
 * is freed then); otherwise answer it, then resume it. */
void pm_http_request_pause (PmHttpRequest *request);
void pm_http_request_resume (PmHttpRequest *request);

/* --- the response --- */

/* `body` is referred to; `type` is static. */
void pm_http_respond_bytes (PmHttpRequest *request, guint status, const char *type, GBytes *body);

/* `body` is taken over. */
void pm_http_respond (PmHttpRequest *request, guint status, const char *type, GString *body);
/* Instead of the usual one, where there is one of the name. */
void pm_http_respond_header (PmHttpRequest *request, const char *name, const char *value);

/* A 200 that is given again and again, made ready once. `type` is static; `headers` are name,
 * value, …, NULL-terminated, and copied. Whoever answers with it holds it until it is sent. */
typedef struct PmHttpAnswer PmHttpAnswer;
PmHttpAnswer *pm_http_answer_new (const char *type, GBytes *body, const char *const *headers);
PmHttpAnswer *pm_http_answer_ref (PmHttpAnswer *answer);
void pm_http_answer_unref (PmHttpAnswer *answer);
void pm_http_respond_answer (PmHttpRequest *request, PmHttpAnswer *answer);

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
