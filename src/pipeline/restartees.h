#pragma once

#include "heal/restart.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* What restarts which service: by the [[service]] tables of the configuration and, where none says
 * so, by what keeps a service's process running at this moment. Several services of one thing, as
 * the ports of one unit, are one target. Private to pipeline/. */

typedef struct {
  char *key; /* pm_restart_key */
  PmRestartTarget what;
  gboolean is_discovered; /* nobody configured it */
  GArray *services;       /* guint: indices into the snapshot's services */
  guint level;            /* its turn: 0 first */
} PmRestartee;

typedef struct {
  const PmSnapshot *snapshot;
  GPtrArray *targets; /* of PmRestartee, in their turns */
  GArray *without;    /* guint: services that nothing restarts */
} PmRestartees;

/* For these services (indices; NULL: all of this host) of a snapshot that is live. FALSE: a filter
 * of the configuration cannot be read. */
gboolean pm_restartees_find (PmRestartees *targets, const PmContext *context,
                             const PmSnapshot *snapshot, const GArray *services, GError **error);
void pm_restartees_clear (PmRestartees *targets);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmRestartees, pm_restartees_clear)

/* Those that nothing restarts, since nothing of them runs: by what was found while they did, the
 * key of a systemd unit or a container. Any other key changes nothing. */
void pm_restartees_recall (PmRestartees *targets, const char *key);

/* Why the target must not be restarted: somebody else has one of its ports. A new string; NULL: it
 * may be. */
char *pm_restartee_obstacle (const PmRestartees *targets, const PmRestartee *target);

G_END_DECLS
