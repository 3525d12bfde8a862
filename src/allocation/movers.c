/* DESIGN
 * Claims that collide are found by the sweep. Those whose port is the one of their service's row
 * can move with it; the others (ranges, what only another variant says, sockets) are anchored where
 * they are. Rows that have to move together become one mover by union-find. */

#include "allocation/movers.h"

#include <string.h>

#include "allocation/move-cost.h"
#include "allocation/ownership.h"
#include "model/aliases.h"

#define MOST_ALTERNATIVES                                                                          \
  64 /* rows of one project on one number that are compared pair by pair                           \
      */

typedef struct {
  guint a, b; /* claims */
  guint16 port;
} Pair;

typedef struct {
  PmMovers *movers;
  const PmCollisions *collisions;
  const PmSnapshot *snapshot;
  const PmResolveRules *rules;
  const PmPools *pools;
  const PmPortSet *ports; /* NULL: all */
  GArray *pairs;          /* Pair */
  gboolean *in_the_way;   /* of each row: one of its claims is in a pair */
  gboolean *wanted;       /* of each row: in the way, or on the number of one that is */
  guint *parent;          /* union-find over rows */
  gint32 *first_claim;    /* of each row, or -1 */
  gint32 *next_claim;     /* of each claim, or -1 */
  PmMoveTraces *traces;
  const char **shared; /* of each row: what it reads together with another one; NULL: nothing */
  gint32 *mover_of;    /* of each row that is the root of its set: its mover, or -1 */
} Work;

static const PmService *
service_at (const Work *work, guint row)
{
  return &g_array_index (work->snapshot->services, PmService, row);
}

static const PmClaim *
claim_at (const Work *work, guint claim)
{
  return pm_collisions_claim (work->collisions, claim);
}

/* --- who is in whose way --- */

/* Rows of one name: a range has one for each of its ports. */
static gboolean
is_one_service (const Work *work, gint32 a, gint32 b)
{
  const PmService *left = service_at (work, (guint) a), *right = service_at (work, (guint) b);
  return a == b ||
         (strcmp (left->name, right->name) == 0 && strcmp (left->host, right->host) == 0 &&
          strcmp (left->project_id, right->project_id) == 0 &&
          strcmp (left->root, right->root) == 0);
}

static gboolean
is_claimant (const Work *work, const PmClaim *claim)
{
  const PmConflict *only = work->rules->only;
  for (guint i = 0; i < only->n_claimants; i++) {
    const PmClaimant *claimant = &only->claimants[i];
    if (claim->service >= 0
            ? claimant->socket == NULL && is_one_service (work, claimant->service, claim->service)
            : claimant->socket != NULL &&
                  claimant->socket->pid ==
                      g_array_index (work->snapshot->sockets, PmSocket, claim->socket).pid)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_wanted_pair (const Work *work, const PmClaim *a, const PmClaim *b, guint16 port, int severity)
{
  const PmConflict *only = work->rules->only;
  if (only == NULL)
    return severity >= (int) (work->rules->with_notes ? PM_SEVERITY_NOTE : PM_SEVERITY_WARNING);
  return severity >= (int) only->severity && port == only->port &&
         a->transport == only->transport && is_claimant (work, a) && is_claimant (work, b);
}

static void
contested (guint16 port, const GArray *group, guint n_old, gpointer data)
{
  Work *work = data;
  guint n = MIN (group->len, PM_MOST_RIVALS);
  if (work->ports != NULL && !pm_port_set_has (work->ports, port))
    return;
  for (guint i = 0; i < n; i++)
    for (guint k = MAX (i + 1, n_old); k < n; k++) {
      Pair pair = {g_array_index (group, guint, i), g_array_index (group, guint, k), port};
      const PmClaim *a = claim_at (work, pair.a), *b = claim_at (work, pair.b);
      if (is_wanted_pair (work, a, b, port, pm_collisions_severity (work->collisions, a, b)))
        g_array_append_val (work->pairs, pair);
    }
}

/* Moving the row moves the claim. */
static gboolean
is_of_its_row (const Work *work, const PmClaim *claim)
{
  if (claim->service < 0)
    return FALSE;
  const PmService *s = service_at (work, (guint) claim->service);
  return claim->first == claim->last && claim->first == s->external_port &&
         claim->transport == s->transport;
}

static void
mark_rows (Work *work)
{
  PmPortSet contested_ports = {0};
  for (guint i = 0; i < work->pairs->len; i++) {
    const Pair *pair = &g_array_index (work->pairs, Pair, i);
    const guint claims[] = {pair->a, pair->b};
    for (guint k = 0; k < 2; k++) {
      const PmClaim *claim = claim_at (work, claims[k]);
      if (!is_of_its_row (work, claim))
        continue;
      work->in_the_way[claim->service] = TRUE;
      pm_port_set_add (&contested_ports, claim->first);
    }
  }
  for (guint i = 0; i < work->snapshot->services->len; i++) {
    const PmService *s = service_at (work, i);
    work->wanted[i] = (s->scope == PM_SCOPE_HOST || s->scope == PM_SCOPE_CLUSTER) &&
                      s->external_port != 0 && pm_port_set_has (&contested_ports, s->external_port);
  }
}

/* --- who moves together --- */

static guint
root_of (Work *work, guint row)
{
  while (work->parent[row] != row)
    row = work->parent[row] = work->parent[work->parent[row]];
  return row;
}

static void
join (guint a, guint b, Work *work)
{
  guint left = root_of (work, a), right = root_of (work, b);
  work->parent[MAX (left, right)] = MIN (left, right);
}

/* Where a value is written: "a/.env:1". */
static const char *
origin_of (PmArena *arena, const PmFinding *f)
{
  return pm_aliases_has_origin (f) ? f->origin
                                   : pm_arena_printf (arena, "%s:%u", f->file, f->position.line);
}

static const char *
tell_place (PmArena *arena, const PmSharedPlace *place)
{
  const char *a = origin_of (arena, place->of_a), *b = origin_of (arena, place->of_b);
  if (strcmp (a, b) == 0)
    return pm_arena_printf (arena, "both read %s", a);
  return pm_arena_printf (arena, "both read %s, which is %s as well (a link)", a, b);
}

/* Two who read the same bytes: only of one port, since the place of another one says another. */
static void
share (const PmSharedPlace *place, gpointer data)
{
  Work *work = data;
  if (service_at (work, place->a)->external_port != service_at (work, place->b)->external_port)
    return;
  join (place->a, place->b, work);
  if (work->shared[place->b] == NULL)
    work->shared[place->b] = tell_place (work->movers->arena, place);
}

static void
index_claims (Work *work)
{
  for (guint i = work->collisions->claims->len; i-- > 0;) {
    const PmClaim *claim = claim_at (work, i);
    if (!is_of_its_row (work, claim) || !work->wanted[claim->service])
      continue;
    work->next_claim[i] = work->first_claim[claim->service];
    work->first_claim[claim->service] = (gint32) i;
  }
}

static gboolean
rows_collide (const Work *work, guint a, guint b)
{
  if (service_at (work, a)->transport != service_at (work, b)->transport)
    return FALSE;
  for (gint32 i = work->first_claim[a]; i >= 0; i = work->next_claim[i])
    for (gint32 k = work->first_claim[b]; k >= 0; k = work->next_claim[k])
      if (pm_collisions_severity (work->collisions, claim_at (work, (guint) i),
                                  claim_at (work, (guint) k)) != PM_NO_COLLISION)
        return TRUE;
  return FALSE;
}

static int
compare_rows (const PmService *a, const PmService *b)
{
  int order = strcmp (a->project_id, b->project_id);
  order = order != 0 ? order : strcmp (a->root, b->root);
  order = order != 0 ? order : strcmp (a->host, b->host);
  return order != 0 ? order : (int) a->external_port - b->external_port;
}

int
pm_movers_compare_rows (const PmSnapshot *snapshot, guint a, guint b)
{
  const PmService *left = &g_array_index (snapshot->services, PmService, a);
  const PmService *right = &g_array_index (snapshot->services, PmService, b);
  int order = compare_rows (left, right);
  order = order != 0 ? order : strcmp (left->name, right->name);
  order = order != 0 ? order : (int) left->transport - (int) right->transport;
  return order != 0 ? order : (int) left->internal_port - right->internal_port;
}

static gint
compare_identities (gconstpointer a, gconstpointer b, gpointer data)
{
  const Work *work = data;
  return pm_movers_compare_rows (work->snapshot, *(const guint *) a, *(const guint *) b);
}

static GArray *
sorted_rows (Work *work)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < work->snapshot->services->len; i++)
    if (work->wanted[i])
      g_array_append_val (rows, i);
  g_array_sort_with_data (rows, compare_identities, work);
  return rows;
}

/* Whether anybody of the one's set collides with anybody of the other's; both lie in [rows, +n). */
static gboolean
sets_collide (Work *work, const guint *rows, guint n, guint a, guint b)
{
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < n; k++)
      if (root_of (work, rows[i]) == root_of (work, a) &&
          root_of (work, rows[k]) == root_of (work, b) && rows_collide (work, rows[i], rows[k]))
        return TRUE;
  return FALSE;
}

static void
join_alternatives (Work *work, const guint *rows, guint n)
{
  for (guint i = 0; i < n; i++)
    for (guint k = i + 1; k < n; k++) {
      const PmService *a = service_at (work, rows[i]), *b = service_at (work, rows[k]);
      gboolean alike = strcmp (a->name, b->name) == 0 ||
                       pm_ownership_is_mapping (a) == pm_ownership_is_mapping (b);
      gboolean both_move = work->traces[rows[i]].n_own > 0 && work->traces[rows[k]].n_own > 0;
      if (a->scope == b->scope && alike && both_move &&
          !sets_collide (work, rows, n, rows[i], rows[k]))
        join (rows[i], rows[k], work);
    }
}

static void
find_sets (Work *work, const GArray *rows)
{
  for (guint i = 0; i < work->snapshot->services->len; i++)
    work->parent[i] = i;
  pm_move_traces_find (work->snapshot, work->wanted, work->rules->include_uncertain, work->traces,
                       share, work);
  const guint *list = (const guint *) (void *) rows->data;
  for (guint first = 0, last; first < rows->len; first = last) {
    for (last = first + 1; last < rows->len && compare_rows (service_at (work, list[first]),
                                                             service_at (work, list[last])) == 0;)
      last++;
    if (last - first > 1 && last - first <= MOST_ALTERNATIVES)
      join_alternatives (work, list + first, last - first);
  }
}

/* --- movers --- */

static const char *
anchor_of_row (const Work *work, guint row)
{
  const PmService *s = service_at (work, row);
  if (s->pinned[0] != '\0')
    return pm_arena_printf (work->movers->arena, "it is pinned: %s", s->pinned);
  if (pm_service_is_kept (s))
    return "a file of it cannot be read";
  if (work->traces[row].n_own == 0 && work->in_the_way[row])
    return pm_arena_printf (work->movers->arena, "no file says its port%s%s",
                            s->origin[0] == '\0' ? "" : ", it is ", s->origin);
  return NULL;
}

static const char *
anchor_of_claim (const Work *work, const PmClaim *claim)
{
  if (claim->service < 0)
    return "it is not one of ours";
  if (claim->first != claim->last)
    return pm_arena_printf (work->movers->arena, "its port is one of the range %u-%u", claim->first,
                            claim->last);
  return pm_arena_printf (work->movers->arena, "%s:%u does not decide what it has usually",
                          claim->file, claim->line);
}

static PmMover
new_mover (const Work *work, guint claim)
{
  return (PmMover){
      .services = g_array_new (FALSE, FALSE, sizeof (guint)),
      .socket = claim_at (work, claim)->socket,
      .claim = (gint32) claim,
  };
}

/* Each set of which a member is in the way, with all of its members. */
static void
make_movers (Work *work, const GArray *rows)
{
  for (guint i = 0; i < rows->len; i++) {
    guint row = g_array_index (rows, guint, i);
    if (work->in_the_way[row] && work->mover_of[root_of (work, row)] < 0) {
      PmMover mover = new_mover (work, (guint) work->first_claim[row]);
      work->mover_of[root_of (work, row)] = (gint32) work->movers->movers->len;
      g_array_append_val (work->movers->movers, mover);
    }
  }
  for (guint i = 0; i < rows->len; i++) {
    guint row = g_array_index (rows, guint, i);
    gint32 index = work->mover_of[root_of (work, row)];
    if (index < 0)
      continue;
    PmMover *mover = &g_array_index (work->movers->movers, PmMover, index);
    const char *anchor = anchor_of_row (work, row);
    mover->anchor = mover->anchor == NULL ? anchor : mover->anchor;
    if (work->traces[row].n_own == 0 && !work->in_the_way[row])
      continue;
    g_array_append_val (mover->services, row);
    if (mover->shared == NULL && work->shared[row] != NULL) {
      mover->shared = work->shared[row];
      mover->sharer = row;
    }
    mover->cost.is_main |= !pm_collisions_is_in_worktree (work->collisions, service_at (work, row));
    pm_move_cost_add (&mover->cost, service_at (work, row), &work->traces[row], work->pools);
  }
}

/* The mover of a claim; those that no row moves get one of their own. */
static guint
mover_of_claim (Work *work, GHashTable *anchored, guint index)
{
  const PmClaim *claim = claim_at (work, index);
  if (is_of_its_row (work, claim))
    return (guint) work->mover_of[root_of (work, (guint) claim->service)];
  gpointer known = g_hash_table_lookup (anchored, GUINT_TO_POINTER (index + 1));
  if (known != NULL)
    return GPOINTER_TO_UINT (known) - 1;
  PmMover mover = new_mover (work, index);
  mover.anchor = anchor_of_claim (work, claim);
  if (claim->service >= 0) {
    guint row = (guint) claim->service;
    g_array_append_val (mover.services, row);
  }
  g_array_append_val (work->movers->movers, mover);
  g_hash_table_insert (anchored, GUINT_TO_POINTER (index + 1),
                       GUINT_TO_POINTER (work->movers->movers->len));
  return work->movers->movers->len - 1;
}

static gint
compare_rivalries (gconstpointer a, gconstpointer b)
{
  const PmRivalry *left = a, *right = b;
  if (left->a != right->a)
    return left->a < right->a ? -1 : 1;
  if (left->b != right->b)
    return left->b < right->b ? -1 : 1;
  return (int) left->port - right->port;
}

static void
keep_one_of_each (GArray *rivalries)
{
  guint kept = 0;
  g_array_sort (rivalries, compare_rivalries);
  for (guint i = 0; i < rivalries->len; i++) {
    PmRivalry *now = &g_array_index (rivalries, PmRivalry, i);
    const PmRivalry *last = kept == 0 ? NULL : &g_array_index (rivalries, PmRivalry, kept - 1);
    if (last == NULL || last->a != now->a || last->b != now->b)
      g_array_index (rivalries, PmRivalry, kept++) = *now;
  }
  g_array_set_size (rivalries, kept);
}

static void
make_rivalries (Work *work)
{
  g_autoptr (GHashTable) anchored = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < work->pairs->len; i++) {
    const Pair *pair = &g_array_index (work->pairs, Pair, i);
    guint a = mover_of_claim (work, anchored, pair->a);
    guint b = mover_of_claim (work, anchored, pair->b);
    PmRivalry rivalry = {MIN (a, b), MAX (a, b), pair->port};
    g_array_append_val (a == b ? work->movers->inseparable : work->movers->rivalries, rivalry);
  }
  keep_one_of_each (work->movers->rivalries);
  keep_one_of_each (work->movers->inseparable);
}

/* Movers stand in the order of project and name already, but for those that are anchored: these
 * have no rank, since a range that is contested on another port would shift those of this one. */
static void
finish (Work *work)
{
  g_autofree guint *ranks = g_new0 (guint, G_MAXUINT16 + 1);
  for (guint i = work->movers->movers->len; i-- > 0;) {
    PmMover *mover = &g_array_index (work->movers->movers, PmMover, i);
    pm_move_cost_sum (&mover->cost);
    const PmClaim *claim = claim_at (work, (guint) mover->claim);
    mover->rank = is_of_its_row (work, claim) ? ++ranks[claim->first] : 0;
  }
}

guint
pm_movers_row (const PmMovers *movers, const PmCollisions *collisions, guint index)
{
  const PmMover *mover = pm_movers_at (movers, index);
  return (guint) pm_collisions_claim (collisions, (guint) mover->claim)->service;
}

void
pm_movers_find (PmMovers *movers, const PmCollisions *collisions, const PmResolveRules *rules,
                const PmPortSet *ports, PmArena *arena)
{
  const PmSnapshot *snapshot = collisions->snapshot;
  guint n = snapshot->services->len, n_claims = collisions->claims->len;
  movers->arena = arena;
  movers->movers = g_array_new (FALSE, FALSE, sizeof (PmMover));
  movers->rivalries = g_array_new (FALSE, FALSE, sizeof (PmRivalry));
  movers->inseparable = g_array_new (FALSE, FALSE, sizeof (PmRivalry));
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  g_autofree gboolean *in_the_way = g_new0 (gboolean, n + 1);
  g_autofree gboolean *wanted = g_new0 (gboolean, n + 1);
  g_autofree guint *parent = g_new0 (guint, n + 1);
  g_autofree gint32 *first_claim = g_new (gint32, n + 1);
  g_autofree gint32 *next_claim = g_new (gint32, n_claims + 1);
  g_autofree gint32 *mover_of = g_new (gint32, n + 1);
  g_autofree PmMoveTraces *traces = g_new0 (PmMoveTraces, n + 1);
  g_autofree const char **shared = g_new0 (const char *, n + 1);
  memset (first_claim, 0xff, (n + 1) * sizeof *first_claim);
  memset (next_claim, 0xff, (n_claims + 1) * sizeof *next_claim);
  memset (mover_of, 0xff, (n + 1) * sizeof *mover_of);
  Work work = {
      .movers = movers,
      .collisions = collisions,
      .snapshot = snapshot,
      .rules = rules,
      .pools = rules->pools,
      .ports = ports,
      .pairs = pairs,
      .in_the_way = in_the_way,
      .wanted = wanted,
      .parent = parent,
      .first_claim = first_claim,
      .next_claim = next_claim,
      .traces = traces,
      .shared = shared,
      .mover_of = mover_of,
  };
  pm_collisions_sweep (collisions, contested, &work);
  if (pairs->len == 0)
    return;
  mark_rows (&work);
  index_claims (&work);
  g_autoptr (GArray) rows = sorted_rows (&work);
  find_sets (&work, rows);
  make_movers (&work, rows);
  make_rivalries (&work);
  finish (&work);
  for (guint i = 0; i < n; i++)
    g_clear_pointer (&traces[i].projects, g_hash_table_unref);
}

void
pm_movers_clear (PmMovers *movers)
{
  for (guint i = 0; movers->movers != NULL && i < movers->movers->len; i++)
    g_array_unref (g_array_index (movers->movers, PmMover, i).services);
  g_clear_pointer (&movers->movers, g_array_unref);
  g_clear_pointer (&movers->rivalries, g_array_unref);
  g_clear_pointer (&movers->inseparable, g_array_unref);
}
