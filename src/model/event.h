#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One entry of the event log. It is written in the same database transaction as the change that it
 * tells of; every reader (event stream, CLI, notifier, analytics) tails the log by id. */

typedef struct {
  gint64 id;         /* grows; readers resume behind it */
  gint64 time_us;    /* Unix time */
  const char *host;  /* whose registry's part it is of; NULL or "": not asked for */
  const char *event; /* "service.changed", "conflict.opened", "scan.finished", … */
  const char *data; /* a JSON object: the thing as it is now, and oldValue, newValue for a change */
} PmEvent;

G_END_DECLS
