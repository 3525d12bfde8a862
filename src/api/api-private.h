#pragma once

#include "api/api.h"
#include "api/cache.h"
#include "api/call.h"
#include "api/event-hub.h"
#include "api/guard.h"
#include "api/last-answers.h"
#include "api/lease-thread.h"
#include "api/session.h"
#include "api/traffic.h"
#include "api/worker.h"

G_BEGIN_DECLS

/* A handler's problem as an error; the code is the status of HTTP. */
#define PM_API_ERROR (pm_api_error_quark ())
GQuark pm_api_error_quark (void);

/* Private to api/: what handlers find behind call->api. What is not `context` may be used from any
 * thread only where its header says so. */
struct PmApi {
  PmContext *context; /* the main loop's */
  PmJobs *jobs;
  PmWorker *worker;
  PmLeaseThread *leases;
  PmGuard *guard;
  PmSessions *sessions;
  PmCache *cache;
  PmLastAnswers *last; /* of a registry on a server, which may be gone; else NULL */
  GHashTable
      *making; /* key of an answer that is being made → GPtrArray of PmCall that wait for it */
  PmTraffic *traffic;
  const PmHttpServer *server; /* NULL: it does not listen yet */
  gint64 started_us;
  PmEventHub *hub;
  const PmHealthCounters *health; /* NULL: nobody checks */
  GHashTable *notify_tests;       /* set of those under way (notify.c) */
  GHashTable *changed_jobs;       /* set of ids whose progress is to be told */
  guint on_progress;              /* source that tells it */
};

/* A call that somebody else has worked on has its answer. On the main loop. */
void pm_api_call_done (PmCall *call);

/* The same of a call that its handler began on the main loop (PM_RUNS_UNTIL_ENDED). */
void pm_api_call_ended (PmCall *call);

G_END_DECLS
