#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Text from scanned files, made harmless for people's terminals and logs: control characters (C0,
 * DEL, C1), bidirectional overrides (Unicode TR 36) and bytes that are no UTF-8 become visible
 * escapes, \x1b and the like. Everything else stays as it is. Returns a new string. */
char *pm_escape_terminal (const char *text);

G_END_DECLS
