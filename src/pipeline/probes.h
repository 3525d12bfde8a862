#pragma once

#include <gio/gio.h>

#include "model/health.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* What services answer, asked from a thread that has no main loop. Private to pipeline/. */

typedef struct {
  guint service;      /* index into the snapshot's services */
  PmHealth health;    /* UNKNOWN: there is nothing that could be asked */
  gint64 up_after_us; /* 0: it was not seen up */
  char *cause;        /* why it is not up; "" it is */
} PmProbeOutcome;

/* What has moved since the configuration was written: a check of it that names the old port, or the
 * old address, is asked at the new one. Values as text. */
typedef struct {
  const char *old_value, *new_value;
} PmProbeMove;

/* How they are asked. */
typedef struct {
  const PmProbeMove *move; /* NULL: nothing has */
  guint deadline_ms;
  gboolean until_up;
  GCancellable *cancellable; /* NULL none; once it is cancelled nobody waits: those are UNKNOWN */
} PmProbeWay;

/* The services (guint: indices) of a snapshot that is live, once, or until each is up or
 * `deadline_ms` have gone; one outcome for each, in their order (of PmProbeOutcome). NULL: a filter
 * of the configuration cannot be read. */
GArray *pm_probes_run (const PmContext *context, const PmSnapshot *snapshot, const GArray *services,
                       const PmProbeWay *way, GError **error);

G_END_DECLS
