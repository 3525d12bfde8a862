/* DESIGN
 * movers.c makes the graph, cover.c says who moves, new-ports.c where to; what is here is their
 * order, and the reasons in words. */

#include "allocation/resolve.h"

#include <string.h>

#include "allocation/cover.h"
#include "allocation/movers.h"
#include "allocation/new-ports.h"

#define STEPS 20000000
#define MOST_TOLD 3

/* A cost in points above, the rank below: of equal points the lower rank moves. */
#define RANK_BITS 32

typedef struct {
  guint movers[MOST_TOLD];
  guint n;
} Stayers;

typedef struct {
  const PmSnapshot *snapshot;
  const PmResolveRules *rules;
  const PmMovers *graph;
  PmResolve *result;
  gboolean *chosen; /* of each mover */
  Stayers *stayers; /* of each mover */
} Work;

static const PmService *
service_at (const Work *work, guint row)
{
  return &g_array_index (work->snapshot->services, PmService, row);
}

static guint
first_row (const PmMover *mover)
{
  return g_array_index (mover->services, guint, 0);
}

/* --- who moves --- */

guint64
pm_movers_choose (const PmMovers *graph, gboolean *ret_chosen)
{
  guint n = graph->movers->len, n_edges = graph->rivalries->len;
  g_autofree guint64 *weights = g_new (guint64, n + 1);
  g_autofree PmCoverEdge *edges = g_new (PmCoverEdge, n_edges + 1);
  for (guint i = 0; i < n; i++) {
    const PmMover *mover = pm_movers_at (graph, i);
    weights[i] = mover->anchor != NULL ? PM_COVER_NEVER
                                       : ((guint64) mover->cost.points << RANK_BITS) + mover->rank;
  }
  for (guint i = 0; i < n_edges; i++) {
    const PmRivalry *rivalry = &g_array_index (graph->rivalries, PmRivalry, i);
    edges[i] = (PmCoverEdge){rivalry->a, rivalry->b};
  }
  return pm_cover_find (n, weights, edges, n_edges, STEPS, ret_chosen);
}

static void
choose (Work *work)
{
  guint64 surplus = pm_movers_choose (work->graph, work->chosen);
  work->result->bound = (guint) (surplus >> RANK_BITS);
  for (guint i = 0; i < work->graph->movers->len; i++)
    if (work->chosen[i])
      work->result->points += pm_movers_at (work->graph, i)->cost.points;
}

/* --- in words --- */

static const char *
name_of (const Work *work, const PmMover *mover)
{
  PmArena *arena = work->result->arena;
  if (mover->socket >= 0) {
    const PmSocket *s = &g_array_index (work->snapshot->sockets, PmSocket, mover->socket);
    return pm_arena_printf (arena, "%s (process %" G_GINT64_FORMAT ")",
                            s->container[0] != '\0' ? s->container : s->command, s->pid);
  }
  const PmService *s = service_at (work, first_row (mover));
  g_autofree char *name = pm_service_full_name (s);
  return pm_arena_strdup (arena, name);
}

static void
append_cost (GString *text, const PmMoveCost *cost)
{
  g_string_append_printf (text, "%u edit%s", cost->edits, cost->edits == 1 ? "" : "s");
  if (cost->projects > 0)
    g_string_append_printf (text, ", %u other project%s", cost->projects,
                            cost->projects == 1 ? "" : "s");
  if (cost->callbacks > 0)
    g_string_append_printf (text, ", %u address%s known outside", cost->callbacks,
                            cost->callbacks == 1 ? "" : "es");
  if (cost->is_live)
    g_string_append (text, ", it runs now");
  if (cost->is_privileged)
    g_string_append (text, ", a privileged port");
  if (!cost->is_main)
    g_string_append (text, ", in a worktree");
}

/* For each mover the first few of those in its way who stay. */
static void
find_stayers (Work *work)
{
  for (guint i = 0; i < work->graph->rivalries->len; i++) {
    const PmRivalry *r = &g_array_index (work->graph->rivalries, PmRivalry, i);
    if (work->chosen[r->a] == work->chosen[r->b])
      continue;
    Stayers *stayers = &work->stayers[work->chosen[r->a] ? r->a : r->b];
    if (stayers->n < MOST_TOLD)
      stayers->movers[stayers->n] = work->chosen[r->a] ? r->b : r->a;
    stayers->n++;
  }
}

static const char *
explain_move (const Work *work, guint index, guint16 to)
{
  const PmMover *mover = pm_movers_at (work->graph, index);
  const PmService *service = service_at (work, first_row (mover));
  const PmPool *pool = pm_pools_for (work->rules->pools, service);
  const Stayers *stayers = &work->stayers[index];
  g_autoptr (GString) text = g_string_new ("moving it takes ");
  append_cost (text, &mover->cost);
  for (guint i = 0; i < MIN (stayers->n, MOST_TOLD); i++) {
    const PmMover *other = pm_movers_at (work->graph, stayers->movers[i]);
    g_string_append_printf (text, "; %s stays: ", name_of (work, other));
    if (other->anchor != NULL)
      g_string_append (text, other->anchor);
    else
      append_cost (text, &other->cost);
  }
  if (stayers->n > MOST_TOLD)
    g_string_append_printf (text, "; and %u more", stayers->n - MOST_TOLD);
  g_string_append_printf (text, "; %u is the nearest one that is free%s%s%s", to,
                          pm_pool_has (pool, to) ? " in the pool " : "",
                          pm_pool_has (pool, to) ? pool->type : "",
                          work->graph->rivalries->len > 1 ? " and not given to another" : "");
  g_autofree char *valid = g_utf8_make_valid (text->str, -1);
  return pm_arena_strdup (work->result->arena, valid);
}

static gint32
row_of (const PmMover *mover)
{
  return mover->socket >= 0 ? -1 : (gint32) first_row (mover);
}

/* One value is one port. */
static const char *
tell_inseparable (const Work *work, const PmMover *mover)
{
  const PmService *one = service_at (work, first_row (mover));
  const PmService *other = service_at (work, mover->sharer);
  g_autofree char *name = strcmp (one->project_id, other->project_id) == 0
                              ? g_strdup (pm_service_shown_name (other))
                              : pm_service_full_name (other);
  return pm_arena_printf (work->result->arena, "%s and %s %s; give each its own",
                          name_of (work, mover), name,
                          mover->shared != NULL ? mover->shared : "move together");
}

static void
tell_unresolved (Work *work, const PmRivalry *rivalry)
{
  const PmMover *a = pm_movers_at (work->graph, rivalry->a);
  const PmMover *b = pm_movers_at (work->graph, rivalry->b);
  PmArena *arena = work->result->arena;
  PmResolveStuck stuck = {row_of (a), row_of (b), NULL};
  stuck.why = rivalry->a == rivalry->b
                  ? tell_inseparable (work, a)
                  : pm_arena_printf (arena, "neither can move: %s, since %s; %s, since %s",
                                     name_of (work, a), a->anchor, name_of (work, b), b->anchor);
  const char *text = pm_arena_printf (arena, "port %u: %s", rivalry->port, stuck.why);
  g_array_append_val (work->result->unresolved, text);
  g_array_append_val (work->result->stuck, stuck);
}

/* --- the whole --- */

static void
add_moves (Work *work, guint index, guint16 to)
{
  const PmMover *mover = pm_movers_at (work->graph, index);
  if (to == 0) {
    const char *text =
        pm_arena_printf (work->result->arena, "no port is free for %s", name_of (work, mover));
    g_array_append_val (work->result->unresolved, text);
    return;
  }
  const char *reason = explain_move (work, index, to);
  for (guint i = 0; i < mover->services->len; i++) {
    guint row = g_array_index (mover->services, guint, i);
    PmResolveMove move = {
        .service = row,
        .from = service_at (work, row)->external_port,
        .to = to,
        .cost = mover->cost,
        .distance = pm_new_port_distance (pm_pools_for (work->rules->pools, service_at (work, row)),
                                          service_at (work, row)->external_port, to),
        .reason = reason,
    };
    g_array_append_val (work->result->moves, move);
  }
}

static void
assign (Work *work)
{
  g_autoptr (GArray) movers = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) seekers = g_array_new (FALSE, FALSE, sizeof (PmPortSeeker));
  g_autofree PmPortSet *taken = pm_new_ports_taken (work->snapshot, work->rules->taken);
  for (guint i = 0; i < work->graph->movers->len; i++) {
    if (!work->chosen[i])
      continue;
    const PmService *service = service_at (work, first_row (pm_movers_at (work->graph, i)));
    PmPortSeeker seeker = {service->external_port, pm_pools_for (work->rules->pools, service)};
    g_array_append_val (movers, i);
    g_array_append_val (seekers, seeker);
  }
  g_autofree guint16 *ports = g_new0 (guint16, movers->len + 1);
  pm_new_ports_find ((const PmPortSeeker *) (void *) seekers->data, seekers->len, taken, ports,
                     NULL, &work->result->distance, &work->result->distance_bound);
  for (guint i = 0; i < movers->len; i++)
    add_moves (work, g_array_index (movers, guint, i), ports[i]);
}

/* Containers of one service that want one port: no other port is wider. */
static void
tell_crowded (Work *work, const PmCollisions *collisions)
{
  const PmConflict *only = work->rules->only;
  for (guint i = 0; i < collisions->claims->len; i++) {
    const PmClaim *claim = pm_collisions_claim (collisions, i);
    if (pm_collisions_severity_alone (claim) < (int) PM_SEVERITY_WARNING ||
        (only != NULL && (only->port != claim->first || only->n_claimants > 1)))
      continue;
    const PmService *service = service_at (work, (guint) claim->service);
    g_autofree char *name = pm_service_full_name (service);
    const char *text = pm_arena_printf (work->result->arena,
                                        "port %u: %s runs in %u containers; publish a range of as "
                                        "many ports, or none",
                                        claim->first, name, claim->replicas);
    g_array_append_val (work->result->unresolved, text);
  }
}

static void
find_unresolved (Work *work)
{
  for (guint i = 0; i < work->graph->inseparable->len; i++)
    tell_unresolved (work, &g_array_index (work->graph->inseparable, PmRivalry, i));
  for (guint i = 0; i < work->graph->rivalries->len; i++) {
    const PmRivalry *r = &g_array_index (work->graph->rivalries, PmRivalry, i);
    if (!work->chosen[r->a] && !work->chosen[r->b])
      tell_unresolved (work, r);
  }
}

PmResolve *
pm_resolve_collisions (const PmCollisions *collisions, const PmResolveRules *rules)
{
  PmResolve *resolve = g_new0 (PmResolve, 1);
  resolve->arena = pm_arena_new ();
  resolve->moves = g_array_new (FALSE, FALSE, sizeof (PmResolveMove));
  resolve->unresolved = g_array_new (FALSE, FALSE, sizeof (const char *));
  resolve->stuck = g_array_new (FALSE, FALSE, sizeof (PmResolveStuck));
  g_autoptr (PmPools) defaults = rules->pools == NULL ? pm_pools_new () : NULL;
  PmResolveRules own = *rules;
  own.pools = rules->pools == NULL ? defaults : rules->pools;
  g_auto (PmMovers) graph = {0};
  pm_movers_find (&graph, collisions, &own, NULL, resolve->arena);
  g_autofree gboolean *chosen = g_new0 (gboolean, graph.movers->len + 1);
  g_autofree Stayers *stayers = g_new0 (Stayers, graph.movers->len + 1);
  g_autofree Work *work = g_new0 (Work, 1);
  work->snapshot = collisions->snapshot;
  work->rules = &own;
  work->graph = &graph;
  work->result = resolve;
  work->chosen = chosen;
  work->stayers = stayers;
  choose (work);
  find_stayers (work);
  assign (work);
  find_unresolved (work);
  tell_crowded (work, collisions);
  return resolve;
}

PmResolve *
pm_resolve (const PmSnapshot *snapshot, const PmResolveRules *rules)
{
  g_auto (PmCollisions) collisions = {0};
  pm_collisions_init (&collisions, snapshot);
  return pm_resolve_collisions (&collisions, rules);
}

void
pm_resolve_free (PmResolve *resolve)
{
  if (resolve == NULL)
    return;
  g_array_unref (resolve->moves);
  g_array_unref (resolve->unresolved);
  g_array_unref (resolve->stuck);
  pm_arena_free (resolve->arena);
  g_free (resolve);
}
