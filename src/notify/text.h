#pragma once

#include "notify/message.h"

G_BEGIN_DECLS

/* A message as plain text, for people who read it in a mail: its notices, each with what, where,
 * since when, what was done, what to do and a link. A new string, lines end with \n. */
char *pm_message_text (const PmMessage *message);

/* A point in time as people read it, in local time with its offset. A new string. */
char *pm_message_time (gint64 time_us);

G_END_DECLS
