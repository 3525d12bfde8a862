/* DESIGN
 * Settled edits are sorted and disjoint, so applying and shifting are single walks. Locating looks
 * at every occurrence of an edit's bytes once and compares two prints, FNV-1a of at most
 * CONTEXT_BYTES of the line on either side; indentation and line ends are left out, so that a file
 * that was re-indented, or got other line ends, still matches. */

#include "update/edits.h"

#include <string.h>

#define CONTEXT_BYTES 128
#define MOST_EDITS 1000000
#define MOST_PLACES 100000

static void
edit_clear (gpointer data)
{
  PmEdit *edit = data;
  g_clear_pointer (&edit->old_bytes, g_free);
  g_clear_pointer (&edit->new_bytes, g_free);
}

GArray *
pm_edits_new (void)
{
  GArray *edits = g_array_new (FALSE, TRUE, sizeof (PmEdit));
  g_array_set_clear_func (edits, edit_clear);
  return edits;
}

static char *
copy_bytes (const char *bytes, gsize length)
{
  char *copy = g_malloc (length + 1);
  if (length > 0)
    memcpy (copy, bytes, length);
  copy[length] = 0;
  return copy;
}

void
pm_edits_add (GArray *edits, PmSpan span, const char *old_bytes, const char *new_bytes,
              gsize new_length)
{
  g_return_if_fail (span.start <= span.end && new_length <= G_MAXUINT32);
  PmEdit edit = {
      .old_span = span,
      .new_span = {span.start, span.start + (guint32) new_length},
      .old_bytes = copy_bytes (old_bytes, pm_span_length (span)),
      .new_bytes = copy_bytes (new_bytes, new_length),
  };
  g_array_append_val (edits, edit);
}

static PmEdit *
edit_at (const GArray *edits, guint index)
{
  return &g_array_index (edits, PmEdit, index);
}

static gint
compare_spans (gconstpointer a, gconstpointer b)
{
  PmSpan left = ((const PmEdit *) a)->old_span, right = ((const PmEdit *) b)->old_span;
  if (left.start != right.start)
    return left.start < right.start ? -1 : 1;
  return left.end < right.end ? -1 : left.end > right.end;
}

static gboolean
same_bytes (const char *a, PmSpan a_span, const char *b, PmSpan b_span)
{
  return pm_span_length (a_span) == pm_span_length (b_span) &&
         memcmp (a, b, pm_span_length (a_span)) == 0;
}

static gboolean
is_same_edit (const PmEdit *a, const PmEdit *b)
{
  return a->old_span.start == b->old_span.start && a->old_span.end == b->old_span.end &&
         same_bytes (a->new_bytes, a->new_span, b->new_bytes, b->new_span);
}

static char *
check_edit (const PmEdit *edit, const PmEdit *previous, const char *bytes, gsize length)
{
  PmSpan span = edit->old_span;
  if (span.end > length)
    return g_strdup_printf ("an edit lies outside of the file (bytes %u to %u)", span.start,
                            span.end);
  if (memcmp (bytes + span.start, edit->old_bytes, pm_span_length (span)) != 0)
    return g_strdup_printf ("bytes %u to %u are not what the plan says", span.start, span.end);
  if (previous != NULL && previous->old_span.end > span.start)
    return g_strdup_printf ("edits overlap at byte %u", span.start);
  if (previous != NULL && previous->old_span.start == span.start &&
      previous->old_span.end == span.end)
    return g_strdup_printf ("two edits of the same place, byte %u", span.start);
  return NULL;
}

char *
pm_edits_settle (GArray *edits, const char *bytes, gsize length)
{
  g_array_sort (edits, compare_spans);
  for (guint i = 0; i < edits->len;) {
    PmEdit *edit = edit_at (edits, i);
    if ((i > 0 && is_same_edit (edit_at (edits, i - 1), edit)) ||
        same_bytes (edit->old_bytes, edit->old_span, edit->new_bytes, edit->new_span))
      g_array_remove_index (edits, i);
    else
      i++;
  }
  gint64 shift = 0;
  for (guint i = 0; i < edits->len; i++) {
    PmEdit *edit = edit_at (edits, i);
    char *problem = check_edit (edit, i > 0 ? edit_at (edits, i - 1) : NULL, bytes, length);
    if (problem != NULL)
      return problem;
    guint32 new_length = pm_span_length (edit->new_span);
    edit->new_span.start = (guint32) (edit->old_span.start + shift);
    edit->new_span.end = edit->new_span.start + new_length;
    shift += (gint64) new_length - pm_span_length (edit->old_span);
    if ((gint64) length + shift > PM_EDITS_LARGEST_FILE_BYTES)
      return g_strdup ("the file would be too large");
  }
  return NULL;
}

static guint32
print_of (const char *bytes, gsize start, gsize end)
{
  guint32 hash = 2166136261u;
  for (gsize i = start; i < end; i++)
    hash = (hash ^ (guint8) bytes[i]) * 16777619u;
  return hash;
}

static guint32
print_before (const char *bytes, gsize start)
{
  gsize from = start;
  while (from > 0 && start - from < CONTEXT_BYTES && bytes[from - 1] != '\n')
    from--;
  while (from < start && g_ascii_isspace (bytes[from]))
    from++;
  return print_of (bytes, from, start);
}

static guint32
print_after (const char *bytes, gsize length, gsize end)
{
  gsize to = end;
  while (to < length && to - end < CONTEXT_BYTES && bytes[to] != '\n')
    to++;
  while (to > end && g_ascii_isspace (bytes[to - 1]))
    to--;
  return print_of (bytes, end, to);
}

GString *
pm_edits_apply (GArray *edits, const char *bytes, gsize length)
{
  GString *result = g_string_sized_new (length + 64);
  gsize copied = 0;
  for (guint i = 0; i < edits->len; i++) {
    PmEdit *edit = edit_at (edits, i);
    g_string_append_len (result, bytes + copied, (gssize) (edit->old_span.start - copied));
    g_string_append_len (result, edit->new_bytes, pm_span_length (edit->new_span));
    copied = edit->old_span.end;
  }
  g_string_append_len (result, bytes + copied, (gssize) (length - copied));
  for (guint i = 0; i < edits->len; i++) {
    PmEdit *edit = edit_at (edits, i);
    edit->old_before = print_before (bytes, edit->old_span.start);
    edit->old_after = print_after (bytes, length, edit->old_span.end);
    edit->new_before = print_before (result->str, edit->new_span.start);
    edit->new_after = print_after (result->str, result->len, edit->new_span.end);
  }
  return result;
}

/* One side of an edit: what is looked for. */
typedef struct {
  const char *bytes;
  guint32 length;
  guint32 start;
  guint32 before, after;
} Wanted;

static Wanted
wanted_of (const PmEdit *edit, PmEditsSide side, const guint32 *expected)
{
  gboolean is_old = side == PM_EDITS_OLD;
  PmSpan span = is_old ? edit->old_span : edit->new_span;
  return (Wanted){
      .bytes = is_old ? edit->old_bytes : edit->new_bytes,
      .length = pm_span_length (span),
      .start = expected == NULL ? span.start : *expected,
      .before = is_old ? edit->old_before : edit->new_before,
      .after = is_old ? edit->old_after : edit->new_after,
  };
}

static gboolean
stands_at (const Wanted *wanted, const char *bytes, gsize length, gsize start)
{
  return start <= length && wanted->length <= length - start &&
         memcmp (bytes + start, wanted->bytes, wanted->length) == 0;
}

static gboolean
has_neighbours (const Wanted *wanted, const char *bytes, gsize length, gsize start)
{
  return print_before (bytes, start) == wanted->before &&
         print_after (bytes, length, start + wanted->length) == wanted->after;
}

/* On each side either the neighbours are the same, or a word ends there: 808 is not in 8080. */
static gboolean
is_own_word (const Wanted *wanted, const char *bytes, gsize length, gsize start)
{
  gsize end = start + wanted->length;
  if (wanted->length == 0)
    return FALSE;
  return (start == 0 || !g_ascii_isalnum (bytes[start - 1]) ||
          print_before (bytes, start) == wanted->before) &&
         (end == length || !g_ascii_isalnum (bytes[end]) ||
          print_after (bytes, length, end) == wanted->after);
}

static gboolean
looks_alike (const Wanted *a, const Wanted *b)
{
  return a->length == b->length && a->before == b->before && a->after == b->after &&
         memcmp (a->bytes, b->bytes, a->length) == 0;
}

/* The places of the second rule: the rank-th of `alike` places, or none. */
static guint32
find_by_neighbours (const Wanted *wanted, const char *bytes, gsize length, guint rank, guint alike)
{
  if (wanted->length == 0)
    return G_MAXUINT32;
  guint32 found = G_MAXUINT32;
  guint matches = 0, places = 0;
  const char *at = bytes;
  while ((at = memmem (at, length - (gsize) (at - bytes), wanted->bytes, wanted->length)) != NULL) {
    gsize start = (gsize) (at - bytes);
    if (++places > MOST_PLACES)
      return G_MAXUINT32;
    if (has_neighbours (wanted, bytes, length, start) && matches++ == rank)
      found = (guint32) start;
    at++;
  }
  return matches == alike ? found : G_MAXUINT32;
}

static guint32
locate_one (const GArray *edits, guint index, PmEditsSide side, const char *bytes, gsize length,
            const guint32 *expected)
{
  Wanted wanted =
      wanted_of (edit_at (edits, index), side, expected == NULL ? NULL : &expected[index]);
  gboolean is_there = stands_at (&wanted, bytes, length, wanted.start);
  if (is_there && has_neighbours (&wanted, bytes, length, wanted.start))
    return wanted.start;

  guint rank = 0, alike = 0;
  for (guint i = 0; i < edits->len; i++) {
    Wanted other = wanted_of (edit_at (edits, i), side, NULL);
    if (!looks_alike (&wanted, &other))
      continue;
    alike++;
    rank += i < index;
  }
  guint32 found = find_by_neighbours (&wanted, bytes, length, rank, alike);
  if (found != G_MAXUINT32)
    return found;
  return is_there && is_own_word (&wanted, bytes, length, wanted.start) ? wanted.start
                                                                        : G_MAXUINT32;
}

guint
pm_edits_locate (const GArray *edits, PmEditsSide side, const char *bytes, gsize length,
                 const guint32 *expected, guint32 *ret_starts)
{
  guint found = 0;
  gsize behind = 0;
  for (guint i = 0; i < edits->len; i++) {
    guint32 start = locate_one (edits, i, side, bytes, length, expected);
    if (start != G_MAXUINT32 && start >= behind) {
      const PmEdit *edit = edit_at (edits, i);
      behind = start + pm_span_length (side == PM_EDITS_OLD ? edit->old_span : edit->new_span);
      ret_starts[i] = start;
      found++;
    } else {
      ret_starts[i] = G_MAXUINT32;
    }
  }
  return found;
}

void
pm_edits_encode (const GArray *edits, GByteArray *to)
{
  pm_wire_put_u32 (to, edits->len);
  for (guint i = 0; i < edits->len; i++) {
    const PmEdit *edit = edit_at (edits, i);
    pm_wire_put_u32 (to, edit->old_span.start);
    pm_wire_put_bytes (to, edit->old_bytes, pm_span_length (edit->old_span));
    pm_wire_put_u32 (to, edit->new_span.start);
    pm_wire_put_bytes (to, edit->new_bytes, pm_span_length (edit->new_span));
    pm_wire_put_u32 (to, edit->old_before);
    pm_wire_put_u32 (to, edit->old_after);
    pm_wire_put_u32 (to, edit->new_before);
    pm_wire_put_u32 (to, edit->new_after);
  }
}

static PmSpan
get_side (PmWireReader *reader, char **ret_bytes)
{
  gsize length;
  guint32 start = pm_wire_get_u32 (reader);
  *ret_bytes = pm_wire_get_bytes (reader, &length);
  if (start > PM_EDITS_LARGEST_FILE_BYTES || length > PM_EDITS_LARGEST_FILE_BYTES) {
    reader->failed = TRUE;
    return (PmSpan){0, 0};
  }
  return (PmSpan){start, start + (guint32) length};
}

GArray *
pm_edits_decode (PmWireReader *reader)
{
  GArray *edits = pm_edits_new ();
  guint32 count = pm_wire_get_u32 (reader);
  if (count > MOST_EDITS)
    reader->failed = TRUE;
  for (guint32 i = 0; i < count && !reader->failed; i++) {
    PmEdit edit = {0};
    edit.old_span = get_side (reader, &edit.old_bytes);
    edit.new_span = get_side (reader, &edit.new_bytes);
    edit.old_before = pm_wire_get_u32 (reader);
    edit.old_after = pm_wire_get_u32 (reader);
    edit.new_before = pm_wire_get_u32 (reader);
    edit.new_after = pm_wire_get_u32 (reader);
    g_array_append_val (edits, edit);
  }
  return edits;
}
