/* The journal keeps spans and their bytes, not files. So the text around an edit is what stands in
 * the file now, which is only right as long as the file is as the transaction left it. */

#include "verbs/past-diff.h"

#include "verbs/diff.h"
#include "verbs/plan.h"
#include "verbs/settings.h"
#include "verbs/text-diff.h"

/* The file as it is; NULL when that is not as the transaction left it. */
static GString *
as_left (const PmTarget *target, const char *file)
{
  const char *reason = NULL;
  GString *bytes = pm_verb_read_file (target->root, file, &reason);
  if (bytes == NULL)
    return NULL;
  PmDigest digest = pm_digest_of (bytes->str, bytes->len);
  if (pm_digest_equal (&digest, &target->new.digest))
    return bytes;
  g_string_free (bytes, TRUE);
  return NULL;
}

/* The file as it was before. */
static GString *
as_found (const PmTarget *target, const GString *bytes)
{
  GString *before = g_string_sized_new (bytes->len);
  gsize at = 0;
  for (guint i = 0; i < target->edits->len; i++) {
    const PmEdit *edit = &g_array_index (target->edits, PmEdit, i);
    if (edit->new_span.start < at || edit->new_span.end > bytes->len)
      continue;
    g_string_append_len (before, bytes->str + at, (gssize) (edit->new_span.start - at));
    g_string_append_len (before, edit->old_bytes, (gssize) pm_span_length (edit->old_span));
    at = edit->new_span.end;
  }
  g_string_append_len (before, bytes->str + at, (gssize) (bytes->len - at));
  return before;
}

static void
show_settings (GString *out, const char *file, const GString *from, const GString *to)
{
  g_autoptr (GArray) from_hidden = pm_settings_secrets (from->str, from->len);
  g_autoptr (GArray) to_hidden = pm_settings_secrets (to->str, to->len);
  PmDiffText before = {from->str, from->len, from_hidden}, after = {to->str, to->len, to_hidden};
  pm_text_diff (out, file, &before, &after);
}

/* The edits as they are in `bytes`, which is how the file is before them. */
static void
show_edits (GString *out, const PmTarget *target, const char *file, const GString *bytes,
            const PmPastDiffOptions *options)
{
  g_autoptr (GArray) edits = g_array_new (FALSE, FALSE, sizeof (PmDiffEdit));
  for (guint i = 0; i < target->edits->len; i++) {
    const PmEdit *edit = &g_array_index (target->edits, PmEdit, i);
    PmDiffEdit e = {options->is_undo ? edit->new_span : edit->old_span,
                    options->is_undo ? edit->old_bytes : edit->new_bytes};
    if (e.span.end <= bytes->len)
      g_array_append_val (edits, e);
  }
  PmDiffFile diff = {file, bytes->str, bytes->len, (const PmDiffEdit *) (void *) edits->data,
                     edits->len};
  if (options->side_by_side != 0)
    pm_diff_side_by_side (out, &diff, options->color, options->side_by_side);
  else
    pm_diff_unified (out, &diff, options->color);
}

gboolean
pm_past_diff (GString *out, const PmTarget *target, const PmPastDiffOptions *options)
{
  g_autofree char *file = g_build_filename (g_str_equal (target->parent, ".") ? "" : target->parent,
                                            target->name, NULL);
  GString *left = as_left (target, file);
  if (left == NULL)
    return FALSE;
  GString *found = as_found (target, left);
  const GString *from = options->is_undo ? left : found, *to = options->is_undo ? found : left;
  if (options->are_settings)
    show_settings (out, file, from, to);
  else
    show_edits (out, target, file, from, options);
  g_string_free (left, TRUE);
  g_string_free (found, TRUE);
  return TRUE;
}
