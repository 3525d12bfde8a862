#include "verbs/text-diff.h"

#include <string.h>

#include "base/escape.h"
#include "verbs/diff.h"
#include "verbs/secrets.h"

#define AROUND 3
#define MASK "****"

typedef struct {
  const PmDiffText *text;
  GArray *starts;
} Side;

static guint
n_lines (const Side *side)
{
  return side->starts->len - 1;
}

/* The line without its end, what is hidden in it masked. */
static GString *
line_text (const Side *side, guint line)
{
  const gsize *starts = (const gsize *) (const void *) side->starts->data;
  gsize at = starts[line], end = starts[line + 1];
  const char *bytes = side->text->bytes;
  GString *out = g_string_new (NULL);
  if (end > at && bytes[end - 1] == '\n')
    end--;
  if (end > at && bytes[end - 1] == '\r')
    end--;
  for (guint i = 0; side->text->hidden != NULL && i < side->text->hidden->len; i++) {
    PmSpan span = g_array_index (side->text->hidden, PmSpan, i);
    if (span.end <= at || span.start >= end)
      continue;
    gsize from = MAX (span.start, at);
    g_string_append_len (out, bytes + at, (gssize) (from - at));
    g_string_append (out, MASK);
    at = MIN (span.end, end);
  }
  g_string_append_len (out, bytes + at, (gssize) (end - at));
  return out;
}

static void
append_line (GString *out, char mark, const Side *side, guint line)
{
  g_autoptr (GString) text = line_text (side, line);
  g_autofree char *masked = pm_secrets_mask (text->str, text->len, NULL, 0);
  g_autofree char *printable = pm_diff_printable (masked);
  g_string_append_printf (out, "%c%s\n", mark, printable);
}

static const PmLineHunk *
hunk_at (const GArray *hunks, guint index)
{
  return &g_array_index (hunks, PmLineHunk, index);
}

/* Hunks [first, behind) with what lies between and around them. */
static void
append_hunks (GString *out, const Side *before, const Side *after, const GArray *hunks, guint first,
              guint behind)
{
  const PmLineHunk *one = hunk_at (hunks, first), *last = hunk_at (hunks, behind - 1);
  guint lead = MIN (one->old_first, AROUND);
  guint line = one->old_first - lead;
  guint end = MIN (last->old_first + last->old_count + AROUND, n_lines (before));
  guint trail = end - last->old_first - last->old_count;
  guint new_end = last->new_first + last->new_count + trail;
  guint old_size = end - line, new_size = new_end - (one->new_first - lead);
  g_string_append_printf (out, "@@ -%u,%u +%u,%u @@\n", old_size == 0 ? line : line + 1, old_size,
                          new_size == 0 ? one->new_first - lead : one->new_first - lead + 1,
                          new_size);
  for (guint i = first; i < behind; i++) {
    const PmLineHunk *hunk = hunk_at (hunks, i);
    for (; line < hunk->old_first; line++)
      append_line (out, ' ', before, line);
    for (; line < hunk->old_first + hunk->old_count; line++)
      append_line (out, '-', before, line);
    for (guint k = 0; k < hunk->new_count; k++)
      append_line (out, '+', after, hunk->new_first + k);
  }
  for (; line < end; line++)
    append_line (out, ' ', before, line);
}

void
pm_text_diff (GString *out, const char *name, const PmDiffText *before, const PmDiffText *after)
{
  g_autoptr (GArray) old_starts = pm_line_starts (before->bytes, before->length);
  g_autoptr (GArray) new_starts = pm_line_starts (after->bytes, after->length);
  g_autoptr (GArray) hunks = pm_line_diff (before->bytes, old_starts, after->bytes, new_starts);
  Side old_side = {before, old_starts}, new_side = {after, new_starts};
  if (hunks->len == 0)
    return;
  g_autofree char *shown = pm_escape_terminal (name);
  g_string_append_printf (out, "--- a/%s\n+++ b/%s\n", shown, shown);
  for (guint i = 0; i < hunks->len;) {
    guint behind = i + 1;
    while (behind < hunks->len && hunk_at (hunks, behind)->old_first -
                                          hunk_at (hunks, behind - 1)->old_first -
                                          hunk_at (hunks, behind - 1)->old_count <=
                                      2 * AROUND)
      behind++;
    append_hunks (out, &old_side, &new_side, hunks, i, behind);
    i = behind;
  }
}
