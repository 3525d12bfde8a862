#pragma once

#include "base/json-writer.h"
#include "verbs/scan.h"

G_BEGIN_DECLS

/* The members of what `scan --json` prints: counts, problems and the time it took. */
void pm_scan_write_json_members (PmJsonWriter *json, const PmScanReport *report,
                                 const PmSnapshot *problems);

G_END_DECLS
