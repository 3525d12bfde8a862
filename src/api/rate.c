#include "api/rate.h"

/* So many names are remembered; who makes up more starts everybody's bucket anew. */
#define MOST_NAMES 10000

typedef struct {
  double left;
  gint64 at_us;
} Bucket;

struct PmRates {
  GHashTable *buckets; /* name → Bucket */
  double burst;
  double per_us;
};

PmRates *
pm_rates_new (guint burst, guint per_minute)
{
  PmRates *rates = g_new0 (PmRates, 1);
  rates->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  rates->burst = burst;
  rates->per_us = (double) per_minute / (60.0 * G_USEC_PER_SEC);
  return rates;
}

void
pm_rates_free (PmRates *rates)
{
  g_hash_table_unref (rates->buckets);
  g_free (rates);
}

static Bucket *
find (PmRates *rates, const char *name, gint64 now_us)
{
  Bucket *bucket = g_hash_table_lookup (rates->buckets, name);
  if (bucket != NULL)
    return bucket;
  if (g_hash_table_size (rates->buckets) >= MOST_NAMES)
    g_hash_table_remove_all (rates->buckets);
  bucket = g_new0 (Bucket, 1);
  *bucket = (Bucket){rates->burst, now_us};
  g_hash_table_insert (rates->buckets, g_strdup (name), bucket);
  return bucket;
}

guint
pm_rates_take (PmRates *rates, const char *name, gint64 now_us)
{
  Bucket *bucket = find (rates, name, now_us);
  bucket->left =
      MIN (rates->burst, bucket->left + (double) (now_us - bucket->at_us) * rates->per_us);
  bucket->at_us = now_us;
  if (bucket->left >= 1) {
    bucket->left -= 1;
    return 0;
  }
  return (guint) ((1 - bucket->left) / rates->per_us / G_USEC_PER_SEC) + 1;
}
