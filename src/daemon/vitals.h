#pragma once

#include "health/monitor.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* `serve` keeps the registry as things really are: sockets that come and go are seen within a
 * second, services are checked on the main loop, and what both tell is written by a thread of its
 * own, in batches. */

typedef struct PmVitals PmVitals;

/* On the main loop: the registry refused something. What was to be written is tried again. */
typedef void (*PmVitalsFailed) (const GError *error, gpointer data);

PmVitals *pm_vitals_new (const char *state_dir, PmConfig *config, PmVitalsFailed failed,
                         gpointer data);
void pm_vitals_free (PmVitals *vitals); /* writes what is left */

/* What the checks have counted. */
const PmHealthCounters *pm_vitals_counters (const PmVitals *vitals);

/* A service was restarted: it is looked at now, and its start period begins. On the main loop. */
void pm_vitals_restarted (PmVitals *vitals, gint64 service_id);

G_END_DECLS
