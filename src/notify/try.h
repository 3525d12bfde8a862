#pragma once

#include "notify/channel.h"

G_BEGIN_DECLS

/* A test message through channels, past the queue: `notify test`, and the button in the dashboard.
 * All at once, each with its own end. On the thread-default main context. */

typedef struct {
  const char *channel; /* static */
  char *target;
  gboolean is_sent;
  char *cause; /* why not; or what the receiver objected to; NULL nothing */
  gint64 elapsed_us;
} PmTryResult;

void pm_try_result_clear (PmTryResult *result);

typedef struct PmTry PmTry;

/* From the main loop, once. `results` is of PmTryResult. */
typedef void (*PmTried) (const GArray *results, gpointer data);

/* Through this channel, NULL: all that are configured. NULL when there is none, or this one is not
 * configured; then nobody is told. `dashboard` as in notifier.h. */
PmTry *pm_try_new (PmConfig *config, const char *channel, const char *dashboard, PmTried tried,
                   gpointer data);

/* Before it is done it ends it, and nobody is told. */
void pm_try_free (PmTry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmTry, pm_try_free)

/* {"results":[{"channel","target","state":"sent|failed","cause","elapsedMs"}]} */
void pm_try_write_json (PmJsonWriter *json, const GArray *results);

G_END_DECLS
