/* DESIGN
 * Edits are sorted by their place once, and everything else is one walk over them. Verification
 * compares the two trees node by node: same shape, keys, quoting; each span moved by what the edits
 * before it added. Keys hold addresses and ports too (a map of hosts, portsAttributes): one that an
 * edit touches must read differently, at its place. An edited scalar must have the raw bytes that
 * the edits give it (which pm_rewrite_apply guarantees), must still be one scalar of the same
 * quoting, and must decode to a value that differs from the old one. */

#include "formats/rewrite.h"

#include <string.h>

G_DEFINE_QUARK (pm - rewrite - error - quark, pm_rewrite_error)

void
pm_raw_edit_clear (PmRawEdit *edit)
{
  g_clear_pointer (&edit->text, g_free);
}

/* Whether the backslash before `at` is one, and not what another one escapes. */
static gboolean
is_escaped (const char *bytes, PmSpan scalar, guint32 at)
{
  guint32 n = 0;
  while (at - n > scalar.start && bytes[at - n - 1] == '\\')
    n++;
  return n % 2 == 1;
}

/* Whether an escape stands directly before `at` that lacks digits: \xH, \uHHH, \UHHHHHHH, \0. A
 * digit that is written there would be taken for its next one. */
static gboolean
lacks_digits (const char *bytes, PmSpan scalar, guint32 at)
{
  guint n = 0, n_octal = 0;
  for (; n < 8 && at > scalar.start && g_ascii_isxdigit (bytes[at - 1]); n++) {
    at--;
    n_octal += bytes[at] >= '0' && bytes[at] <= '7';
  }
  if (n > 0 && n < 3 && n_octal == n && is_escaped (bytes, scalar, at))
    return TRUE;
  if (at == scalar.start || !is_escaped (bytes, scalar, at - 1))
    return FALSE;
  guint digits = bytes[at - 1] == 'x' ? 2 : bytes[at - 1] == 'u' ? 4 : bytes[at - 1] == 'U' ? 8 : 0;
  return n < digits;
}

/* One layer: the edit of the document's own bytes. */
static gboolean
edit_of_bytes (const PmFormat *format, const PmDocument *document, PmNodeId scalar, PmSpan piece,
               const char *text, PmRawEdit *ret_edit, GError **error)
{
  PmSpan span;
  const PmNode *node = pm_document_node (document, scalar);
  if (!pm_document_raw_span (document, scalar, piece.start, piece.end, &span)) {
    g_set_error (error, PM_REWRITE_ERROR, PM_REWRITE_ERROR_SPAN,
                 "the value is written with escapes or line breaks inside; edit it by hand");
    return FALSE;
  }
  gboolean whole = piece.start == 0 && piece.end == node->value_length;
  char *escaped =
      format->escape == NULL ? g_strdup (text) : format->escape (node->quoting, whole, text);
  if (escaped == NULL) {
    g_set_error (error, PM_REWRITE_ERROR, PM_REWRITE_ERROR_QUOTING,
                 "“%s” cannot be written here without changing the quotes", text);
    return FALSE;
  }
  if (node->segment_count > 0 && g_ascii_isxdigit (escaped[0]) &&
      lacks_digits (document->bytes, node->span, span.start)) {
    g_set_error (
        error, PM_REWRITE_ERROR, PM_REWRITE_ERROR_SPAN,
        "“%s” would be taken for digits of the unfinished escape before it; edit it by hand", text);
    g_free (escaped);
    return FALSE;
  }
  *ret_edit = (PmRawEdit){span, escaped};
  return TRUE;
}

gboolean
pm_rewrite_value (const PmFormat *format, const PmDocument *document, PmNodeId scalar,
                  guint32 start, guint32 end, const char *text, PmRawEdit *ret_edit, GError **error)
{
  PmRawEdit edit;
  if (!edit_of_bytes (format, document, scalar, (PmSpan){start, end}, text, &edit, error))
    return FALSE;
  /* The bytes of an embedded document are a piece of its outer one's scalar. */
  for (; document->outer != NULL; document = document->outer) {
    g_autofree char *inner = edit.text;
    if (!edit_of_bytes (pm_format_by_name (document->outer->format), document->outer,
                        document->outer_node, edit.span, inner, &edit, error))
      return FALSE;
  }
  *ret_edit = edit;
  return TRUE;
}

static gint
compare_edits (gconstpointer a, gconstpointer b)
{
  const PmRawEdit *const *left = a, *const *right = b;
  if ((*left)->span.start != (*right)->span.start)
    return (*left)->span.start < (*right)->span.start ? -1 : 1;
  return (*left)->span.end < (*right)->span.end ? -1 : (*left)->span.end > (*right)->span.end;
}

static const PmRawEdit **
sorted (const PmRawEdit *edits, gsize n_edits)
{
  const PmRawEdit **order = g_new (const PmRawEdit *, n_edits + 1);
  for (gsize i = 0; i < n_edits; i++)
    order[i] = &edits[i];
  qsort (order, n_edits, sizeof *order, compare_edits);
  return order;
}

gboolean
pm_rewrite_apply (const char *bytes, gsize length, const PmRawEdit *edits, gsize n_edits,
                  GString **ret_bytes, GError **error)
{
  g_autofree const PmRawEdit **order = sorted (edits, n_edits);
  g_autoptr (GString) result = g_string_sized_new (length + 64);
  guint32 copied = 0;
  for (gsize i = 0; i < n_edits; i++) {
    PmSpan span = order[i]->span;
    if (span.start < copied || span.end < span.start || span.end > length) {
      g_set_error (error, PM_REWRITE_ERROR, PM_REWRITE_ERROR_SPAN,
                   "edits overlap or lie outside of the file (bytes %u to %u)", span.start,
                   span.end);
      return FALSE;
    }
    g_string_append_len (result, bytes + copied, span.start - copied);
    g_string_append (result, order[i]->text);
    copied = span.end;
  }
  g_string_append_len (result, bytes + copied, (gssize) (length - copied));
  *ret_bytes = g_steal_pointer (&result);
  return TRUE;
}

/* Where a byte that no edit touches stands afterwards. */
static guint32
shifted (guint32 offset, const PmRawEdit *const *order, gsize n_edits)
{
  gint64 shift = 0;
  for (gsize i = 0; i < n_edits && order[i]->span.end <= offset; i++)
    shift += (gint64) strlen (order[i]->text) - pm_span_length (order[i]->span);
  return (guint32) (offset + shift);
}

void
pm_rewrite_invert (const char *bytes, const PmRawEdit *edits, gsize n_edits, PmRawEdit *ret)
{
  g_autofree const PmRawEdit **order = sorted (edits, n_edits);
  gint64 shift = 0;
  for (gsize i = 0; i < n_edits; i++) {
    PmSpan span = order[i]->span;
    gsize text_length = strlen (order[i]->text);
    guint32 start = (guint32) (span.start + shift);
    ret[order[i] - edits] = (PmRawEdit){
        .span = {start, (guint32) (start + text_length)},
        .text = g_strndup (bytes + span.start, pm_span_length (span)),
    };
    shift += (gint64) text_length - pm_span_length (span);
  }
}

static gboolean
is_touched (PmSpan span, const PmRawEdit *const *order, gsize n_edits)
{
  for (gsize i = 0; i < n_edits && order[i]->span.start <= span.end; i++)
    if (order[i]->span.start >= span.start && order[i]->span.end <= span.end)
      return TRUE;
  return FALSE;
}

static gboolean
same_text (const char *a, const char *b)
{
  return g_strcmp0 (a, b) == 0;
}

static gboolean
same_value (const PmNode *a, const PmNode *b)
{
  return a->value_length == b->value_length &&
         (a->value_length == 0 || memcmp (a->value, b->value, a->value_length) == 0);
}

static gboolean
same_place (PmSpan old, PmSpan new, const PmRawEdit *const *order, gsize n_edits)
{
  return shifted (old.start, order, n_edits) == new.start &&shifted (old.end, order, n_edits) ==
         new.end;
}

static gboolean
same_key (const PmNode *old, const PmNode *new, const PmRawEdit *const *order, gsize n_edits)
{
  if (pm_span_length (old->key_span) == 0 || !is_touched (old->key_span, order, n_edits))
    return same_text (old->key, new->key);
  return same_place (old->key_span, new->key_span, order, n_edits) &&
         !same_text (old->key, new->key);
}

static gboolean
same_node (const PmNode *old, const PmNode *new, const PmRawEdit *const *order, gsize n_edits)
{
  if (old->kind != new->kind || old->quoting != new->quoting || old->flags != new->flags ||
      old->parent != new->parent || old->target != new->target ||
      !same_key (old, new, order, n_edits) || !same_text (old->variable, new->variable))
    return FALSE;
  if (old->kind != PM_NODE_SCALAR)
    return TRUE;
  if (!same_place (old->span, new->span, order, n_edits))
    return FALSE;
  return same_value (old, new) != is_touched (old->span, order, n_edits);
}

gboolean
pm_rewrite_verify (const PmFormat *format, const PmDocument *before, const PmRawEdit *edits,
                   gsize n_edits, const char *new_bytes, gsize new_length, GError **error)
{
  g_autoptr (PmDocument) after = pm_format_parse (format, new_bytes, new_length);
  g_autofree const PmRawEdit **order = sorted (edits, n_edits);
  guint n_before = before->nodes->len, n_after = after->nodes->len;
  for (guint i = 0; i < MIN (n_before, n_after); i++) {
    const PmNode *old = pm_document_node (before, i), *new = pm_document_node (after, i);
    if (same_node (old, new, order, n_edits))
      continue;
    g_autoptr (GString) path = g_string_new (NULL);
    pm_document_append_path (before, i, path);
    g_set_error (error, PM_REWRITE_ERROR, PM_REWRITE_ERROR_CHANGED,
                 "line %u: %s would read differently than intended",
                 pm_document_position (before, old->span.start).line, path->str);
    return FALSE;
  }
  if (n_before != n_after || before->problems->len != after->problems->len) {
    g_set_error_literal (error, PM_REWRITE_ERROR, PM_REWRITE_ERROR_CHANGED,
                         "the file would have other values than before");
    return FALSE;
  }
  return TRUE;
}
