#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* What the daemon does on the side, on a thread of its own: a backup of the registry behind every
 * change of files, one for all of those that follow each other, and one where the newest is older
 * than backup.every_h, which finds damage as well; and taking away events that are older than
 * PM_EVENTS_KEPT_DAYS, but the newest PM_EVENTS_KEPT. What another process changed counts too, and
 * so does what was changed before the daemon began. */

#define PM_EVENTS_KEPT_DAYS 90
#define PM_EVENTS_KEPT 100000

typedef struct PmHousekeeping PmHousekeeping;

/* On the main loop: no backup could be made. */
typedef void (*PmHousekeepingFailed) (const GError *error, gpointer data);

PmHousekeeping *pm_housekeeping_new (const char *state_dir, PmConfig *config,
                                     PmHousekeepingFailed failed, gpointer data);

/* From now on; waits for nothing. */
void pm_housekeeping_set_config (PmHousekeeping *housekeeping, PmConfig *config);

/* Makes the backup that is due. */
void pm_housekeeping_free (PmHousekeeping *housekeeping);

G_END_DECLS
