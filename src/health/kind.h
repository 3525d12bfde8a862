#pragma once

#include "health/probe.h"
#include "net/http-client.h"

G_BEGIN_DECLS

/* What a kind of check is: one file each, one line in prober.c. Private to health/.
 *
 * The frame (prober.c) keeps the time and the number of probes at once; the kind answers each probe
 * once, with pm_probe_finish, at once or later. */

typedef struct {
  /* What all probes of a prober share; NULL functions: nothing. */
  gpointer (*shared_new) (PmProber *prober);
  void (*shared_free) (gpointer shared);

  /* Begins. What it gives is the kind's own of this probe, until `stop`; it may finish at once and
   * give NULL. */
  gpointer (*start) (PmProbe *probe, const PmCheck *check);

  /* Ends and frees it: when it is finished, too late, or cancelled. Never called with NULL. */
  void (*stop) (gpointer self);
} PmProbeKind;

/* --- for the kinds --- */

PmHttpClient *pm_prober_http (PmProber *prober);
PmProber *pm_probe_prober (PmProbe *probe);
gpointer pm_probe_shared (PmProbe *probe);

/* `latency_us` 0: since it began. The kind's own is stopped, from within this or right after
 * `start`. */
void pm_probe_finish (PmProbe *probe, PmHealth health, gint64 latency_us, const char *cause, ...)
    G_GNUC_PRINTF (4, 5);

/* Before it is finished. */
void pm_probe_certificate (PmProbe *probe, gint64 expiry);

/* Whether this check may connect there: see probe.h. */
gboolean pm_probe_may_connect (PmProbe *probe, const struct sockaddr *address, socklen_t length);

/* `ready` is called, with what `start` gave, as soon as the descriptor is writable or broken. One
 * descriptor a probe; -1 ends it. */
void pm_probe_await (PmProbe *probe, int fd, void (*ready) (gpointer self));

extern const PmProbeKind pm_probe_tcp;
extern const PmProbeKind pm_probe_http;
extern const PmProbeKind pm_probe_websocket;
extern const PmProbeKind pm_probe_process;
extern const PmProbeKind pm_probe_container;

G_END_DECLS
