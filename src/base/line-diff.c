/* DESIGN
 * What is common at the beginning and at the end is taken off first: changes are small, and what is
 * left is then a few lines. For that the table of the longest common subsequences of all pairs of
 * tails is filled from its end, and walked from its beginning. */

#include "base/line-diff.h"

#include <string.h>

typedef struct {
  const char *text;
  const gsize *starts;
  guint first, last; /* lines [first, last) are looked at */
} Side;

GArray *
pm_line_starts (const char *text, gsize length)
{
  GArray *starts = g_array_new (FALSE, FALSE, sizeof (gsize));
  for (gsize at = 0; at < length;) {
    g_array_append_val (starts, at);
    const char *end = memchr (text + at, '\n', length - at);
    at = end == NULL ? length : (gsize) (end - text) + 1;
  }
  g_array_append_val (starts, length);
  return starts;
}

static gboolean
same_line (const Side *a, guint i, const Side *b, guint k)
{
  gsize length = a->starts[i + 1] - a->starts[i];
  return length == b->starts[k + 1] - b->starts[k] &&
         memcmp (a->text + a->starts[i], b->text + b->starts[k], length) == 0;
}

static void
take_common_ends_off (Side *a, Side *b)
{
  while (a->first < a->last && b->first < b->last && same_line (a, a->first, b, b->first)) {
    a->first++;
    b->first++;
  }
  while (a->first < a->last && b->first < b->last && same_line (a, a->last - 1, b, b->last - 1)) {
    a->last--;
    b->last--;
  }
}

/* table[i * (m + 1) + k]: the longest common subsequence of a's lines from i on and b's from k on.
 */
static guint16 *
fill_table (const Side *a, const Side *b)
{
  gsize n = a->last - a->first, m = b->last - b->first;
  guint16 *table = g_new0 (guint16, (n + 1) * (m + 1));
  for (gsize i = n; i-- > 0;)
    for (gsize k = m; k-- > 0;) {
      guint16 *here = &table[i * (m + 1) + k];
      if (same_line (a, a->first + (guint) i, b, b->first + (guint) k))
        *here = (guint16) (table[(i + 1) * (m + 1) + k + 1] + 1);
      else
        *here = MAX (table[(i + 1) * (m + 1) + k], table[i * (m + 1) + k + 1]);
    }
  return table;
}

static void
add_hunk (GArray *hunks, const PmLineHunk *hunk)
{
  if (hunk->old_count > 0 || hunk->new_count > 0)
    g_array_append_val (hunks, *hunk);
}

static void
walk_table (const Side *a, const Side *b, const guint16 *table, GArray *hunks)
{
  guint n = a->last - a->first, m = b->last - b->first;
  guint i = 0, k = 0;
  PmLineHunk hunk = {a->first, 0, b->first, 0};
  while (i < n || k < m) {
    if (i < n && k < m && same_line (a, a->first + i, b, b->first + k)) {
      add_hunk (hunks, &hunk);
      i++;
      k++;
      hunk = (PmLineHunk){a->first + i, 0, b->first + k, 0};
    } else if (k == m || (i < n && table[(gsize) (i + 1) * (m + 1) + k] >=
                                       table[(gsize) i * (m + 1) + k + 1])) {
      i++;
      hunk.old_count++;
    } else {
      k++;
      hunk.new_count++;
    }
  }
  add_hunk (hunks, &hunk);
}

GArray *
pm_line_diff (const char *old_text, const GArray *old_starts, const char *new_text,
              const GArray *new_starts)
{
  GArray *hunks = g_array_new (FALSE, FALSE, sizeof (PmLineHunk));
  Side a = {old_text, (const gsize *) (const void *) old_starts->data, 0, old_starts->len - 1};
  Side b = {new_text, (const gsize *) (const void *) new_starts->data, 0, new_starts->len - 1};
  take_common_ends_off (&a, &b);
  if (a.last - a.first > PM_LINE_DIFF_MOST || b.last - b.first > PM_LINE_DIFF_MOST) {
    PmLineHunk all = {a.first, a.last - a.first, b.first, b.last - b.first};
    add_hunk (hunks, &all);
    return hunks;
  }
  g_autofree guint16 *table = fill_table (&a, &b);
  walk_table (&a, &b, table, hunks);
  return hunks;
}
