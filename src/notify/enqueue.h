#pragma once

#include "config/config.h"
#include "notify/message.h"
#include "registry/outbox.h"

G_BEGIN_DECLS

/* From the event log into the queue: the first half of the notifier. What was new, for whom, and
 * not told before, is in the queue when this returns, and the place in the log is moved on, in one
 * transaction a page. Events that are older than notify.keep_h, and those of other hosts, are
 * passed over. */

typedef struct {
  PmRegistry *registry;
  const PmConfig *config;
  const char *dashboard; /* where links lead; "" there are none */

  gint64 seen;    /* of the log; -1 at first */
  gint64 written; /* up to where the registry knows it */
} PmEnqueue;

/* TRUE when all of the log was read. The first time ever it begins at the log's end. */
gboolean pm_enqueue_events (PmEnqueue *enqueue, gint64 now_us, GError **error);

/* Nobody is told anything: what happens meanwhile will not be told either. */
gboolean pm_enqueue_forget (PmRegistry *registry, GError **error);

G_END_DECLS
