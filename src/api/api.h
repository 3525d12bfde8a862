#pragma once

#include "api/http-server.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* The API: routes over the verbs. Every route is one line of the table in routes.c. */

typedef struct PmApi PmApi;

PmApi *pm_api_new (PmContext *context); /* borrowed */
void pm_api_free (PmApi *api);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmApi, pm_api_free)

/* What answers; its data is the PmApi. */
extern const PmHttpFace pm_api_face;

G_END_DECLS
