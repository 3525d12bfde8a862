/* DESIGN
 * What the workers found is put into the order of roots and paths, so that the result does not
 * depend on which of them was faster, nor on which files were opened this time. */

#include "discovery/survey-internal.h"

#include <string.h>

typedef struct {
  const char *const *roots;
  PmProjects **projects;
  const PmSaidIndex *previous; /* NULL: none */
  PmSnapshot *snapshot;
} Join;

static gint
compare_seen (gconstpointer a, gconstpointer b)
{
  const PmSeen *left = a, *right = b;
  if (left->root != right->root)
    return left->root < right->root ? -1 : 1;
  return strcmp (left->file, right->file);
}

static gboolean
is_as_recorded (const PmDocumentRecord *record, const PmStamp *stamp)
{
  PmStamp recorded = {record->device, record->inode, record->size_bytes, record->mtime_ns,
                      record->ctime_ns};
  return pm_stamp_equal (&recorded, stamp);
}

/* Fills in what documents that were not opened say. */
static gboolean
recall (const Join *join, GArray *all)
{
  for (guint i = 0; i < all->len; i++) {
    PmSeen *seen = &g_array_index (all, PmSeen, i);
    if (!seen->is_unchanged)
      continue;
    const PmDocumentRecord *record =
        join->previous == NULL
            ? NULL
            : pm_said_index_find (join->previous, join->roots[seen->root], seen->file, &seen->said);
    if (record == NULL || !is_as_recorded (record, &seen->stamp))
      return FALSE;
    seen->is_kept = record->is_kept;
  }
  return TRUE;
}

static void
reserve (Join *join, const GArray *all)
{
  guint findings = 0, facts = 0;
  for (guint i = 0; i < all->len; i++) {
    findings += g_array_index (all, PmSeen, i).said.n_findings;
    facts += g_array_index (all, PmSeen, i).said.n_facts;
  }
  PmSnapshot *snapshot = join->snapshot;
  g_array_unref (snapshot->findings);
  g_array_unref (snapshot->facts);
  g_array_unref (snapshot->documents);
  snapshot->findings = g_array_sized_new (FALSE, FALSE, sizeof (PmFinding), findings);
  snapshot->facts = g_array_sized_new (FALSE, FALSE, sizeof (PmServiceFact), facts);
  snapshot->documents = g_array_sized_new (FALSE, FALSE, sizeof (PmDocumentRecord), all->len);
}

/* Appends rows, which are packed or not, and returns the first; NULL for none. */
static void *
add_rows (GArray *to, const PmPackedRows *packed, const void *rows, guint n)
{
  if (n == 0)
    return NULL;
  guint first = to->len;
  g_array_set_size (to, first + n);
  void *added = to->data + (gsize) first * g_array_get_element_size (to);
  if (packed != NULL)
    pm_packed_rows_unpack (packed, added);
  else
    memcpy (added, rows, (gsize) n * g_array_get_element_size (to));
  return added;
}

static void
join_findings (Join *join, const PmSeen *seen, const char *project)
{
  GArray *all = join->snapshot->findings;
  gint32 first = (gint32) all->len;
  PmFinding *findings =
      add_rows (all, seen->packed.findings, seen->said.findings, seen->said.n_findings);
  for (guint i = 0; i < seen->said.n_findings; i++) {
    PmFinding *f = &findings[i];
    f->root = join->roots[seen->root];
    f->project = project;
    f->file = seen->file;
    /* Pairs count within their document; in the snapshot they count in all. */
    if (f->pair >= 0)
      f->pair += first - seen->said.pairs_from;
  }
}

static void
join_facts (Join *join, const PmSeen *seen, const char *project)
{
  PmServiceFact *facts =
      add_rows (join->snapshot->facts, seen->packed.facts, seen->said.facts, seen->said.n_facts);
  for (guint i = 0; i < seen->said.n_facts; i++) {
    facts[i].root = join->roots[seen->root];
    facts[i].project = project;
    facts[i].file = seen->file;
  }
  for (guint i = 0; i < seen->said.n_links; i++) {
    PmFileLink link = seen->said.links[i];
    link.root = join->roots[seen->root];
    link.project = project;
    link.file = seen->file;
    g_array_append_val (join->snapshot->links, link);
  }
}

static void
join_problems (Join *join, const PmSeen *seen)
{
  for (guint i = 0; i < seen->said.n_problems; i++) {
    PmProblem problem = seen->said.problems[i];
    problem.root = join->roots[seen->root];
    problem.file = seen->file;
    g_array_append_val (join->snapshot->problems, problem);
  }
}

static void
join_document (Join *join, const PmSeen *seen)
{
  const char *project = pm_arena_strdup (join->snapshot->arena,
                                         pm_projects_of (join->projects[seen->root], seen->file));
  PmDocumentRecord document = {
      .root = join->roots[seen->root],
      .project = project,
      .file = seen->file,
      .format = seen->said.format,
      .variant = seen->said.variant,
      .size_bytes = seen->stamp.size_bytes,
      .mtime_ns = seen->stamp.mtime_ns,
      .ctime_ns = seen->stamp.ctime_ns,
      .device = seen->stamp.device,
      .inode = seen->stamp.inode,
      .n_findings = seen->said.n_findings,
      .is_kept = seen->is_kept,
  };
  g_array_append_val (join->snapshot->documents, document);
  join_findings (join, seen, project);
  join_facts (join, seen, project);
  join_problems (join, seen);
}

static void
join_projects (PmSurvey *survey, PmSnapshot *snapshot)
{
  for (guint i = 0; survey->roots[i] != NULL; i++) {
    pm_projects_finish (survey->projects[i]);
    pm_projects_append (survey->projects[i], survey->roots[i], snapshot);
    if (!pm_projects_is_complete (survey->projects[i]))
      pm_survey_add_problem (survey, i, "",
                             "its workspaces list too many patterns; some packages are "
                             "taken for parts of the project around them");
  }
}

/* --- what lies in other roots --- */

static gboolean
is_surveyed (const PmSurvey *survey, const char *root)
{
  return g_strv_contains (survey->roots, root);
}

/* As the earlier survey found it: references lead there, and ports collide with its ports. */
static void
append_rest (const PmSurvey *survey, const PmSnapshot *previous, const PmSaidIndex *index,
             PmSnapshot *snapshot)
{
  for (guint i = 0; i < previous->projects->len; i++) {
    const PmProject *project = &g_array_index (previous->projects, PmProject, i);
    if (!is_surveyed (survey, project->root))
      g_array_append_val (snapshot->projects, *project);
  }
  for (guint i = 0; i < previous->documents->len; i++) {
    const PmDocumentRecord *record = &g_array_index (previous->documents, PmDocumentRecord, i);
    PmSaid said;
    if (!is_surveyed (survey, record->root) &&
        pm_said_index_find (index, record->root, record->file, &said) != NULL)
      pm_said_append (&said, record, snapshot);
  }
  for (guint i = 0; i < previous->problems->len; i++) {
    const PmProblem *problem = &g_array_index (previous->problems, PmProblem, i);
    if (!is_surveyed (survey, problem->root))
      g_array_append_val (snapshot->problems, *problem);
  }
}

/* The texts of the earlier snapshot live on in this one. */
static void
take_texts (PmSnapshot *from, PmSnapshot *to)
{
  pm_snapshot_adopt (to, g_steal_pointer (&from->arena));
  while (from->adopted->len > 0)
    pm_snapshot_adopt (to, g_ptr_array_steal_index_fast (from->adopted, 0));
}

gboolean
pm_survey_join (PmSurvey *survey, PmSnapshot *previous, PmSnapshot *snapshot)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (PmSeen));
  for (guint i = 0; i < survey->n_workers; i++) {
    PmSurveyWorker *worker = &survey->workers[i];
    g_array_append_vals (all, worker->seen->data, worker->seen->len);
  }
  g_array_sort (all, compare_seen);

  g_autoptr (PmSaidIndex) index = previous == NULL ? NULL : pm_said_index_new (previous);
  Join join = {survey->roots, survey->projects, index, snapshot};
  if (!recall (&join, all))
    return FALSE;
  for (guint i = 0; i < survey->n_workers; i++) { /* they are in `all` now */
    g_array_unref (survey->workers[i].seen);
    survey->workers[i].seen = g_array_new (FALSE, FALSE, sizeof (PmSeen));
  }
  if (previous != NULL)
    pm_survey_keep (survey, previous, index, all, snapshot->arena);
  pm_survey_include (survey, previous, all, snapshot->arena);
  for (guint i = 0; i < survey->n_workers; i++) /* nothing more is read */
    g_hash_table_remove_all (survey->workers[i].keeper.texts);
  join_projects (survey, snapshot);
  reserve (&join, all);
  for (guint i = 0; i < all->len; i++)
    join_document (&join, &g_array_index (all, PmSeen, i));
  for (guint i = 0; i < survey->n_workers; i++) /* and are in the snapshot */
    g_clear_pointer (&survey->workers[i].keeper.rows, pm_arena_free);
  g_array_append_vals (snapshot->problems, survey->problems->data, survey->problems->len);
  if (previous != NULL && survey->options->recall->is_part)
    append_rest (survey, previous, index, snapshot);

  for (guint i = 0; i < survey->n_workers; i++) {
    PmKeeper *keeper = &survey->workers[i].keeper;
    pm_snapshot_adopt (snapshot, g_steal_pointer (&keeper->text));
  }
  pm_snapshot_adopt (snapshot, g_steal_pointer (&survey->problems_arena));
  if (previous != NULL)
    take_texts (previous, snapshot);
  return TRUE;
}
