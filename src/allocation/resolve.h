#pragma once

#include "allocation/pools.h"
#include "model/conflict.h"
#include "model/snapshot.h"

G_BEGIN_DECLS

/* Who moves where, so that no two want the same port: a pure function of a snapshot.
 *
 *   PmResolveRules rules = {.pools = pools, .taken = &taken};
 *   g_autoptr (PmResolve) resolve = pm_resolve (snapshot, &rules);
 *
 * Two questions, one after the other, each answered at the least cost.
 *
 * Who moves: of every two that collide at least one does (a weighted vertex cover of the graph of
 * collisions). Moving costs, in points, 1 for each place that is edited, 5 for each other project
 * that is touched, 50 if the service listens now (it has to be restarted), 50 if its port is
 * privileged (the world knows it by heart), 100 for each callback or public address that is
 * registered elsewhere under this port, and 2 if the port is of its type's pool; nothing where all
 * that moves is of linked worktrees of git, which come and go. Of equal cost the one moves that
 * comes last by project and name. What is pinned, is not ours, is part of a range, or is written
 * nowhere cannot move. Services that read one value, and alternatives of one project on one number
 * (profiles, TCP beside UDP), move together.
 *
 * Where to: each to a port of its own that nobody declares, points at, binds, or holds in `taken`,
 * is not privileged and that no browser refuses (a minimum-cost assignment). A port costs its
 * distance to the old one, twice that below it, at most 2,000, and always that much where the old
 * one is privileged; and 1,000 more outside the type's pool.
 *
 * Both answers are exact for graphs and numbers of any practical size: components of the graph are
 * solved by branch and bound, within 20,000,000 steps, cliques at once; and up to 512 services are
 * assigned at a time. Beyond, the cover costs at most twice the least (Bar-Yehuda and Even, 1981)
 * and services are assigned in lots of 512; `bound` tells what could be saved at most. The same
 * snapshot always gets the same answer, in whatever order it lists things. */

typedef struct {
  const PmPools *pools;       /* NULL: the default ones */
  const PmPortSet *taken;     /* besides what is declared and bound; NULL: none */
  gboolean include_uncertain; /* places that are less sure than one half are edited as well */
  gboolean with_notes;        /* not only errors and warnings */
  const PmConflict *only;     /* this one alone, whatever its severity; NULL: all */
} PmResolveRules;

typedef struct {
  guint edits;
  guint projects; /* besides its own */
  guint callbacks;
  gboolean is_live;
  gboolean is_privileged;
  gboolean is_in_pool;
  gboolean is_main; /* some of it is of no worktree */
  guint points;
} PmMoveCost;

typedef struct {
  guint service; /* index into the snapshot's services */
  guint16 from, to;
  PmMoveCost cost;
  gint64 distance; /* what the port costs */
  const char *reason;
} PmResolveMove;

/* Two that collide, and neither can move. */
typedef struct {
  gint32 a, b; /* a row of each, as in PmResolveMove; -1: a socket */
  const char *why;
} PmResolveStuck;

typedef struct {
  PmArena *arena;
  GArray *moves;         /* PmResolveMove, by project, name and port */
  GArray *unresolved;    /* const char *: what nobody can move out of, and why */
  GArray *stuck;         /* PmResolveStuck: of those in `unresolved` */
  guint points;          /* of all who move */
  guint bound;           /* points that a better answer could save at most; 0: there is none */
  gint64 distance;       /* of all new ports */
  gint64 distance_bound; /* the same for the ports */
} PmResolve;

PmResolve *pm_resolve (const PmSnapshot *snapshot, const PmResolveRules *rules);
void pm_resolve_free (PmResolve *resolve);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmResolve, pm_resolve_free)

G_END_DECLS
