#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* The service that a person means by an id, a name, project/name, or one of these with `:port`
 * behind: an index into the snapshot's services. Negative, with PM_PLAN_VERB_ERROR_SERVICE: none is
 * called so, or several are; the message lists them. */
gint pm_verb_find_service (const PmSnapshot *snapshot, const char *name, GError **error);

/* The same, of a service with several ports all of them: indices (guint), appended to `rows`. */
gboolean pm_verb_find_service_rows (const PmSnapshot *snapshot, const char *name, GArray *rows,
                                    GError **error);

G_END_DECLS
