#pragma once

#include "api/http-server.h"
#include "jobs/jobs.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* The API: routes over the verbs. Every route is one row of a table (routes-*.c).
 *
 *   PmApi *api = pm_api_new (context, jobs, &error);
 *   PmHttpServer *server = pm_api_listen (api, addresses, &error);
 *
 * The server goes first when both are freed. */

typedef struct PmApi PmApi;

/* Both are borrowed. Opens a registry connection of its own for the event stream. */
PmApi *pm_api_new (PmContext *context, PmJobs *jobs, GError **error);
void pm_api_free (PmApi *api);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmApi, pm_api_free)

/* What health checks count, for /metrics; lives until it is set anew. NULL: nobody checks. */
void pm_api_set_health_counters (PmApi *api, const PmHealthCounters *counters);

/* The registry's server is away, and why; NULL: it is there again. Event streams hear of it, those
 * that are open and those that begin meanwhile. */
void pm_api_set_absence (PmApi *api, const char *why);

/* For the jobs' listener: open event streams hear of it. */
void pm_api_job_changed (PmApi *api, gint64 id);

/* A server on all the addresses (NULL-terminated) and on the socket in the state directory, with
 * the hosts and the certificate of the context's configuration. An address of the network is
 * refused unless there are a certificate and a token; the message says how to do it right. */
PmHttpServer *pm_api_listen (PmApi *api, const char *const *addresses, GError **error);

/* The socket's name. */
#define PM_API_SOCKET "port-manager.sock"

/* The server's URL with a new one-time code in its fragment. A new string. */
char *pm_api_page_url (PmApi *api, const PmHttpServer *server);

G_END_DECLS
