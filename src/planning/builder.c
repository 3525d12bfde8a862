/* DESIGN
 * An edit goes where the value really stands. A finding whose value comes from a variable names the
 * bytes of its definition (origin_span), and its own span is the whole ${…}: there a default may
 * stand that has to follow, so that the file means the same without the variable. */

#include "planning/builder.h"

#include <string.h>

#include "model/ci.h"

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
  builder->plan->moves_pinned = builder->options.move_pinned;
  builder->plan->is_partial = builder->options.partial || kind == PM_PLAN_SYNC;
  builder->aliases = pm_aliases_new (snapshot);
  builder->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
pm_plan_builder_clear (PmPlanBuilder *builder)
{
  g_clear_pointer (&builder->plan, pm_plan_free);
  g_clear_pointer (&builder->aliases, pm_aliases_free);
  g_clear_pointer (&builder->places, g_hash_table_unref);
}

PmPlan *
pm_plan_builder_take (PmPlanBuilder *builder)
{
  return g_steal_pointer (&builder->plan);
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

/* A file that has several names is planned by one of them; the update engine would find the same
 * bytes twice. */
static const PmPlanFile *
by_first_name (const PmPlanBuilder *builder, const PmPlanFile *named, PmPlanFile *first)
{
  const PmDocumentRecord *document = pm_aliases_find (builder->aliases, named->root, named->file);
  if (document == NULL)
    return named;
  *first = *named;
  first->root = document->root;
  first->file = document->file;
  first->project = document->project;
  return first;
}

static void
add (PmPlanBuilder *builder, const PmPlanFile *named, PmPlanEdit *edit, PmStanding standing)
{
  PmPlan *plan = builder->plan;
  PmPlanFile first;
  const PmPlanFile *file = by_first_name (builder, named, &first);
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

/* Where the variable is defined, by the name that the file goes by. */
static void
tell_definition (const PmPlanBuilder *builder, const PmFinding *finding, PmPlanEdit *edit)
{
  const char *colon = strrchr (finding->origin, ':');
  g_autofree char *file = g_strndup (finding->origin, (gsize) (colon - finding->origin));
  const PmDocumentRecord *first = pm_aliases_find (builder->aliases, finding->root, file);
  PmArena *arena = builder->plan->arena;
  edit->definition = pm_arena_printf (arena, "%s%s", first == NULL ? file : first->file, colon);
  edit->definition_root = pm_arena_strdup (arena, first == NULL ? finding->root : first->root);
  edit->definition_start = finding->origin_span.start;
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
  if (!pm_aliases_has_origin (finding)) {
    add (builder, &file, &edit, finding->standing);
    return;
  }

  PmPlanEdit beside = edit;
  beside.form = PM_PLAN_FORM_DEFAULT;
  beside.variable = pm_arena_strdup (arena, finding->variable);
  tell_definition (builder, finding, &beside);
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

#define NAMED_MOST 20

/* Whoever has read a file keeps what it said until something is done. One sentence a kind, whatever
 * the number of projects. What only CI reads is read anew by each run. */
typedef struct {
  const char *suffix;         /* of the file's name; NULL: any */
  const char *const *formats; /* NULL: all others */
  const char *sentence;
} Aftermath;

static const Aftermath aftermaths[] = {
    {NULL, (const char *const[]){"compose", NULL},
     "recreate the running containers (docker compose up -d) of %s"},
    {NULL, (const char *const[]){"dockerfile", NULL},
     "build the images again, and run containers of the new ones, of %s"},
    /* systemd.unit(5): a manager goes by what it has read until it reads all units again. */
    {".service", NULL, "systemctl daemon-reload, then restart the units of %s"},
    {".socket", NULL, "systemctl daemon-reload, then restart the sockets of %s"},
    {NULL, (const char *const[]){"k8s", "helm", "kustomize", "cloudrun", NULL},
     "apply the manifests to the cluster again of %s"},
    {NULL, (const char *const[]){"terraform", "hcl", "tfvars", "cloudformation", NULL},
     "apply the infrastructure again of %s"},
    {NULL, NULL, "restart, or build again, what runs of %s: it read its settings when it started"},
};

/* The last one is of any file. */
static gboolean
is_of (const Aftermath *aftermath, const PmPlanFile *file)
{
  return (aftermath->suffix == NULL || g_str_has_suffix (file->file, aftermath->suffix)) &&
         (aftermath->formats == NULL || g_strv_contains (aftermath->formats, file->format));
}

static guint
aftermath_of (const PmPlanFile *file)
{
  guint i = 0;
  while (!is_of (&aftermaths[i], file))
    i++;
  return i;
}

static void
tell_of_projects (PmPlan *plan, const char *sentence, const GPtrArray *projects)
{
  g_autoptr (GString) names = g_string_new (NULL);
  for (guint i = 0; i < MIN (projects->len, NAMED_MOST); i++)
    g_string_append_printf (names, "%s%s", i == 0 ? "" : ", ",
                            (const char *) g_ptr_array_index (projects, i));
  if (projects->len > NAMED_MOST)
    g_string_append_printf (names, " and %u more", projects->len - NAMED_MOST);
  g_auto (GStrv) parts = g_strsplit (sentence, "%s", 2);
  pm_plan_also (plan, "%s%s%s", parts[0], names->str, parts[1]);
}

static void
tell_of_files (PmPlan *plan)
{
  guint last = G_MAXUINT;
  GPtrArray *projects[G_N_ELEMENTS (aftermaths)];
  for (guint i = 0; i < G_N_ELEMENTS (aftermaths); i++)
    projects[i] = g_ptr_array_new ();
  for (guint i = 0; i < plan->edits->len; i++) {
    const PmPlanEdit *edit = pm_plan_edit_at (plan, i);
    const PmPlanFile *file = pm_plan_file_at (plan, edit->file);
    GPtrArray *list = projects[aftermath_of (file)];
    if (edit->file != last && edit->text_class != PM_TEXT_COMMENT &&
        !pm_ci_reads (file->format, file->file) &&
        !g_ptr_array_find_with_equal_func (list, file->project, g_str_equal, NULL))
      g_ptr_array_add (list, (gpointer) file->project);
    last = edit->file;
  }
  for (guint i = 0; i < G_N_ELEMENTS (aftermaths); i++) {
    if (projects[i]->len > 0)
      tell_of_projects (plan, aftermaths[i].sentence, projects[i]);
    g_ptr_array_unref (projects[i]);
  }
}

/* Whoever reads a changed file by another of its names reads something new, too. */
static void
tell_of_other_names (PmPlan *plan, const PmAliases *aliases)
{
  for (guint i = 0; i < plan->edits->len; i++) {
    const PmPlanFile *file = pm_plan_file_at (plan, pm_plan_edit_at (plan, i)->file);
    const GPtrArray *names = pm_aliases_of (aliases, file->root, file->file);
    for (guint k = 1; names != NULL && k < names->len; k++) {
      const PmDocumentRecord *other = g_ptr_array_index (names, k);
      pm_plan_also (plan, "mind %s: it is the same file as %s (a link), so %s changes with it",
                    other->file, file->file, other->project);
    }
  }
}

void
pm_plan_builder_tell_the_rest (PmPlanBuilder *builder)
{
  PmPlan *plan = builder->plan;
  pm_plan_exclude (plan, builder->options.exclude);
  tell_of_files (plan);
  tell_of_other_names (plan, builder->aliases);
  for (guint i = 0; i < plan->left->len; i++) {
    const PmPlanEdit *edit = &g_array_index (plan->left, PmPlanLeft, i).edit;
    if (edit->text_class == PM_TEXT_DOCUMENTATION)
      pm_plan_also (plan, "correct the documentation at %s:%u",
                    pm_plan_file_at (plan, edit->file)->file, edit->line);
  }
}
