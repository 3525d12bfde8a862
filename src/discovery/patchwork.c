/* DESIGN
 * Rows of documents lie one behind the other in the order of documents; `pieces` tells how many
 * each has. A replacement
 *   1. puts the new rows in the place of the old ones, and moves what counts rows along
 *      (patchwork-rows.c);
 *   2. assembles the services of all folders that belong together with what changed (entangled.h),
 *      as a snapshot of their own: services depend on nothing outside of these;
 *   3. takes over from it what is otherwise than before, so that texts are copied for that alone
 *      (patchwork-services.c);
 *   4. answers references again: those of these folders, and elsewhere those to a port that a
 *      service there has or had and that is otherwise now (patchwork-edges.c);
 *   5. tells external addresses, which all references together decide. */

#include "discovery/patchwork.h"

#include <string.h>

#include "discovery/assemble.h"
#include "discovery/patchwork-internal.h"
#include "model/brief.h"

#define MOST_WORN_BYTES (8 * 1024 * 1024)

/* --- making one --- */

/* Texts of the one live on in the other. */
static void
take_texts (PmSnapshot *from, PmSnapshot *to)
{
  pm_snapshot_adopt (to, g_steal_pointer (&from->arena));
  while (from->adopted->len > 0)
    pm_snapshot_adopt (to, g_ptr_array_steal_index_fast (from->adopted, 0));
  from->arena = pm_arena_new ();
}

/* Of this host's services the ids, which assembling does not know. */
static void
take_ids (PmPatchwork *p, PmSnapshot *previous)
{
  g_array_sort (previous->services, pm_service_compare);
  guint at = 0;
  for (guint i = 0; i < p->snapshot->services->len; i++) {
    PmService *service = &g_array_index (p->snapshot->services, PmService, i);
    for (; at < previous->services->len; at++) {
      const PmService *known = &g_array_index (previous->services, PmService, at);
      gint order = pm_service_compare (known, service);
      if (order > 0)
        break;
      if (order == 0 && strcmp (known->host, service->host) == 0)
        service->id = known->id;
    }
  }
}

static void
see_nothing (PmPatchwork *p)
{
  g_array_set_size (p->seen, p->snapshot->services->len);
  if (p->seen->len > 0)
    memset (p->seen->data, PM_NEVER_SEEN, p->seen->len);
}

PmPatchwork *
pm_patchwork_new (PmSnapshot *taken, const char *host, PmPatchworkSettle settle, gpointer data)
{
  g_autoptr (PmSnapshot) previous = taken;
  PmPatchwork *p = g_new0 (PmPatchwork, 1);
  p->snapshot = pm_snapshot_new ();
  p->host = g_strdup (host);
  p->pieces = g_array_new (FALSE, TRUE, sizeof (PmPiece));
  p->seen = g_array_new (FALSE, TRUE, sizeof (guint8));
  p->projects = g_array_new (FALSE, TRUE, sizeof (PmRooted));
  p->gone = g_array_new (FALSE, TRUE, sizeof (PmRooted));
  p->entangled = pm_entangled_new ();
  pm_patchwork_fill (p, previous);
  g_array_append_vals (p->snapshot->projects, previous->projects->data, previous->projects->len);
  g_array_append_vals (p->snapshot->problems, previous->problems->data, previous->problems->len);
  pm_assemble (p->snapshot, host);
  take_ids (p, previous);
  take_texts (previous, p->snapshot);
  g_array_unref (p->snapshot->briefs);
  p->snapshot->briefs = pm_patchwork_briefs (p->snapshot->findings);
  see_nothing (p);
  if (settle != NULL && !settle (p->snapshot, data))
    g_clear_pointer (&p, pm_patchwork_free);
  else
    p->fresh_bytes = pm_arena_size_bytes (p->snapshot->arena);
  return p;
}

void
pm_patchwork_free (PmPatchwork *p)
{
  if (p == NULL)
    return;
  pm_snapshot_free (p->part);
  pm_snapshot_free (p->snapshot);
  pm_entangled_free (p->entangled);
  g_array_unref (p->pieces);
  g_array_unref (p->seen);
  g_array_unref (p->projects);
  g_array_unref (p->gone);
  g_free (p->host);
  g_free (p);
}

PmSnapshot *
pm_patchwork_snapshot (PmPatchwork *p)
{
  return p->snapshot;
}

gboolean
pm_patchwork_is_worn (const PmPatchwork *p)
{
  return pm_arena_size_bytes (p->snapshot->arena) > p->fresh_bytes + MOST_WORN_BYTES;
}

/* --- what was touched --- */

void
pm_patchwork_add_place (GArray *places, const char *root, const char *name)
{
  for (guint i = places->len; i > 0; i--) {
    const PmRooted *known = &g_array_index (places, PmRooted, i - 1);
    if (strcmp (known->name, name) == 0 && strcmp (known->root, root) == 0)
      return;
  }
  PmRooted place = {root, name};
  g_array_append_val (places, place);
}

void
pm_patchwork_touch_project (PmPatchwork *p, const PmService *service)
{
  pm_patchwork_add_place (p->projects, service->root, service->project_id);
}

const GArray *
pm_patchwork_projects (const PmPatchwork *p)
{
  return p->projects;
}

const GArray *
pm_patchwork_gone (const PmPatchwork *p)
{
  return p->gone;
}

static void
touch_nothing (PmPatchwork *p)
{
  g_clear_pointer (&p->part, pm_snapshot_free);
  g_array_set_size (p->projects, 0);
  g_array_set_size (p->gone, 0);
  for (guint i = 0; i < p->pieces->len; i++)
    g_array_index (p->pieces, PmPiece, i).is_touched = FALSE;
}

/* --- 2. services of what belongs together --- */

gboolean
pm_patchwork_is_concerned (const PmPatchwork *p, guint folder)
{
  guint group = pm_entangled_group (p->entangled, folder);
  return group < p->groups->len && p->groups->data[group] != 0;
}

static void
find_groups (PmPatchwork *p)
{
  GHashTableIter iter;
  gpointer folder;
  g_hash_table_iter_init (&iter, p->folders);
  while (g_hash_table_iter_next (&iter, &folder, NULL)) {
    guint group = pm_entangled_group (p->entangled, GPOINTER_TO_UINT (folder));
    for (guint8 no = 0; p->groups->len <= group;)
      g_byte_array_append (p->groups, &no, 1);
    p->groups->data[group] = 1;
  }
}

/* A snapshot of the concerned documents alone; texts are borrowed. */
static PmSnapshot *
concerned (PmPatchwork *p)
{
  const PmSnapshot *whole = p->snapshot;
  PmSnapshot *part = pm_snapshot_new ();
  g_array_append_vals (part->projects, whole->projects->data, whole->projects->len);
  for (PmPieceCursor at = {0}; at.document < p->pieces->len; pm_piece_next (p, &at))
    if (pm_patchwork_is_concerned (p, pm_piece_at (p, &at)->folder))
      pm_patchwork_copy (p, &at, part);
  return part;
}

/* --- 3. what is otherwise --- */

/* TRUE: it was another text. */
static gboolean
exchange (PmPatchwork *p, const char **text, const char *now)
{
  if (strcmp (*text, now) == 0)
    return FALSE;
  *text = pm_keeper_text (&p->keeper, now);
  return TRUE;
}

/* The names that assembling gave to findings and facts. */
static void
take_names (PmPatchwork *p, const PmSnapshot *part)
{
  guint next_finding = 0, next_fact = 0;
  for (PmPieceCursor at = {0}; at.document < p->pieces->len; pm_piece_next (p, &at)) {
    PmPiece *piece = &g_array_index (p->pieces, PmPiece, at.document);
    if (!pm_patchwork_is_concerned (p, piece->folder))
      continue;
    for (guint k = 0; k < piece->n_findings; k++) {
      PmFinding *f = &g_array_index (p->snapshot->findings, PmFinding, at.finding + k);
      const PmFinding *now = &g_array_index (part->findings, PmFinding, next_finding++);
      piece->is_touched |= exchange (p, &f->service, now->service);
      gboolean is_otherwise = exchange (p, &f->owner, now->owner) || f->scope != now->scope;
      f->scope = now->scope;
      if (!is_otherwise)
        continue;
      piece->is_touched = TRUE;
      g_array_index (p->snapshot->briefs, PmBrief, at.finding + k) = pm_brief_new (f, TRUE);
    }
    for (guint k = 0; k < piece->n_facts; k++) {
      PmServiceFact *f = &g_array_index (p->snapshot->facts, PmServiceFact, at.fact + k);
      const PmServiceFact *now = &g_array_index (part->facts, PmServiceFact, next_fact++);
      gboolean changed = exchange (p, &f->owner, now->owner);
      piece->is_touched |= changed;
      p->names_changed |= changed;
    }
  }
}

/* --- the whole --- */

static void
begin (PmPatchwork *p)
{
  touch_nothing (p);
  p->folders = g_hash_table_new (NULL, NULL);
  p->groups = g_byte_array_new ();
  p->ports = g_new0 (PmPortSet, 1);
  p->keeper =
      (PmKeeper){.text = p->snapshot->arena, .texts = g_hash_table_new (g_str_hash, g_str_equal)};
  p->names_changed = FALSE;
}

static void
end (PmPatchwork *p)
{
  g_clear_pointer (&p->folders, g_hash_table_unref);
  g_clear_pointer (&p->groups, g_byte_array_unref);
  g_clear_pointer (&p->ports, g_free);
  g_clear_pointer (&p->keeper.texts, g_hash_table_unref);
}

static gint
compare_patches (gconstpointer a, gconstpointer b)
{
  const PmPatch *left = a, *right = b;
  gint order = strcmp (left->root, right->root);
  return order != 0 ? order : strcmp (left->file, right->file);
}

gboolean
pm_patchwork_replace (PmPatchwork *p, PmPatch *patches, guint n_patches, PmPatchworkSettle settle,
                      gpointer data)
{
  begin (p);
  qsort (patches, n_patches, sizeof *patches, compare_patches);
  for (guint i = 0; i < n_patches; i++)
    pm_patchwork_put (p, &patches[i]);
  find_groups (p);
  g_autoptr (PmSnapshot) part = concerned (p);
  pm_assemble_services (part, p->host);
  gboolean fine = settle == NULL || settle (part, data);
  if (fine) {
    g_autofree gint32 *moved = g_new (gint32, p->snapshot->services->len + 1);
    take_names (p, part);
    pm_patchwork_merge (p, part->services, moved);
    pm_patchwork_answer (p, moved);
    pm_patchwork_tell_addresses (p);
  }
  end (p);
  return fine;
}

void
pm_patchwork_see (PmPatchwork *p, const gboolean *conflicted)
{
  for (guint i = 0; i < p->snapshot->services->len; i++) {
    const PmService *service = &g_array_index (p->snapshot->services, PmService, i);
    guint8 now = (guint8) (service->live << 1 | (conflicted[i] ? 1 : 0));
    guint8 *seen = &g_array_index (p->seen, guint8, i);
    if (*seen != now)
      pm_patchwork_touch_project (p, service);
    *seen = now;
  }
}

/* --- what is stored --- */

static void
replace_list (GArray **list, GArray *by)
{
  g_array_unref (*list);
  *list = g_array_ref (by);
}

/* Of the document's edges those of a part in which its findings begin at `behind`. */
static void
add_edges (const PmPatchwork *p, PmSnapshot *part, guint *edge, const PmPieceCursor *at,
           guint behind)
{
  guint end = at->finding + pm_piece_at (p, at)->n_findings;
  for (; *edge < p->snapshot->edges->len; (*edge)++) {
    PmEdge e = g_array_index (p->snapshot->edges, PmEdge, *edge);
    if (e.finding >= end)
      return;
    if (e.finding < at->finding)
      continue;
    e.finding = e.finding - at->finding + behind;
    g_array_append_val (part->edges, e);
  }
}

PmSnapshot *
pm_patchwork_part (PmPatchwork *p)
{
  PmSnapshot *part = p->part = pm_snapshot_new ();
  replace_list (&part->services, p->snapshot->services);
  replace_list (&part->projects, p->snapshot->projects);
  replace_list (&part->problems, p->snapshot->problems);
  guint edge = 0;
  for (PmPieceCursor at = {0}; at.document < p->pieces->len; pm_piece_next (p, &at)) {
    if (!pm_piece_at (p, &at)->is_touched)
      continue;
    guint behind = part->findings->len;
    pm_patchwork_copy (p, &at, part);
    add_edges (p, part, &edge, &at, behind);
  }
  return part;
}

void
pm_patchwork_stored (PmPatchwork *p, const gint64 *ids)
{
  for (guint i = 0; i < p->snapshot->services->len; i++)
    g_array_index (p->snapshot->services, PmService, i).id = ids[i];
}
