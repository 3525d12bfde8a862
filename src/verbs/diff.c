#include "verbs/diff.h"

#include <string.h>

#include "base/cells.h"
#include "base/escape.h"
#include "verbs/secrets.h"

#define AROUND 3
#define NARROWEST 40

#define RED "\033[31m"
#define GREEN "\033[32m"
#define CYAN "\033[36m"
#define PLAIN "\033[0m"

typedef struct {
  PmSpan span;       /* without the line's end */
  guint first, last; /* edits [first, last) */
} Line;

static GArray *
lines_of (const PmDiffFile *file)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (Line));
  guint edit = 0;
  for (gsize at = 0; at < file->length;) {
    const char *end = memchr (file->bytes + at, '\n', file->length - at);
    gsize stop = end == NULL ? file->length : (gsize) (end - file->bytes);
    Line line = {{(guint32) at, (guint32) stop}, edit, edit};
    while (edit < file->n_edits && file->edits[edit].span.end <= stop)
      edit++;
    line.last = edit;
    g_array_append_val (lines, line);
    at = stop + 1;
  }
  return lines;
}

char *
pm_diff_printable (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "\t", -1);
  for (guint i = 0; parts[i] != NULL; i++) {
    char *escaped = pm_escape_terminal (parts[i]);
    g_free (parts[i]);
    parts[i] = escaped;
  }
  return g_strjoinv ("\t", parts);
}

static char *
text_of (const PmDiffFile *file, const Line *line, gboolean is_new)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) shown = g_array_new (FALSE, FALSE, sizeof (PmSpan));
  gsize at = line->span.start;
  for (guint i = line->first; i < line->last; i++) {
    const PmDiffEdit *edit = &file->edits[i];
    g_string_append_len (text, file->bytes + at, (gssize) (edit->span.start - at));
    PmSpan span = {.start = (guint32) text->len};
    if (is_new)
      g_string_append (text, edit->new_text);
    else
      g_string_append_len (text, file->bytes + edit->span.start,
                           (gssize) pm_span_length (edit->span));
    span.end = (guint32) text->len;
    g_array_append_val (shown, span);
    at = edit->span.end;
  }
  g_string_append_len (text, file->bytes + at, (gssize) (line->span.end - at));
  if (text->len > 0 && text->str[text->len - 1] == '\r')
    g_string_truncate (text, text->len - 1);
  g_autofree char *masked =
      pm_secrets_mask (text->str, text->len, (const PmSpan *) (void *) shown->data, shown->len);
  return pm_diff_printable (masked);
}

static void
append_line (GString *out, const char *color, const char *mark, const char *text)
{
  g_string_append_printf (out, "%s%s%s%s\n", color, mark, text, *color == '\0' ? "" : PLAIN);
}

static const Line *
line_at (const GArray *lines, guint index)
{
  return &g_array_index (lines, Line, index);
}

static gboolean
is_changed (const GArray *lines, guint index)
{
  return line_at (lines, index)->first < line_at (lines, index)->last;
}

static void
append_hunk (GString *out, const PmDiffFile *file, const GArray *lines, guint first, guint last,
             gboolean color)
{
  g_autofree char *head =
      g_strdup_printf ("@@ -%u,%u +%u,%u @@", first + 1, last - first, first + 1, last - first);
  append_line (out, color ? CYAN : "", "", head);
  for (guint i = first; i < last;) {
    if (!is_changed (lines, i)) {
      g_autofree char *text = text_of (file, line_at (lines, i), FALSE);
      append_line (out, "", " ", text);
      i++;
      continue;
    }
    guint stop = i;
    while (stop < last && is_changed (lines, stop))
      stop++;
    for (guint k = i; k < stop; k++) {
      g_autofree char *text = text_of (file, line_at (lines, k), FALSE);
      append_line (out, color ? RED : "", "-", text);
    }
    for (guint k = i; k < stop; k++) {
      g_autofree char *text = text_of (file, line_at (lines, k), TRUE);
      append_line (out, color ? GREEN : "", "+", text);
    }
    i = stop;
  }
}

void
pm_diff_unified (GString *out, const PmDiffFile *file, gboolean color)
{
  g_autoptr (GArray) lines = lines_of (file);
  g_autofree char *name = pm_escape_terminal (file->name);
  g_string_append_printf (out, "--- a/%s\n+++ b/%s\n", name, name);
  for (guint i = 0; i < lines->len;) {
    if (!is_changed (lines, i)) {
      i++;
      continue;
    }
    guint first = i < AROUND ? 0 : i - AROUND, last = i + 1;
    for (guint k = i; k < lines->len && k <= last + 2 * AROUND; k++)
      if (is_changed (lines, k))
        last = k + 1;
    guint stop = MIN (last + AROUND, lines->len);
    append_hunk (out, file, lines, first, stop, color);
    i = stop;
  }
}

/* Takes what fits into one row off the text. */
static char *
take_row (const char **text, guint width)
{
  gsize n = pm_cells_fit (*text, width);
  char *row = g_strndup (*text, n);
  *text += n;
  return row;
}

static void
append_row (GString *out, guint number, const char *left, const char *right, guint half,
            gboolean color)
{
  g_autofree char *margin = number == 0 ? g_strdup ("      ") : g_strdup_printf ("%6u", number);
  g_autofree char *blanks = g_strnfill (half - MIN (half, pm_cells_width (left)), ' ');
  g_string_append_printf (out, "%s  %s%s%s%s | %s%s%s\n", margin, color ? RED : "", left, blanks,
                          color ? PLAIN : "", color ? GREEN : "", right, color ? PLAIN : "");
}

/* A long line takes several rows; of those that are equal on both sides none but the first. */
static void
append_rows (GString *out, guint number, const char *left, const char *right, guint half,
             gboolean color)
{
  gboolean is_first = TRUE, skips = FALSE;
  while (is_first || *left != '\0' || *right != '\0') {
    g_autofree char *left_row = take_row (&left, half), *right_row = take_row (&right, half);
    if (is_first || strcmp (left_row, right_row) != 0)
      append_row (out, is_first ? number : 0, left_row, right_row, half, color);
    else if (!skips)
      append_row (out, 0, "…", "…", half, FALSE);
    skips = !is_first && strcmp (left_row, right_row) == 0;
    is_first = FALSE;
  }
}

void
pm_diff_side_by_side (GString *out, const PmDiffFile *file, gboolean color, guint width)
{
  g_autoptr (GArray) lines = lines_of (file);
  g_autofree char *name = pm_escape_terminal (file->name);
  guint half = (MAX (width, 2 * NARROWEST) - 11) / 2;
  g_string_append_printf (out, "%s\n", name);
  for (guint i = 0; i < lines->len; i++) {
    if (!is_changed (lines, i))
      continue;
    g_autofree char *before = text_of (file, line_at (lines, i), FALSE);
    g_autofree char *after = text_of (file, line_at (lines, i), TRUE);
    g_strdelimit (before, "\t", ' ');
    g_strdelimit (after, "\t", ' ');
    append_rows (out, i + 1, before, after, half, color);
  }
}
