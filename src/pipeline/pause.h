#pragma once

#include "base/json-writer.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* The switch that stops everything which happens by itself on this host: while it is set, changes
 * of an address are proposed and never applied, and nothing is restarted. What a person asks for
 * goes on. It is kept in the registry, so it holds for every process and over a restart. */

typedef struct {
  gint64 since_us; /* 0: it is not set */
  const char *by;
  const char *reason; /* "" */
} PmPause;

/* Text lies in the arena. */
gboolean pm_pause_read (PmContext *context, PmArena *arena, PmPause *ret_pause, GError **error);

/* Each is an event, "pipeline.paused" or "pipeline.resumed" with {"since","by","reason"}; pausing
 * twice is none. To resume is one in any case: it also closes the breaker on mass failure. */
gboolean pm_pause_set (PmContext *context, const char *by, const char *reason, GError **error);
gboolean pm_pause_end (PmContext *context, const char *by, GError **error);

/* {"since","by","reason"}, or null. */
void pm_pause_write_json (PmJsonWriter *json, const PmPause *pause);

G_END_DECLS
