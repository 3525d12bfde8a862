#pragma once

#include "heal/healer.h"

G_BEGIN_DECLS

/* What the healer knows of one thing that is restarted, as the registry keeps it: JSON. `services`
 * (gint64: ids) are those that it restarts. A new string. */
char *pm_healing_state_write (const PmHealerState *state, const GArray *services);

/* Reads it back; what is missing, or no such JSON, is 0 and FALSE. A new array. */
GArray *pm_healing_state_read (const char *text, PmHealerState *ret_state);

G_END_DECLS
