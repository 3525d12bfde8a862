#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where what the daemon logs (g_message, g_warning: GLib's structured logging) goes: to the journal
 * with its fields, when standard error is connected to it, else as plain lines there, with the time
 * and without control characters. A line that comes again is counted (repeats.h). Libraries don't
 * log; this process's daemon and command line do. */

typedef struct PmLog PmLog;

/* Once in a process, which it stays with until that ends. */
PmLog *pm_log_init (void);

/* Every few seconds, and with `all` at the end. From any thread. */
void pm_log_tell_repeats (PmLog *log, gboolean all);

G_END_DECLS
