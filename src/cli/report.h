#pragma once

#include "pipeline/change.h"

G_BEGIN_DECLS

/* What a change or a restart did, for people: its stages with their times, what was restarted, and
 * who answers. `report` is the JSON of pipeline/. */
void pm_report_print (const char *report);

/* As who a command acts: "user ann". A new string. */
char *pm_report_actor (void);

G_END_DECLS
