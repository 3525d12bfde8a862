#pragma once

#include "base/json-writer.h"
#include "model/finding.h"

G_BEGIN_DECLS

/* The finding as an object: the one shape that `findings --ndjson` and the API share. */
void pm_finding_write_json (PmJsonWriter *json, const PmFinding *finding);

G_END_DECLS
