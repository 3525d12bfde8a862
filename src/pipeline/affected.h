#pragma once

#include "model/plan.h"
#include "model/snapshot.h"

G_BEGIN_DECLS

/* Which services run with what a plan edits: pure. Private to pipeline/.
 *
 * The service that the edited value belongs to; of a value that is nobody's in particular (a shared
 * `.env`), every service that its file has a say in; and where there is none, all of the file's
 * project but containers of images that are not given it. Comments and templates concern nobody.
 * Indices into the snapshot's services (guint), ascending, each once. */
GArray *pm_affected_services (const PmPlan *plan, const PmSnapshot *snapshot);

G_END_DECLS
