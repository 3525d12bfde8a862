/* DESIGN
 * Documents are sorted by root and file, so that one is found by halving; rows lie behind each
 * other in their order. What is put in the place of others moves all that is behind it, and the
 * indices that lead there. */

#include "discovery/patchwork-internal.h"

#include <string.h>

#include "model/brief.h"

/* --- documents --- */

static gint
compare_names (const char *root, const char *file, const PmDocumentRecord *record)
{
  gint order = strcmp (root, record->root);
  return order != 0 ? order : strcmp (file, record->file);
}

static const PmDocumentRecord *
document_at (const PmPatchwork *p, guint index)
{
  return &g_array_index (p->snapshot->documents, PmDocumentRecord, index);
}

/* Where the document is, or would be. */
static guint
place_of (const PmPatchwork *p, const char *root, const char *file, gboolean *ret_found)
{
  guint low = 0, high = p->snapshot->documents->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (compare_names (root, file, document_at (p, middle)) > 0)
      low = middle + 1;
    else
      high = middle;
  }
  *ret_found =
      low < p->snapshot->documents->len && compare_names (root, file, document_at (p, low)) == 0;
  return low;
}

const PmDocumentRecord *
pm_patchwork_find (const PmPatchwork *p, const char *root, const char *file)
{
  gboolean found;
  guint at = place_of (p, root, file, &found);
  return found ? document_at (p, at) : NULL;
}

/* --- all of them --- */

static gint
compare_documents (gconstpointer a, gconstpointer b, gpointer data)
{
  const PmSnapshot *snapshot = data;
  const PmDocumentRecord *left =
      &g_array_index (snapshot->documents, PmDocumentRecord, *(const guint *) a);
  const PmDocumentRecord *right =
      &g_array_index (snapshot->documents, PmDocumentRecord, *(const guint *) b);
  return compare_names (left->root, left->file, right);
}

static void
reserve (GArray **array, const GArray *like)
{
  guint size = g_array_get_element_size ((GArray *) like);
  g_array_unref (*array);
  *array = g_array_sized_new (FALSE, TRUE, size, like->len + like->len / 64 + 64);
}

static gboolean
is_compose (const PmDocumentRecord *record)
{
  return strcmp (record->format, "compose") == 0;
}

static guint64
refers_to (const PmSaid *said)
{
  guint64 ports = 0;
  for (guint i = 0; i < said->n_findings; i++)
    if (said->findings[i].role == PM_ROLE_REFERENCE)
      ports |= (guint64) 1 << (said->findings[i].port & 63);
  return ports;
}

void
pm_patchwork_fill (PmPatchwork *p, PmSnapshot *previous)
{
  PmSnapshot *snapshot = p->snapshot;
  g_autoptr (PmSaidIndex) index = pm_said_index_new (previous);
  g_autofree guint *order = g_new (guint, previous->documents->len + 1);
  for (guint i = 0; i < previous->documents->len; i++)
    order[i] = i;
  g_qsort_with_data (order, (gint) previous->documents->len, sizeof *order, compare_documents,
                     previous);
  reserve (&snapshot->documents, previous->documents);
  reserve (&snapshot->findings, previous->findings);
  reserve (&snapshot->facts, previous->facts);
  for (guint i = 0; i < previous->documents->len; i++) {
    const PmDocumentRecord *record =
        &g_array_index (previous->documents, PmDocumentRecord, order[i]);
    PmSaid said;
    pm_said_index_find (index, record->root, record->file, &said);
    pm_said_append (&said, record, snapshot);
    PmPiece piece = {said.n_findings,     said.n_facts,
                     said.n_links,        pm_entangled_learn (p->entangled, record, &said),
                     is_compose (record), FALSE,
                     refers_to (&said)};
    g_array_append_val (p->pieces, piece);
  }
}

/* Those who judge conflicts go along all findings each time. */
GArray *
pm_patchwork_briefs (const GArray *findings)
{
  guint room = findings->len + findings->len / 64;
  GArray *briefs = g_array_sized_new (FALSE, FALSE, sizeof (PmBrief), room);
  for (guint i = 0; i < findings->len; i++) {
    PmBrief brief = pm_brief_new (&g_array_index (findings, PmFinding, i), TRUE);
    g_array_append_val (briefs, brief);
  }
  return briefs;
}

/* --- one document for another --- */

/* Puts `n` rows in the place of `n_old`. */
static void
splice (GArray *array, guint at, guint n_old, const void *rows, guint n)
{
  guint size = g_array_get_element_size (array), n_same = MIN (n_old, n);
  if (n_same > 0)
    memcpy (array->data + (gsize) at * size, rows, (gsize) n_same * size);
  if (n > n_same)
    g_array_insert_vals (array, at + n_same, (const char *) rows + (gsize) n_same * size,
                         n - n_same);
  if (n_old > n_same)
    g_array_remove_range (array, at + n_same, n_old - n_same);
}

static PmPieceCursor
cursor_at (const PmPatchwork *p, guint document)
{
  PmPieceCursor cursor = {0};
  while (cursor.document < document)
    pm_piece_next (p, &cursor);
  return cursor;
}

/* An empty array has no memory to point into. */
#define FROM(array, Type, index)                                                                   \
  ((index) >= (array)->len ? NULL : &g_array_index ((array), Type, (index)))

void
pm_patchwork_copy (const PmPatchwork *p, const PmPieceCursor *cursor, PmSnapshot *to)
{
  const PmSnapshot *whole = p->snapshot;
  const PmPiece *piece = pm_piece_at (p, cursor);
  PmSaid said = {
      .findings = FROM (whole->findings, PmFinding, cursor->finding),
      .facts = FROM (whole->facts, PmServiceFact, cursor->fact),
      .links = FROM (whole->links, PmFileLink, cursor->link),
      .n_findings = piece->n_findings,
      .n_facts = piece->n_facts,
      .n_links = piece->n_links,
      .pairs_from = (gint32) cursor->finding,
  };
  pm_said_append (&said, document_at (p, cursor->document), to);
}

/* Where n_old findings were there are n_new now: what counts findings goes along. */
static void
move_along (PmPatchwork *p, guint first, guint n_old, guint n_new)
{
  gint32 by = (gint32) n_new - (gint32) n_old;
  PmSnapshot *snapshot = p->snapshot;
  for (guint i = first + n_new; by != 0 && i < snapshot->findings->len; i++) {
    PmFinding *f = &g_array_index (snapshot->findings, PmFinding, i);
    if (f->pair >= 0)
      f->pair += by;
  }
  guint n = 0;
  for (guint i = 0; i < snapshot->edges->len; i++) {
    PmEdge edge = g_array_index (snapshot->edges, PmEdge, i);
    if (edge.finding >= first && edge.finding < first + n_old)
      continue; /* of what is no more */
    if (edge.finding >= first + n_old)
      edge.finding = (guint32) ((gint32) edge.finding + by);
    g_array_index (snapshot->edges, PmEdge, n++) = edge;
  }
  g_array_set_size (snapshot->edges, n);
}

static GArray *
own_findings (PmPatchwork *p, const PmPatch *patch, const PmDocumentRecord *record, guint first)
{
  GArray *rows = g_array_sized_new (FALSE, FALSE, sizeof (PmFinding), patch->said.n_findings);
  for (guint i = 0; i < patch->said.n_findings; i++) {
    PmFinding f = patch->said.findings[i];
    if (f.pair >= 0)
      f.pair += (gint32) first - patch->said.pairs_from;
    pm_keeper_finding (&p->keeper, &f);
    f.root = record->root;
    f.project = record->project;
    f.file = record->file;
    g_array_append_val (rows, f);
  }
  return rows;
}

static GArray *
own_facts (PmPatchwork *p, const PmPatch *patch, const PmDocumentRecord *record)
{
  GArray *rows = g_array_sized_new (FALSE, FALSE, sizeof (PmServiceFact), patch->said.n_facts);
  for (guint i = 0; i < patch->said.n_facts; i++) {
    PmServiceFact fact = patch->said.facts[i];
    pm_keeper_fact (&p->keeper, &fact);
    fact.root = record->root;
    fact.project = record->project;
    fact.file = record->file;
    g_array_append_val (rows, fact);
  }
  return rows;
}

static GArray *
own_links (PmPatchwork *p, const PmPatch *patch, const PmDocumentRecord *record)
{
  GArray *rows = g_array_sized_new (FALSE, FALSE, sizeof (PmFileLink), patch->said.n_links);
  for (guint i = 0; i < patch->said.n_links; i++) {
    PmFileLink link = patch->said.links[i];
    pm_keeper_link (&p->keeper, &link);
    link.root = record->root;
    link.project = record->project;
    link.file = record->file;
    g_array_append_val (rows, link);
  }
  return rows;
}

static PmDocumentRecord
own_record (PmPatchwork *p, const PmPatch *patch)
{
  PmDocumentRecord record = patch->record == NULL ? (PmDocumentRecord){0} : *patch->record;
  record.root = patch->root;
  record.file = patch->file;
  PM_KEEP (&p->keeper, &record.root, &record.file, &record.project, &record.format,
           &record.variant);
  return record;
}

static gboolean
facts_name (const GArray *facts, guint from, guint n)
{
  for (guint i = from; i < from + n; i++)
    if (pm_edges_fact_names (&g_array_index (facts, PmServiceFact, i)))
      return TRUE;
  return FALSE;
}

void
pm_patchwork_put (PmPatchwork *p, const PmPatch *patch)
{
  PmSnapshot *snapshot = p->snapshot;
  gboolean found;
  guint at = place_of (p, patch->root, patch->file, &found);
  PmPieceCursor first = cursor_at (p, at);
  PmPiece old = found ? g_array_index (p->pieces, PmPiece, at) : (PmPiece){0};
  PmDocumentRecord record = own_record (p, patch);
  g_autoptr (GArray) findings = own_findings (p, patch, &record, first.finding);
  g_autoptr (GArray) briefs = pm_patchwork_briefs (findings);
  g_autoptr (GArray) facts = own_facts (p, patch, &record);
  g_autoptr (GArray) links = own_links (p, patch, &record);
  p->names_changed = p->names_changed || facts_name (snapshot->facts, first.fact, old.n_facts) ||
                     facts_name (facts, 0, facts->len);

  splice (snapshot->findings, first.finding, old.n_findings, findings->data, findings->len);
  splice (snapshot->briefs, first.finding, old.n_findings, briefs->data, briefs->len);
  splice (snapshot->facts, first.fact, old.n_facts, facts->data, facts->len);
  splice (snapshot->links, first.link, old.n_links, links->data, links->len);
  move_along (p, first.finding, old.n_findings, findings->len);

  PmPiece piece = {findings->len,
                   facts->len,
                   links->len,
                   0,
                   patch->record != NULL && is_compose (&record),
                   TRUE,
                   refers_to (&patch->said)};
  piece.folder =
      patch->record == NULL ? old.folder : pm_entangled_learn (p->entangled, &record, &patch->said);
  g_hash_table_add (p->folders, GUINT_TO_POINTER (piece.folder));
  guint n = patch->record != NULL ? 1 : 0;
  splice (snapshot->documents, at, found ? 1 : 0, &record, n);
  splice (p->pieces, at, found ? 1 : 0, &piece, n);
  if (found && n == 0)
    pm_patchwork_add_place (p->gone, record.root, record.file);
}
