#pragma once

#include "allocation/collisions.h"
#include "allocation/resolve.h"

G_BEGIN_DECLS

/* The graph that pm_resolve works on: who could move, at what cost, and who is in whose way.
 * Private to allocation/. */

typedef struct {
  GArray *services;   /* guint: what moves together, by project and name; none: a socket */
  gint32 socket;      /* index into the snapshot's sockets; -1 none */
  gint32 claim;       /* the first of its claims that is in somebody's way */
  const char *anchor; /* why it cannot move; NULL: it can */
  const char *shared; /* what the first of them and `sharer` read: "both read a/.env:1"; NULL:
                         nothing, they move together by what they are */
  guint sharer;       /* a service of its own */
  PmMoveCost cost;
  guint rank; /* from 1 on; of those on its port the last by project and name has 1. 0: anchored */
} PmMover;

typedef struct {
  guint a, b; /* indices of movers, a below b; of each two at most one */
  guint16 port;
} PmRivalry;

typedef struct {
  PmArena *arena;      /* of texts; the caller's */
  GArray *movers;      /* PmMover */
  GArray *rivalries;   /* PmRivalry, sorted */
  GArray *inseparable; /* PmRivalry within one mover (a is b): they read one value, and collide */
} PmMovers;

/* Who is in whose way on these ports; NULL: on all. A mover has one port, so that those of one port
 * have nothing to do with those of another. */
void pm_movers_find (PmMovers *movers, const PmCollisions *collisions, const PmResolveRules *rules,
                     const PmPortSet *ports, PmArena *arena);

/* Says of each whether it moves; how much it may be too dear, as pm_cover_find does. */
guint64 pm_movers_choose (const PmMovers *movers, gboolean *ret_chosen);

/* The row by whose place among all, as the next one compares them, the mover has its own. Of those
 * that can move. */
guint pm_movers_row (const PmMovers *movers, const PmCollisions *collisions, guint index);
int pm_movers_compare_rows (const PmSnapshot *snapshot, guint a, guint b);

void pm_movers_clear (PmMovers *movers);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmMovers, pm_movers_clear)

/* pm_resolve, of collisions that are known already. */
PmResolve *pm_resolve_collisions (const PmCollisions *collisions, const PmResolveRules *rules);

static inline const PmMover *
pm_movers_at (const PmMovers *movers, guint index)
{
  return &g_array_index (movers->movers, PmMover, index);
}

G_END_DECLS
