/* DESIGN
 * Serving goes in rounds. In each, every request that is still open chooses a port by the view
 * (which all of the round share, so that no two choose the same), without any lock; then one
 * transaction does what all of them want. Whoever finds the port taken after all, by another
 * process, chooses again in the next round. Exhausted is a pool only after the dead have been
 * looked for.
 *
 * The view is read again when another connection has committed something (the registry's change
 * token): leases at once, declarations, which cost more to read, at most once a second. */

#include "leases/desk-private.h"

#include <string.h>

#include "registry/demand.h"

#define MOST_ROUNDS 100u
#define DECLARED_FOR_US G_USEC_PER_SEC
#define REAPED_FOR_US (G_USEC_PER_SEC / 10)

PmDesk *
pm_desk_new (PmRegistry *registry, PmPools *pools, const PmHost *host)
{
  PmDesk *desk = g_new0 (PmDesk, 1);
  desk->registry = registry;
  desk->pools = pools;
  if (host != NULL)
    desk->host = *host;
  else
    pm_host_init (&desk->host);
  return desk;
}

void
pm_desk_free (PmDesk *desk)
{
  if (desk == NULL)
    return;
  pm_port_view_clear (&desk->view);
  pm_arena_free (desk->filled_in);
  pm_pools_free (desk->pools);
  g_free (desk);
}

const PmHost *
pm_desk_host (const PmDesk *desk)
{
  return &desk->host;
}

const PmPools *
pm_desk_pools (const PmDesk *desk)
{
  return desk->pools;
}

/* --- the view --- */

static gboolean
refresh (PmDesk *desk, GError **error)
{
  gint64 token, now_us = desk->host.boottime_us ();
  if (!pm_registry_change_token (desk->registry, &token, error))
    return FALSE;
  if (desk->view_is_good && token == desk->token)
    return TRUE;
  gboolean whole = !desk->view_is_good || now_us - desk->declared_us >= DECLARED_FOR_US;
  desk->view_is_good = FALSE;
  if (whole ? !pm_port_view_load (&desk->view, desk->registry, TRUE, error)
            : !pm_port_view_load_leases (&desk->view, desk->registry, error))
    return FALSE;
  desk->declared_us = whole ? now_us : desk->declared_us;
  desk->token = token;
  desk->view_is_good = TRUE;
  return TRUE;
}

static void
set_leased (PmDesk *desk, const PmLease *lease, gboolean leased)
{
  pm_port_view_set_leased (&desk->view, lease->transport, lease->port, leased);
}

/* --- taking back --- */

static gboolean
reclaim (PmDesk *desk, const GArray *gone, guint *ret_reaped, GError **error)
{
  gint64 now_us = desk->host.unix_us ();
  for (guint i = 0; i < gone->len; i++) {
    const PmLease *lease = &g_array_index (gone, PmLease, i);
    PmPoolHour note = {.pool = lease->type, .released = 1};
    gboolean done;
    if (!pm_registry_lease_reclaim (desk->registry, lease, lease->outcome, now_us, &done, error) ||
        (done && !pm_registry_pool_note (desk->registry, &note, now_us, error)))
      return FALSE;
    *ret_reaped += done ? 1 : 0;
  }
  return TRUE;
}

gboolean
pm_desk_reap (PmDesk *desk, guint *ret_reaped, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) held = g_array_new (FALSE, FALSE, sizeof (PmLease));
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (PmLease));
  guint reaped = 0;
  if (!pm_registry_leases (desk->registry, arena, held, error))
    return FALSE;
  for (guint i = 0; i < held->len; i++) {
    PmLease lease = g_array_index (held, PmLease, i);
    PmHolderState state = pm_lease_holder_state (&lease.holder, &desk->host);
    if (state == PM_HOLDER_LIVES ||
        !desk->host.can_bind (lease.transport, lease.port, PM_BIND_AGAIN))
      continue;
    lease.outcome = pm_holder_state_outcome (state);
    g_array_append_val (gone, lease);
  }
  if (gone->len > 0) {
    if (!pm_registry_begin (desk->registry, PM_DURABILITY_OBSERVATION, error))
      return FALSE;
    if (!reclaim (desk, gone, &reaped, error)) {
      pm_registry_rollback (desk->registry);
      return FALSE;
    }
    if (!pm_registry_commit (desk->registry, error))
      return FALSE;
    desk->view_is_good = FALSE;
  }
  if (ret_reaped != NULL)
    *ret_reaped = reaped;
  return TRUE;
}

/* --- one round --- */

typedef enum {
  TURN_OPEN,    /* nothing chosen yet, or lost */
  TURN_CHOSEN,  /* a port that seems free */
  TURN_WRITTEN, /* in the transaction that is not committed yet, or refused for good */
  TURN_SERVED,
} TurnState;

typedef struct {
  PmDeskRequest *request;
  gboolean any; /* it did not ask for a certain port */
  TurnState state;
} Turn;

typedef struct {
  gboolean (*run) (gpointer data, GError **error); /* NULL: there is nothing else to write */
  gpointer data;
} Also;

static Turn *
turn_at (const GArray *turns, guint index)
{
  return &g_array_index (turns, Turn, index);
}

/* What a name had last stays its usual port as long as it could have it again. */
static gboolean
remember (PmDesk *desk, const PmDeskRequest *request, gint64 now_us, GError **error)
{
  const PmLease *lease = &request->lease;
  if (lease->name[0] == '\0')
    return TRUE;
  if (request->usual != 0 && request->usual != lease->port) {
    PmPortDemand missed = {.transport = lease->transport, .port = request->usual, .lost = 1};
    return pm_registry_port_demand_add (desk->registry, &missed, now_us, error);
  }
  PmRememberedPort port = {.project = lease->project,
                           .name = lease->name,
                           .transport = lease->transport,
                           .port = lease->port,
                           .last_used_us = now_us};
  pm_port_view_remember (&desk->view, lease->project, lease->name, lease->transport, lease->port);
  return pm_registry_port_remember (desk->registry, &port, error);
}

static gboolean
take (PmDesk *desk, Turn *turn, gint64 now_us, GError **error)
{
  PmLease *lease = &turn->request->lease;
  if (!pm_registry_lease_take (desk->registry, lease, now_us, &lease->id, error))
    return FALSE;
  lease->created_us = now_us;
  if (lease->id != 0) {
    turn->state = TURN_WRITTEN;
    return remember (desk, turn->request, now_us, error);
  }
  turn->state = turn->any ? TURN_OPEN : TURN_WRITTEN;
  if (!turn->any)
    g_set_error (&turn->request->error, PM_LEASE_ERROR, PM_LEASE_ERROR_TAKEN,
                 "port %u has just been leased", lease->port);
  return TRUE;
}

/* That an id is not held any more is the asker's error, not the transaction's. */
static gboolean
find_held (PmDesk *desk, PmDeskRequest *request, PmLease *ret_held, GError **error)
{
  g_autoptr (GError) why = NULL;
  gint64 id = request->lease.id;
  if (!pm_registry_lease (desk->registry, id, desk->filled_in, ret_held, &why) &&
      !g_error_matches (why, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (why != NULL)
    request->error = g_steal_pointer (&why);
  else if (ret_held->released_us != 0)
    g_set_error (&request->error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND,
                 "lease %" G_GINT64_FORMAT " of port %u is not held any more: it was %s", id,
                 ret_held->port, ret_held->outcome);
  return TRUE;
}

/* The note of a pool, among those of one round. */
static PmPoolHour *
note_of (GArray *notes, const char *pool)
{
  for (guint i = 0; i < notes->len; i++) {
    PmPoolHour *note = &g_array_index (notes, PmPoolHour, i);
    if (strcmp (note->pool, pool) == 0)
      return note;
  }
  PmPoolHour fresh = {.pool = pool};
  g_array_append_val (notes, fresh);
  return &g_array_index (notes, PmPoolHour, notes->len - 1);
}

static gboolean
keep_or_release (PmDesk *desk, Turn *turn, gint64 now_us, GArray *notes, GError **error)
{
  PmDeskRequest *request = turn->request;
  PmLease held = {0};
  turn->state = TURN_WRITTEN;
  if (!find_held (desk, request, &held, error))
    return FALSE;
  if (request->error != NULL)
    return TRUE;
  if (request->kind == PM_DESK_RELEASE)
    note_of (notes, held.type)->released++;
  if (request->kind == PM_DESK_RENEW
          ? !pm_registry_lease_hold (desk->registry, &held, &request->lease.holder, now_us, error)
          : !pm_registry_lease_release (desk->registry, &held, "released", now_us, error))
    return FALSE;
  request->lease = held;
  return TRUE;
}

static void
note_takes (const GArray *turns, GArray *notes)
{
  for (guint i = 0; i < turns->len; i++) {
    const Turn *turn = turn_at (turns, i);
    const PmDeskRequest *request = turn->request;
    if (request->kind != PM_DESK_TAKE || turn->state != TURN_WRITTEN)
      continue;
    if (request->error == NULL)
      note_of (notes, request->lease.type)->taken++;
    else if (g_error_matches (request->error, PM_LEASE_ERROR, PM_LEASE_ERROR_EXHAUSTED))
      note_of (notes, request->lease.type)->refused++;
  }
}

/* Once for each pool that something was taken of, refused, or given back to. */
static gboolean
note_pools (PmDesk *desk, GArray *notes, gint64 now_us, GError **error)
{
  for (guint i = 0; i < notes->len; i++) {
    PmPoolHour *note = &g_array_index (notes, PmPoolHour, i);
    const PmPool *pool =
        note->taken + note->refused == 0 ? NULL : pm_pools_find (desk->pools, note->pool);
    guint declared, leased;
    if (pool != NULL)
      pm_port_view_count (&desk->view, pool, &note->size, &declared, &leased, &note->in_use);
    if (!pm_registry_pool_note (desk->registry, note, now_us, error))
      return FALSE;
  }
  return TRUE;
}

/* Whoever asked for a certain port and was told that another has it missed it too. */
static gboolean
refuse (PmDesk *desk, Turn *turn, gint64 now_us, GError **error)
{
  const PmDeskRequest *request = turn->request;
  PmPortDemand missed = {
      .transport = request->lease.transport, .port = request->lease.port, .lost = 1};
  turn->state = TURN_WRITTEN;
  return !g_error_matches (request->error, PM_LEASE_ERROR, PM_LEASE_ERROR_TAKEN) ||
         pm_registry_port_demand_add (desk->registry, &missed, now_us, error);
}

static gboolean
write_turns (PmDesk *desk, GArray *turns, GError **error)
{
  gint64 now_us = desk->host.unix_us ();
  g_autoptr (GArray) notes = g_array_new (FALSE, FALSE, sizeof (PmPoolHour));
  for (guint i = 0; i < turns->len; i++) {
    Turn *turn = turn_at (turns, i);
    if (turn->state == TURN_OPEN && turn->request->error != NULL &&
        !refuse (desk, turn, now_us, error))
      return FALSE;
    if (turn->state != TURN_CHOSEN)
      continue;
    if (turn->request->kind == PM_DESK_TAKE ? !take (desk, turn, now_us, error)
                                            : !keep_or_release (desk, turn, now_us, notes, error))
      return FALSE;
  }
  note_takes (turns, notes);
  return note_pools (desk, notes, now_us, error);
}

static gboolean
none_lost (const GArray *turns)
{
  for (guint i = 0; i < turns->len; i++)
    if (turn_at (turns, i)->state == TURN_OPEN)
      return FALSE;
  return TRUE;
}

static gboolean
commit_round (PmDesk *desk, GArray *turns, const Also *also, GError **error)
{
  if (!pm_registry_begin (desk->registry, PM_DURABILITY_OBSERVATION, error))
    return FALSE;
  if (!write_turns (desk, turns, error) ||
      (also->run != NULL && none_lost (turns) && !also->run (also->data, error))) {
    pm_registry_rollback (desk->registry);
    return FALSE;
  }
  if (!pm_registry_commit (desk->registry, error))
    return FALSE;
  for (guint i = 0; i < turns->len; i++) {
    Turn *turn = turn_at (turns, i);
    if (turn->state != TURN_WRITTEN)
      continue;
    turn->state = TURN_SERVED;
    if (turn->request->kind == PM_DESK_RELEASE && turn->request->error == NULL)
      set_leased (desk, &turn->request->lease, FALSE);
  }
  return TRUE;
}

/* Each sees what those before it chose. */
static void
choose_all (PmDesk *desk, GArray *turns)
{
  for (guint i = 0; i < turns->len; i++) {
    Turn *turn = turn_at (turns, i);
    if (turn->state != TURN_OPEN || turn->request->error != NULL)
      continue;
    if (turn->request->kind != PM_DESK_TAKE) {
      turn->state = TURN_CHOSEN;
    } else if (pm_desk_choose (desk, turn->request, turn->any)) {
      turn->state = TURN_CHOSEN;
      set_leased (desk, &turn->request->lease, TRUE);
    }
  }
}

/* Those whose pool was exhausted may choose again: TRUE when there are any. */
static gboolean
forgive_exhausted (GArray *turns)
{
  gboolean any = FALSE;
  for (guint i = 0; i < turns->len; i++) {
    PmDeskRequest *request = turn_at (turns, i)->request;
    if (turn_at (turns, i)->state != TURN_OPEN ||
        !g_error_matches (request->error, PM_LEASE_ERROR, PM_LEASE_ERROR_EXHAUSTED))
      continue;
    g_clear_error (&request->error);
    any = TRUE;
  }
  return any;
}

static gboolean
look_for_the_dead (PmDesk *desk, GArray *turns, GError **error)
{
  gint64 now_us = desk->host.boottime_us ();
  if (desk->reaped_us != 0 && now_us - desk->reaped_us < REAPED_FOR_US)
    return TRUE;
  desk->reaped_us = now_us;
  if (!pm_desk_reap (desk, NULL, error) || !refresh (desk, error))
    return FALSE;
  for (guint i = 0; i < turns->len; i++) {
    const Turn *turn = turn_at (turns, i);
    if (turn->state == TURN_CHOSEN && turn->request->kind == PM_DESK_TAKE)
      set_leased (desk, &turn->request->lease, TRUE);
  }
  return TRUE;
}

static gboolean
play_round (PmDesk *desk, GArray *turns, const Also *also, GError **error)
{
  if (!refresh (desk, error))
    return FALSE;
  choose_all (desk, turns);
  if (forgive_exhausted (turns)) {
    if (!look_for_the_dead (desk, turns, error))
      return FALSE;
    choose_all (desk, turns);
  }
  return commit_round (desk, turns, also, error);
}

/* --- serving --- */

static gboolean
any_is_open (const GArray *turns)
{
  for (guint i = 0; i < turns->len; i++)
    if (turn_at (turns, i)->state != TURN_SERVED)
      return TRUE;
  return FALSE;
}

/* What was committed in an earlier round stays. */
static void
fail_open (PmDesk *desk, GArray *turns, GError *error)
{
  desk->view_is_good = FALSE;
  for (guint i = 0; i < turns->len; i++) {
    PmDeskRequest *request = turn_at (turns, i)->request;
    if (turn_at (turns, i)->state == TURN_SERVED)
      continue;
    g_clear_error (&request->error);
    request->error = g_error_copy (error);
  }
  g_error_free (error);
}

void
pm_desk_serve (PmDesk *desk, PmDeskRequest **requests, guint n_requests)
{
  pm_desk_serve_and (desk, requests, n_requests, NULL, NULL);
}

void
pm_desk_serve_and (PmDesk *desk, PmDeskRequest **requests, guint n_requests,
                   gboolean (*also) (gpointer data, GError **error), gpointer data)
{
  Also besides = {also, data};
  g_autoptr (GArray) turns = g_array_sized_new (FALSE, TRUE, sizeof (Turn), n_requests);
  GError *error = NULL;
  pm_arena_free (desk->filled_in);
  desk->filled_in = pm_arena_new ();
  for (guint i = 0; i < n_requests; i++) {
    Turn turn = {.request = requests[i], .any = requests[i]->lease.port == 0};
    if (turn.request->kind == PM_DESK_TAKE && turn.request->lease.type[0] == '\0')
      turn.request->lease.type = PM_POOL_OTHER;
    g_array_append_val (turns, turn);
  }
  for (guint round = 0; round < MOST_ROUNDS && any_is_open (turns); round++)
    if (!play_round (desk, turns, &besides, &error)) {
      fail_open (desk, turns, error);
      return;
    }
  if (any_is_open (turns)) {
    g_set_error (&error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_BUSY,
                 "others took every port that was tried, %u times in a row; try again",
                 MOST_ROUNDS);
    fail_open (desk, turns, error);
    return;
  }
  for (guint i = 0; i < n_requests; i++)
    if (requests[i]->usual == requests[i]->lease.port)
      requests[i]->usual = 0;
}
