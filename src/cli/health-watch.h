#pragma once

#include "verbs/health-view.h"

G_BEGIN_DECLS

/* One line for each service whose state is another than before: at first for each there is. */

typedef struct PmHealthWatch PmHealthWatch;

PmHealthWatch *pm_health_watch_new (gboolean json); /* lines are JSON objects */
void pm_health_watch_free (PmHealthWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmHealthWatch, pm_health_watch_free)

/* `rows`: of PmHealthItem, all of those that are watched. FALSE: nobody reads standard output any
 * more. */
gboolean pm_health_watch_show (PmHealthWatch *watch, const GArray *rows);

G_END_DECLS
