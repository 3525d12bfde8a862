#pragma once

#include "allocation/collisions.h"
#include "allocation/conflicts.h"

G_BEGIN_DECLS

/* The ways out that conflicts suggest: who moves, and where to, as pm_resolve has it, without its
 * reasons, and found again without being looked for. Private to allocation/. */

typedef struct {
  guint service; /* index into the snapshot's services */
  guint16 from, to;
} PmWayOut;

/* What is the same for errors and notes. Borrows all of it; `pools` as in PmResolveRules, `memo`
 * may be NULL. */
typedef struct PmWaysOut PmWaysOut;
PmWaysOut *pm_ways_out_new (const PmCollisions *collisions, const PmPools *pools,
                            PmConflictMemo *memo);
void pm_ways_out_free (PmWaysOut *ways);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmWaysOut, pm_ways_out_free)

/* A new array of PmWayOut, in the order of PmResolve.moves; a service that finds no free port is
 * left out. `taken` as in PmResolveRules; with `notes`, out of notes as well. */
GArray *pm_ways_out_find (PmWaysOut *ways, const PmPortSet *taken, gboolean notes);

/* What the answer is made of, part by part. */
typedef enum {
  PM_WAYS_OUT_CLAIMS = 1 << 0,   /* who binds what on a contested port */
  PM_WAYS_OUT_SERVICES = 1 << 1, /* rows with that port: pins, whether they run, their types */
  PM_WAYS_OUT_FINDINGS = 1 << 2, /* where their ports are written */
  PM_WAYS_OUT_EDGES = 1 << 3,    /* who points at them */
  PM_WAYS_OUT_POOLS = 1 << 4,    /* which ports a type of service may get */
  PM_WAYS_OUT_TAKEN = 1 << 5,    /* which of those that were looked at are taken */
  PM_WAYS_OUT_RANGES = 1 << 6,   /* whose the ranges are that reach there from another port */
} PmWaysOutPart;

/* A memo that does not see some of it (PmWaysOutPart), and is wrong therefore: for the tests, which
 * have to notice. */
PmConflictMemo *pm_conflict_memo_new_blind (guint parts);

G_END_DECLS
