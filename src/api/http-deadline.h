#pragma once

#include <glib.h>
#include <microhttpd.h>

G_BEGIN_DECLS

/* Private to api/: how long a client may take. libmicrohttpd's own time-out starts anew with every
 * byte, so that somebody who sends one now and then holds a connection for ever; here each step of
 * a request has an end of its own. A connection that is over is shut down, which libmicrohttpd
 * notices as it would the client's leaving. */

#define PM_HTTP_HEAD_S 15 /* from connecting to the end of the head */
#define PM_HTTP_BODY_S 60
#define PM_HTTP_SEND_S 120

typedef struct PmHttpDeadlines PmHttpDeadlines;
typedef struct PmHttpDeadline PmHttpDeadline;

PmHttpDeadlines *pm_http_deadlines_new (void);
void pm_http_deadlines_free (PmHttpDeadlines *deadlines);

PmHttpDeadline *pm_http_deadline_new (PmHttpDeadlines *deadlines,
                                      struct MHD_Connection *connection);
void pm_http_deadline_free (PmHttpDeadline *deadline);

/* From now on; 0: as long as it likes. */
void pm_http_deadline_set (PmHttpDeadline *deadline, guint seconds);

guint pm_http_deadlines_count (const PmHttpDeadlines *deadlines);

G_END_DECLS
