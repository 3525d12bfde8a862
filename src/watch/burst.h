#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Private to watch/: gathers paths until it is time to tell them. Times are monotonic ms. */

typedef struct PmBurst PmBurst;

PmBurst *pm_burst_new (void);
void pm_burst_free (PmBurst *burst);

/* A path changed, and is as it will be for now. */
void pm_burst_add (PmBurst *burst, const char *path, gint64 now_ms);

/* It was written to and is still open. */
void pm_burst_add_open (PmBurst *burst, const char *path, gint64 now_ms);

/* When to take the next ones; -1 never. */
gint64 pm_burst_due_ms (const PmBurst *burst);

/* Those that are due, NULL-terminated strings (of char *); the array is empty when none are. */
GPtrArray *pm_burst_take (PmBurst *burst, gint64 now_ms);

G_END_DECLS
