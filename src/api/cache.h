#pragma once

#include "api/http-server.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* Answers that depend on nothing but the registry, kept until anybody writes to it. For the main
 * loop alone. */

typedef struct PmCache PmCache;

typedef struct {
  PmHttpAnswer *answer;
  char *etag;
} PmCached;

/* With a registry connection of its own, which never writes: only so does it hear of all others. */
PmCache *pm_cache_new (PmContext *context, GError **error);
void pm_cache_free (PmCache *cache);

/* By path and query; NULL: it must be made. *ret_token is what to keep it under then. */
const PmCached *pm_cache_find (PmCache *cache, const char *key, gint64 *ret_token);

/* Made after `token` was read, of so many bytes. The answer is referred to, the tag copied. Too
 * large an answer is not kept. */
void pm_cache_keep (PmCache *cache, const char *key, gint64 token, PmHttpAnswer *answer,
                    gsize size_bytes, const char *etag);

G_END_DECLS
