#pragma once

#include "api/call.h"
#include "api/shape.h"

G_BEGIN_DECLS

/* The one table of routes (routes-*.c, put together by routes.c). From it come routing, 405 with
 * Allow, authorisation, the checks of query and body, and the OpenAPI document. */

const char *pm_who_name (PmWho who);

/* Where a handler runs, since the main loop must not wait: there itself, for what is only read; on
 * a thread while the client waits; or as a job, and the client gets 202 and the job. A dry run of a
 * job is answered like any other change. At the desk leases are given out, all that wait at once
 * (lease-thread.h): its handlers fill call->lease, and such calls may come as often as they like.
 * What waits for other machines is begun on the main loop by a handler that answers nothing yet,
 * takes a reference, and ends with pm_api_call_ended.
 */
typedef enum {
  PM_RUNS_HERE,
  PM_RUNS_WORKER,
  PM_RUNS_JOB,
  PM_RUNS_DESK,
  PM_RUNS_UNTIL_ENDED,
} PmRuns;

/* Whether a client may ask for an answer only if it changed, and whether we keep it ourselves: what
 * depends on nothing but the registry, until that is written to. */
typedef enum { PM_ANSWER_FRESH, PM_ANSWER_TAGGED, PM_ANSWER_KEPT } PmAnswer;

struct PmRoute {
  const char *method;  /* "GET" answers HEAD too */
  const char *pattern; /* "/api/services/:id"; `:id` is one segment, given as call->id */
  PmWho who;
  void (*handle) (PmCall *call);
  const char *name;      /* "listServices": what a generated client calls it */
  const char *summary;   /* one sentence */
  const PmField *query;  /* parameters, ended by one without a name; NULL none */
  const PmShape *body;   /* NULL: takes none */
  const PmShape *answer; /* of 200, or the result of the job; NULL: `media` is no JSON */
  const PmShape *plan;   /* of 200 of a dry run, where that answers otherwise */
  const char *media;     /* NULL: application/json */
  PmRuns runs;
  PmAnswer keeps;
  guint status;    /* of success, where it is not 200 */
  const char *job; /* of PM_RUNS_JOB: what the job is called */
  /* Of PM_RUNS_JOB: whether there is what `:id` names, so that none is begun for nothing. Quick */
  gboolean (*exists) (PmContext *context, gint64 id, GError **error);
  /* The same of what the body names, and whether it is as If-Match says: FALSE: the call has been
   * answered. NULL: there is nothing to be judged before. Quick */
  gboolean (*admit) (PmCall *call);
  gboolean id_is_text;     /* else it is a number */
  gboolean body_is_secret; /* it is not kept in the audit log */
  gboolean is_page;        /* its query is for the scripts in it: any will do */
};

/* Whether it changes anything: every method but GET. */
gboolean pm_route_writes (const PmRoute *route);

gsize pm_routes_count (void);
const PmRoute *pm_route_at (gsize index); /* NULL: there are no more */
gsize pm_route_index (const PmRoute *route);

/* The route; or NULL, and *ret_allowed is NULL (404) or what Allow has to say (405; a new string).
 * *ret_id is a new string. */
const PmRoute *pm_route_find (const char *method, const char *path, char **ret_id,
                              char **ret_allowed);

/* Reads and checks the query, and the body: what is wrong becomes the call's mistakes. FALSE: the
 * call has been answered. */
gboolean pm_validate_query (PmCall *call);
gboolean pm_validate_body (PmCall *call, const char *bytes, gsize length);

G_END_DECLS
