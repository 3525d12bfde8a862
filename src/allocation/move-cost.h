#pragma once

#include "allocation/resolve.h"

G_BEGIN_DECLS

/* Where the ports of services are written, and who points at them. Private to allocation/. */

typedef struct {
  guint edits; /* places that would change: its own and those of references */
  guint n_own; /* its own among them */
  guint callbacks;
  GHashTable *projects; /* of references, besides its own: const char *; NULL none */
} PmMoveTraces;

/* Two services, each with its own finding, whose values stand in the same bytes. */
typedef struct {
  guint a, b;
  const PmFinding *of_a, *of_b;
} PmSharedPlace;

/* Looks once through all findings and edges. `traces` has one for each service of the snapshot, of
 * which those are filled in that are wanted. For each own place that several wanted services read,
 * by whatever name of its file, `shared` is called with the first and each other of them. */
typedef void (*PmShared) (const PmSharedPlace *place, gpointer data);

void pm_move_traces_find (const PmSnapshot *snapshot, const gboolean *wanted,
                          gboolean include_uncertain, PmMoveTraces *traces, PmShared shared,
                          gpointer data);

/* What moving a service with all of these costs; adds to *cost. */
void pm_move_cost_add (PmMoveCost *cost, const PmService *service, const PmMoveTraces *traces,
                       const PmPools *pools);

/* Sets the points of what was added: none if it is all of worktrees. */
void pm_move_cost_sum (PmMoveCost *cost);

G_END_DECLS
