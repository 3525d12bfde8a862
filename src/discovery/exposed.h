#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* EXPOSE is documentation (Dockerfile reference): where the environment says otherwise, the process
 * listens there. Pure.
 *
 * A port that a Dockerfile names stands for the main listener of its service (listeners.h, "main")
 * when the service is run by no compose file, the listener's port comes from its environment (a
 * script, .env), the Dockerfile does not name that one, and it is the only port of the Dockerfile
 * that no listener has; or where nothing outside the image says it, the Dockerfile's own ENV PORT
 * is another port than the only one that EXPOSE names, and compose maps that one not. Ports below
 * 1024 stand for themselves: there a web server serves what was
 * built, while the environment speaks of the development server. */

typedef struct PmExposed PmExposed;

/* `listeners` are those of pm_listeners_collect. Borrows nothing. */
PmExposed *pm_exposed_new (const PmSnapshot *snapshot, const GArray *listeners);
void pm_exposed_free (PmExposed *exposed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmExposed, pm_exposed_free)

/* The finding that the finding stands for; -1: it speaks for itself. */
gint pm_exposed_stands_for (const PmExposed *exposed, guint finding);

G_END_DECLS
