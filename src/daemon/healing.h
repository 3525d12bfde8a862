#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* `serve` restarts what is down, where [heal] enabled says so: on a thread of its own, by what the
 * health checks wrote into the registry, and by the healer's rules (heal/healer.h). What it knows
 * is kept in the registry, so that a restart of the daemon forgets no backoff.
 *
 * Events: "breaker.opened" and "breaker.closed" with {"down","total","cause"}; "healing.gave-up"
 * with
 * {"target","attempts","since","services","names"}, once until it is up again; restarts tell of
 * themselves (pipeline/restart-service.h). */

typedef struct PmHealing PmHealing;

/* Where healing is not enabled it does nothing until it is. */
PmHealing *pm_healing_new (const char *state_dir, PmConfig *config);

/* From now on; waits for nothing. Restarts that are under way go on by the one before. */
void pm_healing_set_config (PmHealing *healing, PmConfig *config);

/* Begins no restart any more, and waits for no answer. One that is under way has another
 * PM_HEALING_STOP_S to end; then it is ended, and has failed. What came of it is kept. */
#define PM_HEALING_STOP_S 20
void pm_healing_free (PmHealing *healing);

G_END_DECLS
