/* DESIGN
 * Fitting turns values into bytes, file by file, and ends with one sorted list. Edits that cannot
 * be made leave the list; a default that is another value than the one that moves was never an
 * edit. */

#include <stdlib.h>
#include <string.h>

#include "planning/planning.h"
#include "planning/spelling.h"

static void
leave (PmPlan *plan, guint index, const char *reason)
{
  PmPlanLeft left = {*pm_plan_edit_at (plan, index), pm_arena_strdup (plan->arena, reason)};
  g_array_append_val (plan->left, left);
  g_array_remove_index (plan->edits, index);
}

static char *
spell (const PmPlanEdit *edit, const char *bytes, gsize length, gsize *start, gsize *end,
       const char **ret_reason)
{
  PmIp from, to;
  if (pm_ip_parse (edit->old_value, strlen (edit->old_value), &from) &&
      pm_ip_parse (edit->new_value, strlen (edit->new_value), &to))
    return pm_spelling_address (bytes, length, start, end, &from, &to, ret_reason);
  return pm_spelling_port (bytes, *start, *end,
                           (guint) g_ascii_strtoull (edit->old_value, NULL, 10),
                           (guint) g_ascii_strtoull (edit->new_value, NULL, 10), ret_reason);
}

/* OAuth consoles keep a list of addresses that a login may come back to. */
static void
tell_of_callbacks (PmPlan *plan, const PmPlanEdit *edit, const char *bytes, gsize length)
{
  static const char *const words[] = {"callback", "oauth", "redirect_uri", "redirecturi"};
  gsize first = edit->span.start, last = edit->span.end;
  while (first > 0 && bytes[first - 1] != '\n' && edit->span.start - first < 512)
    first--;
  while (last < length && bytes[last] != '\n' && last - edit->span.end < 512)
    last++;
  g_autofree char *line = g_ascii_strdown (bytes + first, (gssize) (last - first));
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strstr_len (line, (gssize) (last - first), words[i]) != NULL) {
      pm_plan_also (plan, "register the new URL of %s:%u where logins are set up (OAuth console)",
                    pm_plan_file_at (plan, edit->file)->file, edit->line);
      return;
    }
}

/* FALSE: the edit has left the list. */
static gboolean
fit_edit (PmPlan *plan, guint index, const char *bytes, gsize length)
{
  PmPlanEdit *edit = pm_plan_edit_at (plan, index);
  gsize start = edit->span.start, end = edit->span.end;
  if (end > length || start > end) {
    leave (plan, index, "the file has become shorter");
    return FALSE;
  }
  if (edit->form == PM_PLAN_FORM_DEFAULT &&
      !pm_spelling_default (bytes, &start, &end, edit->old_value)) {
    g_array_remove_index (plan->edits, index);
    return FALSE;
  }
  const char *reason = NULL;
  g_autofree char *text = spell (edit, bytes, length, &start, &end, &reason);
  if (text == NULL) {
    leave (plan, index, reason);
    return FALSE;
  }
  edit->span = (PmSpan){(guint32) start, (guint32) end};
  edit->old_text = pm_arena_strndup (plan->arena, bytes + start, end - start);
  edit->new_text = pm_arena_strdup (plan->arena, text);
  tell_of_callbacks (plan, edit, bytes, length);
  return TRUE;
}

void
pm_plan_fit_file (PmPlan *plan, guint file, const char *bytes, gsize length)
{
  PmPlanFile *fitted = pm_plan_file_at (plan, file);
  fitted->size_bytes = length;
  fitted->digest = pm_digest_of (bytes, length);
  for (guint i = 0; i < plan->edits->len;)
    if (pm_plan_edit_at (plan, i)->file != file || fit_edit (plan, i, bytes, length))
      i++;
}

void
pm_plan_fit_missing (PmPlan *plan, guint file, const char *reason)
{
  for (guint i = 0; i < plan->edits->len;)
    if (pm_plan_edit_at (plan, i)->file == file)
      leave (plan, i, reason);
    else
      i++;
}

static int
by_place (gconstpointer a, gconstpointer b)
{
  const PmPlanEdit *x = a, *y = b;
  if (x->file != y->file)
    return x->file < y->file ? -1 : 1;
  if (x->span.start != y->span.start)
    return x->span.start < y->span.start ? -1 : 1;
  return x->span.end < y->span.end ? -1 : x->span.end > y->span.end;
}

/* The first of a decision's own edits that cannot be made; NULL if one can, or none was wanted. */
static const PmPlanLeft *
find_failure (const PmPlan *plan, guint decision)
{
  for (guint i = 0; i < plan->edits->len; i++) {
    const PmPlanEdit *edit = pm_plan_edit_at (plan, i);
    if (edit->decision == decision && edit->is_own)
      return NULL;
  }
  for (guint i = 0; i < plan->left->len; i++) {
    const PmPlanLeft *left = &g_array_index (plan->left, PmPlanLeft, i);
    if (left->edit.decision == decision && left->edit.is_own)
      return left;
  }
  return NULL;
}

static void
drop_decision (PmPlan *plan, guint decision)
{
  for (guint i = 0; i < plan->edits->len;) {
    PmPlanEdit *edit = pm_plan_edit_at (plan, i);
    if (edit->decision == decision) {
      leave (plan, i, "what it points at stays where it is");
      continue;
    }
    edit->decision -= edit->decision > decision;
    i++;
  }
  for (guint i = 0; i < plan->left->len; i++) {
    PmPlanEdit *edit = &g_array_index (plan->left, PmPlanLeft, i).edit;
    edit->decision = edit->decision == decision ? 0 : edit->decision - (edit->decision > decision);
  }
  g_array_remove_index (plan->decisions, decision - 1);
}

/* References that move without their service would point at nobody. */
static gboolean
drop_what_cannot_move (PmPlan *plan, GError **error)
{
  for (guint decision = plan->decisions->len; decision > 0; decision--) {
    const PmPlanLeft *failure = find_failure (plan, decision);
    if (failure == NULL)
      continue;
    const char *file = pm_plan_file_at (plan, failure->edit.file)->file;
    if (plan->kind == PM_PLAN_ASSIGN) {
      g_set_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED, "%s:%u: %s stays: %s", file,
                   failure->edit.line, failure->edit.old_value, failure->reason);
      return FALSE;
    }
    pm_plan_also (plan, "decide by hand: %s:%u: %s stays: %s", file, failure->edit.line,
                  failure->edit.old_value, failure->reason);
    drop_decision (plan, decision);
  }
  return TRUE;
}

gboolean
pm_plan_fit_finish (PmPlan *plan, GError **error)
{
  if (!drop_what_cannot_move (plan, error))
    return FALSE;
  g_array_sort (plan->edits, by_place);
  for (guint i = 1; i < plan->edits->len;) {
    const PmPlanEdit *before = pm_plan_edit_at (plan, i - 1), *edit = pm_plan_edit_at (plan, i);
    if (before->file != edit->file || !pm_span_overlaps (before->span, edit->span)) {
      i++;
      continue;
    }
    if (before->span.start != edit->span.start || before->span.end != edit->span.end ||
        strcmp (before->new_text, edit->new_text) != 0) {
      g_set_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED,
                   "%s:%u: two changes contradict each other: it would become %s and %s",
                   pm_plan_file_at (plan, edit->file)->file, edit->line, before->new_text,
                   edit->new_text);
      return FALSE;
    }
    g_array_remove_index (plan->edits, i);
  }
  plan->is_fitted = TRUE;
  return TRUE;
}
