/* DESIGN
 * An edit goes where the value really stands. A finding whose value comes from a variable names the
 * bytes of its definition (origin_span), and its own span is the whole ${…}: there a default may
 * stand that has to follow, so that the file means the same without the variable. */

#include "planning/builder.h"

#include <string.h>

void
pm_plan_builder_init (PmPlanBuilder *builder, const PmSnapshot *snapshot, PmPlanKind kind,
                      const PmPlanOptions *options)
{
  builder->snapshot = snapshot;
  builder->options = options == NULL ? (PmPlanOptions){0} : *options;
  if (builder->options.touch == 0)
    builder->options.touch = PM_PLAN_TOUCH_DEFAULT;
  builder->plan = pm_plan_new (kind);
  builder->plan->touch = builder->options.touch;
  builder->plan->includes_uncertain = builder->options.include_uncertain;
  builder->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
pm_plan_builder_clear (PmPlanBuilder *builder)
{
  g_clear_pointer (&builder->plan, pm_plan_free);
  g_clear_pointer (&builder->places, g_hash_table_unref);
}

PmPlan *
pm_plan_builder_take (PmPlanBuilder *builder)
{
  return g_steal_pointer (&builder->plan);
}

static gboolean
has_origin (const PmFinding *finding)
{
  return finding->origin[0] != '\0' && pm_span_length (finding->origin_span) > 0 &&
         strrchr (finding->origin, ':') != NULL;
}

char *
pm_plan_builder_place (const PmFinding *finding)
{
  if (!has_origin (finding))
    return g_strdup_printf ("%s\n%s\n%u\n%u", finding->root, finding->file, finding->span.start,
                            finding->span.end);
  const char *colon = strrchr (finding->origin, ':');
  return g_strdup_printf ("%s\n%.*s\n%u\n%u", finding->root, (int) (colon - finding->origin),
                          finding->origin, finding->origin_span.start, finding->origin_span.end);
}

static const char *
reason_to_leave (const PmPlanBuilder *builder, const PmPlanEdit *edit, PmStanding standing)
{
  static const char *const listed[] = {
      "configuration is only listed", "comments are only listed",      "source is only listed",
      "documentation is only listed", "logs and data are only listed",
  };
  if (standing == PM_STANDING_KEPT)
    return "could not be read when last looked; mend it and scan again";
  if ((builder->options.touch & (1u << edit->text_class)) == 0)
    return listed[edit->text_class];
  if (edit->confidence < PM_PLAN_LEAST_CONFIDENCE && !builder->options.include_uncertain)
    return "uncertain; --include-uncertain edits it";
  return NULL;
}

static void
add (PmPlanBuilder *builder, const PmPlanFile *file, PmPlanEdit *edit, PmStanding standing)
{
  PmPlan *plan = builder->plan;
  char *place = g_strdup_printf ("%s\n%s\n%u\n%u\n%s", file->root, file->file, edit->span.start,
                                 edit->span.end, edit->old_value);
  gpointer known;
  const char *reason = reason_to_leave (builder, edit, standing);
  if (g_hash_table_lookup_extended (builder->places, place, NULL, &known)) {
    /* A surer way to the same place makes it an edit. */
    if (reason != NULL || GPOINTER_TO_INT (known) == 0) {
      g_free (place);
      return;
    }
    for (guint i = plan->left->len; i-- > 0;) {
      const PmPlanEdit *left = &g_array_index (plan->left, PmPlanLeft, i).edit;
      if (left->span.start == edit->span.start &&
          strcmp (pm_plan_file_at (plan, left->file)->file, file->file) == 0)
        g_array_remove_index (plan->left, i);
    }
  }
  edit->file = pm_plan_file (plan, file->root, file->file, file->project, file->format);
  g_hash_table_replace (builder->places, place, GINT_TO_POINTER (reason != NULL));
  if (reason == NULL) {
    g_array_append_val (plan->edits, *edit);
    return;
  }
  PmPlanLeft left = {*edit, reason};
  g_array_append_val (plan->left, left);
}

void
pm_plan_builder_move (PmPlanBuilder *builder, const PmFinding *finding, const PmPlanMove *move)
{
  PmArena *arena = builder->plan->arena;
  g_autofree char *why = g_utf8_make_valid (move->why, -1);
  g_autofree char *path = g_utf8_make_valid (finding->path, -1);
  PmPlanFile file = {
      .root = finding->root,
      .file = finding->file,
      .project = finding->project,
      .format = finding->format,
  };
  PmPlanEdit edit = {
      .span = finding->span,
      .line = finding->position.line,
      .form = move->form,
      .old_value = pm_arena_strdup (arena, move->old_value),
      .new_value = pm_arena_strdup (arena, move->new_value),
      .why = pm_arena_strdup (arena, why),
      .rule = pm_arena_strdup (arena, finding->rule),
      .path = pm_arena_strdup (arena, path),
      .confidence = move->confidence,
      .text_class = finding->text_class,
      .decision = move->decision,
      .is_own = move->is_own,
  };
  if (!has_origin (finding)) {
    add (builder, &file, &edit, finding->standing);
    return;
  }

  PmPlanEdit beside = edit;
  beside.form = PM_PLAN_FORM_DEFAULT;
  beside.is_own = FALSE;
  add (builder, &file, &beside, finding->standing);
  const char *colon = strrchr (finding->origin, ':');
  g_autofree char *origin_file = g_strndup (finding->origin, (gsize) (colon - finding->origin));
  file.file = origin_file;
  file.format = strcmp (origin_file, finding->file) == 0 ? finding->format : "env";
  edit.span = finding->origin_span;
  edit.line = (guint32) g_ascii_strtoull (colon + 1, NULL, 10);
  edit.text_class = PM_TEXT_CONFIG;
  add (builder, &file, &edit, finding->standing);
}

/* --- what a person has to do --- */

static gboolean
is_any (const char *word, const char *const *words)
{
  return g_strv_contains (words, word);
}

static void
tell_of_file (PmPlan *plan, const PmPlanFile *file)
{
  static const char *const compose[] = {"compose", "dockerfile", NULL};
  static const char *const cluster[] = {"k8s", "helm", "kustomize", "cloudrun", NULL};
  static const char *const cloud[] = {"terraform", "hcl", "tfvars", "cloudformation", NULL};
  if (is_any (file->format, compose))
    pm_plan_also (plan, "recreate the running containers of %s (docker compose up -d)",
                  file->project);
  else if (is_any (file->format, cluster))
    pm_plan_also (plan, "apply the manifests of %s to the cluster again", file->project);
  else if (is_any (file->format, cloud))
    pm_plan_also (plan, "apply the infrastructure of %s again", file->project);
}

void
pm_plan_builder_tell_the_rest (PmPlanBuilder *builder)
{
  PmPlan *plan = builder->plan;
  guint last = G_MAXUINT;
  for (guint i = 0; i < plan->edits->len; i++) {
    guint file = pm_plan_edit_at (plan, i)->file;
    if (file != last)
      tell_of_file (plan, pm_plan_file_at (plan, file));
    last = file;
  }
  for (guint i = 0; i < plan->left->len; i++) {
    const PmPlanEdit *edit = &g_array_index (plan->left, PmPlanLeft, i).edit;
    if (edit->text_class == PM_TEXT_DOCUMENTATION)
      pm_plan_also (plan, "correct the documentation at %s:%u",
                    pm_plan_file_at (plan, edit->file)->file, edit->line);
  }
}
