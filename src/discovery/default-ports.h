#pragma once

#include "discovery/service-rows.h"
#include "discovery/units.h"

G_BEGIN_DECLS

/* Adds a row for each tool that was found to be run (PmServiceFact) and that nothing gives a port:
 * it listens on its own default (vite: 5173). What several containers run has its ports from them.
 * Comes when all that files say has its row. */
void pm_default_ports_add (PmServiceRows *rows, PmUnits *units);

/* Whether a fact is of a proxy's own file: what its sites listen on besides the ports that are
 * written there. */
gboolean pm_default_ports_is_a_proxys (const PmServiceFact *fact);

G_END_DECLS
