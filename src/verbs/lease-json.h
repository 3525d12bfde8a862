#pragma once

#include "base/json-writer.h"
#include "registry/leases.h"

G_BEGIN_DECLS

/* {"id","port","name","type","expires", …}; `expires` is null while only a process holds it. */
void pm_lease_write_json (PmJsonWriter *json, const PmLease *lease, const char *state);

G_END_DECLS
