/* DESIGN
 * Claims are sorted by transport and first port. A sweep looks at each port where a claim starts
 * and gathers those that cover it. Whether two of them collide is first a matter of machine,
 * address and project; then the severity is lowered by everything that makes it less likely that
 * both run at once. */

#include "allocation/collisions.h"

#include <string.h>

#include "base/fingerprint.h"

#define SURE_IN_ONE_PROJECT 0.85
#define FEW 64   /* claims on one port, in which ranges are followed port by port */
#define SURE 0.7 /* from this confidence on, a claim is taken at its word */

/* --- what is known of services --- */

typedef struct {
  const char *root, *project, *name;
} Owner;

static guint
owner_hash (gconstpointer data)
{
  const Owner *owner = data;
  return (guint) pm_fingerprint_text (pm_fingerprint_text (PM_FINGERPRINT_START, owner->project),
                                      owner->name);
}

static gboolean
owner_equal (gconstpointer a, gconstpointer b)
{
  const Owner *left = a, *right = b;
  return strcmp (left->name, right->name) == 0 && strcmp (left->project, right->project) == 0 &&
         strcmp (left->root, right->root) == 0;
}

/* Those that compose builds. */
static GHashTable *
find_owners (const PmSnapshot *snapshot)
{
  GHashTable *owners = g_hash_table_new_full (owner_hash, owner_equal, g_free, NULL);
  for (guint i = 0; i < snapshot->facts->len; i++) {
    const PmServiceFact *fact = &g_array_index (snapshot->facts, PmServiceFact, i);
    Owner owner = {fact->root, fact->project, fact->owner};
    if (fact->build != NULL)
      g_hash_table_add (owners, g_memdup2 (&owner, sizeof owner));
  }
  return owners;
}

/* Compose runs them from the project's own code: what the code's files say of a port and what
 * compose publishes for it are two views of one service. */
static GHashTable *
find_built (const PmSnapshot *snapshot, const GArray *claims)
{
  GHashTable *built = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) owners = find_owners (snapshot);
  for (guint i = 0; i < claims->len && g_hash_table_size (owners) > 0; i++) {
    const PmClaim *claim = &g_array_index (claims, PmClaim, i);
    if (!claim->is_mapping)
      continue;
    const PmService *s = &g_array_index (snapshot->services, PmService, claim->service);
    Owner owner = {s->root, s->project_id, s->name};
    if (g_hash_table_contains (owners, &owner))
      g_hash_table_add (built, GUINT_TO_POINTER (claim->name));
  }
  return built;
}

/* --- what is known of files, once for each claim: it is compared with many --- */

/* Files that are read when nobody names a mode. */
static gboolean
is_everyday (const char *variant)
{
  static const char *const everyday[] = {
      "override", "local", "dev", "development", "development.local", NULL,
  };
  return variant[0] == '\0' || g_strv_contains (everyday, variant);
}

/* Folders that hold what is shown or tested, apart from what the project runs: npm's
 * `directories` (doc, example, test), Cargo's examples/, tests/ and benches/, Maven's src/test, go
 * test's testdata, and their usual plurals. */
static gboolean
is_aside_folder (const char *name, gsize length)
{
  static const char *const folders[] = {
      "example", "examples",  "sample",   "samples", "demo",    "demos",         "test",
      "tests",   "__tests__", "testdata", "e2e",     "doc",     "documentation", "docs",
      "bench",   "benches",   "fixtures", "spec",    "cookbook"};
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    if (folders[i][0] == name[0] && strlen (folders[i]) == length &&
        strncmp (folders[i], name, length) == 0)
      return TRUE;
  return FALSE;
}

/* Whether the file lies in such a folder of its project, or its project (of a workspace) does. The
 * first part of a path is a project of the person's own, whatever it is called. */
static gboolean
is_aside (const PmCollisions *collisions, const PmClaim *claim)
{
  if (claim->service < 0)
    return FALSE;
  const PmService *s = &g_array_index (collisions->snapshot->services, PmService, claim->service);
  const char *at = claim->file, *slash = strchr (at, '/');
  if (strcmp (s->project_id, ".") != 0 && slash != NULL)
    at = slash + 1;
  for (; (slash = strchr (at, '/')) != NULL; at = slash + 1)
    if (is_aside_folder (at, (gsize) (slash - at)))
      return TRUE;
  return FALSE;
}

static void
know_files (PmCollisions *collisions)
{
  for (guint i = 0; i < collisions->claims->len; i++) {
    PmClaim *claim = &g_array_index (collisions->claims, PmClaim, i);
    const char *slash = strrchr (claim->file, '/');
    claim->folder_length = slash == NULL ? 0 : (gsize) (slash - claim->file);
    claim->is_aside = is_aside (collisions, claim);
    claim->is_everyday = is_everyday (claim->variant);
  }
}

static GHashTable *
find_worktrees (const PmSnapshot *snapshot)
{
  GHashTable *worktrees = NULL;
  for (guint i = 0; i < snapshot->projects->len; i++) {
    const PmProject *project = &g_array_index (snapshot->projects, PmProject, i);
    if (!project->is_worktree)
      continue;
    if (worktrees == NULL)
      worktrees = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_add (worktrees, g_strconcat (project->root, "\n", project->id, NULL));
  }
  return worktrees;
}

gboolean
pm_collisions_is_in_worktree (const PmCollisions *collisions, const PmService *service)
{
  if (collisions->worktrees == NULL)
    return FALSE;
  g_autofree char *key = g_strconcat (service->root, "\n", service->project_id, NULL);
  return g_hash_table_contains (collisions->worktrees, key);
}

void
pm_collisions_init (PmCollisions *collisions, const PmSnapshot *snapshot)
{
  collisions->snapshot = snapshot;
  collisions->claims = pm_claims_collect (snapshot);
  collisions->built = find_built (snapshot, collisions->claims);
  collisions->worktrees = find_worktrees (snapshot);
  know_files (collisions);
}

void
pm_collisions_clear (PmCollisions *collisions)
{
  g_clear_pointer (&collisions->claims, g_array_unref);
  g_clear_pointer (&collisions->built, g_hash_table_unref);
  g_clear_pointer (&collisions->worktrees, g_hash_table_unref);
}

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

static gboolean
same_directory (const PmClaim *a, const PmClaim *b)
{
  return a->folder_length == b->folder_length && memcmp (a->file, b->file, a->folder_length) == 0;
}

/* Compose reads `.env` beside its file itself, to fill in what the file leaves open ("Set, use, and
 * manage variables in a Compose file with interpolation"): whether a process reads it too, nobody
 * knows. */
static gboolean
is_composes_own (const PmClaim *mapping, const PmClaim *other)
{
  const char *slash = strrchr (other->file, '/');
  return strcmp (slash == NULL ? other->file : slash + 1, ".env") == 0 &&
         same_directory (mapping, other);
}

/* A script of the project that starts what compose runs otherwise, on the same port, is another way
 * to run it. */
static gboolean
is_alternative (const PmClaim *mapping, const PmClaim *other)
{
  return is_composes_own (mapping, other) || strcmp (other->format, "shell") == 0;
}

/* A project is not counted against itself: a port that its own files merely mention beside the
 * compose service that publishes it is that service's. What a process surely binds (a flag, PORT)
 * is another matter when compose runs somebody else's image there. */
static int
severity_beside_a_mapping (const PmCollisions *collisions, const PmClaim *mapping,
                           const PmClaim *other)
{
  gboolean sure = other->confidence >= SURE_IN_ONE_PROJECT && !other->is_default;
  gboolean built = g_hash_table_contains (collisions->built, GUINT_TO_POINTER (mapping->name));
  if (!sure || built)
    return PM_NO_COLLISION;
  return (int) (is_alternative (mapping, other) ? PM_SEVERITY_NOTE : PM_SEVERITY_ERROR);
}

static int
severity_in_one_project (const PmCollisions *collisions, const PmClaim *a, const PmClaim *b)
{
  if (a->is_mapping != b->is_mapping)
    return severity_beside_a_mapping (collisions, a->is_mapping ? a : b, a->is_mapping ? b : a);
  if (!a->is_mapping || strcmp (a->file, b->file) == 0)
    return PM_SEVERITY_ERROR;
  if (!same_directory (a, b))
    return PM_SEVERITY_NOTE;
  gboolean merged = strcmp (a->variant, "override") == 0 || strcmp (b->variant, "override") == 0;
  return merged ? (int) PM_SEVERITY_ERROR : PM_NO_COLLISION;
}

/* Whether one is a script of a workspace's own package.json, and the other of a package below it:
 * what the root's scripts run are its packages (npm, "workspaces"). */
static gboolean
starts (const PmCollisions *collisions, const PmClaim *script, const PmClaim *other)
{
  if (script->service < 0 || other->service < 0 || script->is_default ||
      strcmp (script->format, "package.json") != 0)
    return FALSE;
  const PmService *root =
      &g_array_index (collisions->snapshot->services, PmService, script->service);
  const PmService *package =
      &g_array_index (collisions->snapshot->services, PmService, other->service);
  gsize length = strlen (root->project_id);
  return strcmp (root->root, package->root) == 0 &&
         strncmp (package->project_id, root->project_id, length) == 0 &&
         package->project_id[length] == '/';
}

static int
limit_by_starters (const PmCollisions *collisions, int severity, const PmClaim *a, const PmClaim *b)
{
  gboolean is_one = starts (collisions, a, b) || starts (collisions, b, a);
  return is_one ? MIN (severity, (int) PM_SEVERITY_NOTE) : severity;
}

/* An example runs beside nothing but its own parts, and a test starts what it needs itself. */
static int
limit_by_places (int severity, const PmClaim *a, const PmClaim *b)
{
  if (severity <= (int) PM_SEVERITY_NOTE || !(a->is_aside || b->is_aside) || same_directory (a, b))
    return severity;
  return PM_SEVERITY_NOTE;
}

static int
limit_by_profiles (int severity, const PmClaim *a, const PmClaim *b, gboolean one_file)
{
  if (a->profiles[0] == '\0' && b->profiles[0] == '\0')
    return severity;
  if (!one_file || a->profiles[0] == '\0' || b->profiles[0] == '\0')
    return MIN (severity, PM_SEVERITY_NOTE);
  return share_a_profile (a->profiles, b->profiles) ? severity : PM_NO_COLLISION;
}

static int
limit_by_modes (int severity, const PmClaim *a, const PmClaim *b, gboolean one_project)
{
  if (a->is_everyday && b->is_everyday)
    return severity;
  if (strcmp (a->variant, b->variant) == 0 && strcmp (a->variant, "template") != 0)
    return severity;
  return one_project ? PM_NO_COLLISION : MIN (severity, PM_SEVERITY_NOTE);
}

/* A tool takes another port where somebody sits on its default. */
static int
limit_by_confidence (int severity, const PmClaim *a, const PmClaim *b)
{
  gboolean with_socket = a->service < 0 || b->service < 0;
  if ((a->is_default && b->is_default) || (with_socket && (a->is_default || b->is_default)))
    return MIN (severity, PM_SEVERITY_NOTE);
  if (a->confidence < SURE || b->confidence < SURE)
    return MIN (severity, PM_SEVERITY_WARNING);
  return severity;
}

/* Whoever listens already has no quarrel with what listens beside it; nobody runs a template. */
static gboolean
is_beside_the_point (const PmCollisions *collisions, const PmClaim *claim)
{
  const PmService *s = &g_array_index (collisions->snapshot->services, PmService, claim->service);
  return s->live == PM_LIVE_LISTENING || strcmp (claim->variant, "template") == 0;
}

/* Services of one cluster cannot have one nodePort, in whatever namespaces ("Service", "Choosing
 * your own port"), nor two pods one hostPort on a node. What one cluster is given is what `kubectl
 * apply -f` takes at once: the files of a directory; anything else may go to another one. */
static int
severity_in_a_cluster (const PmCollisions *collisions, const PmClaim *a, const PmClaim *b)
{
  if (a->in_cluster != b->in_cluster || a->project != b->project || a->name == b->name ||
      !same_directory (a, b) || a->variant[0] != '\0' || b->variant[0] != '\0')
    return PM_NO_COLLISION;
  return limit_by_confidence (limit_by_places (PM_SEVERITY_ERROR, a, b), a, b);
}

int
pm_collisions_severity (const PmCollisions *collisions, const PmClaim *a, const PmClaim *b)
{
  if (a->service < 0 || b->service < 0) {
    const PmClaim *declared = a->service < 0 ? b : a;
    if (declared->service < 0 || is_beside_the_point (collisions, declared))
      return PM_NO_COLLISION;
  }
  if (a->in_cluster || b->in_cluster)
    return severity_in_a_cluster (collisions, a, b);
  gboolean one_project = a->project == b->project;
  if ((one_project && a->name == b->name) || !pm_bind_overlaps (&a->address, &b->address) ||
      (a->host != b->host && strcmp (a->host, b->host) != 0))
    return PM_NO_COLLISION;

  int severity = one_project ? severity_in_one_project (collisions, a, b) : (int) PM_SEVERITY_ERROR;
  if (severity == PM_NO_COLLISION)
    return severity;
  gboolean one_file = one_project && strcmp (a->file, b->file) == 0;
  severity = limit_by_starters (collisions, limit_by_places (severity, a, b), a, b);
  severity = limit_by_profiles (severity, a, b, one_file);
  severity = severity == PM_NO_COLLISION ? severity : limit_by_modes (severity, a, b, one_project);
  return severity == PM_NO_COLLISION ? severity : limit_by_confidence (severity, a, b);
}

int
pm_collisions_severity_alone (const PmClaim *claim)
{
  return claim->is_crowded ? limit_by_confidence (PM_SEVERITY_ERROR, claim, claim)
                           : PM_NO_COLLISION;
}

/* --- where they meet --- */

static void
drop_ended (const PmCollisions *collisions, GArray *open, PmTransport transport, guint port)
{
  guint kept = 0;
  for (guint i = 0; i < open->len; i++) {
    guint index = g_array_index (open, guint, i);
    const PmClaim *claim = pm_collisions_claim (collisions, index);
    if (claim->last >= port && claim->transport == transport)
      g_array_index (open, guint, kept++) = index;
  }
  g_array_set_size (open, kept);
}

/* The ports behind the one where the last claim started, up to where the next one does: they are
 * contested as well where ranges have them in common. */
static void
follow_ranges (const PmCollisions *collisions, GArray *open, const PmClaim *at, const PmClaim *next,
               PmContested contested, gpointer data)
{
  guint end = MIN ((guint) at->first + PM_WIDEST_OVERLAP, G_MAXUINT16 + 1u);
  if (next != NULL && next->transport == at->transport)
    end = MIN (end, (guint) next->first);
  for (guint port = at->first + 1u; port < end && open->len > 1 && open->len <= FEW; port++) {
    drop_ended (collisions, open, at->transport, port);
    if (open->len > 1)
      contested ((guint16) port, open, 0, data);
  }
}

void
pm_collisions_sweep (const PmCollisions *collisions, PmContested contested, gpointer data)
{
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (guint));
  const GArray *claims = collisions->claims;
  for (guint i = 0; i < claims->len;) {
    const PmClaim *at = pm_collisions_claim (collisions, i);
    drop_ended (collisions, open, at->transport, at->first);
    guint n_old = open->len;
    for (; i < claims->len && pm_collisions_claim (collisions, i)->first == at->first &&
           pm_collisions_claim (collisions, i)->transport == at->transport;
         i++)
      g_array_append_val (open, i);
    if (open->len > 1 || at->is_crowded)
      contested (at->first, open, open->len > FEW ? n_old : 0, data);
    follow_ranges (collisions, open, at,
                   i < claims->len ? pm_collisions_claim (collisions, i) : NULL, contested, data);
  }
}
