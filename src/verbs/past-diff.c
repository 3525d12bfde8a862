/* The journal keeps spans and their bytes, not files. So the text around an edit is what stands in
 * the file now, which is only right as long as the file is as the transaction left it. */

#include "verbs/past-diff.h"

#include "verbs/diff.h"
#include "verbs/plan.h"

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

gboolean
pm_past_diff (GString *out, const PmTarget *target, gboolean color, guint side_by_side)
{
  g_autofree char *file = g_build_filename (g_str_equal (target->parent, ".") ? "" : target->parent,
                                            target->name, NULL);
  GString *bytes = as_left (target, file);
  if (bytes == NULL)
    return FALSE;
  g_autoptr (GArray) edits = g_array_new (FALSE, FALSE, sizeof (PmDiffEdit));
  for (guint i = 0; i < target->edits->len; i++) {
    const PmEdit *edit = &g_array_index (target->edits, PmEdit, i);
    PmDiffEdit e = {edit->new_span, edit->old_bytes};
    if (e.span.end <= bytes->len)
      g_array_append_val (edits, e);
  }
  PmDiffFile diff = {file, bytes->str, bytes->len, (const PmDiffEdit *) (void *) edits->data,
                     edits->len};
  if (side_by_side != 0)
    pm_diff_side_by_side (out, &diff, color, side_by_side);
  else
    pm_diff_unified (out, &diff, color);
  g_string_free (bytes, TRUE);
  return TRUE;
}
