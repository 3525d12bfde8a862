#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One thread of the process at a time does what takes much memory: however many there are, it is
 * taken once.
 *
 * pm_large_work_begin waits until no other thread is between the two; whoever is there already may
 * begin again, and ends as often. What is waited for meanwhile must not need another's large work.
 */
void pm_large_work_begin (void);
void pm_large_work_end (void);

G_END_DECLS
