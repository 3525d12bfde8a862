#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Lines of a log that come again and again: each is written once, and after that how often it came,
 * every few minutes and when it has come to its end. A struct for whoever writes the log: it keeps
 * no time and writes nothing itself. One thread at a time; times are monotonic, in µs.
 *
 *   if (pm_repeats_take (repeats, level, line, now_us)) … write it …
 *   pm_repeats_tell (repeats, now_us, FALSE, write, data);     // every few seconds
 *   pm_repeats_tell (repeats, now_us, TRUE, write, data);      // at the end: of all */

#define PM_REPEATS_EVERY_US (300 * G_USEC_PER_SEC) /* how often one that goes on is told of */
#define PM_REPEATS_OVER_US (30 * G_USEC_PER_SEC)   /* so long after the last one it is over */
#define PM_REPEATS_MOST_LINES 256                  /* that are known; more are told of earlier */

typedef struct PmRepeats PmRepeats;

typedef void (*PmRepeatsWrite) (GLogLevelFlags level, const char *line, gpointer data);

PmRepeats *pm_repeats_new (void);
void pm_repeats_free (PmRepeats *repeats);

/* Whether the line is to be written now; else it is counted. */
gboolean pm_repeats_take (PmRepeats *repeats, GLogLevelFlags level, const char *line,
                          gint64 now_us);

/* "came 57 times more: LINE", of those that it is time for, or of all that were counted. */
void pm_repeats_tell (PmRepeats *repeats, gint64 now_us, gboolean all, PmRepeatsWrite write,
                      gpointer data);

G_END_DECLS
