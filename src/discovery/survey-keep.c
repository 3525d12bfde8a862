/* DESIGN
 * Three passes, before documents are joined. What was read from broken documents is completed. Each
 * document of the earlier survey that was not met is either gone, or lies in a place that could not
 * be read (then it is added as it was), or is broken in a way that leaves nothing worth a parse.
 * Projects of such places, and of manifests that could not be read, are told to those who decide
 * what is a project. At last each problem of a place says what is kept of it. */

#include "discovery/survey-internal.h"

#include <string.h>

#include "discovery/kept.h"

typedef struct {
  PmSurvey *survey;
  const PmSnapshot *previous;
  const PmSaidIndex *earlier;
  GArray *all;    /* of PmSeen */
  guint *n_kept;  /* documents, by problem */
  PmArena *arena; /* of the snapshot to be */
} Keep;

/* Index of a root of this survey; -1: it is none. */
static gint
index_of_root (const PmSurvey *survey, const char *root)
{
  for (guint i = 0; survey->roots[i] != NULL; i++)
    if (strcmp (survey->roots[i], root) == 0)
      return (gint) i;
  return -1;
}

/* --- broken documents --- */

#define KEPT_OF_BROKEN "; kept the last known state of what cannot be read any more"

static void
tell_of_broken (Keep *keep, PmSaid *said)
{
  PmProblem *problems = pm_arena_alloc (keep->arena, said->n_problems * sizeof (PmProblem));
  memcpy (problems, said->problems, said->n_problems * sizeof (PmProblem));
  problems[0].reason = pm_arena_printf (keep->arena, "%s" KEPT_OF_BROKEN, said->problems[0].reason);
  said->problems = problems;
}

static void
complete (Keep *keep, PmSeen *seen)
{
  PmSaid before;
  gboolean was_there = pm_said_index_find (keep->earlier, keep->survey->roots[seen->root],
                                           seen->file, &before) != NULL;
  if (seen->is_unsure && was_there) {
    seen->said = pm_kept_whole (&before, keep->arena);
    seen->packed = (PmSaidPacked){NULL, NULL};
    seen->is_kept = TRUE;
  } else if (seen->said.n_problems > 0) {
    pm_said_unpack (&seen->said, &seen->packed, keep->arena);
    seen->is_kept = pm_kept_broken (&seen->said, was_there ? &before : NULL, keep->arena);
    if (seen->is_kept)
      tell_of_broken (keep, &seen->said);
  }
}

static void
complete_broken (Keep *keep)
{
  for (guint i = 0; i < keep->all->len; i++) {
    PmSeen *seen = &g_array_index (keep->all, PmSeen, i);
    if (!seen->is_unchanged && (seen->is_unsure || seen->said.n_problems > 0))
      complete (keep, seen);
  }
}

/* --- documents that were not met --- */

static guint
seen_hash (gconstpointer key)
{
  const PmSeen *seen = key;
  return g_str_hash (seen->file) * 31 + seen->root;
}

static gboolean
seen_equal (gconstpointer a, gconstpointer b)
{
  const PmSeen *left = a, *right = b;
  return left->root == right->root && strcmp (left->file, right->file) == 0;
}

static void
keep_document (Keep *keep, guint root, const PmDocumentRecord *record)
{
  PmSeen seen = {
      .root = root,
      .file = pm_arena_strdup (keep->arena, record->file),
      .stamp = {record->device, record->inode, record->size_bytes, record->mtime_ns,
                record->ctime_ns},
      .is_kept = TRUE,
  };
  PmSaid before;
  pm_said_index_find (keep->earlier, record->root, record->file, &before);
  seen.said = pm_kept_whole (&before, keep->arena);
  g_array_append_val (keep->all, seen);
  pm_projects_add_file (keep->survey->projects[root], seen.file);
}

static GArray *
find_missing (Keep *keep)
{
  GArray *missing = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GHashTable) met = g_hash_table_new (seen_hash, seen_equal);
  for (guint i = 0; i < keep->all->len; i++)
    g_hash_table_add (met, &g_array_index (keep->all, PmSeen, i));
  for (guint i = 0; i < keep->previous->documents->len; i++) {
    const PmDocumentRecord *record =
        &g_array_index (keep->previous->documents, PmDocumentRecord, i);
    gint root = index_of_root (keep->survey, record->root);
    PmSeen name = {.root = (guint) root, .file = record->file};
    if (root >= 0 && !g_hash_table_contains (met, &name))
      g_array_append_val (missing, i);
  }
  return missing;
}

static gint
problem_of (Keep *keep, guint root, const char *file)
{
  gint problem = pm_unread_problem (keep->survey->unread, root, file);
  if (problem >= 0)
    return problem;
  pm_survey_look_for_mount (keep->survey, root, file);
  return pm_unread_problem (keep->survey->unread, root, file);
}

static void
keep_missing (Keep *keep)
{
  g_autoptr (GArray) missing = find_missing (keep);
  for (guint i = 0; i < missing->len; i++) {
    const PmDocumentRecord *record = &g_array_index (keep->previous->documents, PmDocumentRecord,
                                                     g_array_index (missing, guint, i));
    guint root = (guint) index_of_root (keep->survey, record->root);
    PmSeen seen;
    if (problem_of (keep, root, record->file) >= 0) {
      keep_document (keep, root, record);
    } else if (pm_survey_look_again (keep->survey, root, record->file, &seen)) {
      complete (keep, &seen);
      g_array_append_val (keep->all, seen);
    }
  }
}

/* --- the whole --- */

static void
count_kept (Keep *keep)
{
  keep->n_kept = g_new0 (guint, keep->survey->problems->len + 1);
  for (guint i = 0; i < keep->all->len; i++) {
    const PmSeen *seen = &g_array_index (keep->all, PmSeen, i);
    gint problem = seen->is_kept && !seen->is_unchanged
                       ? pm_unread_problem (keep->survey->unread, seen->root, seen->file)
                       : -1;
    if (problem >= 0)
      keep->n_kept[problem]++;
  }
}

static void
tell_what_is_kept (Keep *keep)
{
  for (guint i = 0; i < keep->survey->problems->len; i++) {
    PmProblem *problem = &g_array_index (keep->survey->problems, PmProblem, i);
    if (keep->n_kept[i] == 1)
      problem->reason =
          pm_arena_printf (keep->arena, "%s; kept the last known state", problem->reason);
    else if (keep->n_kept[i] > 1)
      problem->reason = pm_arena_printf (keep->arena, "%s; kept the last known state of %u files",
                                         problem->reason, keep->n_kept[i]);
  }
}

static void
recall_projects (Keep *keep)
{
  for (guint i = 0; i < keep->previous->projects->len; i++) {
    const PmProject *project = &g_array_index (keep->previous->projects, PmProject, i);
    gint root = index_of_root (keep->survey, project->root);
    if (root < 0)
      continue;
    const char *directory = strcmp (project->id, PM_PROJECTS_ROOT) == 0 ? "" : project->id;
    gboolean is_unread = pm_unread_problem (keep->survey->unread, (guint) root, directory) >= 0;
    pm_projects_recall (keep->survey->projects[root], project, is_unread);
  }
}

static gint
compare_seen (gconstpointer a, gconstpointer b)
{
  const PmSeen *left = a, *right = b;
  if (left->root != right->root)
    return left->root < right->root ? -1 : 1;
  return strcmp (left->file, right->file);
}

void
pm_survey_keep (PmSurvey *survey, const PmSnapshot *previous, const PmSaidIndex *earlier,
                GArray *all, PmArena *arena)
{
  Keep keep = {
      .survey = survey, .previous = previous, .earlier = earlier, .all = all, .arena = arena};
  complete_broken (&keep);
  keep_missing (&keep);
  recall_projects (&keep);
  count_kept (&keep);
  tell_what_is_kept (&keep);
  g_free (keep.n_kept);
  g_array_sort (all, compare_seen);
}
