#pragma once

#include <jansson.h>

#include "ip/source.h"

G_BEGIN_DECLS

/* What the sources that ask over HTTP have in common. Private to ip/. */

/* TRUE for a reply with status 200; else the source has been failed with `what` and the cause. */
gboolean pm_ip_reply_is_fine (PmIpSource *source, const char *what, const PmHttpReply *reply,
                              const GError *error);

/* The body as JSON; NULL when it is none, and the source has been failed. */
json_t *pm_ip_reply_json (PmIpSource *source, const char *what, const PmHttpReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_t, json_decref)

/* A member that is a text and not empty; else NULL. */
const char *pm_ip_json_text (const json_t *object, const char *key);

G_END_DECLS
