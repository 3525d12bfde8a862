#pragma once

#include "jobs/jobs.h"

G_BEGIN_DECLS

/* What the daemon does now and then, as jobs: a backup of the registry where the newest is older
 * than backup.every_h, which finds damage as well, and taking away events that are older than
 * PM_EVENTS_KEPT_DAYS, but the newest PM_EVENTS_KEPT. */

#define PM_EVENTS_KEPT_DAYS 90
#define PM_EVENTS_KEPT 100000

/* Starts a job if one is due. */
void pm_housekeeping_look (const char *state_dir, const PmConfig *config, PmJobs *jobs);

G_END_DECLS
