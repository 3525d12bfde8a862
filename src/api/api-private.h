#pragma once

#include "api/api.h"
#include "api/call.h"
#include "api/event-hub.h"

G_BEGIN_DECLS

/* Private to api/: what handlers find behind call->api. */
struct PmApi {
  PmContext *context;
  PmJobs *jobs;
  PmEventHub *hub;
  GHashTable *changed_jobs; /* set of ids whose progress is to be told */
  guint on_progress;        /* source that tells it */
};

G_END_DECLS
