/* DESIGN
 * Claims are sorted by transport and first port. A sweep looks at each port where a claim starts
 * and gathers those that cover it; they are compared pairwise, and those that take part in a pair
 * of the worst severity are the claimants of one conflict. A service of which several containers
 * want one port is in conflict with itself. */

#include "allocation/conflicts.h"

#include <string.h>

#include "allocation/claims.h"

#define NO_CONFLICT (-1)
#define SURE_IN_ONE_PROJECT 0.85
#define SURE 0.7 /* from this confidence on, a claim is taken at its word */

/* --- who runs beside whom --- */

static gboolean
share_a_profile (const char *a, const char *b)
{
  g_auto (GStrv) left = g_strsplit (a, ",", 64);
  g_auto (GStrv) right = g_strsplit (b, ",", 64);
  for (guint i = 0; left[i] != NULL; i++)
    if (g_strv_contains ((const char *const *) right, left[i]))
      return TRUE;
  return FALSE;
}

/* Files that are read when nobody names a mode. */
static gboolean
is_everyday (const char *variant)
{
  static const char *const everyday[] = {
      "", "override", "local", "dev", "development", "development.local", NULL,
  };
  return g_strv_contains (everyday, variant);
}

static gboolean
same_directory (const char *a, const char *b)
{
  const char *slash_a = strrchr (a, '/'), *slash_b = strrchr (b, '/');
  gsize length_a = slash_a == NULL ? 0 : (gsize) (slash_a - a);
  gsize length_b = slash_b == NULL ? 0 : (gsize) (slash_b - b);
  return length_a == length_b && strncmp (a, b, length_a) == 0;
}

/* Compose runs it from the project's own code: what the code's files say of a port and what compose
 * publishes for it are two views of one service. */
static gboolean
is_built_here (const PmSnapshot *snapshot, const PmService *service)
{
  for (guint i = 0; i < snapshot->facts->len; i++) {
    const PmServiceFact *fact = &g_array_index (snapshot->facts, PmServiceFact, i);
    if (fact->build != NULL && strcmp (fact->owner, service->name) == 0 &&
        strcmp (fact->project, service->project_id) == 0 && strcmp (fact->root, service->root) == 0)
      return TRUE;
  }
  return FALSE;
}

/* A project is not counted against itself: a port that its own files merely mention beside the
 * compose service that publishes it is that service's. What a process surely binds (a flag, PORT)
 * is another matter when compose runs somebody else's image there. */
static int
severity_beside_a_mapping (const PmSnapshot *snapshot, const PmClaim *mapping, const PmClaim *other)
{
  const PmService *service = &g_array_index (snapshot->services, PmService, mapping->service);
  gboolean sure = other->confidence >= SURE_IN_ONE_PROJECT && !other->is_default;
  return sure && !is_built_here (snapshot, service) ? (int) PM_SEVERITY_ERROR : NO_CONFLICT;
}

static int
severity_in_one_project (const PmSnapshot *snapshot, const PmClaim *a, const PmClaim *b)
{
  if (a->is_mapping != b->is_mapping)
    return severity_beside_a_mapping (snapshot, a->is_mapping ? a : b, a->is_mapping ? b : a);
  if (!a->is_mapping || strcmp (a->file, b->file) == 0)
    return PM_SEVERITY_ERROR;
  if (!same_directory (a->file, b->file))
    return PM_SEVERITY_NOTE;
  gboolean merged = strcmp (a->variant, "override") == 0 || strcmp (b->variant, "override") == 0;
  return merged ? PM_SEVERITY_ERROR : NO_CONFLICT;
}

static int
limit_by_profiles (int severity, const PmClaim *a, const PmClaim *b, gboolean one_file)
{
  if (a->profiles[0] == '\0' && b->profiles[0] == '\0')
    return severity;
  if (!one_file || a->profiles[0] == '\0' || b->profiles[0] == '\0')
    return MIN (severity, PM_SEVERITY_NOTE);
  return share_a_profile (a->profiles, b->profiles) ? severity : NO_CONFLICT;
}

static int
limit_by_modes (int severity, const PmClaim *a, const PmClaim *b, gboolean one_project)
{
  if (is_everyday (a->variant) && is_everyday (b->variant))
    return severity;
  if (strcmp (a->variant, b->variant) == 0 && strcmp (a->variant, "template") != 0)
    return severity;
  return one_project ? NO_CONFLICT : MIN (severity, PM_SEVERITY_NOTE);
}

static int
limit_by_confidence (int severity, const PmClaim *a, const PmClaim *b)
{
  if (a->is_default && b->is_default)
    return MIN (severity, PM_SEVERITY_NOTE);
  if (a->confidence < SURE || b->confidence < SURE)
    return MIN (severity, PM_SEVERITY_WARNING);
  return severity;
}

static int
severity_of (const PmSnapshot *snapshot, const PmClaim *a, const PmClaim *b)
{
  const PmService *left = &g_array_index (snapshot->services, PmService, a->service);
  const PmService *right = &g_array_index (snapshot->services, PmService, b->service);
  gboolean one_project =
      strcmp (left->project_id, right->project_id) == 0 && strcmp (left->root, right->root) == 0;
  if ((one_project && strcmp (left->name, right->name) == 0) || strcmp (a->host, b->host) != 0 ||
      !pm_conflicts_addresses_overlap (a->bind, b->bind))
    return NO_CONFLICT;

  int severity = one_project ? severity_in_one_project (snapshot, a, b) : (int) PM_SEVERITY_ERROR;
  if (severity == NO_CONFLICT)
    return severity;
  gboolean one_file = one_project && strcmp (a->file, b->file) == 0;
  severity = limit_by_profiles (severity, a, b, one_file);
  severity = severity == NO_CONFLICT ? severity : limit_by_modes (severity, a, b, one_project);
  return severity == NO_CONFLICT ? severity : limit_by_confidence (severity, a, b);
}

/* --- one contested port --- */

typedef struct {
  const PmSnapshot *snapshot;
  const GArray *claims;
  guint *fan_in;   /* references to each service */
  PmPortSet taken; /* grows by what is suggested, so that no two suggestions are the same */
  GArray *conflicts;
} Search;

static const PmClaim *
claim_at (const Search *search, guint index)
{
  return &g_array_index (search->claims, PmClaim, index);
}

static const PmService *
service_at (const Search *search, gint32 id)
{
  return &g_array_index (search->snapshot->services, PmService, id);
}

/* Cheaper to move: free to move, not running, fewer that point at it; then the one that came last,
 * which leaves the others alone. */
static gboolean
is_cheaper (const Search *search, gint32 a, gint32 b)
{
  const PmService *left = service_at (search, a), *right = service_at (search, b);
  if ((left->pinned[0] == '\0') != (right->pinned[0] == '\0'))
    return left->pinned[0] == '\0';
  if ((left->status == PM_STATUS_ACTIVE) != (right->status == PM_STATUS_ACTIVE))
    return right->status == PM_STATUS_ACTIVE;
  if (search->fan_in[a] != search->fan_in[b])
    return search->fan_in[a] < search->fan_in[b];
  int order = strcmp (left->project_id, right->project_id);
  return order == 0 ? strcmp (left->name, right->name) > 0 : order > 0;
}

static void
suggest (Search *search, PmConflict *conflict)
{
  gint32 cheapest = conflict->claimants[0].service;
  for (guint i = 1; i < conflict->n_claimants; i++)
    if (is_cheaper (search, conflict->claimants[i].service, cheapest))
      cheapest = conflict->claimants[i].service;
  conflict->suggested_service = -1;
  if (conflict->n_claimants < 2) /* another port would be as crowded */
    return;
  if (service_at (search, cheapest)->pinned[0] != '\0')
    return;
  conflict->suggested_port = pm_port_set_next_free (&search->taken, conflict->port);
  if (conflict->suggested_port == 0)
    return;
  conflict->suggested_service = cheapest;
  pm_port_set_add (&search->taken, conflict->suggested_port);
}

/* "api of shop", or "shop" where both are called the same. */
static char *
full_name (const PmService *service)
{
  if (strcmp (service->name, service->project_id) == 0)
    return g_strdup (service->name);
  return g_strdup_printf ("%s of %s", service->name, service->project_id);
}

static char *
reason_for_one (const Search *search, const PmConflict *conflict, guint replicas)
{
  g_autofree char *name = full_name (service_at (search, conflict->claimants[0].service));
  return g_strdup_printf ("%s runs in %u containers, and only one of them can bind %s port %u; "
                          "publish a range of %u ports, or none",
                          name, replicas, pm_transport_name (conflict->transport), conflict->port,
                          replicas);
}

static char *
reason_for (const Search *search, const PmConflict *conflict)
{
  g_autofree char *first = full_name (service_at (search, conflict->claimants[0].service));
  g_autofree char *second = full_name (service_at (search, conflict->claimants[1].service));
  gboolean many = conflict->n_claimants > 2;
  g_autofree char *more =
      many ? g_strdup_printf (" and %u more", conflict->n_claimants - 2) : g_strdup ("");
  const char *transport = pm_transport_name (conflict->transport);
  if (conflict->severity == PM_SEVERITY_NOTE)
    return g_strdup_printf ("%s%s%s%s would collide on %s port %u if they ran together", first,
                            many ? ", " : " and ", second, more, transport, conflict->port);
  return g_strdup_printf ("%s%s%s%s %s%s bind %s port %u", first, many ? ", " : " and ", second,
                          more, conflict->severity == PM_SEVERITY_WARNING ? "probably " : "",
                          many ? "all" : "both", transport, conflict->port);
}

static PmClaimant
claimant_of (const PmClaim *claim)
{
  return (PmClaimant){
      .service = claim->service,
      .file = claim->file,
      .line = claim->line,
      .bind = claim->bind,
      .variant = claim->variant,
      .profiles = claim->profiles,
      .command = "",
  };
}

/* One line for a service that says the same thing in several places. */
static gboolean
is_named_already (const GArray *claimants, const PmClaim *claim)
{
  for (guint i = 0; i < claimants->len; i++)
    if (g_array_index (claimants, PmClaimant, i).service == claim->service)
      return TRUE;
  return FALSE;
}

static void
add_conflict (Search *search, guint16 port, const GArray *group, const int *worst, int severity)
{
  g_autoptr (GArray) claimants = g_array_new (FALSE, FALSE, sizeof (PmClaimant));
  const PmClaim *first = NULL;
  for (guint i = 0; i < group->len; i++) {
    const PmClaim *claim = claim_at (search, g_array_index (group, guint, i));
    if (worst[i] < severity || is_named_already (claimants, claim))
      continue;
    PmClaimant claimant = claimant_of (claim);
    g_array_append_val (claimants, claimant);
    first = first == NULL ? claim : first;
  }
  if (claimants->len < 2 && (first == NULL || !first->is_crowded))
    return;

  PmConflict conflict = {
      .id = g_strdup_printf ("%s-%u", pm_transport_name (first->transport), port),
      .port = port,
      .transport = first->transport,
      .host = first->host,
      .severity = (PmSeverity) severity,
      .n_claimants = claimants->len,
  };
  conflict.claimants = (PmClaimant *) (void *) g_array_free (g_steal_pointer (&claimants), FALSE);
  conflict.reason = conflict.n_claimants < 2 ? reason_for_one (search, &conflict, first->replicas)
                                             : reason_for (search, &conflict);
  g_array_append_val (search->conflicts, conflict);
}

/* `group` are the claims that cover `port`. */
static void
judge (Search *search, guint16 port, const GArray *group)
{
  g_autofree int *worst = g_new (int, group->len);
  int severity = NO_CONFLICT;
  for (guint i = 0; i < group->len; i++) {
    const PmClaim *claim = claim_at (search, g_array_index (group, guint, i));
    gboolean by_itself = claim->is_crowded && claim->first == port;
    worst[i] = by_itself ? limit_by_confidence (PM_SEVERITY_ERROR, claim, claim) : NO_CONFLICT;
    severity = MAX (severity, worst[i]);
  }
  for (guint i = 0; i < group->len; i++)
    for (guint k = i + 1; k < group->len; k++) {
      int pair = severity_of (search->snapshot, claim_at (search, g_array_index (group, guint, i)),
                              claim_at (search, g_array_index (group, guint, k)));
      worst[i] = MAX (worst[i], pair);
      worst[k] = MAX (worst[k], pair);
      severity = MAX (severity, pair);
    }
  if (severity != NO_CONFLICT)
    add_conflict (search, port, group, worst, severity);
}

static void
sweep (Search *search)
{
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < search->claims->len;) {
    const PmClaim *at = claim_at (search, i);
    for (guint k = open->len; k > 0; k--) {
      const PmClaim *claim = claim_at (search, g_array_index (open, guint, k - 1));
      if (claim->last < at->first || claim->transport != at->transport)
        g_array_remove_index (open, k - 1);
    }
    for (; i < search->claims->len && claim_at (search, i)->first == at->first &&
           claim_at (search, i)->transport == at->transport;
         i++)
      g_array_append_val (open, i);
    if (open->len > 1 || at->is_crowded)
      judge (search, at->first, open);
  }
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
  return (int) left->transport - (int) right->transport;
}

static guint *
count_references (const PmSnapshot *snapshot)
{
  guint *fan_in = g_new0 (guint, snapshot->services->len + 1);
  for (guint i = 0; i < snapshot->edges->len; i++) {
    gint32 to = g_array_index (snapshot->edges, PmEdge, i).to_service;
    if (to >= 0)
      fan_in[to]++;
  }
  return fan_in;
}

static void
clear_conflict (gpointer conflict)
{
  pm_conflict_clear (conflict);
}

GArray *
pm_conflicts_find (const PmSnapshot *snapshot, const PmPortSet *taken)
{
  g_autoptr (GArray) claims = pm_claims_collect (snapshot);
  g_autofree guint *fan_in = count_references (snapshot);
  Search search = {
      .snapshot = snapshot,
      .claims = claims,
      .fan_in = fan_in,
      .conflicts = g_array_new (FALSE, TRUE, sizeof (PmConflict)),
  };
  g_array_set_clear_func (search.conflicts, clear_conflict);
  if (taken != NULL)
    search.taken = *taken;
  pm_port_set_add_declared (&search.taken, snapshot);
  pm_port_set_add_blocked_by_browsers (&search.taken);

  sweep (&search);
  g_array_sort (search.conflicts, compare_conflicts);
  for (guint i = 0; i < search.conflicts->len; i++)
    suggest (&search, &g_array_index (search.conflicts, PmConflict, i));
  return search.conflicts;
}
