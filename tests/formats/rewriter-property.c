#include "rewriter-property.h"

#include <string.h>

#include "formats/rewrite.h"

#define MOST_EDITS 8

char *
rewriter_property_exact_copy (const char *bytes, gsize length)
{
  char *copy = g_malloc (MAX (length, 1));
  memcpy (copy, bytes, length);
  return copy;
}

void
rewriter_property_check_document (const PmDocument *document)
{
  guint n = document->nodes->len;
  g_assert_cmpuint (n, >=, 1);
  for (guint id = 0; id < n; id++) {
    const PmNode *node = pm_document_node (document, id);
    g_assert_true (id == 0 || node->parent < id);
    g_assert_true (node->first_child == 0 || (node->first_child > id && node->first_child < n));
    g_assert_true (node->next_sibling == 0 || (node->next_sibling > id && node->next_sibling < n));
    g_assert_true (node->target < n);
    g_assert_cmpuint (node->span.start, <=, node->span.end);
    g_assert_cmpuint (node->span.end, <=, document->length);
    g_assert_true (pm_span_contains (node->outer, node->span));
    if (node->kind != PM_NODE_SCALAR)
      continue;
    g_assert_nonnull (node->value);
    PmSpan raw;
    for (guint i = 0; i < node->value_length; i++)
      if (pm_document_raw_span (document, id, i, i + 1, &raw)) {
        g_assert_cmpuint (raw.end, <=, document->length);
        /* One byte that reads as itself, or an escape. */
        char first = document->bytes[raw.start];
        g_assert_true (pm_span_length (raw) == 1 ? first == node->value[i]
                                                 : first == '\\' || first == '&');
      }
    if (node->segment_count == 0)
      g_assert_cmpuint (node->value_length, ==, pm_span_length (node->span));
  }
}

/* What a piece of one character maps to must be all that has to be replaced, and nothing else: with
 * another character there, the document reads the same but for that one. */
static void
check_one_character (const PmFormat *format, const PmDocument *document, PmNodeId id, guint32 at)
{
  const PmNode *node = pm_document_node (document, id);
  guint32 behind = at + g_utf8_skip[(guchar) node->value[at]];
  const char *text = node->value[at] == '7' ? "5" : "7";
  PmRawEdit edit;
  if (behind > node->value_length ||
      !pm_rewrite_value (format, document, id, at, behind, text, &edit, NULL))
    return;
  g_autoptr (GString) changed = NULL;
  g_assert_true (pm_rewrite_apply (document->bytes, document->length, &edit, 1, &changed, NULL));
  g_autoptr (PmDocument) after = pm_format_parse (format, changed->str, changed->len);
  g_autoptr (GString) wanted = g_string_new_len (node->value, at);
  g_string_append (wanted, text);
  g_string_append_len (wanted, node->value + behind, node->value_length - behind);
  g_assert_cmpuint (after->nodes->len, ==, document->nodes->len);
  const PmNode *now = pm_document_node (after, id);
  g_assert_cmpuint (now->value_length, ==, wanted->len);
  g_assert_true (memcmp (now->value, wanted->str, wanted->len) == 0);
  pm_raw_edit_clear (&edit);
}

#define MOST_CHARACTERS 16

/* Letters and digits that are written with escapes: other characters may mean something where they
 * stand, and what is plain is edited below. */
static void
check_escaped_characters (const PmFormat *format, const PmDocument *document)
{
  guint n = 0;
  for (guint id = 1; id < document->nodes->len; id++) {
    const PmNode *node = pm_document_node (document, id);
    if (node->kind != PM_NODE_SCALAR || node->segment_count == 0 || document->outer != NULL ||
        (node->flags & (PM_NODE_BROKEN | PM_NODE_EXPRESSION | PM_NODE_FRAGMENT)) != 0)
      continue;
    for (guint32 at = 0; at < node->value_length && n < MOST_CHARACTERS; at++) {
      PmSpan raw;
      if (g_ascii_isalnum (node->value[at]) &&
          pm_document_raw_span (document, id, at, at + 1, &raw) && pm_span_length (raw) != 1) {
        check_one_character (format, document, id, at);
        n++;
      }
    }
  }
}

/* The first run of 2 to 5 digits that starts at or behind `from`. */
static gboolean
next_number (const PmNode *node, guint32 from, guint32 *ret_start, guint32 *ret_end)
{
  for (guint32 i = from; i < node->value_length; i++) {
    guint32 end = i;
    while (end < node->value_length && g_ascii_isdigit (node->value[end]))
      end++;
    if (end - i >= 2 && end - i <= 5) {
      *ret_start = i;
      *ret_end = end;
      return TRUE;
    }
    i = MAX (i, end);
  }
  return FALSE;
}

static gboolean
overlaps_any (const PmRawEdit *edits, guint n_edits, PmSpan span)
{
  for (guint i = 0; i < n_edits; i++)
    if (edits[i].span.start < span.end + 1 && span.start < edits[i].span.end + 1)
      return TRUE;
  return FALSE;
}

/* A number of the same first digit class, so that 08 never becomes an octal where it was none. */
static void
replacement (const char *old, guint32 length, guint32 seed, char *ret)
{
  guint value = 1024 + (seed % 60000);
  g_snprintf (ret, 8, "%u", value);
  if (strlen (ret) == length && strncmp (ret, old, length) == 0)
    g_snprintf (ret, 8, "%u", value + 1);
}

static guint
collect_edits (const PmFormat *format, const PmDocument *document, guint32 seed, PmRawEdit *edits)
{
  guint n_edits = 0;
  for (guint id = 1; id < document->nodes->len && n_edits < MOST_EDITS; id++) {
    const PmNode *node = pm_document_node (document, id);
    seed = seed * 1664525u + 1013904223u;
    /* Broken places promise nothing; expressions are code, whose pieces are nodes of their own. */
    if (node->kind != PM_NODE_SCALAR ||
        (node->flags & (PM_NODE_BROKEN | PM_NODE_EXPRESSION)) != 0 || (seed >> 16) % 3 == 2)
      continue;
    guint32 start, end;
    char text[8];
    if (!next_number (node, 0, &start, &end))
      continue;
    replacement (node->value + start, end - start, seed >> 8, text);
    PmRawEdit edit;
    if (!pm_rewrite_value (format, document, id, start, end, text, &edit, NULL))
      continue;
    if (overlaps_any (edits, n_edits, edit.span))
      pm_raw_edit_clear (&edit);
    else
      edits[n_edits++] = edit;
  }
  return n_edits;
}

static void
assert_inverse (const char *bytes, gsize length, const PmRawEdit *edits, guint n_edits,
                const GString *changed)
{
  PmRawEdit inverse[MOST_EDITS];
  g_autoptr (GString) restored = NULL;
  pm_rewrite_invert (bytes, edits, n_edits, inverse);
  g_assert_true (pm_rewrite_apply (changed->str, changed->len, inverse, n_edits, &restored, NULL));
  g_assert_cmpuint (restored->len, ==, length);
  g_assert_true (memcmp (restored->str, bytes, length) == 0);
  for (guint i = 0; i < n_edits; i++)
    pm_raw_edit_clear (&inverse[i]);
}

guint
rewriter_property_check (const PmFormat *format, const char *bytes, gsize length, guint32 seed)
{
  g_autoptr (PmDocument) document = pm_format_parse (format, bytes, length);
  rewriter_property_check_document (document);

  /* A file that breaks somewhere may rightly read differently once it is changed. */
  if (document->problems->len > 0)
    return 0;
  check_escaped_characters (format, document);
  PmRawEdit edits[MOST_EDITS];
  guint n_edits = collect_edits (format, document, seed, edits);
  g_autoptr (GString) changed = NULL;
  g_autoptr (GError) error = NULL;
  g_assert_true (pm_rewrite_apply (bytes, length, edits, n_edits, &changed, &error));
  g_assert_no_error (error);
  if (!pm_rewrite_verify (format, document, edits, n_edits, changed->str, changed->len, &error))
    /* Not g_error(), whose SIGTRAP libFuzzer does not take for a failure to save the input of. */
    g_assertion_message_error (G_LOG_DOMAIN, __FILE__, __LINE__, G_STRFUNC, format->name, error, 0,
                               0);
  assert_inverse (bytes, length, edits, n_edits, changed);
  for (guint i = 0; i < n_edits; i++)
    pm_raw_edit_clear (&edits[i]);
  return n_edits;
}
