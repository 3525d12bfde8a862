/* DESIGN
 * A log-linear histogram, as HdrHistogram has it: below 32 µs a bucket is 1 µs, above, the five
 * leading bits of a duration (one of them always set) and its length name the bucket. */

#include "model/histogram.h"

#include <math.h>

#define SUB_BITS 4
#define SUB (1 << SUB_BITS)

static guint
bucket_of (gint64 duration_us)
{
  guint64 value = duration_us < 0 ? 0 : (guint64) duration_us;
  if (value < 2 * SUB)
    return (guint) value;
  guint length = 63 - (guint) __builtin_clzll (value);
  guint shift = length - SUB_BITS;
  guint64 bucket = (guint64) shift * SUB + (value >> shift);
  return (guint) MIN (bucket, PM_HISTOGRAM_BUCKETS - 1);
}

static gint64
middle_of (guint bucket)
{
  if (bucket < 2 * SUB)
    return bucket;
  guint shift = bucket / SUB - 1;
  gint64 first = (gint64) (bucket - shift * SUB) << shift;
  return first + ((gint64) 1 << shift) / 2;
}

void
pm_histogram_add (PmHistogram *histogram, gint64 duration_us)
{
  histogram->counts[bucket_of (duration_us)]++;
  histogram->total++;
}

void
pm_histogram_merge (PmHistogram *into, const PmHistogram *from)
{
  for (guint i = 0; i < PM_HISTOGRAM_BUCKETS; i++)
    into->counts[i] += from->counts[i];
  into->total += from->total;
}

gint64
pm_histogram_percentile (const PmHistogram *histogram, double percent)
{
  if (histogram->total == 0)
    return 0;
  double wanted = ceil ((double) histogram->total * percent / 100);
  guint64 seen = 0;
  for (guint i = 0; i < PM_HISTOGRAM_BUCKETS; i++) {
    seen += histogram->counts[i];
    if (histogram->counts[i] != 0 && (double) seen >= wanted)
      return middle_of (i);
  }
  return middle_of (PM_HISTOGRAM_BUCKETS - 1);
}

guint64
pm_histogram_up_to (const PmHistogram *histogram, gint64 duration_us)
{
  guint64 count = 0;
  for (guint i = 0; i < PM_HISTOGRAM_BUCKETS && middle_of (i) <= duration_us; i++)
    count += histogram->counts[i];
  return count;
}

void
pm_histogram_write (const PmHistogram *histogram, GString *text)
{
  for (guint i = 0; i < PM_HISTOGRAM_BUCKETS; i++)
    if (histogram->counts[i] != 0)
      g_string_append_printf (text, "%s%u:%u", text->len == 0 ? "" : " ", i, histogram->counts[i]);
}

void
pm_histogram_read (PmHistogram *into, const char *text)
{
  while (*text != '\0') {
    char *end;
    guint64 bucket = g_ascii_strtoull (text, &end, 10);
    if (end == text || *end != ':')
      return;
    text = end + 1;
    guint64 count = g_ascii_strtoull (text, &end, 10);
    if (end == text || bucket >= PM_HISTOGRAM_BUCKETS || count > G_MAXUINT32)
      return;
    into->counts[bucket] += (guint32) count;
    into->total += count;
    text = *end == ' ' ? end + 1 : end;
  }
}
