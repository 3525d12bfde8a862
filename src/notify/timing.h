#pragma once

#include "config/config.h"
#include "notify/message.h"

G_BEGIN_DECLS

/* Who is told what, and when: pure functions of settings and clocks. */

/* Whether a channel tells this: severe enough, and of one of its projects. */
gboolean pm_timing_tells (const PmConfigChannel *options, const PmNotice *notice);

/* When a channel may speak: now_us, or the end of the quiet hours that it lies in, by this zone.
 * Errors may always. */
gint64 pm_timing_after_quiet (const PmConfigChannel *options, PmSeverity severity, gint64 now_us,
                              GTimeZone *zone);

/* The wait before the next attempt after `failures` in a row: from 5 s, doubled each time, to 300
 * s, each up to a fifth longer by `random` (0 to 1), so that receivers that come back are not asked
 * by everybody at once. */
gint64 pm_timing_backoff_us (guint failures, double random);

/* How many messages of one kind go out one after the other before they are held for group_s. */
#define PM_TIMING_BURST 3

/* What belongs together is written within this time: the events of one scan, of one change. */
#define PM_TIMING_GATHER_US (250 * G_TIME_SPAN_MILLISECOND)

/* Services that fail together are found one after the other, each by its own check. */
#define PM_TIMING_GATHER_HEALTH_US (2 * G_TIME_SPAN_SECOND)

/* A message that has come to tell so many things tells of a storm: when it goes. It waits until
 * nothing was added for a while, so that a thousand services that fail together are one message,
 * which may also say what is done about them. 0: it is none. */
#define PM_TIMING_STORM 3
gint64 pm_timing_storm_us (guint n_notices, gint64 created_us, gint64 now_us);

G_END_DECLS
