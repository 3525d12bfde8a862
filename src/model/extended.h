#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* Compose services that take over what another one says of itself (Compose Specification,
 * "extends", of the same file or another one, over any number of steps): the ports of the one are
 * ports of the others, too. What "!reset" and "!override" of their own `ports` replace is not taken
 * over. A service of a file that Compose does not read by itself, that is no mode of a stack and
 * that nobody includes (common.yaml), is only there to be extended: it never runs. Pure. */

typedef struct PmExtended PmExtended;

PmExtended *pm_extended_new (const PmSnapshot *snapshot); /* borrows the facts and links */
void pm_extended_free (PmExtended *extended);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmExtended, pm_extended_free)

/* The services that take a compose file's finding over (of const PmServiceFact *; in the order of
 * the facts, those at the next step behind those at the first; of very many, the first 64); NULL:
 * none does. Free with g_ptr_array_unref. */
GPtrArray *pm_extended_by (const PmExtended *extended, const PmFinding *finding);

/* Whether the service that the finding's document names is only there to be extended. */
gboolean pm_extended_never_runs (const PmExtended *extended, const PmFinding *finding);

/* The finding as that of a service that takes it over: its owner, variant and profiles. */
PmFinding pm_extended_as_of (const PmFinding *finding, const PmServiceFact *fact);

G_END_DECLS
