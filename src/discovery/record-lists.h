#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* Lists of records: what has more than 256 entries with a port of their own is data that some
 * program wrote, not what somebody configured. Its ports are findings still, believed too little to
 * make services or conflicts, and named so: "generic.record". For documents of no known tool; looks
 * at the findings from `first` on. */
void pm_record_lists_settle (PmRecognition *recognition, guint first);

G_END_DECLS
