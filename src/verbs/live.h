#pragma once

#include "live/live.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* What runs now, beside what is declared. Commands of processes are masked (secrets.h) before
 * anybody sees them. */

/* What was seen, and what could not be. */
typedef struct {
  PmLiveReport counts;
  const char *failure; /* why nobody looked; NULL: somebody did. In the snapshot */
} PmLiveSight;

/* Looks, and tells the snapshot: its sockets, and of each service of this host what is bound where
 * it should listen. Where [scan] sockets = false, or the kernel does not tell, the snapshot is not
 * live then. ret_sight may be NULL. A snapshot that is live already is looked at again. */
void pm_verb_live_tell (PmContext *context, PmSnapshot *snapshot, PmLiveSight *ret_sight);

/* The registry's services and projects, told; without findings. */
PmSnapshot *pm_verb_live_services (PmContext *context, PmLiveSight *ret_sight, GError **error);

/* Brings status and conflicts in the registry up to date with what runs now, and with what health
 * checks have seen, in one transaction, with history and events for what changed and for nothing
 * else. Cheap enough to be called every second: one question to the kernel, and nothing more as
 * long as no socket comes or goes on a port that somebody declares. `anyway`: looks in any case, as
 * after a change of health. Either ret may be NULL; *ret_snapshot is the registry as it was looked
 * at, told what lives, or NULL: nobody looked. */
gboolean pm_verb_live_refresh (PmContext *context, gboolean anyway, gboolean *ret_changed,
                               PmSnapshot **ret_snapshot, GError **error);

G_END_DECLS
