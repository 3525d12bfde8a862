#include "verbs/plan-diff.h"

#include "verbs/diff.h"

/* Edits from `first` to before `last` are of one file. */
static void
append_file (GString *out, const PmPlan *plan, guint first, guint last, gboolean color,
             guint side_by_side)
{
  const PmPlanFile *file = pm_plan_file_at (plan, pm_plan_edit_at (plan, first)->file);
  const char *reason = NULL;
  GString *bytes = pm_verb_read_file (file->root, file->file, &reason);
  if (bytes == NULL)
    return;
  g_autoptr (GArray) edits = g_array_new (FALSE, FALSE, sizeof (PmDiffEdit));
  for (guint i = first; i < last; i++) {
    const PmPlanEdit *edit = pm_plan_edit_at (plan, i);
    PmDiffEdit e = {edit->span, edit->new_text};
    if (edit->span.end <= bytes->len)
      g_array_append_val (edits, e);
  }
  PmDiffFile diff = {file->file, bytes->str, bytes->len, (const PmDiffEdit *) (void *) edits->data,
                     edits->len};
  if (side_by_side != 0)
    pm_diff_side_by_side (out, &diff, color, side_by_side);
  else
    pm_diff_unified (out, &diff, color);
  g_string_free (bytes, TRUE);
}

guint
pm_plan_diff (GString *out, const PmPlan *plan, gboolean color, guint side_by_side)
{
  guint n_files = 0;
  for (guint first = 0; first < plan->edits->len;) {
    guint last = first;
    while (last < plan->edits->len &&
           pm_plan_edit_at (plan, last)->file == pm_plan_edit_at (plan, first)->file)
      last++;
    append_file (out, plan, first, last, color, side_by_side);
    n_files++;
    first = last;
  }
  return n_files;
}
