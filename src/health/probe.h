#pragma once

#include "model/health.h"

G_BEGIN_DECLS

/* One look at one service, on the GLib main loop: thousands at once, no thread.
 *
 *   g_autoptr (PmProber) prober = pm_prober_new ();
 *   PmProbe *probe = pm_prober_probe (prober, check, done, self);
 *   …
 *   pm_probe_cancel (probe);         only before `done` was called; then it never is
 *
 * Where a probe may go: link-local addresses (RFC 3927, RFC 4291) are refused, cloud metadata
 * servers among them. A check that nobody configured asks addresses of this host alone. A name is
 * looked up once, and connected to is what was looked at. No redirect is followed, nothing is
 * cached, each probe has a connection of its own. */

typedef struct PmProber PmProber;
typedef struct PmProbe PmProbe;

typedef struct {
  PmHealth health;           /* of this look alone; UNKNOWN: it could not be looked at */
  gint64 latency_us;         /* until it was answered, or failed */
  gint64 certificate_expiry; /* Unix time of the server's own certificate; 0: no TLS */
  const char *cause;         /* why it is not up; "" it is */
  gint64 lag_us;             /* how much later than asked for it began */
} PmProbeResult;

typedef void (*PmProbeDone) (const PmProbeResult *result, gpointer data);

/* So many at once; further ones wait for one to end. */
#define PM_PROBES_AT_ONCE 512

/* Attached to the thread's default main context; used from its thread only. */
PmProber *pm_prober_new (void);
void pm_prober_free (PmProber *prober); /* cancels what is under way */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmProber, pm_prober_free)

/* `check` must outlive the probe, which takes at most its `timeout_ms`. `done` is called exactly
 * once, from the main loop and never from within this. */
PmProbe *pm_prober_probe (PmProber *prober, const PmCheck *check, PmProbeDone done, gpointer data);
void pm_probe_cancel (PmProbe *probe);

G_END_DECLS
