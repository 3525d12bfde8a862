/* A character that is written as an escape is replaced with the whole of it, in every format that
 * has escapes. */

#include <string.h>

#include "formats/rewrite.h"
#include "rewriter-property.h"

typedef struct {
  const char *format;
  const char *text; /* holds one scalar "x808"; its 8s are escapes, or plain */
  const char *escape;
} Case;

static const Case cases[] = {
    {"json", "{\"a\": \"x\\u003808\"}", "\\u0038"},
    {"yaml", "a: \"x\\x3808\"\n", "\\x38"},
    {"yaml", "a: \"x\\u003808\"\n", "\\u0038"},
    {"toml", "a = \"x\\u003808\"\n", "\\u0038"},
    {"properties", "a=x\\u003808\n", "\\u0038"},
    {"javascript", "const a = 'x\\x3808';\n", "\\x38"},
    {"javascript", "const a = \"x\\u{38}08\";\n", "\\u{38}"},
    {"typescript", "const a = 'x\\u003808';\n", "\\u0038"},
    {"hcl", "a = \"x\\u003808\"\n", "\\u0038"},
    {"xml", "<a b=\"x&#56;08\"/>\n", "&#56;"},
};

static PmNodeId
find_scalar (const PmDocument *document)
{
  for (guint id = 1; id < document->nodes->len; id++) {
    const PmNode *node = pm_document_node (document, id);
    if (node->kind == PM_NODE_SCALAR && strcmp (node->value, "x808") == 0)
      return id;
  }
  return 0;
}

static void
check (const Case *c)
{
  const PmFormat *format = pm_format_by_name (c->format);
  g_autoptr (PmDocument) document = pm_format_parse (format, c->text, strlen (c->text));
  PmNodeId id = find_scalar (document);
  PmSpan span;
  g_test_message ("%s: %s", c->format, c->text);
  g_assert_cmpuint (id, !=, 0);
  g_assert_true (pm_document_raw_span (document, id, 1, 2, &span));
  g_assert_cmpuint (pm_span_length (span), ==, strlen (c->escape));
  g_assert_true (memcmp (c->text + span.start, c->escape, strlen (c->escape)) == 0);
  g_assert_false (pm_document_raw_span (document, id, 1, 4, &span));
  g_assert_true (pm_document_raw_span (document, id, 2, 4, &span));
  g_assert_cmpmem (c->text + span.start, pm_span_length (span), "08", 2);

  PmRawEdit edit;
  g_autoptr (GString) changed = NULL;
  g_assert_true (pm_rewrite_value (format, document, id, 1, 2, "9", &edit, NULL));
  g_assert_true (pm_rewrite_apply (c->text, strlen (c->text), &edit, 1, &changed, NULL));
  pm_raw_edit_clear (&edit);
  g_autoptr (PmDocument) after = pm_format_parse (format, changed->str, changed->len);
  g_assert_cmpstr (pm_document_node (after, id)->value, ==, "x908");
  rewriter_property_check (format, c->text, strlen (c->text), 1);
}

static void
are_replaced_as_a_whole (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    check (&cases[i]);
}

/* Half of a doubled quote is no place to write to. */
static void
leave_doubled_characters_alone (void)
{
  const char *text = "a: 'it''s 8080'\n";
  g_autoptr (PmDocument) document =
      pm_format_parse (pm_format_by_name ("yaml"), text, strlen (text));
  PmSpan span;
  PmNodeId id = 1;
  while (g_strcmp0 (pm_document_text (document, id), "it's 8080") != 0)
    g_assert_cmpuint (++id, <, document->nodes->len);
  g_assert_false (pm_document_raw_span (document, id, 2, 3, &span));
  g_assert_true (pm_document_raw_span (document, id, 0, 2, &span));
  g_assert_true (pm_document_raw_span (document, id, 5, 9, &span));
  g_assert_cmpmem (text + span.start, pm_span_length (span), "8080", 4);
}

/* "\u00D" and a 7 behind it would be one character. */
static void
are_not_completed (void)
{
  static const struct {
    const char *format, *text, *old;
    gboolean possible;
  } edits[] = {
      {"json", "{\"a\": \"\\u80\"}", "80", FALSE},
      {"json", "{\"a\": \"\\u004180\"}", "80", TRUE},
      {"json", "{\"a\": \"\\nu80\"}", "80", TRUE},
      {"json", "{\"a\": \"\\\\u80\"}", "80", TRUE},
      {"javascript", "const a = '\\x8';\n", "8", FALSE},
      {"javascript", "const a = '\\x41 80';\n", "80", TRUE},
      {"properties", "a=\\u0 80\n", "80", TRUE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (edits); i++) {
    const PmFormat *format = pm_format_by_name (edits[i].format);
    const char *text = edits[i].text;
    g_autoptr (PmDocument) document = pm_format_parse (format, text, strlen (text));
    PmNodeId id = 0;
    const char *value = NULL, *at = NULL;
    while (at == NULL) {
      value = pm_document_text (document, ++id);
      at = value == NULL ? NULL : strstr (value, edits[i].old);
    }
    guint32 start = (guint32) (at - value);
    PmRawEdit edit = {0};
    g_autoptr (GError) error = NULL;
    g_test_message ("%s: %s", edits[i].format, text);
    gboolean done =
        pm_rewrite_value (format, document, id, start, start + (guint32) strlen (edits[i].old),
                          "9090", &edit, &error);
    g_assert_true (done == edits[i].possible);
    g_assert_true (done || error->code == PM_REWRITE_ERROR_SPAN);
    pm_raw_edit_clear (&edit);
    rewriter_property_check (format, text, strlen (text), 1);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/escapes/are-replaced-as-a-whole", are_replaced_as_a_whole);
  g_test_add_func ("/formats/escapes/leave-doubled-characters-alone",
                   leave_doubled_characters_alone);
  g_test_add_func ("/formats/escapes/are-not-completed", are_not_completed);
  return g_test_run ();
}
