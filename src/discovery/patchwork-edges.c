/* DESIGN
 * Edges lie in the order of their findings, as references do, so both are walked along once. What
 * is not asked again keeps its answer, under the number that the service has now. */

#include "discovery/patchwork-internal.h"
#include "model/brief.h"

#include <string.h>

gboolean
pm_patchwork_is_of_concern (PmPatchwork *p, const PmService *service)
{
  return pm_patchwork_is_concerned (
      p, pm_entangled_folder_of_project (p->entangled, service->root, service->project_id));
}

/* --- which ports --- */

/* Whether references find both in the same way. */
static gboolean
answer_alike (const PmService *a, const PmService *b)
{
  const char *left = a->n_config_files == 0 ? "" : a->config_files[0].path;
  const char *right = b->n_config_files == 0 ? "" : b->config_files[0].path;
  return pm_service_compare (a, b) == 0 && a->scope == b->scope &&
         (a->n_config_files != 0) == (b->n_config_files != 0) &&
         strcmp (a->variant, b->variant) == 0 && strcmp (a->bind, b->bind) == 0 &&
         strcmp (left, right) == 0;
}

void
pm_patchwork_touch_ports (PmPatchwork *p, const PmService *before, const PmService *now)
{
  const PmService *both[] = {before, now};
  if (before != NULL && now != NULL && answer_alike (before, now))
    return;
  for (guint i = 0; i < 2; i++)
    if (both[i] != NULL) {
      pm_port_set_add (p->ports, both[i]->internal_port);
      pm_port_set_add (p->ports, both[i]->external_port);
    }
}

/* Names that services are called by besides their own have changed: whose, nobody knows. */
static void
touch_all_names (PmPatchwork *p)
{
  for (guint i = 0; i < p->snapshot->services->len; i++) {
    const PmService *service = &g_array_index (p->snapshot->services, PmService, i);
    if (pm_patchwork_is_of_concern (p, service))
      pm_port_set_add (p->ports, service->internal_port);
  }
}

/* --- which references --- */

/* In the order of findings. */
typedef struct {
  guint finding;
  guint document;
} Asked;

/* A port's word is told by all but its last six bits. */
static guint64
last_bits (const PmPortSet *ports)
{
  guint64 bits = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (ports->bits); i++)
    bits |= ports->bits[i];
  return bits;
}

static GArray *
find_asked (PmPatchwork *p, PmPortSet *ret_ports, GHashTable *groups)
{
  GArray *asked = g_array_new (FALSE, FALSE, sizeof (Asked));
  guint64 touched = last_bits (p->ports);
  for (PmPieceCursor at = {0}; at.document < p->pieces->len; pm_piece_next (p, &at)) {
    const PmPiece *piece = pm_piece_at (p, &at);
    gboolean all = piece->refers_to != 0 && pm_patchwork_is_concerned (p, piece->folder);
    gboolean may_ask = all || (piece->refers_to & touched) != 0;
    for (guint k = 0; may_ask && k < piece->n_findings; k++) {
      Asked one = {at.finding + k, at.document};
      const PmBrief *brief = &g_array_index (p->snapshot->briefs, PmBrief, one.finding);
      if ((brief->flags & PM_BRIEF_REFERRED) == 0 || brief->port == 0 ||
          (!all && !pm_port_set_has (p->ports, brief->port)))
        continue;
      g_array_append_val (asked, one);
      pm_port_set_add (ret_ports, brief->port);
      g_hash_table_add (groups,
                        GUINT_TO_POINTER (pm_entangled_group (p->entangled, piece->folder)));
    }
  }
  return asked;
}

/* What stacks are told from, of the folders that somebody asks from. */
static PmSnapshot *
compose_of (PmPatchwork *p, GHashTable *groups)
{
  PmSnapshot *part = pm_snapshot_new ();
  for (PmPieceCursor at = {0}; at.document < p->pieces->len; pm_piece_next (p, &at)) {
    const PmPiece *piece = pm_piece_at (p, &at);
    if (piece->is_compose && g_hash_table_contains (groups, GUINT_TO_POINTER (pm_entangled_group (
                                                                p->entangled, piece->folder))))
      pm_patchwork_copy (p, &at, part);
  }
  return part;
}

/* --- answers --- */

static PmEdge
moved_edge (PmEdge edge, const gint32 *moved)
{
  edge.from_service = edge.from_service < 0 ? -1 : moved[edge.from_service];
  edge.to_service = edge.to_service < 0 ? -1 : moved[edge.to_service];
  return edge;
}

/* It led from or to a row that is no more: its id may be another row's now. */
static gboolean
is_cut (const PmEdge *before, const PmEdge *moved)
{
  return (before->from_service >= 0) != (moved->from_service >= 0) ||
         (before->to_service >= 0) != (moved->to_service >= 0);
}

static gboolean
same_edge (const PmEdge *a, const PmEdge *b)
{
  return a->from_service == b->from_service && a->to_service == b->to_service &&
         a->confidence <= b->confidence && a->confidence >= b->confidence;
}

static void
make_edges (PmPatchwork *p, const GArray *asked, const PmEdgeFinder *finder, const gint32 *moved)
{
  PmSnapshot *snapshot = p->snapshot;
  GArray *edges = g_array_sized_new (FALSE, FALSE, sizeof (PmEdge), snapshot->edges->len + 16);
  guint old = 0;
  for (guint i = 0; i <= asked->len; i++) {
    const Asked *one = i < asked->len ? &g_array_index (asked, Asked, i) : NULL;
    PmEdge before = {0};
    for (; old < snapshot->edges->len; old++) {
      before = g_array_index (snapshot->edges, PmEdge, old);
      if (one != NULL && before.finding >= one->finding)
        break;
      before = moved_edge (before, moved);
      g_array_append_val (edges, before);
    }
    if (one == NULL)
      break;
    PmEdge now = pm_edge_finder_find (finder, one->finding);
    gboolean was_there = old < snapshot->edges->len && before.finding == one->finding;
    PmEdge kept = was_there ? moved_edge (before, moved) : now;
    old += was_there ? 1 : 0;
    if (!was_there || is_cut (&before, &kept) || !same_edge (&kept, &now))
      g_array_index (p->pieces, PmPiece, one->document).is_touched = TRUE;
    g_array_append_val (edges, now);
  }
  g_array_unref (snapshot->edges);
  snapshot->edges = edges;
}

void
pm_patchwork_answer (PmPatchwork *p, const gint32 *moved)
{
  if (p->names_changed)
    touch_all_names (p);
  g_autofree PmPortSet *ports = g_new0 (PmPortSet, 1);
  g_autoptr (GHashTable) groups = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) asked = find_asked (p, ports, groups);
  g_autoptr (PmSnapshot) compose = compose_of (p, groups);
  g_autoptr (PmStacks) stacks = pm_stacks_new (compose);
  g_autoptr (PmEdgeFinder) finder = pm_edge_finder_new (p->snapshot, stacks, ports);
  make_edges (p, asked, finder, moved);
}

void
pm_patchwork_tell_addresses (PmPatchwork *p)
{
  GArray *services = p->snapshot->services;
  g_autofree const char **before = g_new (const char *, services->len + 1);
  for (guint i = 0; i < services->len; i++) {
    PmService *service = &g_array_index (services, PmService, i);
    before[i] = service->external_ip;
    service->external_ip = "";
  }
  pm_edges_tell_addresses (p->snapshot);
  for (guint i = 0; i < services->len; i++) {
    const PmService *service = &g_array_index (services, PmService, i);
    if (strcmp (before[i], service->external_ip) != 0)
      pm_patchwork_touch_project (p, service);
  }
}
