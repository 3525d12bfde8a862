#pragma once

#include "planning/builder.h"

G_BEGIN_DECLS

/* Private to planning/: everything that has to change when one service gets another port. Finding
 * it changes nothing: whether it may be done is decided when the moves of a whole plan are known
 * (assign.c). */

typedef struct {
  guint finding; /* index into the snapshot's findings */
  double confidence;
  const char *why; /* in the arena given */
  char *place;     /* where the value stands: pm_aliases_place */
} PmMoveItem;

/* A reference to this service or to another one that answers to the same. */
typedef struct {
  guint finding;
  GArray *several; /* guint: those services */
} PmMoveDoubt;

typedef struct {
  const PmSnapshot *snapshot;
  const PmAliases *aliases;
  const PmService *service;
  guint index;
  guint old_port; /* of the side that moves; 0: no file says one */
  guint new_port;
  gboolean is_mapping;   /* the host's side of a mapping; else a process's own port */
  gboolean inside_moves; /* the container's side too */
  GArray *items;         /* PmMoveItem; the service's own first */
  guint n_own;
  GArray *doubtful;   /* PmMoveDoubt */
  GHashTable *places; /* all of the items' */
} PmMove;

void pm_move_find (PmMove *move, const PmPlanBuilder *builder, const PmResolution *wish);
void pm_move_clear (PmMove *move);

/* Whether this service listens now, and none of the others that are meant by a reference: nobody
 * knows where nobody looked. */
gboolean pm_move_is_alone (const PmMove *move, const PmMoveDoubt *doubt);

/* The other services whose values stand in the same bytes, and move whether they like it or not:
 * but those that the plan moves anyway, which have a place in `move_of` (of each service; -1:
 * none). */
void pm_move_tell_of_sharers (const PmMove *move, const gint *move_of, PmPlan *plan);

G_END_DECLS
