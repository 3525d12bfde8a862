/* DESIGN
 * Four passes over the findings fill one table of rows, keyed by root, project, name, transport and
 * internal port; where that one is published several times, each further time by its external port
 * as well:
 *   1. every finding and fact gets a service name, and the name of its rows;
 *   2. mappings, then ports that only containers and clusters see;
 *   3. listeners on the host: candidates are grouped into one group for each listener ("slot") and
 *      mode, and the best rank of a group is the row;
 *   4. tools that nothing gave a port get their default.
 * Rows then get what can be told from all of their evidence: type, protocol, files. */

#include "discovery/assemble.h"

#include <string.h>

#include "discovery/edges.h"
#include "discovery/elsewhere.h"
#include "discovery/exposed.h"
#include "discovery/listeners.h"
#include "discovery/mounted.h"
#include "discovery/owners.h"
#include "discovery/service-type.h"
#include "discovery/stacks.h"
#include "discovery/units.h"
#include "model/extended.h"
#include "model/replaced.h"

#define LEAST_CONFIDENCE 0.5
#define WIDEST_RANGE                                                                               \
  128 /* ports of a range that get a row each; of a wider one, the first does                      \
       */

typedef struct {
  PmSnapshot *snapshot;
  PmUnits *units;
  const char *host;
  GHashTable *rows;    /* char * → index + 1 into snapshot->services */
  GPtrArray *evidence; /* of GArray of PmConfigFile, one a row */
  GHashTable *facts;   /* "root\nproject\nname" → the first PmServiceFact of that name */
} Assembly;

static PmFinding *
finding_at (const Assembly *a, guint index)
{
  return &g_array_index (a->snapshot->findings, PmFinding, index);
}

static PmService *
row_at (const Assembly *a, guint index)
{
  return &g_array_index (a->snapshot->services, PmService, index);
}

static gboolean
is_template (const char *variant)
{
  return strcmp (variant, "template") == 0;
}

/* --- rows --- */

/* With an external port (not 0) it is the key of a further row of that internal port. */
static char *
row_key (const PmFinding *f, guint16 internal_port, guint16 external_port)
{
  return g_strdup_printf ("%s\n%s\n%s\n%d\n%u\n%u", f->root, f->project, f->owner, f->transport,
                          internal_port, external_port);
}

static gint
find_row (const Assembly *a, const PmFinding *f, guint16 internal_port)
{
  g_autofree char *key = row_key (f, internal_port, 0);
  return GPOINTER_TO_INT (g_hash_table_lookup (a->rows, key)) - 1;
}

/* Takes the key. */
static guint
add_row (Assembly *a, const PmService *row, char *key)
{
  guint index = a->snapshot->services->len;
  g_array_append_val (a->snapshot->services, *row);
  g_ptr_array_add (a->evidence, g_array_new (FALSE, TRUE, sizeof (PmConfigFile)));
  g_hash_table_insert (a->rows, key, GINT_TO_POINTER ((gint) index + 1));
  return index;
}

static void
add_evidence (Assembly *a, guint row, const PmFinding *f)
{
  GArray *files = g_ptr_array_index (a->evidence, row);
  for (guint i = 0; i < files->len; i++) {
    const PmConfigFile *file = &g_array_index (files, PmConfigFile, i);
    if (file->line == f->position.line && strcmp (file->path, f->file) == 0)
      return;
  }
  PmConfigFile file = {.path = f->file,
                       .format = f->format,
                       .variant = f->variant,
                       .line = f->position.line,
                       .role = f->role,
                       .is_kept = f->standing == PM_STANDING_KEPT};
  g_array_append_val (files, file);
}

static const char *
origin_of (Assembly *a, const PmFinding *f)
{
  if (f->origin[0] != '\0')
    return f->origin;
  return pm_arena_printf (a->snapshot->arena, "%s:%u", f->file, f->position.line);
}

/* Takes the key. */
static guint
new_row (Assembly *a, const PmFinding *f, guint16 internal_port, char *key)
{
  PmService row = {
      .host = a->host,
      .root = f->root,
      .project_id = f->project,
      .name = f->owner,
      .external_ip = "",
      .bind = f->bind,
      .internal_port = internal_port,
      .transport = f->transport,
      .scope = f->scope,
      .protocol = f->protocol,
      .type = "",
      .variant = f->variant,
      .profiles = f->profiles,
      .origin = origin_of (a, f),
      .confidence = f->confidence,
      .pinned = "",
      .tags = "",
  };
  return add_row (a, &row, key);
}

static guint
row_for (Assembly *a, const PmFinding *f, guint16 internal_port)
{
  gint existing = find_row (a, f, internal_port);
  return existing >= 0 ? (guint) existing
                       : new_row (a, f, internal_port, row_key (f, internal_port, 0));
}

/* --- 2. mappings and ports of containers and clusters --- */

static gboolean
may_make_rows (const PmFinding *f)
{
  return f->kind == PM_KIND_PORT && f->confidence >= LEAST_CONFIDENCE &&
         (f->text_class == PM_TEXT_CONFIG || f->text_class == PM_TEXT_SOURCE) &&
         f->role != PM_ROLE_REFERENCE && f->role != PM_ROLE_ADDRESS;
}

static guint
range_length (const PmFinding *f)
{
  guint length = f->port_end >= f->port ? (guint) f->port_end - f->port + 1u : 1;
  return length > WIDEST_RANGE ? 1 : length;
}

/* Compose publishes both what a file says and what the override file beside it does; of two modes
 * only one is run at a time. */
static gboolean
are_in_force_together (const PmService *row, const GArray *evidence, const PmFinding *p)
{
  gboolean overrides = strcmp (p->variant, "override") == 0;
  gboolean is_overridden = strcmp (row->variant, "override") == 0;
  if ((overrides && row->variant[0] == '\0') || (is_overridden && p->variant[0] == '\0'))
    return TRUE;
  for (guint i = 0; i < evidence->len; i++) {
    const PmConfigFile *file = &g_array_index (evidence, PmConfigFile, i);
    if (file->role == PM_ROLE_PUBLISH && strcmp (file->path, p->file) == 0)
      return TRUE;
  }
  return FALSE;
}

/* The row of a mapping: that of its container port, or, where that one is published on another port
 * already, a further one. */
static guint
row_of_mapping (Assembly *a, const PmFinding *p, const PmFinding *t, guint16 internal_port,
                guint16 external_port)
{
  gint first = find_row (a, t, internal_port);
  if (first < 0)
    return row_for (a, t, internal_port);
  const PmService *row = row_at (a, (guint) first);
  if (row->external_port == 0 || row->external_port == external_port ||
      !are_in_force_together (row, g_ptr_array_index (a->evidence, (guint) first), p))
    return (guint) first;
  g_autofree char *key = row_key (t, internal_port, external_port);
  gpointer further = g_hash_table_lookup (a->rows, key);
  return further != NULL ? (guint) GPOINTER_TO_INT (further) - 1
                         : new_row (a, t, internal_port, g_steal_pointer (&key));
}

static void
add_mapping (Assembly *a, const PmFinding *p, const PmFinding *t)
{
  guint published = range_length (p), targets = range_length (t);
  /* Of a range for one container port Docker takes one: the first stands for them. */
  for (guint i = 0; i < targets; i++) {
    guint16 external_port = (guint16) (p->port + (published > 1 ? i : 0));
    guint row = row_of_mapping (a, p, t, (guint16) (t->port + i), external_port);
    PmService *service = row_at (a, row);
    gboolean base_was_here = service->external_port != 0 && p->variant[0] != '\0';
    if (!base_was_here) {
      service->external_port = external_port;
      service->scope = p->scope;
      service->bind = p->bind;
      service->origin = origin_of (a, p);
      service->confidence = MIN (p->confidence, t->confidence);
      service->variant = p->variant;
      service->profiles = p->profiles;
    }
    add_evidence (a, row, p);
    add_evidence (a, row, t);
  }
}

static gint
partner_of (const Assembly *a, guint index)
{
  const PmFinding *f = finding_at (a, index);
  if (f->pair < 0 || (guint) f->pair >= a->snapshot->findings->len)
    return -1;
  const PmFinding *partner = finding_at (a, (guint) f->pair);
  return partner->kind == PM_KIND_PORT && strcmp (partner->file, f->file) == 0 ? f->pair : -1;
}

/* A mapping of each service that extends the one it is said of. */
static void
add_extended_mappings (Assembly *a, const PmExtended *extended, const PmFinding *p,
                       const PmFinding *t)
{
  g_autoptr (GPtrArray) takers = pm_extended_by (extended, p);
  for (guint i = 0; takers != NULL && i < takers->len; i++) {
    PmFinding taken = pm_extended_as_of (p, takers->pdata[i]);
    PmFinding target = pm_extended_as_of (t, takers->pdata[i]);
    if (!is_template (taken.variant))
      add_mapping (a, &taken, &target);
  }
}

static void
add_mappings (Assembly *a, const PmExtended *extended)
{
  g_autoptr (PmReplaced) replaced = pm_replaced_new (a->snapshot);
  for (guint i = 0; i < a->snapshot->findings->len; i++) {
    const PmFinding *f = finding_at (a, i);
    gint target = partner_of (a, i);
    if (!may_make_rows (f) || f->role != PM_ROLE_PUBLISH || target < 0 ||
        is_template (f->variant) || pm_replaced_has (replaced, f))
      continue;
    if (!pm_extended_never_runs (extended, f))
      add_mapping (a, f, finding_at (a, (guint) target));
    add_extended_mappings (a, extended, f, finding_at (a, (guint) target));
  }
}

/* A target whose host side is chosen at run time, an EXPOSE, a pod's port, what listens in there.
 */
static void
add_inner_port (Assembly *a, const PmFinding *f)
{
  for (guint k = 0; k < range_length (f); k++)
    add_evidence (a, row_for (a, f, (guint16) (f->port + k)), f);
}

static void
add_inner_ports (Assembly *a, const PmExposed *exposed, const PmExtended *extended)
{
  for (guint i = 0; i < a->snapshot->findings->len; i++) {
    const PmFinding *f = finding_at (a, i);
    if (!may_make_rows (f) || is_template (f->variant))
      continue;
    gboolean inner = f->role == PM_ROLE_TARGET || f->scope != PM_SCOPE_HOST;
    if (!inner || (f->role == PM_ROLE_PUBLISH && partner_of (a, i) >= 0) ||
        (f->role == PM_ROLE_TARGET && partner_of (a, i) >= 0) ||
        pm_exposed_stands_for (exposed, i) >= 0)
      continue;
    if (!pm_extended_never_runs (extended, f))
      add_inner_port (a, f);
    g_autoptr (GPtrArray) takers = pm_extended_by (extended, f);
    for (guint k = 0; takers != NULL && k < takers->len; k++) {
      PmFinding taken = pm_extended_as_of (f, takers->pdata[k]);
      add_inner_port (a, &taken);
    }
  }
}

/* --- 3. listeners on the host --- */

/* What a Dockerfile or a cloud exposes may be run as it is as well, unless compose maps the port:
 * then the mapping says where the host has it. What holds every day goes before what a mode says.
 */
static void
take_host_port (Assembly *a, PmService *service, const PmFinding *winner, guint16 port)
{
  gboolean other_mode = service->variant[0] != '\0' && winner->variant[0] == '\0';
  if (service->external_port != 0 && !other_mode)
    return;
  service->external_port = port;
  service->scope = PM_SCOPE_HOST;
  service->bind = winner->bind;
  service->variant = winner->variant;
  service->origin = origin_of (a, winner);
  service->confidence = winner->confidence;
}

static void
add_listener (Assembly *a, const PmFinding *winner)
{
  const PmUnit *unit = pm_units_of (a->units, winner->root, winner->project, winner->file);
  gboolean in_container = unit->container != NULL && unit->container->variant[0] == '\0';
  for (guint k = 0; k < range_length (winner); k++) {
    guint16 port = (guint16) (winner->port + k);
    gint existing = find_row (a, winner, port);
    guint row = existing >= 0 ? (guint) existing : row_for (a, winner, port);
    if (existing < 0 || !in_container)
      take_host_port (a, row_at (a, row), winner, port);
    add_evidence (a, row, winner);
  }
}

/* A file does not override itself: two ports in it are two listeners (nginx's 80 and 443). Scripts
 * of one package are the exception: dev and start are two ways to run one thing (add_mode). */
static gboolean
is_another_listener (const PmFinding *winner, const PmFinding *next)
{
  return next->port != winner->port && strcmp (next->file, winner->file) == 0 &&
         !g_str_has_prefix (next->path, "scripts.");
}

/* What another script of the package is called; NULL: it is no other script. */
static const char *
other_script (const PmFinding *winner, const PmFinding *next)
{
  const char *prefix = "scripts.";
  if (next->port == winner->port || strcmp (next->file, winner->file) != 0 ||
      strcmp (next->path, winner->path) == 0 || !g_str_has_prefix (winner->path, prefix) ||
      !g_str_has_prefix (next->path, prefix))
    return NULL;
  return next->path + strlen (prefix);
}

/* `start` beside `dev`: the same service in another mode, on a port that must not be given away. */
static void
add_mode (Assembly *a, const PmFinding *f, const char *script)
{
  gboolean is_new = find_row (a, f, f->port) < 0;
  add_listener (a, f);
  if (is_new)
    row_at (a, (guint) find_row (a, f, f->port))->variant = script;
}

static void
add_listeners (Assembly *a, const GArray *candidates)
{
  for (guint i = 0; i < candidates->len;) {
    const PmListener *first = &g_array_index (candidates, PmListener, i);
    const PmFinding *winner = finding_at (a, first->finding);
    add_listener (a, winner);
    gint row = find_row (a, winner, winner->port);
    for (; i < candidates->len; i++) {
      const PmListener *next = &g_array_index (candidates, PmListener, i);
      if (!pm_listeners_same (a->snapshot, first, next))
        break;
      const PmFinding *other = finding_at (a, next->finding);
      const char *script = other_script (winner, other);
      if (script != NULL)
        add_mode (a, other, script);
      else if (is_another_listener (winner, other))
        add_listener (a, other);
      else
        add_evidence (a, (guint) row, other);
    }
  }
}

/* The rows of what they stand for. */
static void
add_exposed (Assembly *a, const PmExposed *exposed)
{
  for (guint i = 0; i < a->snapshot->findings->len; i++) {
    gint listener = pm_exposed_stands_for (exposed, i);
    const PmFinding *f = listener < 0 ? NULL : finding_at (a, (guint) listener);
    gint row = f == NULL ? -1 : find_row (a, f, f->port);
    if (row >= 0)
      add_evidence (a, (guint) row, finding_at (a, i));
  }
}

/* --- 4. defaults --- */

static char *
name_key (const char *root, const char *project, const char *name)
{
  return g_strconcat (root, "\n", project, "\n", name, NULL);
}

/* `next dev` without a port beside `next start -p 4000`: what one script says is not in force when
 * another one is run. */
static gboolean
is_another_scripts (const PmServiceFact *fact, const PmConfigFile *file)
{
  return strcmp (fact->format, "package.json") == 0 && strcmp (file->path, fact->file) == 0 &&
         file->line != fact->line;
}

/* Of a proxy's own file: what its sites listen on besides the ports that are written. */
static gboolean
is_a_proxys (const PmServiceFact *fact)
{
  return strcmp (fact->format, "caddy") == 0;
}

/* A container has its ports from whoever maps them, another machine has none here. */
static gboolean
is_run_elsewhere (const Assembly *a, const PmMounted *mounted, const PmServiceFact *fact)
{
  return pm_units_of (a->units, fact->root, fact->project, fact->file)->is_in_containers ||
         (is_a_proxys (fact) &&
          (pm_elsewhere (fact->file) ||
           pm_mounted_of (mounted, fact->root, fact->file, fact->format) != NULL));
}

/* Whether something says where the service listens, when it is started as the fact tells. */
static gboolean
is_told_a_port (const Assembly *a, const PmServiceFact *fact, GHashTable *by_name)
{
  g_autofree char *key = name_key (fact->root, fact->project, fact->owner);
  const GArray *rows = g_hash_table_lookup (by_name, key);
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    guint row = g_array_index (rows, guint, i);
    const GArray *files = g_ptr_array_index (a->evidence, row);
    if (row_at (a, row)->internal_port == fact->default_port)
      return TRUE;
    if (is_a_proxys (fact)) /* its other ports, and those of what it stands before */
      continue;
    if (pm_listeners_is_anothers (fact, files))
      continue;
    for (guint k = 0; k < files->len; k++)
      if (!is_another_scripts (fact, &g_array_index (files, PmConfigFile, k)))
        return TRUE;
  }
  return FALSE;
}

static void
add_row_by_name (GHashTable *by_name, const PmService *row, guint index)
{
  g_autofree char *key = name_key (row->root, row->project_id, row->name);
  GArray *rows = g_hash_table_lookup (by_name, key);
  if (rows == NULL) {
    rows = g_array_new (FALSE, FALSE, sizeof (guint));
    g_hash_table_insert (by_name, g_steal_pointer (&key), rows);
  }
  g_array_append_val (rows, index);
}

static void
unref_rows (gpointer rows)
{
  g_array_unref (rows);
}

static GHashTable *
rows_by_name (const Assembly *a)
{
  GHashTable *by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_rows);
  for (guint i = 0; i < a->snapshot->services->len; i++)
    add_row_by_name (by_name, row_at (a, i), i);
  return by_name;
}

/* What several containers run has its ports from them. */
static void
add_defaults (Assembly *a)
{
  g_autoptr (GHashTable) by_name = rows_by_name (a);
  g_autoptr (PmMounted) mounted = NULL;
  for (guint i = 0; i < a->snapshot->facts->len; i++) {
    const PmServiceFact *fact = &g_array_index (a->snapshot->facts, PmServiceFact, i);
    if (mounted == NULL && is_a_proxys (fact))
      mounted = pm_mounted_new (a->snapshot);
    if (fact->default_port == 0 || is_run_elsewhere (a, mounted, fact) ||
        is_told_a_port (a, fact, by_name))
      continue;
    PmService row = {
        .host = a->host,
        .root = fact->root,
        .project_id = fact->project,
        .name = fact->owner,
        .external_ip = "",
        .bind = "",
        .internal_port = fact->default_port,
        .external_port = fact->default_port,
        .scope = PM_SCOPE_HOST,
        .protocol = "",
        .type = "",
        .variant = fact->variant,
        .profiles = fact->profiles,
        .origin = fact->default_origin,
        .confidence = 0.4,
        .pinned = "",
        .tags = "",
    };
    PmConfigFile file = {.path = fact->file,
                         .format = fact->format,
                         .variant = fact->variant,
                         .line = fact->line,
                         .role = PM_ROLE_LISTEN,
                         .is_kept = fact->standing == PM_STANDING_KEPT};
    PmFinding as_finding = {
        .root = row.root, .project = row.project_id, .owner = row.name, .transport = row.transport};
    guint index = add_row (a, &row, row_key (&as_finding, row.internal_port, 0));
    GArray *files = g_ptr_array_index (a->evidence, index);
    g_array_append_val (files, file);
    add_row_by_name (by_name, &row, index);
  }
}

/* --- what all the evidence of a row tells --- */

static void
index_facts (Assembly *a)
{
  for (guint i = 0; i < a->snapshot->facts->len; i++) {
    PmServiceFact *fact = &g_array_index (a->snapshot->facts, PmServiceFact, i);
    char *key = name_key (fact->root, fact->project, fact->owner);
    if (g_hash_table_contains (a->facts, key) || is_a_proxys (fact))
      g_free (key);
    else
      g_hash_table_insert (a->facts, key, fact);
  }
}

static const PmServiceFact *
fact_of (const Assembly *a, const PmService *row)
{
  g_autofree char *key = name_key (row->root, row->project_id, row->name);
  return g_hash_table_lookup (a->facts, key);
}

/* Of a service whose name tells nothing: the type of the proxy in whose own file its port stands.
 */
static const char *
type_by_files (const GArray *files)
{
  static const char *const proxies[] = {"nginx",   "caddy", "apache", "haproxy",
                                        "traefik", "envoy", NULL};
  for (guint i = 0; i < files->len; i++) {
    const PmConfigFile *file = &g_array_index (files, PmConfigFile, i);
    if (file->role == PM_ROLE_LISTEN && g_strv_contains (proxies, file->format))
      return "proxy";
  }
  return "";
}

static void
describe (Assembly *a, guint index)
{
  PmService *row = row_at (a, index);
  const PmServiceFact *fact = fact_of (a, row);
  PmServiceType type = {"", ""};
  pm_service_type (fact == NULL ? "" : fact->image, fact == NULL ? "" : fact->tool, row->name,
                   &type);
  const GArray *files = g_ptr_array_index (a->evidence, index);
  row->type = type.type[0] != '\0' ? type.type : type_by_files (files);
  if (row->transport == PM_TRANSPORT_UDP)
    row->protocol = "udp";
  else if (row->protocol[0] == '\0' && type.protocol[0] != '\0')
    row->protocol = type.protocol;
  else if (row->protocol[0] == '\0') {
    row->protocol = pm_service_type_port_is_http (row->internal_port) ? "http" : "tcp";
    row->is_protocol_guessed = TRUE;
  }

  row->n_config_files = files->len;
  row->config_files = pm_arena_alloc (a->snapshot->arena, files->len * sizeof (PmConfigFile));
  memcpy (row->config_files, files->data, files->len * sizeof (PmConfigFile));
}

static void
free_evidence (gpointer files)
{
  g_array_unref (files);
}

static void
assemble (PmSnapshot *snapshot, PmStacks *stacks, const char *host)
{
  pm_owners_of_compose (snapshot, stacks);
  g_autoptr (PmUnits) units = pm_units_new (snapshot);
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) facts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) evidence = g_ptr_array_new_with_free_func (free_evidence);
  Assembly a = {
      .snapshot = snapshot,
      .units = units,
      .host = pm_arena_strdup (snapshot->arena, host),
      .rows = rows,
      .evidence = evidence,
      .facts = facts,
  };

  g_array_set_size (snapshot->services, 0);
  g_array_set_size (snapshot->edges, 0);
  pm_owners_tell (snapshot, units, stacks);
  g_autoptr (PmExtended) extended = pm_extended_new (snapshot);
  add_mappings (&a, extended);
  g_autoptr (GArray) listeners = pm_listeners_collect (snapshot, LEAST_CONFIDENCE);
  g_autoptr (PmExposed) exposed = pm_exposed_new (snapshot, listeners);
  add_inner_ports (&a, exposed, extended);
  add_listeners (&a, listeners);
  add_exposed (&a, exposed);
  add_defaults (&a);
  index_facts (&a);
  for (guint i = 0; i < snapshot->services->len; i++)
    describe (&a, i);
  g_array_sort (snapshot->services, pm_service_compare);
}

void
pm_assemble_services (PmSnapshot *snapshot, const char *host)
{
  g_autoptr (PmStacks) stacks = pm_stacks_new (snapshot);
  assemble (snapshot, stacks, host);
}

void
pm_assemble (PmSnapshot *snapshot, const char *host)
{
  g_autoptr (PmStacks) stacks = pm_stacks_new (snapshot);
  assemble (snapshot, stacks, host);
  pm_edges_find (snapshot, stacks);
}
