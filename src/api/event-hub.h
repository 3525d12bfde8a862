#pragma once

#include "api/http-server.h"
#include "verbs/context.h"
#include "verbs/event-filter.h"

G_BEGIN_DECLS

/* The event log, sent to any number of open streams as it is written, by whichever process.
 *
 * Every stream begins with "stream.opened", whose data has the newest id, and, when it resumes
 * behind an id that the log does not know yet (it was restored), "stream.reset": what the client
 * shows may be of another log. Events have the log's ids; what pm_event_hub_tell tells has none and
 * is only for those who are there.
 *
 * No stream has a queue: the newest events are kept once, as text, and a stream is a place in them.
 * One that falls behind what is kept is slow, and ended: it comes back with Last-Event-ID. One that
 * begins behind what is kept reads the log a page at a time, at its own pace, but no slower than a
 * page in PM_EVENTS_PAGE_TIMEOUT_S. A comment is sent when nothing else was for
 * PM_EVENTS_HEARTBEAT_S: proxies stay patient, and who is gone is found out. */

#define PM_EVENTS_MOST_KEPT 4096
#define PM_EVENTS_MOST_KEPT_BYTES (8 * 1024 * 1024)
#define PM_EVENTS_PAGE 100
#define PM_EVENTS_PAGE_TIMEOUT_S 30
#define PM_EVENTS_HEARTBEAT_S 15

typedef struct PmEventHub PmEventHub;

/* Joins the context with a registry connection of its own. */
PmEventHub *pm_event_hub_new (const PmContext *context, GError **error);

/* Before anybody subscribes. FALSE: the log could not be read yet, so that nobody knows where it
 * ends. */
gboolean pm_event_hub_begin (PmEventHub *hub, GError **error);

/* All streams must have ended: the server goes first. */
void pm_event_hub_free (PmEventHub *hub);

/* Answers the request with a stream of what is behind `after`; -1: of what is to come. Takes the
 * filter over. The stream ends within a second when the token it was opened with (0: none) is
 * revoked or expires. */
void pm_event_hub_subscribe (PmEventHub *hub, PmHttpRequest *request, gint64 token_id, gint64 after,
                             PmEventFilter *filter);

/* Tells open streams something that is not in the log. `data` is JSON on one line. */
void pm_event_hub_tell (PmEventHub *hub, const char *event, const char *data);

/* The same, and it holds until NULL: a stream that begins meanwhile is told behind its opening. */
void pm_event_hub_hold (PmEventHub *hub, const char *event, const char *data);

typedef struct {
  guint streams;
  guint64 events;  /* read from the log */
  guint64 dropped; /* streams that were too slow */
} PmEventHubCounts;
PmEventHubCounts pm_event_hub_counts (const PmEventHub *hub);

/* How many events of each name it has read from the log. */
void pm_event_hub_each_name (const PmEventHub *hub,
                             void (*function) (const char *name, guint64 count, gpointer data),
                             gpointer data);

G_END_DECLS
