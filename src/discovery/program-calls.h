#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What calls do with their arguments, by their names alone. For program.c and program-parts.c.
 * Names are as the trees have them: "listen()". */

gboolean pm_call_is (const char *key); /* NULL: FALSE */

/* Binds what it is given. */
gboolean pm_call_serves (const char *call);

/* Connects to the host and port that it is given. */
gboolean pm_call_connects (const char *call);

/* Hands on what it is given, or describes a setting: the names inside tell. */
gboolean pm_call_is_transparent (const char *call);

/* Of those: converts or stands in for its one value, which goes by the name that the call's result
 * has. */
gboolean pm_call_hands_on (const char *call);

/* envalid's validators, and what they call the value of a variable that is not set. */
gboolean pm_call_is_validator (const char *call);
gboolean pm_call_is_default (const char *name);

G_END_DECLS
