#include "api/cache.h"

#define MOST_BYTES (32 * 1024 * 1024)
#define ENTRY_BYTES 4096 /* that an answer takes besides its body, or less */
#define NO_TOKEN G_MININT64

struct PmCache {
  PmContext *context;
  GHashTable *answers; /* key → PmCached */
  gint64 token;        /* of all of them */
  gsize bytes;
};

static void
cached_free (gpointer data)
{
  PmCached *cached = data;
  pm_http_answer_unref (cached->answer);
  g_free (cached->etag);
  g_free (cached);
}

PmCache *
pm_cache_new (PmContext *context, GError **error)
{
  PmContext *own =
      pm_context_join_with (context->state_dir, context->config, PM_CONTEXT_PATIENT, error);
  if (own == NULL)
    return NULL;
  PmCache *cache = g_new0 (PmCache, 1);
  cache->context = own;
  cache->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, cached_free);
  cache->token = NO_TOKEN;
  return cache;
}

void
pm_cache_free (PmCache *cache)
{
  g_hash_table_unref (cache->answers);
  pm_context_free (cache->context);
  g_free (cache);
}

static void
empty (PmCache *cache)
{
  g_hash_table_remove_all (cache->answers);
  cache->bytes = 0;
}

const PmCached *
pm_cache_find (PmCache *cache, const char *key, gint64 *ret_token)
{
  gint64 token;
  if (!pm_registry_change_token (cache->context->registry, &token, NULL))
    token = NO_TOKEN;
  *ret_token = token;
  if (token != cache->token || token == NO_TOKEN) {
    empty (cache);
    cache->token = token;
    return NULL;
  }
  return g_hash_table_lookup (cache->answers, key);
}

void
pm_cache_keep (PmCache *cache, const char *key, gint64 token, PmHttpAnswer *answer,
               gsize size_bytes, const char *etag)
{
  gsize size = size_bytes + ENTRY_BYTES;
  if (token == NO_TOKEN || token != cache->token || size > MOST_BYTES / 4)
    return;
  if (cache->bytes + size > MOST_BYTES)
    empty (cache);
  PmCached *cached = g_new0 (PmCached, 1);
  *cached = (PmCached){pm_http_answer_ref (answer), g_strdup (etag)};
  cache->bytes += size;
  g_hash_table_replace (cache->answers, g_strdup (key), cached);
}
