#pragma once

#include "api/http-server.h"
#include "jobs/jobs.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* The API: routes over the verbs. Every route is one line of the table in routes.c. */

typedef struct PmApi PmApi;

/* Both are borrowed. Opens a registry connection of its own for the event stream. */
PmApi *pm_api_new (PmContext *context, PmJobs *jobs, GError **error);
void pm_api_free (PmApi *api);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmApi, pm_api_free)

/* For the jobs' listener: open event streams hear of it. */
void pm_api_job_changed (PmApi *api, gint64 id);

/* What answers; its data is the PmApi. */
extern const PmHttpFace pm_api_face;

G_END_DECLS
