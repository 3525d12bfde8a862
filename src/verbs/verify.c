#include "verbs/verify.h"

#include <stdlib.h>
#include <string.h>

#include "discovery/naming.h"
#include "discovery/ruleset.h"

/* The syntax by which the file was read: its rule set's, or its extension's. */
static const PmFormat *
format_of (const PmPlanFile *file)
{
  const char *syntax = NULL;
  for (const PmRuleset *const *r = pm_rulesets_all (); *r != NULL && syntax == NULL; r++)
    if (strcmp ((*r)->name, file->format) == 0)
      syntax = (*r)->syntax;
  if (syntax != NULL)
    return pm_format_by_name (syntax);
  g_auto (PmNaming) naming;
  pm_naming_init (&naming, file->file);
  return naming.syntax == NULL ? NULL : pm_format_by_name (naming.syntax);
}

static gboolean
is_file (const PmPlanFile *file, const char *path)
{
  g_autofree char *given = g_build_filename (file->root, file->file, NULL);
  if (strcmp (given, path) == 0)
    return TRUE;
  char *real = realpath (given, NULL);
  gboolean same = real != NULL && strcmp (real, path) == 0;
  free (real);
  return same;
}

/* Edits of the file; one that is reached by two names has those of both. */
static GArray *
edits_of (const PmPlan *plan, const char *path, const PmPlanFile **ret_file)
{
  GArray *edits = g_array_new (FALSE, FALSE, sizeof (PmRawEdit));
  guint matched = G_MAXUINT, other = G_MAXUINT;
  for (guint i = 0; i < plan->edits->len; i++) {
    const PmPlanEdit *edit = pm_plan_edit_at (plan, i);
    if (edit->file != matched && edit->file == other)
      continue;
    if (edit->file != matched && !is_file (pm_plan_file_at (plan, edit->file), path)) {
      other = edit->file;
      continue;
    }
    matched = edit->file;
    *ret_file = pm_plan_file_at (plan, matched);
    gboolean known = FALSE;
    for (guint k = 0; k < edits->len && !known; k++)
      known = g_array_index (edits, PmRawEdit, k).span.start == edit->span.start;
    PmRawEdit raw = {edit->span, (char *) edit->new_text};
    if (!known)
      g_array_append_val (edits, raw);
  }
  return edits;
}

static gboolean
verify_text (const PmPlanFile *file, const char *bytes, gsize length, const PmRawEdit *edits,
             gsize n_edits, const char *new_bytes, gsize new_length, GError **error)
{
  const PmFormat *format = format_of (file);
  if (format == NULL)
    return TRUE;
  g_autoptr (PmDocument) before = pm_format_parse (format, bytes, length);
  return pm_rewrite_verify (format, before, edits, n_edits, new_bytes, new_length, error);
}

gboolean
pm_verify_change (const PmPlan *plan, const PmTransactionChange *change, GError **error)
{
  g_autofree char *path = g_build_filename (change->root, change->path, NULL);
  const PmPlanFile *file = NULL;
  g_autoptr (GArray) edits = edits_of (plan, path, &file);
  if (file == NULL) {
    g_set_error_literal (error, PM_REWRITE_ERROR, PM_REWRITE_ERROR_CHANGED, "not in the plan");
    return FALSE;
  }
  const PmRawEdit *raw = (const PmRawEdit *) (void *) edits->data;
  GString *expected = NULL;
  if (!pm_rewrite_apply (change->old_bytes, change->old_length, raw, edits->len, &expected, error))
    return FALSE;
  gboolean same = expected->len == change->new_length &&
                  memcmp (expected->str, change->new_bytes, expected->len) == 0;
  g_string_free (expected, TRUE);
  if (!same) {
    g_set_error_literal (error, PM_REWRITE_ERROR, PM_REWRITE_ERROR_CHANGED,
                         "more than the planned bytes is different");
    return FALSE;
  }
  return verify_text (file, change->old_bytes, change->old_length, raw, edits->len,
                      change->new_bytes, change->new_length, error);
}

gboolean
pm_verify_edits (const PmPlanFile *file, const char *bytes, gsize length, const PmRawEdit *edits,
                 gsize n_edits, GError **error)
{
  GString *after = NULL;
  if (!pm_rewrite_apply (bytes, length, edits, n_edits, &after, error))
    return FALSE;
  gboolean fine = verify_text (file, bytes, length, edits, n_edits, after->str, after->len, error);
  g_string_free (after, TRUE);
  return fine;
}
