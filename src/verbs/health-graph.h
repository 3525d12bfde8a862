#pragma once

#include "health/cause.h"
#include "model/snapshot.h"

G_BEGIN_DECLS

/* Who needs whom, out of the reference edges: the edges for pm_cause_find, as indices into the
 * snapshot's services. All rows of a service need what one of them points at, and are peers. What
 * was believed with less than a half is left out. */
GArray *pm_verb_health_graph (const PmSnapshot *snapshot);

G_END_DECLS
