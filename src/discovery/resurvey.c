/* DESIGN
 * The changed files are surveyed as a survey of nothing else. Their documents take the place of the
 * earlier ones; all others are as they were, put into the order in which a survey of everything has
 * them. Services and edges are then made anew from all of it: they depend on each other across
 * projects, and that is a matter of memory only. */

#include "discovery/resurvey.h"

#include <string.h>

#include "discovery/assemble.h"
#include "discovery/changed-files.h"
#include "discovery/patchwork.h"
#include "discovery/said.h"

struct PmResurvey {
  PmManifestMemory *manifests;
};

PmResurvey *
pm_resurvey_new (void)
{
  PmResurvey *resurvey = g_new0 (PmResurvey, 1);
  resurvey->manifests = pm_manifest_memory_new ();
  return resurvey;
}

void
pm_resurvey_free (PmResurvey *resurvey)
{
  if (resurvey == NULL)
    return;
  pm_manifest_memory_free (resurvey->manifests);
  g_free (resurvey);
}

void
pm_resurvey_expect (PmResurvey *resurvey, const char *const *paths)
{
  for (; *paths != NULL; paths++)
    pm_manifest_memory_expect (resurvey->manifests, *paths);
}

/* --- what is read --- */

/* The other roots are not this one's, as in a survey of all. */
static const char **
elsewhere_of (const PmSurveyOptions *options, const char *const *roots, guint root)
{
  guint n = g_strv_length ((char **) roots), n_more = 0;
  for (; options->elsewhere != NULL && options->elsewhere[n_more] != NULL; n_more++)
    ;
  const char **elsewhere = g_new0 (const char *, n + n_more + 1);
  guint at = 0;
  for (guint i = 0; i < n; i++)
    if (i != root)
      elsewhere[at++] = roots[i];
  for (guint i = 0; i < n_more; i++)
    elsewhere[at++] = options->elsewhere[i];
  return elsewhere;
}

static PmSnapshot *
read_files (const char *const *roots, guint root, const char *const *files,
            const PmSurveyOptions *options, GError **error)
{
  const char *const one[] = {roots[root], NULL};
  g_autofree const char **elsewhere = elsewhere_of (options, roots, root);
  PmSurveyOptions named = *options;
  named.recall = NULL;
  named.only = files;
  named.elsewhere = elsewhere;
  named.threads = 1;
  named.progress = NULL;
  return pm_survey (one, &named, error);
}

/* --- does it tell everything? --- */

static gboolean
has_project (const PmSnapshot *snapshot, const PmProject *project)
{
  for (guint i = 0; i < snapshot->projects->len; i++) {
    const PmProject *known = &g_array_index (snapshot->projects, PmProject, i);
    if (strcmp (known->id, project->id) == 0 && strcmp (known->root, project->root) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
lies_in (const char *file, const char *project)
{
  gsize length = strlen (project);
  return strcmp (project, ".") == 0 ||
         (strncmp (file, project, length) == 0 && file[length] == '/');
}

/* The deepest of those that were known, which may be kept for reasons that only a survey of
 * everything knows. */
static gboolean
is_of_known_project (const PmSnapshot *previous, const PmDocumentRecord *document)
{
  const char *deepest = NULL;
  for (guint i = 0; i < previous->projects->len; i++) {
    const PmProject *project = &g_array_index (previous->projects, PmProject, i);
    if (strcmp (project->root, document->root) == 0 && lies_in (document->file, project->id) &&
        (deepest == NULL || strcmp (deepest, ".") == 0 ||
         (strcmp (project->id, ".") != 0 && strlen (project->id) > strlen (deepest))))
      deepest = project->id;
  }
  return deepest != NULL && strcmp (deepest, document->project) == 0;
}

static gboolean
had_problem (const PmSnapshot *previous, const PmChangedFiles *changed)
{
  for (guint i = 0; i < previous->problems->len; i++) {
    const PmProblem *problem = &g_array_index (previous->problems, PmProblem, i);
    for (guint root = 0; root < changed->n_roots; root++)
      if (strcmp (problem->root, changed->roots[root]) == 0 &&
          pm_changed_files_has (changed, root, problem->file))
        return TRUE;
  }
  return FALSE;
}

static gint
root_index (const PmChangedFiles *changed, const char *root)
{
  for (guint i = 0; i < changed->n_roots; i++)
    if (strcmp (changed->roots[i], root) == 0)
      return (gint) i;
  return -1;
}

/* Documents of one root mostly share its text. */
typedef struct {
  const char *text;
  gint index;
} LastRoot;

static gint
root_index_after (const PmChangedFiles *changed, const char *root, LastRoot *last)
{
  if (root != last->text)
    *last = (LastRoot){root, root_index (changed, root)};
  return last->index;
}

static gboolean
is_of_these_roots (const PmSnapshot *previous, const PmChangedFiles *changed)
{
  LastRoot last = {0};
  for (guint i = 0; i < previous->documents->len; i++) {
    const char *root = g_array_index (previous->documents, PmDocumentRecord, i).root;
    if (root_index_after (changed, root, &last) < 0)
      return FALSE;
  }
  return TRUE;
}

/* What it said before has a say if it is still there and says nothing, or cannot be read. */
static gboolean
is_settled (const PmChangedFiles *changed, const PmDocumentRecord *before,
            const PmDocumentRecord *now)
{
  if (before->is_kept)
    return FALSE;
  if (now == NULL)
    return pm_changed_files_is_gone (changed, before->root, before->file);
  return strcmp (now->project, before->project) == 0;
}

/* Then those are read otherwise. */
static gboolean
includes_others (const PmSnapshot *part)
{
  for (guint i = 0; i < part->links->len; i++)
    if (strcmp (g_array_index (part->links, PmFileLink, i).kind, PM_LINK_INCLUDE) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
tells_everything (const PmChangedFiles *changed, const PmSnapshot *previous, const PmSaidIndex *now,
                  const PmSnapshot *part, guint root)
{
  if (part->problems->len > 0 || includes_others (part))
    return FALSE;
  for (guint i = 0; i < part->projects->len; i++)
    if (!has_project (previous, &g_array_index (part->projects, PmProject, i)))
      return FALSE;
  for (guint i = 0; i < part->documents->len; i++)
    if (!is_of_known_project (previous, &g_array_index (part->documents, PmDocumentRecord, i)))
      return FALSE;
  LastRoot last = {0};
  for (guint i = 0; i < previous->documents->len; i++) {
    const PmDocumentRecord *before = &g_array_index (previous->documents, PmDocumentRecord, i);
    PmSaid said;
    if (root_index_after (changed, before->root, &last) == (gint) root &&
        pm_changed_files_has (changed, root, before->file) &&
        !is_settled (changed, before, pm_said_index_find (now, before->root, before->file, &said)))
      return FALSE;
  }
  return TRUE;
}

/* --- joining --- */

typedef struct {
  guint root;
  const PmDocumentRecord *record;
  PmSaid said;
} Item;

static gint
compare_items (gconstpointer a, gconstpointer b)
{
  const Item *left = a, *right = b;
  if (left->root != right->root)
    return left->root < right->root ? -1 : 1;
  return strcmp (left->record->file, right->record->file);
}

static void
add_items (GArray *items, const PmSnapshot *from, const PmSaidIndex *index,
           const PmChangedFiles *changed, gboolean are_read)
{
  for (guint i = 0; i < from->documents->len; i++) {
    const PmDocumentRecord *record = &g_array_index (from->documents, PmDocumentRecord, i);
    gint root = root_index (changed, record->root);
    if (root < 0 || pm_changed_files_has (changed, (guint) root, record->file) != are_read)
      continue;
    Item item = {.root = (guint) root, .record = record};
    pm_said_index_find (index, record->root, record->file, &item.said);
    g_array_append_val (items, item);
  }
}

static PmSnapshot *
join (GArray *items, PmSnapshot *previous)
{
  PmSnapshot *snapshot = pm_snapshot_new ();
  g_array_sort (items, compare_items);
  for (guint i = 0; i < items->len; i++) {
    const Item *item = &g_array_index (items, Item, i);
    pm_said_append (&item->said, item->record, snapshot);
  }
  g_array_append_vals (snapshot->projects, previous->projects->data, previous->projects->len);
  g_array_append_vals (snapshot->problems, previous->problems->data, previous->problems->len);
  return snapshot;
}

/* Texts of the parts live on in the whole. */
static void
take_texts (PmSnapshot *from, PmSnapshot *to)
{
  pm_snapshot_adopt (to, g_steal_pointer (&from->arena));
  while (from->adopted->len > 0)
    pm_snapshot_adopt (to, g_ptr_array_steal_index_fast (from->adopted, 0));
}

/* --- the whole --- */

static void
free_snapshot (gpointer snapshot)
{
  pm_snapshot_free (snapshot);
}

/* Adds the snapshot of each root's changed files to `parts`. FALSE: an error, or it is not enough.
 */
static gboolean
read_all (const PmChangedFiles *changed, const PmSurveyOptions *options, const PmSnapshot *previous,
          GPtrArray *parts, GArray *items, GError **error)
{
  for (guint root = 0; root < changed->n_roots; root++) {
    const char *const *files = (const char *const *) changed->files[root]->pdata;
    if (files[0] == NULL)
      continue;
    PmSnapshot *part = read_files (changed->roots, root, files, options, error);
    if (part == NULL)
      return FALSE;
    g_ptr_array_add (parts, part);
    g_autoptr (PmSaidIndex) index = pm_said_index_new (part);
    if (!tells_everything (changed, previous, index, part, root))
      return FALSE;
    add_items (items, part, index, changed, TRUE);
  }
  return TRUE;
}

static gboolean
says_nothing (const PmChangedFiles *changed, const PmSnapshot *previous, const GArray *items)
{
  for (guint i = 0; items->len == 0 && i < previous->documents->len; i++) {
    const PmDocumentRecord *record = &g_array_index (previous->documents, PmDocumentRecord, i);
    gint root = root_index (changed, record->root);
    if (pm_changed_files_has (changed, (guint) root, record->file))
      return FALSE;
  }
  return items->len == 0;
}

/* --- into what is kept --- */

static gboolean
is_gone (const PmChangedFiles *changed, const PmPatchwork *kept, guint root, const char *file,
         const GArray *items)
{
  const PmDocumentRecord *before = pm_patchwork_find (kept, changed->roots[root], file);
  for (guint i = 0; before != NULL && i < items->len; i++) {
    const Item *item = &g_array_index (items, Item, i);
    if (item->root == root && strcmp (item->record->file, file) == 0)
      return FALSE;
  }
  return before != NULL;
}

/* Of PmPatch: what was read, and what is gone. */
static GArray *
patches_of (const PmChangedFiles *changed, const PmPatchwork *kept, const GArray *items)
{
  GArray *patches = g_array_new (FALSE, TRUE, sizeof (PmPatch));
  for (guint i = 0; i < items->len; i++) {
    const Item *item = &g_array_index (items, Item, i);
    PmPatch patch = {item->record->root, item->record->file, item->record, item->said};
    g_array_append_val (patches, patch);
  }
  for (guint root = 0; root < changed->n_roots; root++)
    for (guint i = 0; changed->files[root]->pdata[i] != NULL; i++) {
      const char *file = changed->files[root]->pdata[i];
      PmPatch patch = {.root = changed->roots[root], .file = file};
      if (is_gone (changed, kept, root, file, items))
        g_array_append_val (patches, patch);
    }
  return patches;
}

PmResurveyOutcome
pm_resurvey_patch (PmResurvey *resurvey, const char *const *roots, const PmSurveyOptions *options,
                   const char *const *paths, PmPatchwork *kept, PmPatchworkSettle settle,
                   gpointer data, GError **error)
{
  g_auto (PmChangedFiles) changed = {0};
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (Item));
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (free_snapshot);
  const PmSnapshot *previous = pm_patchwork_snapshot (kept);
  if (!pm_changed_files_init (&changed, roots, paths, resurvey->manifests, previous) ||
      !is_of_these_roots (previous, &changed) || had_problem (previous, &changed) ||
      !read_all (&changed, options, previous, parts, items, error))
    return PM_RESURVEY_UNTOLD;
  if (says_nothing (&changed, previous, items))
    return PM_RESURVEY_NOTHING;
  g_autoptr (GArray) patches = patches_of (&changed, kept, items);
  if (patches->len > PM_PATCHWORK_MOST_PATCHES ||
      !pm_patchwork_replace (kept, (PmPatch *) (void *) patches->data, patches->len, settle, data))
    return PM_RESURVEY_TOO_MUCH;
  return PM_RESURVEY_TOLD;
}

PmResurveyOutcome
pm_resurvey (PmResurvey *resurvey, const char *const *roots, const PmSurveyOptions *options,
             const char *const *paths, PmSnapshot *previous, PmSnapshot **ret_snapshot,
             GError **error)
{
  g_auto (PmChangedFiles) changed = {0};
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (Item));
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (free_snapshot);
  if (!pm_changed_files_init (&changed, roots, paths, resurvey->manifests, previous) ||
      !is_of_these_roots (previous, &changed) || had_problem (previous, &changed) ||
      !read_all (&changed, options, previous, parts, items, error))
    return PM_RESURVEY_UNTOLD;
  if (says_nothing (&changed, previous, items))
    return PM_RESURVEY_NOTHING;

  g_autoptr (PmSaidIndex) earlier = pm_said_index_new (previous);
  add_items (items, previous, earlier, &changed, FALSE);
  PmSnapshot *snapshot = join (items, previous);
  for (guint i = 0; i < parts->len; i++)
    take_texts (parts->pdata[i], snapshot);
  take_texts (previous, snapshot);
  pm_assemble (snapshot, options->host == NULL ? "" : options->host);
  *ret_snapshot = snapshot;
  return PM_RESURVEY_TOLD;
}

void
pm_resurvey_everything (PmResurvey *resurvey, gboolean by_us)
{
  if (by_us)
    pm_manifest_memory_settle (resurvey->manifests);
  else
    pm_manifest_memory_forget (resurvey->manifests);
}
