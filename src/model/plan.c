#include "model/plan.h"

#include <string.h>

const char *
pm_plan_kind_name (PmPlanKind kind)
{
  static const char *const names[] = {"ip-change", "assign", "resolve", "sync"};
  return names[kind];
}

PmPlan *
pm_plan_new (PmPlanKind kind)
{
  PmPlan *plan = g_new0 (PmPlan, 1);
  plan->arena = pm_arena_new ();
  plan->kind = kind;
  plan->wish = "";
  plan->files = g_array_new (FALSE, TRUE, sizeof (PmPlanFile));
  plan->edits = g_array_new (FALSE, TRUE, sizeof (PmPlanEdit));
  plan->left = g_array_new (FALSE, TRUE, sizeof (PmPlanLeft));
  plan->also = g_array_new (FALSE, TRUE, sizeof (char *));
  plan->refused = g_array_new (FALSE, TRUE, sizeof (PmPlanRefused));
  plan->unresolved = g_array_new (FALSE, TRUE, sizeof (char *));
  plan->choices = g_array_new (FALSE, TRUE, sizeof (PmPlanChoice));
  plan->decisions = g_array_new (FALSE, TRUE, sizeof (PmPlanDecision));
  return plan;
}

void
pm_plan_free (PmPlan *plan)
{
  if (plan == NULL)
    return;
  g_array_unref (plan->files);
  g_array_unref (plan->edits);
  g_array_unref (plan->left);
  g_array_unref (plan->also);
  g_array_unref (plan->refused);
  g_array_unref (plan->unresolved);
  g_array_unref (plan->choices);
  g_array_unref (plan->decisions);
  pm_arena_free (plan->arena);
  g_free (plan);
}

guint
pm_plan_file (PmPlan *plan, const char *root, const char *file, const char *project,
              const char *format)
{
  /* Edits come file by file, so the last ones are the likely ones. */
  for (guint i = plan->files->len; i-- > 0;) {
    const PmPlanFile *known = pm_plan_file_at (plan, i);
    if (strcmp (known->file, file) == 0 && strcmp (known->root, root) == 0)
      return i;
  }
  PmPlanFile added = {
      .root = pm_arena_strdup (plan->arena, root),
      .file = pm_arena_strdup (plan->arena, file),
      .project = pm_arena_strdup (plan->arena, project),
      .format = pm_arena_strdup (plan->arena, format),
  };
  g_array_append_val (plan->files, added);
  return plan->files->len - 1;
}

static void
add_once (PmPlan *plan, GArray *list, const char *raw)
{
  g_autofree char *text = g_utf8_make_valid (raw, -1); /* names of files are any bytes */
  for (guint i = 0; i < list->len; i++)
    if (strcmp (g_array_index (list, char *, i), text) == 0)
      return;
  char *kept = pm_arena_strdup (plan->arena, text);
  g_array_append_val (list, kept);
}

void
pm_plan_also (PmPlan *plan, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  add_once (plan, plan->also, text);
}

void
pm_plan_leave_unresolved (PmPlan *plan, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  add_once (plan, plan->unresolved, text);
  pm_plan_also (plan, "decide by hand: %s", text);
}

void
pm_plan_leave (PmPlan *plan, PmPlanLeaves leaves, gpointer data, const char *reason)
{
  guint n_kept = 0;
  for (guint i = 0; i < plan->edits->len; i++) {
    PmPlanEdit edit = *pm_plan_edit_at (plan, i);
    PmPlanLeft left = {edit, reason};
    if (leaves (pm_plan_file_at (plan, edit.file), data))
      g_array_append_val (plan->left, left);
    else
      *pm_plan_edit_at (plan, n_kept++) = edit;
  }
  g_array_set_size (plan->edits, n_kept);
}

guint
pm_plan_decide (PmPlan *plan, const PmPlanDecision *decision)
{
  PmPlanDecision copy = {
      .service_id = decision->service_id,
      .subject = pm_arena_strdup (plan->arena, decision->subject),
      .field = pm_arena_strdup (plan->arena, decision->field),
      .value = pm_arena_strdup (plan->arena, decision->value),
      .before = pm_arena_strdup (plan->arena, decision->before),
  };
  for (guint i = 0; i < plan->decisions->len; i++) {
    PmPlanDecision *known = &g_array_index (plan->decisions, PmPlanDecision, i);
    if (known->service_id == copy.service_id && strcmp (known->subject, copy.subject) == 0 &&
        strcmp (known->field, copy.field) == 0) {
      *known = copy;
      return i;
    }
  }
  g_array_append_val (plan->decisions, copy);
  return plan->decisions->len - 1;
}
