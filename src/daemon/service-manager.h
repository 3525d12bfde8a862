#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a service manager wants to hear: sd_notify(3), "Standalone Implementations", and
 * sd_watchdog_enabled(3). Without $NOTIFY_SOCKET nothing is done. */

void pm_service_manager_ready (const char *status);
void pm_service_manager_reloading (void); /* then pm_service_manager_ready again */
void pm_service_manager_stopping (void);
void pm_service_manager_status (const char *status);

/* Says that the main loop turns, as often as $WATCHDOG_USEC asks for; the source's id, or 0 when
 * nobody asks. */
guint pm_service_manager_watch (void);

G_END_DECLS
