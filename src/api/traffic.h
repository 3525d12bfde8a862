#pragma once

#include "api/call.h"

G_BEGIN_DECLS

/* What was asked and how long it took, by route: from the head of a request to its answer. For the
 * main loop. */

#define PM_TRAFFIC_BUCKETS 11

typedef struct PmTraffic PmTraffic;

PmTraffic *pm_traffic_new (void);
void pm_traffic_free (PmTraffic *traffic);

/* An answer was given; an event stream's when it begins, which takes no time of ours. */
void pm_traffic_count (PmTraffic *traffic, const PmCall *call, guint status, gint64 elapsed_us);

/* In Prometheus' text format. */
void pm_traffic_write (const PmTraffic *traffic, GString *out);

G_END_DECLS
