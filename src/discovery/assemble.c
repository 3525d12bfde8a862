/* DESIGN
 * Four passes over the findings fill one table of rows (service-rows.h):
 *   1. every finding and fact gets a service name, and the name of its rows;
 *   2. mappings, then ports that only containers and clusters see;
 *   3. listeners on the host: candidates are grouped into one group for each listener ("slot") and
 *      mode, and the best rank of a group is the row;
 *   4. tools that nothing gave a port get their default (default-ports.h).
 * Rows then get what can be told from all of their evidence: type, protocol, files. */

#include "discovery/assemble.h"

#include <string.h>

#include "discovery/default-ports.h"
#include "discovery/edges.h"
#include "discovery/exposed.h"
#include "discovery/listeners.h"
#include "discovery/owners.h"
#include "discovery/service-rows.h"
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
  PmServiceRows rows;
  PmSnapshot *snapshot; /* of the rows */
  PmUnits *units;
  GHashTable *facts; /* "root\nproject\nname" → the first PmServiceFact of that name */
} Assembly;

static PmFinding *
finding_at (const Assembly *a, guint index)
{
  return &g_array_index (a->snapshot->findings, PmFinding, index);
}

static gboolean
is_template (const char *variant)
{
  return strcmp (variant, "template") == 0;
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
  gint first = pm_service_rows_find (&a->rows, t, internal_port);
  if (first < 0)
    return pm_service_rows_for (&a->rows, t, internal_port);
  const PmService *row = pm_service_rows_at (&a->rows, (guint) first);
  if (row->external_port == 0 || row->external_port == external_port ||
      !are_in_force_together (row, pm_service_rows_evidence (&a->rows, (guint) first), p))
    return (guint) first;
  return pm_service_rows_further (&a->rows, t, internal_port, external_port);
}

static void
add_mapping (Assembly *a, const PmFinding *p, const PmFinding *t)
{
  guint published = range_length (p), targets = range_length (t);
  /* Of a range for one container port Docker takes one: the first stands for them. */
  for (guint i = 0; i < targets; i++) {
    guint16 external_port = (guint16) (p->port + (published > 1 ? i : 0));
    guint row = row_of_mapping (a, p, t, (guint16) (t->port + i), external_port);
    PmService *service = pm_service_rows_at (&a->rows, row);
    gboolean base_was_here = service->external_port != 0 && p->variant[0] != '\0';
    if (!base_was_here) {
      service->external_port = external_port;
      service->scope = p->scope;
      service->bind = p->bind;
      service->origin = pm_service_rows_origin (&a->rows, p);
      service->confidence = MIN (p->confidence, t->confidence);
      service->variant = p->variant;
      service->profiles = p->profiles;
    }
    pm_service_rows_add_evidence (&a->rows, row, p);
    pm_service_rows_add_evidence (&a->rows, row, t);
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

/* The row of the container that a compose service of another project runs from this unit (`build:
 * config` of a folder above, where each package is a project of its own); -1: there is none that
 * has the port. */
static gint
row_of_container (Assembly *a, const PmFinding *f, guint16 port)
{
  const PmUnit *unit = pm_units_of (a->units, f->root, f->project, f->file);
  if (unit->container == NULL || strcmp (unit->container->project, f->project) == 0)
    return -1;
  PmFinding there = *f;
  there.project = unit->container->project;
  there.owner = unit->container->owner;
  return pm_service_rows_find (&a->rows, &there, port);
}

/* A target whose host side is chosen at run time, an EXPOSE, a pod's port, what listens in there.
 */
static void
add_inner_port (Assembly *a, const PmFinding *f)
{
  for (guint k = 0; k < range_length (f); k++) {
    guint16 port = (guint16) (f->port + k);
    gint there = row_of_container (a, f, port);
    guint row = there >= 0 ? (guint) there : pm_service_rows_for (&a->rows, f, port);
    pm_service_rows_add_evidence (&a->rows, row, f);
  }
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
  service->origin = pm_service_rows_origin (&a->rows, winner);
  service->confidence = winner->confidence;
}

static void
add_listener (Assembly *a, const PmFinding *winner)
{
  const PmUnit *unit = pm_units_of (a->units, winner->root, winner->project, winner->file);
  gboolean in_container = unit->container != NULL && unit->container->variant[0] == '\0';
  for (guint k = 0; k < range_length (winner); k++) {
    guint16 port = (guint16) (winner->port + k);
    gint there = row_of_container (a, winner, port);
    if (there >= 0) {
      pm_service_rows_add_evidence (&a->rows, (guint) there, winner);
      continue;
    }
    gint existing = pm_service_rows_find (&a->rows, winner, port);
    guint row = existing >= 0 ? (guint) existing : pm_service_rows_for (&a->rows, winner, port);
    if (existing < 0 || !in_container)
      take_host_port (a, pm_service_rows_at (&a->rows, row), winner, port);
    pm_service_rows_add_evidence (&a->rows, row, winner);
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
  gboolean is_new = pm_service_rows_find (&a->rows, f, f->port) < 0;
  add_listener (a, f);
  if (is_new)
    pm_service_rows_at (&a->rows, (guint) pm_service_rows_find (&a->rows, f, f->port))->variant =
        script;
}

static void
add_listeners (Assembly *a, const GArray *candidates)
{
  for (guint i = 0; i < candidates->len;) {
    const PmListener *first = &g_array_index (candidates, PmListener, i);
    const PmFinding *winner = finding_at (a, first->finding);
    add_listener (a, winner);
    gint row = row_of_container (a, winner, winner->port);
    if (row < 0)
      row = pm_service_rows_find (&a->rows, winner, winner->port);
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
        pm_service_rows_add_evidence (&a->rows, (guint) row, other);
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
    gint row = f == NULL ? -1 : pm_service_rows_find (&a->rows, f, f->port);
    if (row >= 0)
      pm_service_rows_add_evidence (&a->rows, (guint) row, finding_at (a, i));
  }
}

/* --- what all the evidence of a row tells --- */

static void
index_facts (Assembly *a)
{
  for (guint i = 0; i < a->snapshot->facts->len; i++) {
    PmServiceFact *fact = &g_array_index (a->snapshot->facts, PmServiceFact, i);
    char *key = pm_service_name_key (fact->root, fact->project, fact->owner);
    if (g_hash_table_contains (a->facts, key) || pm_default_ports_is_a_proxys (fact))
      g_free (key);
    else
      g_hash_table_insert (a->facts, key, fact);
  }
}

static const PmServiceFact *
fact_of (const Assembly *a, const PmService *row)
{
  g_autofree char *key = pm_service_name_key (row->root, row->project_id, row->name);
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
  PmService *row = pm_service_rows_at (&a->rows, index);
  const PmServiceFact *fact = fact_of (a, row);
  PmServiceType type = {"", ""};
  pm_service_type (fact == NULL ? "" : fact->image, fact == NULL ? "" : fact->tool, row->name,
                   &type);
  const GArray *files = pm_service_rows_evidence (&a->rows, index);
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
assemble (PmSnapshot *snapshot, PmStacks *stacks, const char *host)
{
  pm_owners_of_compose (snapshot, stacks);
  g_autoptr (PmUnits) units = pm_units_new (snapshot);
  g_autoptr (GHashTable) facts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Assembly a = {.snapshot = snapshot, .units = units, .facts = facts};
  pm_service_rows_init (&a.rows, snapshot, host);

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
  pm_default_ports_add (&a.rows, units);
  index_facts (&a);
  for (guint i = 0; i < snapshot->services->len; i++)
    describe (&a, i);
  pm_service_rows_clear (&a.rows);
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
