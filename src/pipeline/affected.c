/* DESIGN
 * Findings are looked up by file, since most of a snapshot's have nothing to do with the plan. The
 * place of an edit is where a finding stands or where its value comes from: who reads a variable is
 * as concerned as who defines it.
 *
 * Where a file is nobody's in particular, a container that somebody else's image is run in is left
 * alone unless compose gives it the file: what compose puts in place of a variable has a finding,
 * and nothing in such an image opens the project's `.env` (docs.docker.com, "Set environment
 * variables": the file is for interpolation, `env_file` is what a container sees). A database is
 * not restarted for an address that it never hears of. */

#include "pipeline/affected.h"

#include <string.h>

#include "model/ci.h"

typedef struct {
  const PmPlan *plan;
  const PmSnapshot *snapshot;
  GHashTable *templates; /* "root\nfile" of documents that nothing runs with */
  GHashTable *by_file;   /* "root\nfile" → guint: findings that stand there, or come from there */
  GHashTable *images; /* "root\nproject\nservice": containers of images that are not built here */
  GHashTable *given;  /* "root\nservice\nfile": what compose hands to a service, by its name */
  gboolean *is_affected; /* by service */
} Work;

static char *
file_key (const char *root, const char *file)
{
  return g_strconcat (root, "\n", file, NULL);
}

static GHashTable *
find_templates (const PmSnapshot *snapshot)
{
  GHashTable *templates = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < snapshot->documents->len; i++) {
    const PmDocumentRecord *d = &g_array_index (snapshot->documents, PmDocumentRecord, i);
    if (strcmp (d->variant, "template") == 0 || pm_ci_reads (d->format, d->file))
      g_hash_table_add (templates, file_key (d->root, d->file));
  }
  return templates;
}

/* Takes the key over. */
static void
add_finding (GHashTable *by_file, char *key, guint index)
{
  GArray *list = g_hash_table_lookup (by_file, key);
  if (list == NULL) {
    list = g_array_new (FALSE, FALSE, sizeof (guint));
    g_hash_table_insert (by_file, key, list);
  } else {
    g_free (key);
  }
  g_array_append_val (list, index);
}

static GHashTable *
index_findings (const PmSnapshot *snapshot)
{
  GHashTable *by_file =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, i);
    const char *colon = strrchr (f->origin, ':');
    add_finding (by_file, file_key (f->root, f->file), i);
    if (colon == NULL)
      continue;
    g_autofree char *origin = g_strndup (f->origin, (gsize) (colon - f->origin));
    if (strcmp (origin, f->file) != 0)
      add_finding (by_file, file_key (f->root, origin), i);
  }
  return by_file;
}

/* --- whose a place is --- */

static gboolean
overlaps (PmSpan a, PmSpan b)
{
  return a.start < b.end && b.start < a.end;
}

static gboolean
mark_owner (Work *work, const PmFinding *f)
{
  gboolean is_any = FALSE;
  for (guint i = 0; i < work->snapshot->services->len; i++) {
    const PmService *s = &g_array_index (work->snapshot->services, PmService, i);
    if (strcmp (s->name, f->owner) != 0 || strcmp (s->project_id, f->project) != 0 ||
        strcmp (s->root, f->root) != 0)
      continue;
    work->is_affected[i] = is_any = TRUE;
  }
  return is_any;
}

static gboolean
mark_owners (Work *work, const char *key, PmSpan span)
{
  gboolean is_any = FALSE;
  const GArray *list = g_hash_table_lookup (work->by_file, key);
  for (guint i = 0; list != NULL && i < list->len; i++) {
    const PmFinding *f =
        &g_array_index (work->snapshot->findings, PmFinding, g_array_index (list, guint, i));
    if (overlaps (f->span, span) || overlaps (f->origin_span, span))
      is_any |= mark_owner (work, f);
  }
  return is_any;
}

static gboolean
has_say (const PmService *service, const char *file)
{
  for (guint i = 0; i < service->n_config_files; i++)
    if (strcmp (service->config_files[i].path, file) == 0)
      return TRUE;
  return FALSE;
}

/* --- whom a project's file cannot reach --- */

static GHashTable *
find_images (const PmSnapshot *snapshot)
{
  GHashTable *images = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < snapshot->facts->len; i++) {
    const PmServiceFact *fact = &g_array_index (snapshot->facts, PmServiceFact, i);
    if (strcmp (fact->format, "compose") == 0 && fact->build == NULL && fact->image[0] != '\0')
      g_hash_table_add (images, g_strjoin ("\n", fact->root, fact->project, fact->owner, NULL));
  }
  return images;
}

/* By any file of the project, a folder above the file included. */
static GHashTable *
find_given (const PmSnapshot *snapshot)
{
  GHashTable *given = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < snapshot->links->len; i++) {
    const PmFileLink *link = &g_array_index (snapshot->links, PmFileLink, i);
    if (link->service[0] != '\0')
      g_hash_table_add (given, g_strjoin ("\n", link->root, link->service, link->target, NULL));
  }
  return given;
}

static gboolean
is_given (const Work *work, const PmService *service, const char *file)
{
  g_autofree char *place = g_strdup (file);
  for (;;) {
    g_autofree char *key = g_strjoin ("\n", service->root, service->name, place, NULL);
    if (g_hash_table_contains (work->given, key))
      return TRUE;
    if (place[0] == '\0')
      return FALSE;
    char *slash = strrchr (place, '/');
    *(slash == NULL ? place : slash) = '\0';
  }
}

static gboolean
is_out_of_reach (const Work *work, const PmService *service, const char *file)
{
  g_autofree char *key = g_strjoin ("\n", service->root, service->project_id, service->name, NULL);
  return g_hash_table_contains (work->images, key) && !is_given (work, service, file);
}

/* `whole_project`: also those that the file has no say in. */
static gboolean
mark_readers (Work *work, const PmPlanFile *file, gboolean whole_project)
{
  gboolean is_any = FALSE;
  for (guint i = 0; i < work->snapshot->services->len; i++) {
    const PmService *s = &g_array_index (work->snapshot->services, PmService, i);
    if (strcmp (s->root, file->root) != 0 ||
        !(whole_project
              ? strcmp (s->project_id, file->project) == 0 && !is_out_of_reach (work, s, file->file)
              : has_say (s, file->file)))
      continue;
    work->is_affected[i] = is_any = TRUE;
  }
  return is_any;
}

static void
mark (Work *work, const PmPlanEdit *edit)
{
  const PmPlanFile *file = pm_plan_file_at (work->plan, edit->file);
  g_autofree char *key = file_key (file->root, file->file);
  if (edit->text_class == PM_TEXT_COMMENT || g_hash_table_contains (work->templates, key))
    return;
  if (!mark_owners (work, key, edit->span) && !mark_readers (work, file, FALSE))
    mark_readers (work, file, TRUE);
}

GArray *
pm_affected_services (const PmPlan *plan, const PmSnapshot *snapshot)
{
  g_autoptr (GHashTable) templates = find_templates (snapshot);
  g_autofree gboolean *is_affected = g_new0 (gboolean, snapshot->services->len + 1);
  g_autoptr (GHashTable) by_file = index_findings (snapshot);
  g_autoptr (GHashTable) images = find_images (snapshot);
  g_autoptr (GHashTable) given = find_given (snapshot);
  Work work = {plan, snapshot, templates, by_file, images, given, is_affected};
  GArray *services = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < plan->edits->len; i++)
    mark (&work, pm_plan_edit_at (plan, i));
  for (guint i = 0; i < snapshot->services->len; i++)
    if (is_affected[i])
      g_array_append_val (services, i);
  return services;
}
