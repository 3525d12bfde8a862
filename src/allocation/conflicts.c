/* DESIGN
 * On each contested port the claims are compared pairwise. Those that hang together by pairs of one
 * severity are one conflict; the worst severity first, so that whoever takes part in a worse one is
 * not told again in a lesser one of the same port: one conflict for a contested port. Who would
 * only collide with somebody of such a one is named in its reason. A service of which several
 * containers want one port is in conflict with itself. */

#include "allocation/conflicts.h"

#include <string.h>

#include "allocation/collisions.h"
#include "allocation/ways-out.h"

typedef struct {
  const PmSnapshot *snapshot;
  const PmCollisions *collisions;
  GArray *conflicts;
} Search;

static const PmService *
service_at (const Search *search, gint32 id)
{
  return &g_array_index (search->snapshot->services, PmService, id);
}

/* --- reasons --- */

static char *
name_of_socket (const PmSocket *socket)
{
  const char *name = socket->container[0] != '\0' ? socket->container
                     : socket->command[0] != '\0' ? socket->command
                                                  : "something";
  if (socket->pid == 0)
    return g_strdup (name);
  return g_strdup_printf ("%s (process %" G_GINT64_FORMAT ")", name, socket->pid);
}

/* "a", "a and b", "a, b and 3 more": services, or sockets. */
static char *
list_claimants (const Search *search, const PmConflict *conflict, gboolean sockets)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < conflict->n_claimants; i++) {
    const PmClaimant *c = &conflict->claimants[i];
    if ((c->socket != NULL) == sockets)
      g_ptr_array_add (names, c->socket != NULL
                                  ? name_of_socket (c->socket)
                                  : pm_service_full_name (service_at (search, c->service)));
  }
  const char *first = names->len > 0 ? g_ptr_array_index (names, 0) : "";
  const char *second = names->len > 1 ? g_ptr_array_index (names, 1) : "";
  if (names->len < 2)
    return g_strdup (first);
  if (names->len == 2)
    return g_strdup_printf ("%s and %s", first, second);
  return g_strdup_printf ("%s, %s and %u more", first, second, names->len - 2);
}

static char *
reason_for_one (const Search *search, const PmConflict *conflict, guint replicas)
{
  g_autofree char *name =
      pm_service_full_name (service_at (search, conflict->claimants[0].service));
  return g_strdup_printf ("%s runs in %u containers, and only one of them can bind %s port %u; "
                          "publish a range of %u ports, or none",
                          name, replicas, pm_transport_name (conflict->transport), conflict->port,
                          replicas);
}

static char *
reason_for (const Search *search, const PmConflict *conflict)
{
  const char *transport = pm_transport_name (conflict->transport);
  g_autofree char *services = list_claimants (search, conflict, FALSE);
  g_autofree char *sockets = list_claimants (search, conflict, TRUE);
  guint n_services = 0;
  for (guint i = 0; i < conflict->n_claimants; i++)
    n_services += conflict->claimants[i].socket == NULL;
  if (sockets[0] != '\0')
    return g_strdup_printf ("%s listens on %s port %u, which %s %s%s", sockets, transport,
                            conflict->port, services,
                            conflict->severity == PM_SEVERITY_NOTE ? "would want" : "want",
                            n_services == 1 && conflict->severity != PM_SEVERITY_NOTE ? "s" : "");
  if (conflict->severity == PM_SEVERITY_NOTE)
    return g_strdup_printf ("%s would collide on %s port %u if they ran together", services,
                            transport, conflict->port);
  return g_strdup_printf ("%s %s%s bind %s port %u", services,
                          conflict->severity == PM_SEVERITY_WARNING ? "probably " : "",
                          n_services == 2 ? "both" : "all", transport, conflict->port);
}

/* --- one contested port --- */

typedef struct {
  guint a, b;
  int severity;
} Pair;

typedef struct {
  guint n;
  guint n_old;
  const GArray *group;
  gint8 *severities; /* of each pair: n * n */
  GArray *pairs;     /* of Pair: those that collide, which are few */
  guint8 *worst;     /* 1 + the severity under which a claim is told; 0 not yet */
  guint *told;       /* 1 + index of the conflict that tells a claim; 0 none */
  guint met;         /* a bit for each severity that some pair, or one alone, has */
  guint *parent;     /* union-find */
} Judgement;

static guint
root_of (Judgement *j, guint at)
{
  while (j->parent[at] != at)
    at = j->parent[at] = j->parent[j->parent[at]];
  return at;
}

static void
meet (Judgement *j, guint a, guint b, int severity)
{
  Pair pair = {a, b, severity};
  if (severity == PM_NO_COLLISION)
    return;
  j->met |= 1u << severity;
  if (a == b)
    return;
  j->severities[a * j->n + b] = (gint8) severity;
  g_array_append_val (j->pairs, pair);
}

static void
compare_all (const Search *search, Judgement *j)
{
  memset (j->severities, PM_NO_COLLISION, (gsize) j->n * j->n);
  for (guint i = 0; i < j->n; i++) {
    const PmClaim *claim =
        pm_collisions_claim (search->collisions, g_array_index (j->group, guint, i));
    meet (j, i, i, pm_collisions_severity_alone (claim));
    for (guint k = MAX (i + 1, j->n_old); k < j->n; k++) {
      int severity = pm_collisions_severity (
          search->collisions, claim,
          pm_collisions_claim (search->collisions, g_array_index (j->group, guint, k)));
      meet (j, i, k, severity);
    }
  }
}

/* A range has a row for each of its ports; the claim names one of them. */
static gint32
row_on (const Search *search, const PmClaim *claim, guint16 port)
{
  if (claim->first == claim->last || claim->service < 0)
    return claim->service;
  const PmService *named = service_at (search, claim->service);
  for (guint i = 0; i < search->snapshot->services->len; i++) {
    const PmService *s = service_at (search, (gint32) i);
    if (s->external_port == port && s->transport == claim->transport && s->scope == PM_SCOPE_HOST &&
        strcmp (s->name, named->name) == 0 && strcmp (s->project_id, named->project_id) == 0 &&
        strcmp (s->root, named->root) == 0 && strcmp (s->host, named->host) == 0)
      return (gint32) i;
  }
  return claim->service;
}

static PmClaimant
claimant_of (const Search *search, const PmClaim *claim, guint16 port)
{
  return (PmClaimant){
      .service = row_on (search, claim, port),
      .file = claim->file,
      .line = claim->line,
      .bind = claim->bind,
      .variant = claim->variant,
      .profiles = claim->profiles,
      .socket = claim->socket < 0
                    ? NULL
                    : &g_array_index (search->snapshot->sockets, PmSocket, claim->socket),
  };
}

/* One line for a service that says the same thing in several places, and for a process that
 * listens on several addresses. */
static gboolean
is_named_already (const GArray *claimants, const PmClaimant *claimant)
{
  for (guint i = 0; i < claimants->len; i++) {
    const PmClaimant *known = &g_array_index (claimants, PmClaimant, i);
    if (claimant->socket == NULL ? known->service == claimant->service
                                 : known->socket != NULL && known->socket->pid != 0 &&
                                       known->socket->pid == claimant->socket->pid)
      return TRUE;
  }
  return FALSE;
}

/* "tcp-3000", and from the second one on that port on "tcp-3000-2". */
static char *
make_id (const Search *search, PmTransport transport, guint16 port)
{
  guint n = 1;
  for (guint i = search->conflicts->len; i-- > 0; n++) {
    const PmConflict *last = &g_array_index (search->conflicts, PmConflict, i);
    if (last->port != port || last->transport != transport)
      break;
  }
  if (n == 1)
    return g_strdup_printf ("%s-%u", pm_transport_name (transport), port);
  return g_strdup_printf ("%s-%u-%u", pm_transport_name (transport), port, n);
}

static void
add_conflict (Search *search, Judgement *j, guint16 port, guint root, PmSeverity severity)
{
  g_autoptr (GArray) claimants = g_array_new (FALSE, FALSE, sizeof (PmClaimant));
  const PmClaim *first = NULL;
  for (guint i = 0; i < j->n; i++) {
    if (root_of (j, i) != root)
      continue;
    const PmClaim *claim =
        pm_collisions_claim (search->collisions, g_array_index (j->group, guint, i));
    PmClaimant claimant = claimant_of (search, claim, port);
    j->worst[i] = (guint8) (severity + 1);
    if (is_named_already (claimants, &claimant))
      continue;
    g_array_append_val (claimants, claimant);
    first = first == NULL ? claim : first;
  }
  if (claimants->len < 2 && (first == NULL || !first->is_crowded))
    return;
  PmConflict conflict = {
      .id = make_id (search, first->transport, port),
      .port = port,
      .transport = first->transport,
      .host = first->host,
      .severity = severity,
      .n_claimants = claimants->len,
      .suggested_service = -1,
  };
  conflict.claimants = (PmClaimant *) (void *) g_array_free (g_steal_pointer (&claimants), FALSE);
  conflict.reason = conflict.n_claimants < 2 ? reason_for_one (search, &conflict, first->replicas)
                                             : reason_for (search, &conflict);
  g_array_append_val (search->conflicts, conflict);
  for (guint i = 0; i < j->n; i++)
    if (root_of (j, i) == root)
      j->told[i] = search->conflicts->len;
}

static gboolean
is_alone_of_severity (const Search *search, Judgement *j, guint16 port, guint at,
                      PmSeverity severity)
{
  const PmClaim *claim =
      pm_collisions_claim (search->collisions, g_array_index (j->group, guint, at));
  return j->worst[at] == 0 && root_of (j, at) == at && claim->first == port &&
         pm_collisions_severity_alone (claim) == (int) severity;
}

/* Those that hang together by pairs of this severity, and are not told under a worse one. */
static void
find_of_severity (Search *search, Judgement *j, guint16 port, PmSeverity severity)
{
  for (guint i = 0; i < j->n; i++)
    j->parent[i] = i;
  for (guint i = 0; i < j->pairs->len; i++) {
    const Pair *pair = &g_array_index (j->pairs, Pair, i);
    if (pair->severity != (int) severity || j->worst[pair->a] != 0 || j->worst[pair->b] != 0)
      continue;
    guint a = root_of (j, pair->a), b = root_of (j, pair->b);
    j->parent[MAX (a, b)] = MIN (a, b);
  }
  g_autofree guint *sizes = g_new0 (guint, j->n);
  for (guint i = 0; i < j->n; i++)
    sizes[root_of (j, i)]++;
  for (guint i = 0; i < j->n; i++)
    if (sizes[i] > 1 || (sizes[i] == 1 && is_alone_of_severity (search, j, port, i, severity)))
      add_conflict (search, j, port, i, severity);
}

/* 1 + index of a conflict with somebody whom an untold claim would collide with; 0: none. */
static guint
find_told_rival (const Judgement *j, guint at)
{
  for (guint i = 0; i < j->n; i++) {
    guint low = MIN (i, at), high = MAX (i, at);
    if (j->told[i] != 0 && low != high && j->severities[low * j->n + high] != PM_NO_COLLISION)
      return j->told[i];
  }
  return 0;
}

static gboolean
has_claimant (const PmConflict *conflict, gint32 service)
{
  for (guint i = 0; i < conflict->n_claimants; i++)
    if (conflict->claimants[i].socket == NULL && conflict->claimants[i].service == service)
      return TRUE;
  return FALSE;
}

/* Services, each once. */
static GPtrArray *
untold_beside (const Search *search, const Judgement *j, guint conflict)
{
  GPtrArray *services = g_ptr_array_new ();
  for (guint i = 0; i < j->n; i++) {
    const PmClaim *claim =
        pm_collisions_claim (search->collisions, g_array_index (j->group, guint, i));
    const PmConflict *told = &g_array_index (search->conflicts, PmConflict, conflict);
    if (j->worst[i] != 0 || claim->socket >= 0 || find_told_rival (j, i) != conflict + 1 ||
        has_claimant (told, row_on (search, claim, told->port)))
      continue;
    gpointer service = (gpointer) service_at (search, claim->service);
    if (!g_ptr_array_find (services, service, NULL))
      g_ptr_array_add (services, service);
  }
  return services;
}

/* "…; c would, too, if it ran beside them", "…; c and 3 more would, too, if they ran beside them"
 */
static void
name_the_untold (const Search *search, const Judgement *j, guint first)
{
  for (guint i = first; i < search->conflicts->len; i++) {
    PmConflict *conflict = &g_array_index (search->conflicts, PmConflict, i);
    g_autoptr (GPtrArray) services = untold_beside (search, j, i);
    if (services->len == 0)
      continue;
    g_autofree char *reason = conflict->reason, *name = pm_service_full_name (services->pdata[0]);
    g_autofree char *more =
        services->len == 1 ? g_strdup ("") : g_strdup_printf (" and %u more", services->len - 1);
    conflict->reason = g_strdup_printf ("%s; %s%s would, too, if %s ran beside them", reason, name,
                                        more, services->len == 1 ? "it" : "they");
  }
}

static void
judge (guint16 port, const GArray *group, guint n_old, gpointer data)
{
  guint n = MIN (group->len, PM_MOST_RIVALS);
  g_autofree gint8 *severities = g_new (gint8, (gsize) n * n);
  g_autofree guint8 *worst = g_new0 (guint8, n);
  g_autofree guint *parent = g_new (guint, n), *told = g_new0 (guint, n);
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  Judgement j = {.n = n,
                 .n_old = n_old,
                 .group = group,
                 .severities = severities,
                 .pairs = pairs,
                 .worst = worst,
                 .told = told,
                 .parent = parent};
  guint n_before = ((const Search *) data)->conflicts->len;
  compare_all (data, &j);
  for (int severity = PM_SEVERITY_ERROR; severity >= (int) PM_SEVERITY_NOTE; severity--)
    if ((j.met & 1u << severity) != 0)
      find_of_severity (data, &j, port, (PmSeverity) severity);
  name_the_untold (data, &j, n_before);
}

/* --- ways out --- */

static void
add_move (PmConflict *conflict, const PmWayOut *way)
{
  PmConflictMove move = {way->service, way->to};
  if (conflict->moves == NULL) {
    conflict->moves = g_array_new (FALSE, FALSE, sizeof (PmConflictMove));
    conflict->suggested_service = (gint32) way->service;
    conflict->suggested_port = way->to;
  }
  g_array_append_val (conflict->moves, move);
}

/* For each conflict those of its claimants that move, in their order. Ports that are offered go to
 * `offered`, and none that is in it is offered. */
static void
suggest (Search *search, PmWaysOut *ways, PmPortSet *offered, gboolean notes)
{
  g_autoptr (GArray) moves = pm_ways_out_find (ways, offered, notes);
  g_autoptr (GHashTable) by_port = g_hash_table_new (NULL, NULL); /* 1 + its first move */
  for (guint i = moves->len; i-- > 0;) {
    const PmWayOut *move = &g_array_index (moves, PmWayOut, i);
    g_hash_table_insert (by_port, GUINT_TO_POINTER (move->from), GUINT_TO_POINTER (i + 1));
  }
  for (guint i = 0; i < search->conflicts->len; i++) {
    PmConflict *conflict = &g_array_index (search->conflicts, PmConflict, i);
    if ((conflict->severity == PM_SEVERITY_NOTE) != notes)
      continue;
    guint at = GPOINTER_TO_UINT (g_hash_table_lookup (by_port, GUINT_TO_POINTER (conflict->port)));
    for (guint k = at == 0 ? moves->len : at - 1; k < moves->len; k++) {
      const PmWayOut *move = &g_array_index (moves, PmWayOut, k);
      if (move->from == conflict->port && has_claimant (conflict, (gint32) move->service))
        add_move (conflict, move);
    }
  }
  for (guint i = 0; i < moves->len; i++)
    pm_port_set_add (offered, g_array_index (moves, PmWayOut, i).to);
}

/* --- all of them --- */

static gint
compare_conflicts (gconstpointer a, gconstpointer b)
{
  const PmConflict *left = a, *right = b;
  if (left->severity != right->severity)
    return left->severity > right->severity ? -1 : 1;
  if (left->port != right->port)
    return left->port < right->port ? -1 : 1;
  if (left->transport != right->transport)
    return left->transport < right->transport ? -1 : 1;
  return strcmp (left->id, right->id);
}

static void
clear_conflict (gpointer conflict)
{
  pm_conflict_clear (conflict);
}

GArray *
pm_conflicts_find_again (const PmSnapshot *snapshot, const PmResolveRules *rules,
                         PmConflictMemo *memo)
{
  g_auto (PmCollisions) collisions = {0};
  pm_collisions_init (&collisions, snapshot);
  Search search = {
      .snapshot = snapshot,
      .collisions = &collisions,
      .conflicts = g_array_new (FALSE, TRUE, sizeof (PmConflict)),
  };
  g_array_set_clear_func (search.conflicts, clear_conflict);
  pm_collisions_sweep (&collisions, judge, &search);
  g_array_sort (search.conflicts, compare_conflicts);
  guint n_notes = 0;
  for (guint i = 0; i < search.conflicts->len; i++)
    n_notes += g_array_index (search.conflicts, PmConflict, i).severity == PM_SEVERITY_NOTE;
  g_autofree PmPortSet *offered = g_new0 (PmPortSet, 1);
  if (rules->taken != NULL)
    *offered = *rules->taken;
  g_autoptr (PmWaysOut) ways =
      search.conflicts->len == 0 ? NULL : pm_ways_out_new (&collisions, rules->pools, memo);
  if (n_notes < search.conflicts->len)
    suggest (&search, ways, offered, FALSE);
  if (n_notes > 0)
    suggest (&search, ways, offered, TRUE);
  return search.conflicts;
}

GArray *
pm_conflicts_find (const PmSnapshot *snapshot, const PmResolveRules *rules)
{
  return pm_conflicts_find_again (snapshot, rules, NULL);
}

/* --- no way out --- */

/* A service's rows of whatever port; -1 is a socket, which is no service. */
static gboolean
is_among_claimants (const PmSnapshot *snapshot, const PmConflict *conflict, gint32 service)
{
  for (guint i = 0; service >= 0 && i < conflict->n_claimants; i++) {
    if (conflict->claimants[i].socket != NULL)
      continue;
    const PmService *a =
        &g_array_index (snapshot->services, PmService, conflict->claimants[i].service);
    const PmService *b = &g_array_index (snapshot->services, PmService, service);
    if (a == b || (strcmp (a->name, b->name) == 0 && strcmp (a->project_id, b->project_id) == 0 &&
                   strcmp (a->root, b->root) == 0 && strcmp (a->host, b->host) == 0))
      return TRUE;
  }
  return service < 0;
}

/* What keeps those who cannot move; NULL: there are none among the claimants. */
static char *
find_stuck (const PmSnapshot *snapshot, const PmConflict *conflict, const PmResolve *resolve)
{
  for (guint i = 0; i < resolve->stuck->len; i++) {
    const PmResolveStuck *stuck = &g_array_index (resolve->stuck, PmResolveStuck, i);
    if (is_among_claimants (snapshot, conflict, stuck->a) &&
        is_among_claimants (snapshot, conflict, stuck->b))
      return g_strdup (stuck->why);
  }
  return NULL;
}

void
pm_conflicts_tell_stuck (GArray *conflicts, const PmSnapshot *snapshot, const PmResolveRules *rules)
{
  PmResolveRules own = *rules;
  gboolean is_any = FALSE;
  own.only = NULL;
  for (guint i = 0; i < conflicts->len; i++) {
    const PmConflict *conflict = &g_array_index (conflicts, PmConflict, i);
    is_any |= conflict->suggested_service < 0;
    own.with_notes |= conflict->suggested_service < 0 && conflict->severity == PM_SEVERITY_NOTE;
  }
  if (!is_any)
    return;
  g_autoptr (PmResolve) resolve = pm_resolve (snapshot, &own);
  for (guint i = 0; i < conflicts->len; i++) {
    PmConflict *conflict = &g_array_index (conflicts, PmConflict, i);
    if (conflict->suggested_service < 0 && conflict->stuck == NULL)
      conflict->stuck = find_stuck (snapshot, conflict, resolve);
  }
}
