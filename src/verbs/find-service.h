#pragma once

#include "registry/registry.h"

G_BEGIN_DECLS

/* The service that a person means by an id, a name, project/name, or one of these with `:port`
 * or `:port/udp` behind: an index into the snapshot's services. Negative, with
 * PM_PLAN_VERB_ERROR_SERVICE: none is called so, or several are; the message lists them. */
gint pm_verb_find_service (const PmSnapshot *snapshot, const char *name, GError **error);

/* Where one of these found nothing, and another host of the registry has what is called so, `error`
 * becomes PM_PLAN_VERB_ERROR_ELSEWHERE: whose it is, and what to do. Gives FALSE. */
gboolean pm_verb_find_elsewhere (PmRegistry *registry, const char *name, GError **error);

/* The same, of a service with several ports all of them: indices (guint), appended to `rows`. */
gboolean pm_verb_find_service_rows (const PmSnapshot *snapshot, const char *name, GArray *rows,
                                    GError **error);

G_END_DECLS
