/* DESIGN
 * What compose publishes is claimed by its findings, since one container port may be published
 * several times and by wide ranges. Everything else that is bound on the host is claimed by the
 * rows of the services, which know which of several values wins. A live socket that one of the
 * claimants owns, or may own, is that claim come true and no other one. */

#include "allocation/claims.h"

#include <string.h>

#include "allocation/ownership.h"
#include "base/fingerprint.h"
#include "model/brief.h"
#include "model/extended.h"
#include "model/named-rows.h"
#include "model/replaced.h"

/* --- numbers for texts --- */

typedef struct {
  const char *host, *root, *project;
} Project;

static guint
project_hash (gconstpointer data)
{
  return (guint) pm_fingerprint_text (PM_FINGERPRINT_START, ((const Project *) data)->project);
}

static gboolean
project_equal (gconstpointer a, gconstpointer b)
{
  const Project *left = a, *right = b;
  return strcmp (left->project, right->project) == 0 && strcmp (left->root, right->root) == 0 &&
         strcmp (left->host, right->host) == 0;
}

typedef struct {
  guint project;
  const char *name;
} Name;

static guint
name_hash (gconstpointer data)
{
  const Name *name = data;
  return (guint) pm_fingerprint_text (name->project, name->name);
}

static gboolean
name_equal (gconstpointer a, gconstpointer b)
{
  const Name *left = a, *right = b;
  return left->project == right->project && strcmp (left->name, right->name) == 0;
}

/* The same number for the same key, from 1 on; the key stays the caller's. */
static guint
number_of (GHashTable *numbers, gpointer key)
{
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, key));
  if (number == 0) {
    number = g_hash_table_size (numbers) + 1;
    g_hash_table_insert (numbers, key, GUINT_TO_POINTER (number));
  }
  return number;
}

/* Services of one project mostly follow each other. */
static gboolean
is_of_project (const Project *project, const PmService *service)
{
  return project->project == service->project_id && project->root == service->root &&
         project->host == service->host;
}

/* Of each service the number of its project, and that of its name. */
static void
number_any (const PmSnapshot *snapshot, Project *projects, Name *names, guint *ret_numbers)
{
  g_autoptr (GHashTable) known = g_hash_table_new (project_hash, project_equal);
  g_autoptr (GHashTable) known_names = g_hash_table_new (name_hash, name_equal);
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *s = &g_array_index (snapshot->services, PmService, i);
    gboolean is_next = i > 0 && is_of_project (&projects[i - 1], s);
    projects[i] = (Project){s->host, s->root, s->project_id};
    names[i].project = is_next ? names[i - 1].project : number_of (known, &projects[i]);
    names[i].name = s->name;
    ret_numbers[i] = number_of (known_names, &names[i]);
  }
}

static gboolean
are_of_one_host (const PmSnapshot *snapshot)
{
  const char *host = NULL;
  for (guint i = 0; i < snapshot->services->len; i++) {
    const char *own = g_array_index (snapshot->services, PmService, i).host;
    if (host != NULL && own != host && strcmp (own, host) != 0)
      return FALSE;
    host = own;
  }
  return TRUE;
}

/* The same where equal ones follow each other. */
static void
number_in_order (const PmSnapshot *snapshot, Project *projects, Name *names, guint *ret_numbers)
{
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *s = &g_array_index (snapshot->services, PmService, i);
    projects[i] = (Project){s->host, s->root, s->project_id};
    names[i].name = s->name;
    gboolean is_next = i > 0 && (is_of_project (&projects[i - 1], s) ||
                                 project_equal (&projects[i - 1], &projects[i]));
    names[i].project = is_next ? names[i - 1].project : i + 1;
    ret_numbers[i] =
        is_next && strcmp (names[i - 1].name, s->name) == 0 ? ret_numbers[i - 1] : i + 1;
  }
}

static void
number_services (const PmSnapshot *snapshot, const PmNamedRows *rows, Project *projects,
                 Name *names, guint *ret_numbers)
{
  if (pm_named_rows_are_in_order (rows) && are_of_one_host (snapshot))
    number_in_order (snapshot, projects, names, ret_numbers);
  else
    number_any (snapshot, projects, names, ret_numbers);
}

static void
number_claims (const PmSnapshot *snapshot, const PmNamedRows *rows, GArray *claims)
{
  gsize n = snapshot->services->len;
  g_autofree Project *projects = g_new (Project, n + 1);
  g_autofree Name *names = g_new (Name, n + 1);
  g_autofree guint *numbers = g_new (guint, n + 1);
  number_services (snapshot, rows, projects, names, numbers);
  for (guint i = 0; i < claims->len; i++) {
    PmClaim *claim = &g_array_index (claims, PmClaim, i);
    claim->address = pm_bind_parse (claim->bind);
    claim->project = names[claim->service].project;
    claim->name = numbers[claim->service];
  }
}

/* --- what is declared --- */

/* Of several that fit, the one with the lowest inside port. */
static gint32
better_row (const PmSnapshot *snapshot, gint32 known, guint row)
{
  const PmService *s = &g_array_index (snapshot->services, PmService, row);
  return known < 0 || g_array_index (snapshot->services, PmService, known).internal_port >
                          s->internal_port
             ? (gint32) row
             : known;
}

/* The row of the same name that has this port, or one of that name; -1 when there is none. */
static gint32
service_of (const PmSnapshot *snapshot, const PmNamedRows *rows, const PmFinding *f)
{
  guint first, n = pm_named_rows_find (rows, f->root, f->project, f->owner, &first);
  gint32 with_port = -1, any = -1;
  for (guint i = 0; i < n; i++) {
    guint row = pm_named_rows_at (rows, first + i);
    const PmService *s = &g_array_index (snapshot->services, PmService, row);
    any = better_row (snapshot, any, row);
    if (s->external_port != 0 && s->external_port == f->port && s->transport == f->transport)
      with_port = better_row (snapshot, with_port, row);
  }
  return with_port >= 0 ? with_port : any;
}

/* How many containers of a service a compose file starts, where it is not one. */
static GHashTable *
index_replicas (const PmSnapshot *snapshot)
{
  GHashTable *index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < snapshot->facts->len; i++) {
    const PmServiceFact *fact = &g_array_index (snapshot->facts, PmServiceFact, i);
    if (fact->replicas != 1)
      g_hash_table_insert (index, g_strjoin ("\n", fact->root, fact->file, fact->name, NULL),
                           GUINT_TO_POINTER (fact->replicas));
  }
  return index;
}

static guint
replicas_of (GHashTable *index, const PmFinding *f)
{
  if (g_hash_table_size (index) == 0)
    return 1;
  gpointer replicas;
  g_autofree char *key = g_strjoin ("\n", f->root, f->file, f->own_name, NULL);
  return g_hash_table_lookup_extended (index, key, NULL, &replicas) ? GPOINTER_TO_UINT (replicas)
                                                                    : 1;
}

static guint
length_of (const PmFinding *f)
{
  return f->port_end > f->port ? (guint) (f->port_end - f->port) + 1 : 1;
}

/* Each container takes as many ports of the published range as it has targets. */
static gboolean
is_crowded (const PmSnapshot *snapshot, const PmFinding *f, guint replicas)
{
  guint targets = f->pair < 0 || (guint) f->pair >= snapshot->findings->len
                      ? 1
                      : length_of (&g_array_index (snapshot->findings, PmFinding, f->pair));
  return replicas > 1 && replicas > length_of (f) / targets;
}

static void
add_mapping (const PmSnapshot *snapshot, const PmNamedRows *rows, const PmFinding *f,
             guint replicas, GArray *claims)
{
  gint32 service = service_of (snapshot, rows, f);
  if (service < 0 || replicas == 0)
    return;
  PmClaim claim = {
      .service = service,
      .socket = -1,
      .first = f->port,
      .last = MAX (f->port, f->port_end),
      .transport = f->transport,
      .host = g_array_index (snapshot->services, PmService, service).host,
      .bind = f->bind,
      .file = f->file,
      .format = f->format,
      .line = f->position.line,
      .variant = f->variant,
      .profiles = f->profiles,
      .is_mapping = TRUE,
      .replicas = replicas,
      .is_crowded = is_crowded (snapshot, f, replicas),
      .confidence = f->confidence,
  };
  g_array_append_val (claims, claim);
}

/* A mapping is one of each service that extends the one it is said of. */
static void
add_extended (const PmSnapshot *snapshot, const PmNamedRows *rows, const PmExtended *extended,
              const PmFinding *f, GArray *claims)
{
  g_autoptr (GPtrArray) takers = pm_extended_by (extended, f);
  for (guint i = 0; takers != NULL && i < takers->len; i++) {
    const PmServiceFact *fact = takers->pdata[i];
    PmFinding taken = pm_extended_as_of (f, fact);
    add_mapping (snapshot, rows, &taken, fact->replicas, claims);
  }
}

static void
add_published (const PmSnapshot *snapshot, const PmNamedRows *rows, GArray *claims)
{
  g_autoptr (GHashTable) all_replicas = index_replicas (snapshot);
  g_autoptr (PmReplaced) replaced = pm_replaced_new (snapshot);
  g_autoptr (PmExtended) extended = pm_extended_new (snapshot);
  g_autoptr (GArray) own = NULL;
  const PmBrief *briefs = pm_briefs_of (snapshot, &own);
  for (guint i = 0; i < snapshot->findings->len; i++) {
    if ((briefs[i].flags & PM_BRIEF_PUBLISHED) == 0)
      continue;
    const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, i);
    if (pm_replaced_has (replaced, f))
      continue;
    if (!pm_extended_never_runs (extended, f))
      add_mapping (snapshot, rows, f, replicas_of (all_replicas, f), claims);
    add_extended (snapshot, rows, extended, f, claims);
  }
}

/* The one that `origin` names, or the first. */
static const PmConfigFile *
deciding_file (const PmService *service)
{
  for (guint i = 0; i < service->n_config_files; i++) {
    const PmConfigFile *file = &service->config_files[i];
    gsize length = strlen (file->path);
    if (strncmp (service->origin, file->path, length) == 0 && service->origin[length] == ':' &&
        g_ascii_strtoull (service->origin + length + 1, NULL, 10) == file->line)
      return file;
  }
  return service->n_config_files > 0 ? &service->config_files[0] : NULL;
}

/* What a process binds here, or a cluster on each of its nodes. */
static gboolean
is_bound (const PmService *service)
{
  if (service->external_port == 0)
    return FALSE;
  return service->scope == PM_SCOPE_CLUSTER ||
         (service->scope == PM_SCOPE_HOST && !pm_ownership_is_mapping (service));
}

static void
add_listening (const PmSnapshot *snapshot, GArray *claims)
{
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *service = &g_array_index (snapshot->services, PmService, i);
    if (!is_bound (service))
      continue;
    const PmConfigFile *file = deciding_file (service);
    PmClaim claim = {
        .service = (gint32) i,
        .socket = -1,
        .first = service->external_port,
        .last = service->external_port,
        .transport = service->transport,
        .host = service->host,
        .bind = service->bind,
        .file = file == NULL ? "" : file->path,
        .format = file == NULL ? "" : file->format,
        .line = file == NULL ? 0 : file->line,
        .variant = service->variant,
        .profiles = service->profiles,
        .in_cluster = service->scope == PM_SCOPE_CLUSTER,
        .is_default = service->confidence < 0.5,
        .confidence = service->confidence,
    };
    g_array_append_val (claims, claim);
  }
}

/* --- what is live --- */

/* Whether no claimant of its port owns the socket, or may own it. */
static gboolean
is_stray (const PmSnapshot *snapshot, const GArray *claims, const PmSocket *socket, guint from,
          guint to)
{
  PmBind bind = pm_bind_of_socket (socket->address, socket->is_v6_only);
  gboolean any = FALSE;
  for (guint i = from; i < to; i++) {
    const PmClaim *claim = &g_array_index (claims, PmClaim, i);
    if (claim->in_cluster || claim->last < socket->port ||
        !pm_bind_overlaps (&bind, &claim->address) || strcmp (claim->host, socket->host) != 0)
      continue;
    const PmService *service = &g_array_index (snapshot->services, PmService, claim->service);
    if (pm_ownership (service, socket) != PM_LIVE_FOREIGN)
      return FALSE;
    any = TRUE;
  }
  return any;
}

static PmClaim
claim_of_socket (const PmSnapshot *snapshot, guint index)
{
  const PmSocket *socket = &g_array_index (snapshot->sockets, PmSocket, index);
  return (PmClaim){
      .service = -1,
      .socket = (gint32) index,
      .first = socket->port,
      .last = socket->port,
      .transport = socket->transport,
      .host = socket->host,
      .bind = socket->address,
      .file = "",
      .format = "",
      .variant = "",
      .profiles = "",
      .confidence = 1,
      .address = pm_bind_of_socket (socket->address, socket->is_v6_only),
  };
}

/* The claims that start at or below each socket's port: those of its transport, up to `to`. A range
 * is at most 65,536 ports long, so the widest one tells where to begin. */
static void
add_strays (const PmSnapshot *snapshot, GArray *claims)
{
  guint n_declared = claims->len, from = 0, to = 0, widest = 0;
  for (guint i = 0; i < n_declared; i++) {
    const PmClaim *claim = &g_array_index (claims, PmClaim, i);
    widest = MAX (widest, (guint) claim->last - claim->first);
  }
  for (guint i = 0; i < snapshot->sockets->len; i++) {
    const PmSocket *socket = &g_array_index (snapshot->sockets, PmSocket, i);
    const PmClaim *claim;
    while (to < n_declared &&
           ((claim = &g_array_index (claims, PmClaim, to))->transport < socket->transport ||
            (claim->transport == socket->transport && claim->first <= socket->port)))
      to++;
    while (from < to &&
           ((claim = &g_array_index (claims, PmClaim, from))->transport < socket->transport ||
            claim->first + widest < socket->port))
      from++;
    if (!is_stray (snapshot, claims, socket, from, to))
      continue;
    PmClaim stray = claim_of_socket (snapshot, i);
    g_array_append_val (claims, stray);
  }
}

/* --- all --- */

static int
compare_owners (const PmSnapshot *snapshot, gint32 a, gint32 b)
{
  if (a < 0 || b < 0)
    return (a < 0) - (b < 0); /* sockets behind services */
  const PmService *left = &g_array_index (snapshot->services, PmService, a);
  const PmService *right = &g_array_index (snapshot->services, PmService, b);
  int order = strcmp (left->project_id, right->project_id);
  order = order != 0 ? order : strcmp (left->name, right->name);
  order = order != 0 ? order : strcmp (left->root, right->root);
  order = order != 0 ? order : strcmp (left->host, right->host);
  return order != 0 ? order : (int) left->internal_port - right->internal_port;
}

static gint
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  const PmClaim *left = a, *right = b;
  if (left->transport != right->transport)
    return left->transport < right->transport ? -1 : 1;
  if (left->first != right->first)
    return left->first < right->first ? -1 : 1;
  int order = compare_owners (data, left->service, right->service);
  order = order != 0 ? order : strcmp (left->file, right->file);
  if (order != 0)
    return order;
  if (left->line != right->line)
    return left->line < right->line ? -1 : 1;
  order = strcmp (left->bind, right->bind);
  return order != 0 ? order : (int) left->last - right->last;
}

static void
sort (const PmSnapshot *snapshot, GArray *claims)
{
  g_array_sort_with_data (claims, compare, (gpointer) snapshot);
}

GArray *
pm_claims_collect (const PmSnapshot *snapshot)
{
  GArray *claims = g_array_new (FALSE, FALSE, sizeof (PmClaim));
  g_autoptr (PmNamedRows) rows = pm_named_rows_new (snapshot);
  add_published (snapshot, rows, claims);
  add_listening (snapshot, claims);
  number_claims (snapshot, rows, claims);
  sort (snapshot, claims);
  guint n_declared = claims->len;
  add_strays (snapshot, claims);
  if (claims->len > n_declared)
    sort (snapshot, claims);
  return claims;
}
