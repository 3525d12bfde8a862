#pragma once

#include "health/probe.h"

G_BEGIN_DECLS

/* Many checks once, now: a baseline before a change, and the proof behind it.
 *
 *   PmProbeRoundOptions options = {.deadline_ms = 5000, .until_up = TRUE};
 *   PmProbeRound *round = pm_probe_round_new (prober, set, &options, done, self);
 *   …
 *   pm_probe_round_free (round);     from `done` on, or before: then `done` is never called
 *
 * Neither rise nor fall nor any start period counts: each result is what was seen. */

typedef struct PmProbeRound PmProbeRound;

typedef struct {
  guint deadline_ms; /* for all of it; what has not answered by then is as it was seen last, or, if
                        it never answered, down. 0: as long as the checks' own time-outs */
  gboolean until_up; /* whoever is not up is asked again and again, until it is or the deadline
                        comes */
} PmProbeRoundOptions;

typedef struct {
  const PmCheck *check;
  PmHealth health;
  gint64 latency_us;         /* of the last look */
  gint64 up_after_us;        /* from the beginning of the round until it was seen up; 0: never */
  gint64 certificate_expiry; /* as in PmProbeResult */
  const char *cause;         /* "" it is up */
  guint n_looks;
} PmProbed;

/* Once, from the main loop, with as many results as checks and in their order; they live as long as
 * the round. */
typedef void (*PmProbeRoundDone) (const PmProbed *results, guint n_results, gpointer data);

PmProbeRound *pm_probe_round_new (PmProber *prober, PmCheckSet *checks,
                                  const PmProbeRoundOptions *options, PmProbeRoundDone done,
                                  gpointer data);
void pm_probe_round_free (PmProbeRound *round);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmProbeRound, pm_probe_round_free)

G_END_DECLS
