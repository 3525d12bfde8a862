#include "format-test.h"

#include <string.h>

#include "rewriter-property.h"

static void
dump_node (const PmDocument *document, PmNodeId id, GString *out)
{
  const PmNode *node = pm_document_node (document, id);
  g_autoptr (GString) path = g_string_new (NULL);
  pm_document_append_path (document, id, path);
  if (node->kind == PM_NODE_ALIAS) {
    g_autoptr (GString) target = g_string_new (NULL);
    pm_document_append_path (document, node->target, target);
    g_string_append_printf (out, "%s -> %s\n", path->str, target->str);
    return;
  }
  g_string_append_printf (out, "%s = %s", path->str, node->value);
  if (node->flags & PM_NODE_BROKEN)
    g_string_append (out, " !");
  if (node->flags & PM_NODE_FRAGMENT)
    g_string_append (out, " ~");
  if (node->flags & PM_NODE_EXPRESSION)
    g_string_append (out, " ()");
  if (node->flags & PM_NODE_FALLBACK)
    g_string_append_printf (out, " ?%s", node->variable == NULL ? "" : node->variable);
  g_string_append_c (out, '\n');
  if (node->segment_count == 0)
    g_assert_cmpmem (document->bytes + node->span.start, pm_span_length (node->span), node->value,
                     node->value_length);
}

char *
format_test_dump (const PmDocument *document)
{
  GString *out = g_string_new (NULL);
  rewriter_property_check_document (document);
  for (guint id = 1; id < document->nodes->len; id++) {
    guint8 kind = pm_document_node (document, id)->kind;
    if (kind == PM_NODE_SCALAR || kind == PM_NODE_ALIAS)
      dump_node (document, id, out);
  }
  return g_string_free (out, FALSE);
}

void
format_test_expect (const PmFormat *format, const char *text, const char *expected)
{
  gsize length = strlen (text);
  g_autofree char *exact = rewriter_property_exact_copy (text, length);
  g_autoptr (PmDocument) document = pm_format_parse (format, exact, length);
  g_autofree char *got = format_test_dump (document);
  g_assert_cmpstr (got, ==, expected);
  for (guint32 seed = 0; seed < 8; seed++)
    rewriter_property_check (format, exact, length, seed);
}

char *
format_test_problems (const PmDocument *document)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < document->problems->len; i++) {
    PmDocumentProblem *problem = &g_array_index (document->problems, PmDocumentProblem, i);
    g_string_append_printf (out, "%u: %s\n", pm_document_position (document, problem->offset).line,
                            problem->reason);
  }
  return g_string_free (out, FALSE);
}

void
format_test_escapes (const PmFormat *format, const char *around, PmQuoting quoting,
                     const char *text, gboolean possible)
{
  g_autofree char *escaped = format->escape (quoting, TRUE, text);
  if (!possible) {
    g_assert_null (escaped);
    return;
  }
  g_assert_nonnull (escaped);
  g_auto (GStrv) parts = g_strsplit (around, "%s", 2);
  g_autofree char *bytes = g_strconcat (parts[0], escaped, parts[1], NULL);
  g_autoptr (PmDocument) document = pm_format_parse (format, bytes, strlen (bytes));
  g_assert_cmpuint (document->problems->len, ==, 0);
  const PmNode *node = pm_document_node (document, document->nodes->len - 1);
  g_assert_cmpint (node->kind, ==, PM_NODE_SCALAR);
  g_assert_cmpint (node->quoting, ==, quoting);
  g_assert_cmpstr (node->value, ==, text);
}
