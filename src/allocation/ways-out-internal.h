#pragma once

#include "allocation/resolve.h"
#include "allocation/ways-out.h"
#include "base/fingerprint.h"

G_BEGIN_DECLS

/* For the parts of the ways out only: ways-out.c (who moves, and where to), ways-out-digests.c
 * (what decides that, in one number for each port). */

/* --- the memo --- */

typedef struct {
  PmFingerprint digest;
  GArray *rows; /* guint, of each mover: how many rows it has, that which places it, these; places
                   among the rows of the port */
} PmKeptPort;

typedef struct {
  guint16 from;
  guint pool; /* its number */
} PmKeptSeeker;

/* Of errors and warnings, or of notes as well. */
typedef struct {
  GHashTable *ports; /* port → PmKeptPort */
  GArray *seekers;   /* PmKeptSeeker */
  GArray *answers;   /* guint16: the port of each */
  PmPortSet looked;  /* what the answers depend on */
  PmPortSet taken;   /* when they were found */
  gboolean is_answered;
} PmKeptWays;

struct PmConflictMemo {
  PmKeptWays kept[2];
  PmFingerprint pools;
  guint blind; /* of PmWaysOutPart */
};

/* --- what is looked at --- */

struct PmWaysOut {
  const PmCollisions *collisions;
  const PmSnapshot *snapshot;
  PmPools *defaults;
  PmPortSet *busy; /* whatever else is taken */
  PmResolveRules rules;
  PmConflictMemo *memo;
  PmKeptWays *kept; /* NULL: nothing is */

  PmPortSet contested;
  guint *slots;           /* of each port: 1 + its slot; 0: it is not contested */
  GArray *ports;          /* guint16, of each slot */
  PmFingerprint *digests; /* of each slot */
  guint *places;          /* of each service: its place among the rows of its port */
  GPtrArray *rows;        /* of each slot: GArray of guint, its rows */
  GArray *movers;         /* Mover */
};

static inline const PmService *
pm_ways_out_service (const PmWaysOut *search, guint row)
{
  return &g_array_index (search->snapshot->services, PmService, row);
}

static inline gboolean
pm_ways_out_is_of_interest (const PmWaysOut *search, guint row)
{
  const PmService *s = pm_ways_out_service (search, row);
  return s->scope == PM_SCOPE_HOST && s->external_port != 0 &&
         pm_port_set_has (&search->contested, s->external_port);
}

static inline guint
pm_ways_out_slot (const PmWaysOut *search, guint16 port)
{
  return search->slots[port] - 1;
}

/* Fills in `digests`: of each contested port all that decides who moves from it. With a memo. */
void pm_ways_out_digest (PmWaysOut *search);

PmFingerprint pm_ways_out_digest_pools (const PmPools *pools);

G_END_DECLS
