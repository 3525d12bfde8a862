/* DESIGN
 * A kept plan's edits are of files as they were when it was made. That those files are as they were
 * does not say that the plan is still right: somebody else may point at the service now, or have
 * the port. So the plan is made anew from what it decides, and compared edit by edit. */

#include <string.h>

#include "update/outcome.h"
#include "verbs/plan-private.h"

static const PmPlanDecision *
decision_at (const PmPlan *plan, guint index)
{
  return &g_array_index (plan->decisions, PmPlanDecision, index);
}

/* The services that it moves, as they are numbered now. */
static GArray *
moves_of (const PmPlan *plan, const PmSnapshot *snapshot)
{
  GArray *moves = g_array_new (FALSE, FALSE, sizeof (PmResolution));
  for (guint i = 0; i < plan->decisions->len; i++)
    for (guint k = 0; k < snapshot->services->len; k++) {
      if (g_array_index (snapshot->services, PmService, k).id != decision_at (plan, i)->service_id)
        continue;
      PmResolution move = {k, (guint16) g_ascii_strtoull (decision_at (plan, i)->value, NULL, 10)};
      g_array_append_val (moves, move);
    }
  return moves;
}

/* A plan made anew, and what it was made of. */
typedef struct {
  PmSnapshot *snapshot;
  PmPlan *plan;
} Again;

static void
again_clear (Again *again)
{
  g_clear_pointer (&again->plan, pm_plan_free);
  g_clear_pointer (&again->snapshot, pm_snapshot_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Again, again_clear)

static PmPlan *
make_again (PmContext *context, const PmPlan *plan, PmSnapshot *snapshot, GError **error)
{
  g_auto (PmPlanWorld) world = {0};
  if (!pm_plan_world_init (&world, context, snapshot, error))
    return NULL;
  PmPlanOptions options = {.touch = plan->touch,
                           .include_uncertain = plan->includes_uncertain,
                           .move_pinned = plan->moves_pinned,
                           .ports = &world.ports};
  if (plan->kind == PM_PLAN_SYNC)
    return pm_plan_desired (snapshot, decision_at (plan, 0), plan->decisions->len, &options, error);
  if (plan->kind == PM_PLAN_IP_CHANGE && plan->decisions->len == 1)
    return pm_plan_ip_change (snapshot, decision_at (plan, 0)->subject,
                              decision_at (plan, 0)->value, &options, error);
  g_autoptr (GArray) moves = moves_of (plan, snapshot);
  return pm_plan_resolutions (snapshot, (const PmResolution *) (void *) moves->data, moves->len,
                              &options, error);
}

/* Whether one thing alone is seen at this key path of this file: not two in a list, nor the same
 * key twice. */
static gboolean
is_the_only_one (const Again *now, const PmPlanEdit *edit)
{
  const PmPlanFile *file = pm_plan_file_at (now->plan, edit->file);
  PmKind kind = edit->form == PM_PLAN_FORM_PORT ? PM_KIND_PORT : PM_KIND_IP;
  guint n = 0;
  for (guint i = 0; i < now->snapshot->findings->len; i++) {
    const PmFinding *f = &g_array_index (now->snapshot->findings, PmFinding, i);
    n += f->kind == kind && strcmp (f->path, edit->path) == 0 &&
         strcmp (f->file, file->file) == 0 && strcmp (f->root, file->root) == 0;
  }
  return n == 1;
}

/* In a file that was saved meanwhile: the same value, seen by the same rule at the same key path,
 * which is there once. What has no key path (a line of text) cannot be told so, nor what a default
 * in an expression says. */
static gboolean
is_shifted (const PmPlanEdit *x, const Again *now, const PmPlanEdit *y)
{
  return x->path[0] != '\0' && x->form == y->form && x->form != PM_PLAN_FORM_DEFAULT &&
         strcmp (x->path, y->path) == 0 && strcmp (x->rule, y->rule) == 0 &&
         strcmp (x->old_value, y->old_value) == 0 && x->old_text != NULL && y->old_text != NULL &&
         strcmp (x->old_text, y->old_text) == 0 && is_the_only_one (now, y);
}

static gboolean
is_same_edit (const PmPlan *kept, const Again *now, guint index)
{
  const PmPlanEdit *x = pm_plan_edit_at (kept, index), *y = pm_plan_edit_at (now->plan, index);
  const PmPlanFile *f = pm_plan_file_at (kept, x->file), *g = pm_plan_file_at (now->plan, y->file);
  if (strcmp (f->root, g->root) != 0 || strcmp (f->file, g->file) != 0 ||
      strcmp (x->new_text, y->new_text) != 0)
    return FALSE;
  if (!pm_digest_equal (&f->digest, &g->digest))
    return is_shifted (x, now, y);
  return x->span.start == y->span.start && x->span.end == y->span.end;
}

/* Where each edit stands now, and in which content: what still_holds found to be the same. */
static void
refit (PmPlan *kept, const PmPlan *now)
{
  for (guint i = 0; i < kept->edits->len; i++) {
    PmPlanEdit *edit = &g_array_index (kept->edits, PmPlanEdit, i);
    const PmPlanEdit *place = pm_plan_edit_at (now, i);
    PmPlanFile *file = &g_array_index (kept->files, PmPlanFile, edit->file);
    const PmPlanFile *content = pm_plan_file_at (now, place->file);
    edit->span = place->span;
    edit->line = place->line;
    file->size_bytes = content->size_bytes;
    file->digest = content->digest;
  }
}

static int
by_name (gconstpointer a, gconstpointer b, gpointer user)
{
  const PmPlan *plan = user;
  const PmPlanEdit *x = a, *y = b;
  const PmPlanFile *f = pm_plan_file_at (plan, x->file), *g = pm_plan_file_at (plan, y->file);
  int order = strcmp (f->root, g->root);
  if (order == 0)
    order = strcmp (f->file, g->file);
  return order != 0 ? order : (x->span.start > y->span.start) - (x->span.start < y->span.start);
}

static const PmPlanFile *
same_file (const PmPlan *plan, const PmPlanFile *file)
{
  for (guint i = 0; i < plan->files->len; i++) {
    const PmPlanFile *other = pm_plan_file_at (plan, i);
    if (strcmp (other->root, file->root) == 0 && strcmp (other->file, file->file) == 0)
      return other;
  }
  return NULL;
}

/* A line is no difference where the whole file is another. */
static char *
difference (const PmPlan *kept, const PmPlan *now, guint index)
{
  if (index >= now->edits->len)
    return g_strdup ("there is less to change");
  const PmPlanEdit *edit = pm_plan_edit_at (now, index);
  const PmPlanFile *file = pm_plan_file_at (now, edit->file), *before = same_file (kept, file);
  if (before != NULL && !pm_digest_equal (&before->digest, &file->digest))
    return g_strdup_printf ("%s was changed since the plan was made", file->file);
  return g_strdup_printf ("the first difference is at %s:%u", file->file, edit->line);
}

static gboolean
refuse (gint64 id, const PmPlan *kept, const PmPlan *now, guint index, GError **error)
{
  g_autofree char *where = difference (kept, now, index);
  g_set_error (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_KEPT,
               "plan %" G_GINT64_FORMAT " does not fit any more: %s; make it anew and look again",
               id, where);
  return FALSE;
}

/* What a policy left to others is no difference. */
static gboolean
is_left_by_policy (const PmPlanFile *file, gpointer data)
{
  const PmPlan *kept = data;
  for (guint i = 0; i < kept->left->len; i++) {
    const PmPlanLeft *left = &g_array_index (kept->left, PmPlanLeft, i);
    const PmPlanFile *other = pm_plan_file_at (kept, left->edit.file);
    if (strcmp (left->reason, PM_PLAN_LEFT_BY_POLICY) == 0 &&
        strcmp (other->root, file->root) == 0 && strcmp (other->project, file->project) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Nor is what a person left out. */
static gboolean
is_left_by_choice (const PmPlanFile *file, gpointer data)
{
  const PmPlan *kept = data;
  for (guint i = 0; i < kept->left->len; i++) {
    const PmPlanLeft *left = &g_array_index (kept->left, PmPlanLeft, i);
    const PmPlanFile *other = pm_plan_file_at (kept, left->edit.file);
    if (strcmp (left->reason, PM_PLAN_LEFT_BY_CHOICE) == 0 &&
        strcmp (other->root, file->root) == 0 && strcmp (other->file, file->file) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Files are numbered in the order in which their findings came, which may differ. */
static gboolean
still_holds (gint64 id, PmPlan *kept, const Again *again, GError **error)
{
  PmPlan *now = again->plan;
  g_array_sort_with_data (kept->edits, by_name, kept);
  g_array_sort_with_data (now->edits, by_name, now);
  for (guint i = 0; i < now->edits->len; i++)
    if (i >= kept->edits->len || !is_same_edit (kept, again, i))
      return refuse (id, kept, now, i, error);
  return kept->edits->len == now->edits->len || refuse (id, kept, now, now->edits->len, error);
}

/* Of the files that the kept plan edits, those that are others now. Edits are sorted by file. */
static void
note_changed (const PmPlan *kept, const PmPlan *now, GPtrArray *changed)
{
  for (guint i = 0; i < kept->edits->len; i++) {
    if (i > 0 && pm_plan_edit_at (kept, i)->file == pm_plan_edit_at (kept, i - 1)->file)
      continue;
    const PmPlanFile *file = pm_plan_file_at (kept, pm_plan_edit_at (kept, i)->file);
    const PmPlanFile *other = same_file (now, file);
    if (other != NULL && pm_digest_equal (&other->digest, &file->digest))
      continue;
    g_autofree char *path = g_build_filename (file->root, file->file, NULL);
    pm_file_notes_add (changed, path,
                       other == NULL ? "there is nothing to edit in it any more"
                                     : "was saved since the plan was made");
  }
}

PmPlan *
pm_verb_plan_take (PmContext *context, gint64 id, GPtrArray *changed, GError **error)
{
  g_autoptr (PmPlan) plan = pm_verb_plan_load (context, id, error);
  if (plan == NULL)
    return NULL;
  g_autoptr (GError) failure = NULL;
  g_auto (Again) now = {.snapshot = pm_plan_look (context, &failure)};
  if (now.snapshot != NULL)
    now.plan = make_again (context, plan, now.snapshot, &failure);
  if (now.plan != NULL) {
    pm_plan_leave (now.plan, is_left_by_choice, plan, PM_PLAN_LEFT_BY_CHOICE);
    now.plan = pm_plan_fitted (now.plan, NULL, &failure);
  }
  if (now.plan == NULL) {
    g_propagate_prefixed_error (error, g_steal_pointer (&failure),
                                "plan %" G_GINT64_FORMAT " does not fit any more: ", id);
    return NULL;
  }
  pm_plan_leave (now.plan, is_left_by_policy, plan, PM_PLAN_LEFT_BY_POLICY);
  if (still_holds (id, plan, &now, error)) {
    refit (plan, now.plan);
    return g_steal_pointer (&plan);
  }
  if (changed != NULL)
    note_changed (plan, now.plan, changed);
  return NULL;
}
