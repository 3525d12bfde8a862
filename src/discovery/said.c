/* DESIGN
 * Texts are interned through a hash table, since the same words stand in most findings. Rows are
 * packed, and lie in an arena of their own: all of them as they are, twice, would be most of what a
 * scan takes, and among what a parse allocates they would keep all of that from being given back.
 */

#include "discovery/said.h"

#include <string.h>

void
pm_keeper_init (PmKeeper *keeper)
{
  keeper->text = pm_arena_new ();
  keeper->rows = pm_arena_new ();
  keeper->texts = g_hash_table_new (g_str_hash, g_str_equal);
}

void
pm_keeper_clear (PmKeeper *keeper)
{
  g_clear_pointer (&keeper->texts, g_hash_table_unref);
  g_clear_pointer (&keeper->text, pm_arena_free);
  g_clear_pointer (&keeper->rows, pm_arena_free);
}

const char *
pm_keeper_text (PmKeeper *keeper, const char *text)
{
  if (text == NULL || text[0] == '\0')
    return text == NULL ? NULL : "";
  const char *kept = g_hash_table_lookup (keeper->texts, text);
  if (kept == NULL) {
    kept = pm_arena_strdup (keeper->text, text);
    g_hash_table_add (keeper->texts, (gpointer) kept);
  }
  return kept;
}

void
pm_keeper_texts (PmKeeper *keeper, const char **const *texts, gsize n)
{
  for (gsize i = 0; i < n; i++)
    *texts[i] = pm_keeper_text (keeper, *texts[i]);
}

void
pm_keeper_finding (PmKeeper *keeper, PmFinding *f)
{
  PM_KEEP (keeper, &f->format, &f->path, &f->address, &f->host, &f->bind, &f->scheme, &f->protocol,
           &f->service, &f->owner, &f->own_name, &f->variant, &f->profiles, &f->variable,
           &f->origin, &f->means, &f->rule);
}

void
pm_keeper_fact (PmKeeper *keeper, PmServiceFact *fact)
{
  PM_KEEP (keeper, &fact->format, &fact->variant, &fact->name, &fact->owner, &fact->image,
           &fact->build, &fact->profiles, &fact->network, &fact->extends, &fact->command,
           &fact->tool, &fact->aliases, &fact->default_origin);
}

void
pm_keeper_link (PmKeeper *keeper, PmFileLink *link)
{
  PM_KEEP (keeper, &link->kind, &link->target, &link->service);
}

/* A copy in an arena. NULL for none. */
static void *
copy_rows (PmArena *arena, const GArray *rows)
{
  gsize bytes = (gsize) rows->len * g_array_get_element_size ((GArray *) rows);
  return bytes == 0 ? NULL : memcpy (pm_arena_alloc (arena, bytes), rows->data, bytes);
}

/* Root, project and file are known when all are joined; assembly makes of `service` what it goes by
 * and whose it is. */
static void
keep_finding (PmKeeper *keeper, PmFinding *f)
{
  f->root = f->project = f->file = "";
  f->own_name = f->owner = f->service;
  pm_keeper_finding (keeper, f);
}

static void
keep_fact (PmKeeper *keeper, PmServiceFact *fact)
{
  fact->root = fact->project = fact->file = fact->owner = "";
  pm_keeper_fact (keeper, fact);
}

static const PmPackedRows *
pack_findings (PmKeeper *keeper, const GArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    keep_finding (keeper, &g_array_index (findings, PmFinding, i));
  return pm_packed_rows_new (keeper->rows, findings->data, sizeof (PmFinding), findings->len);
}

static const PmPackedRows *
pack_facts (PmKeeper *keeper, const GArray *facts)
{
  for (guint i = 0; i < facts->len; i++)
    keep_fact (keeper, &g_array_index (facts, PmServiceFact, i));
  return pm_packed_rows_new (keeper->rows, facts->data, sizeof (PmServiceFact), facts->len);
}

PmSaid
pm_keeper_keep (PmKeeper *keeper, PmSighting *sighting, PmSaidPacked *ret_packed)
{
  PmFileLink *links = copy_rows (keeper->rows, sighting->links);
  PmProblem *problems = copy_rows (keeper->rows, sighting->problems);
  for (guint i = 0; i < sighting->links->len; i++) {
    links[i].root = links[i].project = links[i].file = "";
    pm_keeper_link (keeper, &links[i]);
  }
  for (guint i = 0; i < sighting->problems->len; i++) {
    problems[i].root = problems[i].file = "";
    problems[i].reason = pm_keeper_text (keeper, problems[i].reason);
  }
  ret_packed->findings = pack_findings (keeper, sighting->findings);
  ret_packed->facts = pack_facts (keeper, sighting->facts);
  return (PmSaid){
      .format = pm_keeper_text (keeper, sighting->format),
      .variant = pm_keeper_text (keeper, sighting->variant),
      .links = links,
      .problems = problems,
      .n_findings = sighting->findings->len,
      .n_facts = sighting->facts->len,
      .n_links = sighting->links->len,
      .n_problems = sighting->problems->len,
  };
}

void
pm_said_unpack (PmSaid *said, PmSaidPacked *packed, PmArena *arena)
{
  if (packed->findings != NULL) {
    PmFinding *findings = pm_arena_alloc (arena, said->n_findings * sizeof (PmFinding));
    pm_packed_rows_unpack (packed->findings, findings);
    said->findings = findings;
  }
  if (packed->facts != NULL) {
    PmServiceFact *facts = pm_arena_alloc (arena, said->n_facts * sizeof (PmServiceFact));
    pm_packed_rows_unpack (packed->facts, facts);
    said->facts = facts;
  }
  *packed = (PmSaidPacked){NULL, NULL};
}

gboolean
pm_sighting_says_something (const PmSighting *sighting)
{
  return sighting->findings->len + sighting->facts->len + sighting->links->len +
             sighting->problems->len >
         0;
}

void
pm_said_append (const PmSaid *said, const PmDocumentRecord *record, PmSnapshot *snapshot)
{
  gint32 first = (gint32) snapshot->findings->len;
  g_array_append_val (snapshot->documents, *record);
  for (guint i = 0; i < said->n_findings; i++) {
    PmFinding f = said->findings[i];
    /* Pairs count within their document; in the snapshot they count in all. */
    if (f.pair >= 0)
      f.pair += first - said->pairs_from;
    g_array_append_val (snapshot->findings, f);
  }
  if (said->n_facts > 0)
    g_array_append_vals (snapshot->facts, said->facts, said->n_facts);
  if (said->n_links > 0)
    g_array_append_vals (snapshot->links, said->links, said->n_links);
}

/* --- the index --- */

typedef struct {
  guint finding, fact, link, problem; /* index of the first */
  guint n_findings, n_facts, n_links, n_problems;
} Range;

struct PmSaidIndex {
  const PmSnapshot *snapshot;
  GHashTable *documents; /* PmDocumentRecord (root and file) → 1 + index */
  GArray *ranges;        /* of Range, one a document */
};

static guint
name_hash (gconstpointer key)
{
  const PmDocumentRecord *document = key;
  return g_str_hash (document->root) * 31 + g_str_hash (document->file);
}

static gboolean
name_equal (gconstpointer a, gconstpointer b)
{
  const PmDocumentRecord *left = a, *right = b;
  return g_str_equal (left->file, right->file) && g_str_equal (left->root, right->root);
}

static Range *
range_of (const PmSaidIndex *index, const char *root, const char *file)
{
  PmDocumentRecord name = {.root = root, .file = file};
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (index->documents, &name));
  return found == 0 ? NULL : &g_array_index (index->ranges, Range, found - 1);
}

/* Adds row `at` to a run of rows, which neighbours make. */
static void
extend (guint *first, guint *n, guint at)
{
  if (*n == 0)
    *first = at;
  if (*first + *n == at)
    (*n)++;
}

#define EXTEND(index, list, Type, first, n)                                                        \
  for (guint i_ = 0; i_ < (index)->snapshot->list->len; i_++) {                                    \
    const Type *row_ = &g_array_index ((index)->snapshot->list, Type, i_);                         \
    Range *range_ = range_of ((index), row_->root, row_->file);                                    \
    if (range_ != NULL)                                                                            \
      extend (&range_->first, &range_->n, i_);                                                     \
  }

PmSaidIndex *
pm_said_index_new (const PmSnapshot *snapshot)
{
  PmSaidIndex *index = g_new0 (PmSaidIndex, 1);
  index->snapshot = snapshot;
  index->documents = g_hash_table_new (name_hash, name_equal);
  index->ranges = g_array_sized_new (FALSE, TRUE, sizeof (Range), snapshot->documents->len);
  g_array_set_size (index->ranges, snapshot->documents->len);
  for (guint i = 0; i < snapshot->documents->len; i++)
    g_hash_table_insert (index->documents,
                         &g_array_index (snapshot->documents, PmDocumentRecord, i),
                         GUINT_TO_POINTER (i + 1));
  EXTEND (index, findings, PmFinding, finding, n_findings)
  EXTEND (index, facts, PmServiceFact, fact, n_facts)
  EXTEND (index, links, PmFileLink, link, n_links)
  EXTEND (index, problems, PmProblem, problem, n_problems)
  return index;
}

void
pm_said_index_free (PmSaidIndex *index)
{
  if (index == NULL)
    return;
  g_hash_table_unref (index->documents);
  g_array_unref (index->ranges);
  g_free (index);
}

/* An empty array has no memory to point into. */
#define FROM(array, Type, index)                                                                   \
  ((array)->len == 0 ? NULL : &g_array_index ((array), Type, (index)))

const PmDocumentRecord *
pm_said_index_find (const PmSaidIndex *index, const char *root, const char *file, PmSaid *ret_said)
{
  PmDocumentRecord name = {.root = root, .file = file};
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (index->documents, &name));
  if (found == 0)
    return NULL;
  const PmSnapshot *snapshot = index->snapshot;
  const PmDocumentRecord *document =
      &g_array_index (snapshot->documents, PmDocumentRecord, found - 1);
  const Range *range = &g_array_index (index->ranges, Range, found - 1);
  *ret_said = (PmSaid){
      .format = document->format,
      .variant = document->variant,
      .findings = FROM (snapshot->findings, PmFinding, range->finding),
      .facts = FROM (snapshot->facts, PmServiceFact, range->fact),
      .links = FROM (snapshot->links, PmFileLink, range->link),
      .problems = FROM (snapshot->problems, PmProblem, range->problem),
      .n_findings = range->n_findings,
      .n_facts = range->n_facts,
      .n_links = range->n_links,
      .n_problems = range->n_problems,
      .pairs_from = (gint32) range->finding,
  };
  return document;
}
