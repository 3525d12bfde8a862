/* DESIGN
 * A transaction names files by their real paths, a plan as they were found, some by two names. So
 * the plan's edits are sorted by real path once: with hundreds of files, each of which is asked
 * for, looking for them again and again took most of the time of a change. */

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

/* --- edits by real path --- */

typedef struct {
  const PmPlanFile *file;
  GArray *edits; /* of PmRawEdit; text is the plan's */
} Expected;

struct PmVerifier {
  GHashTable *expected; /* real path → Expected */
};

static void
expected_free (gpointer data)
{
  Expected *expected = data;
  g_array_unref (expected->edits);
  g_free (expected);
}

/* As it was found, where it is not there (any more). */
static char *
real_path_of (const PmPlanFile *file)
{
  g_autofree char *given = g_build_filename (file->root, file->file, NULL);
  char *resolved = realpath (given, NULL);
  char *real = g_strdup (resolved == NULL ? given : resolved);
  free (resolved);
  return real;
}

static Expected *
expected_of (PmVerifier *verifier, const PmPlanFile *file)
{
  g_autofree char *path = real_path_of (file);
  Expected *expected = g_hash_table_lookup (verifier->expected, path);
  if (expected != NULL)
    return expected;
  expected = g_new0 (Expected, 1);
  expected->file = file;
  expected->edits = g_array_new (FALSE, FALSE, sizeof (PmRawEdit));
  g_hash_table_insert (verifier->expected, g_steal_pointer (&path), expected);
  return expected;
}

/* A file that is reached by two names has its edits by both. */
static void
add_once (GArray *edits, const PmPlanEdit *edit)
{
  PmRawEdit raw = {edit->span, (char *) edit->new_text};
  for (guint i = 0; i < edits->len; i++)
    if (g_array_index (edits, PmRawEdit, i).span.start == edit->span.start)
      return;
  g_array_append_val (edits, raw);
}

PmVerifier *
pm_verifier_new (const PmPlan *plan)
{
  PmVerifier *verifier = g_new0 (PmVerifier, 1);
  verifier->expected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, expected_free);
  Expected *expected = NULL;
  for (guint i = 0; i < plan->edits->len; i++) {
    const PmPlanEdit *edit = pm_plan_edit_at (plan, i);
    if (i == 0 || edit->file != pm_plan_edit_at (plan, i - 1)->file)
      expected = expected_of (verifier, pm_plan_file_at (plan, edit->file));
    add_once (expected->edits, edit);
  }
  return verifier;
}

void
pm_verifier_free (PmVerifier *verifier)
{
  if (verifier == NULL)
    return;
  g_hash_table_unref (verifier->expected);
  g_free (verifier);
}

/* --- one file --- */

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
pm_verify_change (const PmVerifier *verifier, const PmTransactionChange *change, GError **error)
{
  g_autofree char *path = g_build_filename (change->root, change->path, NULL);
  const Expected *expected = g_hash_table_lookup (verifier->expected, path);
  if (expected == NULL) {
    g_set_error_literal (error, PM_REWRITE_ERROR, PM_REWRITE_ERROR_CHANGED, "not in the plan");
    return FALSE;
  }
  const PmRawEdit *raw = (const PmRawEdit *) (void *) expected->edits->data;
  guint n_edits = expected->edits->len;
  GString *bytes = NULL;
  if (!pm_rewrite_apply (change->old_bytes, change->old_length, raw, n_edits, &bytes, error))
    return FALSE;
  gboolean same =
      bytes->len == change->new_length && memcmp (bytes->str, change->new_bytes, bytes->len) == 0;
  g_string_free (bytes, TRUE);
  if (!same) {
    g_set_error_literal (error, PM_REWRITE_ERROR, PM_REWRITE_ERROR_CHANGED,
                         "more than the planned bytes is different");
    return FALSE;
  }
  return verify_text (expected->file, change->old_bytes, change->old_length, raw, n_edits,
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
