#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What an event says, as one line for people: "web of shop: port 3000 → 3001". Of an event that
 * nobody has words for, its plain members: "file /var/…, rows 12". May be empty; hostile text is
 * the caller's to escape. A new string. */
char *pm_event_line (const char *event, const char *data);

G_END_DECLS
