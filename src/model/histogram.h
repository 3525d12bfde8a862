#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long something took, how often: counts by duration in µs, sixteen buckets for each doubling,
 * so that a percentile is off by 3 % at most. Histograms of parts add up to that of the whole,
 * which percentiles and averages of parts do not. */

#define PM_HISTOGRAM_BUCKETS 400 /* up to 67 s, which holds all that is longer too */

typedef struct {
  guint64 total;
  guint32 counts[PM_HISTOGRAM_BUCKETS];
} PmHistogram;

void pm_histogram_add (PmHistogram *histogram, gint64 duration_us);
void pm_histogram_merge (PmHistogram *into, const PmHistogram *from);

/* The duration in µs that so many in a hundred do not exceed: the middle of its bucket; 0 of an
 * empty one. */
gint64 pm_histogram_percentile (const PmHistogram *histogram, double percent);

/* How many took no longer, by the middle of their buckets. */
guint64 pm_histogram_up_to (const PmHistogram *histogram, gint64 duration_us);

/* As text, "BUCKET:COUNT" with blanks between, in the order of the buckets; and added from that.
 * What is no such text is left out. */
void pm_histogram_write (const PmHistogram *histogram, GString *text);
void pm_histogram_read (PmHistogram *into, const char *text);

G_END_DECLS
