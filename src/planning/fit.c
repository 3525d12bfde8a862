/* DESIGN
 * Fitting turns values into bytes, file by file, and ends with one sorted list. Edits that cannot
 * be made leave the list; a default that is another value than the one that moves was never an
 * edit. An expression whose address changes its family needs brackets, or none any more: whether
 * its variable holds only the address is known when the definition is fitted, so at the end. */

#include <stdlib.h>
#include <string.h>

#include "planning/brackets.h"
#include "planning/planning.h"
#include "planning/spelling.h"

static void
leave (PmPlan *plan, guint index, const char *reason)
{
  PmPlanLeft left = {*pm_plan_edit_at (plan, index), pm_arena_strdup (plan->arena, reason)};
  g_array_append_val (plan->left, left);
  g_array_remove_index (plan->edits, index);
}

static gboolean
parse_addresses (const PmPlanEdit *edit, PmIp *from, PmIp *to)
{
  return pm_ip_parse (edit->old_value, strlen (edit->old_value), from) &&
         pm_ip_parse (edit->new_value, strlen (edit->new_value), to);
}

static char *
spell (const PmPlan *plan, PmPlanEdit *edit, const char *bytes, gsize length, gsize *start,
       gsize *end, const char **ret_reason)
{
  PmIp from, to;
  if (!parse_addresses (edit, &from, &to))
    return pm_spelling_port (bytes, *start, *end,
                             (guint) g_ascii_strtoull (edit->old_value, NULL, 10),
                             (guint) g_ascii_strtoull (edit->new_value, NULL, 10), ret_reason);
  const PmPlanFile *file = pm_plan_file_at (plan, edit->file);
  PmBrackets brackets = pm_brackets_at (file, edit->path, bytes, length, *start, *end);
  edit->stands_alone = pm_brackets_stands_alone (bytes, length, *start, *end);
  return pm_spelling_address (bytes, length, start, end, &from, &to, brackets, ret_reason);
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

static void
set_texts (PmPlan *plan, PmPlanEdit *edit, const char *bytes, gsize start, gsize end,
           const char *text)
{
  edit->span = (PmSpan){(guint32) start, (guint32) end};
  edit->old_text = pm_arena_strndup (plan->arena, bytes + start, end - start);
  edit->new_text = pm_arena_strdup (plan->arena, text);
}

static void
tell_of_brackets (PmPlan *plan, const PmPlanEdit *edit)
{
  pm_plan_also (plan, "look at %s:%u: an IPv6 address stands in brackets in a URL, and no other",
                pm_plan_file_at (plan, edit->file)->file, edit->line);
}

/* Whether the brackets around an expression must come or go with the family of its address. */
static gint
brackets_of (PmPlan *plan, const PmPlanEdit *edit, const char *bytes, gsize length)
{
  PmIp from, to;
  gsize start = edit->span.start, end = edit->span.end;
  gboolean are_around = pm_brackets_are_around (bytes, length, start, end);
  if (!parse_addresses (edit, &from, &to) || from.is_v6 == to.is_v6 || are_around == to.is_v6)
    return 0;
  const PmPlanFile *file = pm_plan_file_at (plan, edit->file);
  if (pm_brackets_at (file, edit->path, bytes, length, start, end) == PM_BRACKETS_OF_PLACE)
    return 0;
  if (pm_brackets_is_variable (bytes, start, end, edit->variable))
    return are_around ? -1 : pm_brackets_is_host (bytes, length, start, end) ? 1 : 0;
  /* By way of another variable, which may hold more than the address. */
  if (are_around || (start > 1 && bytes[start - 1] == '/' && bytes[start - 2] == '/'))
    tell_of_brackets (plan, edit);
  return 0;
}

/* FALSE: nothing in it changes. */
static gboolean
fit_expression (PmPlan *plan, PmPlanEdit *edit, const char *bytes, gsize length)
{
  gsize start = edit->span.start, end = edit->span.end, from = start, to = end;
  gboolean has_default = pm_spelling_default (bytes, &from, &to, edit->old_value);
  edit->brackets = brackets_of (plan, edit, bytes, length);
  if (!has_default && edit->brackets == 0)
    return FALSE;
  if (edit->brackets == 0) {
    set_texts (plan, edit, bytes, from, to, edit->new_value);
    return TRUE;
  }
  g_autoptr (GString) text = g_string_new_len (bytes + start, (gssize) (end - start));
  if (has_default) {
    g_string_erase (text, (gssize) (from - start), (gssize) (to - from));
    g_string_insert (text, (gssize) (from - start), edit->new_value);
  }
  if (edit->brackets > 0) {
    g_string_prepend_c (text, '[');
    g_string_append_c (text, ']');
    set_texts (plan, edit, bytes, start, end, text->str);
  } else {
    set_texts (plan, edit, bytes, start - 1, end + 1, text->str);
  }
  return TRUE;
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
  if (edit->form == PM_PLAN_FORM_DEFAULT) {
    if (fit_expression (plan, edit, bytes, length))
      return TRUE;
    g_array_remove_index (plan->edits, index);
    return FALSE;
  }
  const char *reason = NULL;
  g_autofree char *text = spell (plan, edit, bytes, length, &start, &end, &reason);
  if (text == NULL) {
    leave (plan, index, reason);
    return FALSE;
  }
  set_texts (plan, edit, bytes, start, end, text);
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
drop_choice (PmPlan *plan, gint64 service_id)
{
  for (guint i = 0; i < plan->choices->len; i++)
    if (g_array_index (plan->choices, PmPlanChoice, i).service_id == service_id) {
      g_array_remove_index (plan->choices, i);
      return;
    }
}

static void
drop_decision (PmPlan *plan, guint decision)
{
  drop_choice (plan, g_array_index (plan->decisions, PmPlanDecision, decision - 1).service_id);
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
  g_autoptr (GString) reasons = g_string_new (NULL);
  for (guint decision = plan->decisions->len; decision > 0; decision--) {
    const PmPlanLeft *failure = find_failure (plan, decision);
    if (failure == NULL)
      continue;
    const char *file = pm_plan_file_at (plan, failure->edit.file)->file;
    g_autofree char *reason = g_strdup_printf ("%s:%u: %s stays: %s", file, failure->edit.line,
                                               failure->edit.old_value, failure->reason);
    if (!plan->is_partial) {
      g_string_append_printf (reasons, "%s%s", reasons->len == 0 ? "" : "\n", reason);
      continue;
    }
    pm_plan_leave_unresolved (plan, "%s", reason);
    drop_decision (plan, decision);
  }
  if (reasons->len == 0)
    return TRUE;
  if (plan->kind != PM_PLAN_RESOLVE || plan->decisions->len == 1)
    g_set_error_literal (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED, reasons->str);
  else
    g_set_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED,
                 "not all of %u moves can be written, so none is (" PM_PLANNING_PARTIAL
                 " makes the others):\n%s",
                 plan->decisions->len, reasons->str);
  return FALSE;
}

/* --- brackets around variables --- */

static gboolean
is_definition (const PmPlan *plan, const PmPlanEdit *use, const PmPlanEdit *edit)
{
  const PmPlanFile *file = pm_plan_file_at (plan, edit->file);
  gsize length = strlen (file->file);
  return edit->form == PM_PLAN_FORM_ADDRESS && edit->span.start <= use->definition_start &&
         use->definition_start < edit->span.end && strcmp (use->definition_root, file->root) == 0 &&
         strncmp (use->definition, file->file, length) == 0 && use->definition[length] == ':';
}

static const PmPlanEdit *
find_definition (const PmPlan *plan, const PmPlanEdit *use)
{
  for (guint i = 0; i < plan->edits->len; i++)
    if (is_definition (plan, use, pm_plan_edit_at (plan, i)))
      return pm_plan_edit_at (plan, i);
  return NULL;
}

/* The expression as it is, but for its default. FALSE: then nothing changes. */
static gboolean
keep_brackets (PmPlan *plan, PmPlanEdit *edit)
{
  gsize length = strlen (edit->new_text);
  edit->new_text = edit->brackets > 0
                       ? pm_arena_strndup (plan->arena, edit->new_text + 1, length - 2)
                       : pm_arena_printf (plan->arena, "[%s]", edit->new_text);
  return strcmp (edit->old_text, edit->new_text) != 0;
}

/* Brackets belong around a variable only if its value is the address and nothing else, and is
 * changed by this plan. */
static void
settle_brackets (PmPlan *plan)
{
  for (guint i = 0; i < plan->edits->len;) {
    PmPlanEdit *edit = pm_plan_edit_at (plan, i);
    const PmPlanEdit *definition = edit->brackets == 0 ? NULL : find_definition (plan, edit);
    gboolean is_bare =
        definition != NULL && definition->new_text[0] != '[' && definition->stands_alone;
    if (is_bare) {
      pm_plan_also (plan, "give %s an address of the same family in every mode: %s:%u %s",
                    edit->variable, pm_plan_file_at (plan, edit->file)->file, edit->line,
                    edit->brackets > 0 ? "puts it in brackets now" : "has no brackets any more");
      i++;
      continue;
    }
    if (definition != NULL && definition->new_text[0] != '[')
      tell_of_brackets (plan, edit);
    if (edit->brackets != 0 && !keep_brackets (plan, edit))
      g_array_remove_index (plan->edits, i);
    else
      i++;
  }
}

/* --- the end --- */

gboolean
pm_plan_fit_finish (PmPlan *plan, GError **error)
{
  if (!drop_what_cannot_move (plan, error))
    return FALSE;
  settle_brackets (plan);
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
