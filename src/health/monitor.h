#pragma once

#include "health/probe.h"

G_BEGIN_DECLS

/* Checks again and again, on the main loop, each at its own pace: what is seen is gathered until
 * somebody takes it.
 *
 *   monitor = pm_health_monitor_new (changed, self);
 *   pm_health_monitor_set (monitor, checks, known, n_known);   again whenever services change
 *   …
 *   g_autoptr (PmHealthBatch) batch = pm_health_monitor_take (monitor);
 *
 * A service's checks begin at a moment of its own within the interval, and each shifts by a little
 * at random, never in sum: no two stay in step, and the next is never later than an interval and a
 * twentieth of it (half a second at most). A check that still runs is not begun again. */

typedef struct PmHealthMonitor PmHealthMonitor;

/* Some service is judged otherwise than before, or has failed for the first time: worth being
 * looked at before the next regular time. */
typedef void (*PmHealthChanged) (gpointer data);

/* `confirms`: pm_health_monitor_confirm is going to be called. */
PmHealthMonitor *pm_health_monitor_new (gboolean confirms, PmHealthChanged changed, gpointer data);
void pm_health_monitor_free (PmHealthMonitor *monitor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmHealthMonitor, pm_health_monitor_free)

/* These checks from now on. Of a service that is checked already everything is kept that still
 * holds; what is known of others is where their judgement begins. */
void pm_health_monitor_set (PmHealthMonitor *monitor, PmCheckSet *checks,
                            const PmHealthState *known, guint n_known);

/* The sockets were looked at at `looked_us` (monotonic), and whatever they tell of strangers is in
 * the checks that were set last. An answer at a port that files say may have been a stranger's who
 * came since the look before, so it counts only now; where a stranger is found it is none. Checks
 * that the operator said count at once. */
void pm_health_monitor_confirm (PmHealthMonitor *monitor, gint64 looked_us);

/* Looks at a service now, and then in its own pace. */
void pm_health_monitor_hurry (PmHealthMonitor *monitor, gint64 service_id);

/* What was seen since the last time: of each service that was looked at its state, and each look.
 * Text lies in the batch. */
typedef struct {
  PmArena *arena;
  GArray *states;  /* of PmHealthState, without `caused_by` and `muted_until_us` */
  GArray *samples; /* of PmHealthSample */
} PmHealthBatch;

PmHealthBatch *pm_health_monitor_take (PmHealthMonitor *monitor);
void pm_health_batch_free (PmHealthBatch *batch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmHealthBatch, pm_health_batch_free)

/* What it has counted since it began. */
const PmHealthCounters *pm_health_monitor_counters (const PmHealthMonitor *monitor);

G_END_DECLS
