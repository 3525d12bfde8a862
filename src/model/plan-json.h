#pragma once

#include "base/json-writer.h"
#include "model/plan.h"

G_BEGIN_DECLS

/* The plan as an object: what `--dry-run --json` prints and POST /api/plans answers. `id` is 0 for
 * a plan that is not kept. Edited text is an address or a port, never a whole line, so no secret
 * goes out. */
void pm_plan_write_json (PmJsonWriter *json, const PmPlan *plan, gint64 id);

G_END_DECLS
