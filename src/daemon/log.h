#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where what the daemon logs (g_message, g_warning: GLib's structured logging) goes: to the journal
 * with its fields, when standard error is connected to it, else as plain lines there, with the time
 * and without control characters. Libraries don't log; this process's daemon and command line do.
 */
void pm_log_init (void);

G_END_DECLS
