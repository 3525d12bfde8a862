#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* Findings and facts → services and reference edges. Pure: the same snapshot gives the same answer,
 * for a full scan and for one changed document alike.
 *
 * `snapshot` has projects, documents, findings, facts and links; its services and edges are made
 * anew. Findings of documents that name no service (`named`) get one here (`service`), by the unit
 * that their file belongs to (units.h).
 *
 * A service has one row for each transport and internal port:
 *   - a mapping (compose `8080:80`) gives one row with both ports; a second one of the same
 *     container port (`8081:80`) gives a further row;
 *   - a port that only a container or a cluster sees gives one with external port 0;
 *   - a port that a process binds on the host gives one with both ports equal.
 * Where several files say where one listener listens, the one that wins at run time decides: a
 * script's flag, then a script's environment, .env.<mode>.local, .env.<mode>, .env.local, .env, a
 * template; without any, the tool's default. `origin` names the winner, config_files all of them.
 */
void pm_assemble (PmSnapshot *snapshot, const char *host);

/* The same without edges; those there were are taken away. */
void pm_assemble_services (PmSnapshot *snapshot, const char *host);

G_END_DECLS
