#pragma once

#include "health/round.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* Services checked once, now: a baseline before a change, the proof behind it, `health` without a
 * daemon.
 *
 *   PmProbeOptions options = {.service_ids = ids, .n_service_ids = n, .deadline_ms = 5000,
 *                             .until_up = TRUE};
 *   g_autoptr (PmProbeReport) report = pm_verb_probe (context, &options, &error);
 *
 * Blocks the calling thread until all have answered or the deadline comes; a loop of its own runs
 * meanwhile, no other. What is seen is told, and stored nowhere. */

typedef struct {
  const gint64 *service_ids; /* NULL: all of the registry; one that is unknown is left out */
  guint n_service_ids;
  const char *filter; /* of services, model/filter.h; NULL or "": all of the above */
  guint deadline_ms;  /* as in PmProbeRoundOptions */
  gboolean until_up;
} PmProbeOptions;

/* The results are in the order of the snapshot's services that were asked for; `snapshot` is told
 * what lives. */
typedef struct {
  PmSnapshot *snapshot;
  PmCheckSet *checks;
  GArray *services; /* of guint: index into the snapshot's, of each result */
  GArray *results;  /* of PmProbed */
  GPtrArray *text;
} PmProbeReport;

PmProbeReport *pm_verb_probe (PmContext *context, const PmProbeOptions *options, GError **error);
void pm_probe_report_free (PmProbeReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmProbeReport, pm_probe_report_free)

/* The service's result; NULL: it was not asked for, or is unknown. */
const PmProbed *pm_probe_report_of (const PmProbeReport *report, gint64 service_id);

G_END_DECLS
