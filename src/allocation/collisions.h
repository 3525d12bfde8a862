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
  GArray *claims; /* PmClaim */
  GHashTable
      *worktrees;    /* "root\nid" of projects that are worktrees, a set; NULL: there are none */
  GHashTable *built; /* names (PmClaim.name) of services that compose builds from the project */
} PmCollisions;

void pm_collisions_init (PmCollisions *collisions, const PmSnapshot *snapshot);
void pm_collisions_clear (PmCollisions *collisions);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmCollisions, pm_collisions_clear)

/* Whether it is of another checkout of a program, which the main one goes before. */
gboolean pm_collisions_is_in_worktree (const PmCollisions *collisions, const PmService *service);

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

#define PM_WIDEST_OVERLAP 128 /* ports of an overlap of ranges that are looked at one by one */

/* Called for each port that several claims cover, or where a crowded one starts: `group` are the
 * indices of all that cover it (guint). What ranges have in common is followed for
 * PM_WIDEST_OVERLAP ports behind the last start of a claim. Where many cover a port it is not, and
 * the n_old from the front of the group were together on an earlier port, so that they need not be
 * compared again; elsewhere n_old is 0. */
typedef void (*PmContested) (guint16 port, const GArray *group, guint n_old, gpointer data);

void pm_collisions_sweep (const PmCollisions *collisions, PmContested contested, gpointer data);

G_END_DECLS
