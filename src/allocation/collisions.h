#pragma once

#include "allocation/claims.h"
#include "model/conflict.h"

G_BEGIN_DECLS

/* Which claims exclude each other, pair by pair. Private to allocation/. What counts is written in
 * conflicts.h. */

#define PM_NO_COLLISION (-1)

/* Of more claims on one port the first ones are compared with each other. */
#define PM_MOST_RIVALS 2048

typedef struct {
  const PmSnapshot *snapshot;
  GArray *claims;    /* PmClaim */
  GHashTable *built; /* names (PmClaim.name) of services that compose builds from the project */
} PmCollisions;

void pm_collisions_init (PmCollisions *collisions, const PmSnapshot *snapshot);
void pm_collisions_clear (PmCollisions *collisions);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmCollisions, pm_collisions_clear)

static inline const PmClaim *
pm_collisions_claim (const PmCollisions *collisions, guint index)
{
  return &g_array_index (collisions->claims, PmClaim, index);
}

/* A PmSeverity, or PM_NO_COLLISION; symmetric. That transports and ports overlap is the caller's
 * to know. */
int pm_collisions_severity (const PmCollisions *collisions, const PmClaim *a, const PmClaim *b);

/* What a claim of which several containers want one port is by itself; PM_NO_COLLISION of others.
 */
int pm_collisions_severity_alone (const PmClaim *claim);

/* Called for each port where a claim starts that others cover too, or that is crowded: `group` are
 * the indices of all that cover it (guint), and of them n_old from the front start below it. */
typedef void (*PmContested) (guint16 port, const GArray *group, guint n_old, gpointer data);

void pm_collisions_sweep (const PmCollisions *collisions, PmContested contested, gpointer data);

G_END_DECLS
