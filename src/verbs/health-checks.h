#pragma once

#include "model/health.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* How each service is checked: as the configuration says, else as its files and what runs suggest.
 *
 * Of this host's services: http and ws by a request, tcp by a connection, where it is bound; udp by
 * whoever has the port; a container that publishes nothing by Docker. What is another host's, a
 * cluster's, or has no port is checked only if the configuration says how. A port that a stranger
 * holds is an obstacle: whatever answers there is not the service. The last `[[service]]` that
 * matches counts, each key by itself. */

/* One check for each of the snapshot's services, in their order; kind PM_CHECK_NONE, with the
 * reason as its obstacle, where there is none. A snapshot that was told what lives (verbs/live.h)
 * gives better ones. Fails on a `match` that is no filter. */
PmCheckSet *pm_verb_checks (const PmContext *context, const PmSnapshot *snapshot, GError **error);

G_END_DECLS
