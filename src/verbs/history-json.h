#pragma once

#include "base/json-writer.h"
#include "registry/registry.h"

G_BEGIN_DECLS

/* {"id","serviceId","projectId","serviceName","changeType","oldValue","newValue","timestamp"} */
void pm_history_entry_write_json (PmJsonWriter *json, const PmHistoryEntry *entry);

G_END_DECLS
