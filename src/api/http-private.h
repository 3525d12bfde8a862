#pragma once

#include <microhttpd.h>

#include "api/http-deadline.h"
#include "api/http-listen.h"
#include "api/http-server.h"
#include "api/http-tls.h"

G_BEGIN_DECLS

/* Private to http-*.c. */

typedef struct {
  PmHttpServer *server;
  struct MHD_Daemon *daemon;
  GSource *source;
  PmHttpReach reach;
  gboolean is_tls;
  char *url;
  char *path;     /* of a socket; NULL otherwise */
  guint16 port;   /* 0 of a socket */
  GQueue streams; /* of PmHttpStream, open ones */
} PmHttpListener;

struct PmHttpServer {
  const PmHttpFace *face;
  gpointer data;
  GPtrArray *listeners; /* of PmHttpListener */
  PmHttpDeadlines *deadlines;
  PmHttpTls *tls;       /* NULL: none is spoken */
  char **allowed_hosts; /* NULL-terminated */
  GHashTable *paused;   /* of PmHttpRequest */
};

struct PmHttpRequest {
  PmHttpListener *listener;
  struct MHD_Connection *connection;
  const char *method;
  char *path;
  char *peer;           /* NULL: not asked for yet */
  GString *received;    /* the body; what is over the limit is dropped */
  gsize received_bytes; /* all of it */
  gboolean is_handled;  /* the face has it */
  gpointer attached;
  GDestroyNotify free_attached;

  guint status; /* 0: not answered yet */
  const char *type;
  GBytes *body;
  PmHttpStream *stream; /* instead of a body */
  PmHttpAnswer *answer; /* instead of everything above but the status */
  GPtrArray *headers;   /* name, value, name, value … */
};

/* http-request.c: libmicrohttpd's callbacks; `data` is the listener. */
enum MHD_Result pm_http_on_access (void *data, struct MHD_Connection *connection, const char *url,
                                   const char *method, const char *version, const char *upload,
                                   size_t *upload_size, void **state);
void pm_http_on_completed (void *data, struct MHD_Connection *connection, void **state,
                           enum MHD_RequestTerminationCode code);

/* Of a body, which it refers to; and the headers of every response, with those of its own (name,
 * value, …). */
struct MHD_Response *pm_http_body_response (GBytes *body);
void pm_http_add_headers (struct MHD_Response *response, const char *type, const GPtrArray *headers,
                          gboolean is_tls);

/* http-answer.c: borrowed; NULL: there is no room for it. */
struct MHD_Response *pm_http_answer_response (PmHttpAnswer *answer, gboolean is_tls);

/* http-stream.c: a request whose stream became no response drops it; a listener's are ended before
 * its daemon is stopped. */
struct MHD_Response *pm_http_stream_response (PmHttpStream *stream);
void pm_http_stream_drop (PmHttpRequest *request);
void pm_http_streams_end (PmHttpListener *listener);

/* http-refuse.c: TRUE when the request is refused for its Host, framing or size: it is answered. */
gboolean pm_http_refuse (PmHttpRequest *request);

/* http-loop.c: runs the daemon on the default main context. */
GSource *pm_http_loop_attach (struct MHD_Daemon *daemon);
void pm_http_loop_set_due (GSource *source);

G_END_DECLS
