#include <string.h>

#include "format-test.h"

#define XML &pm_format_xml

static void
names_elements_and_attributes (void)
{
  format_test_expect (
      XML,
      "<?xml version=\"1.0\"?>\n<s><c port=\"80\" host='h'/><c "
      "port=\"81\">x</c><u>http://h:90</u></s>\n",
      "s.c.@port = 80\ns.c.@host = h\ns.c.@port = 81\ns.c.#text = x\ns.u = http://h:90\n");
  format_test_expect (XML, "<a>\n  80\n</a>", "a = 80\n");
}

static void
decodes_entities (void)
{
  format_test_expect (XML, "<a b=\"1&amp;2&#65;\">x&lt;y&#x42;:8080</a>",
                      "a.@b = 1&2A\na.#text = x<yB:8080\n");
  const char *text = "<a>&lt;h&gt;:8080</a>";
  g_autoptr (PmDocument) document = pm_format_parse (XML, text, strlen (text));
  PmSpan span;
  g_assert_cmpstr (pm_document_text (document, 1), ==, "<h>:8080");
  g_assert_true (pm_document_raw_span (document, 1, 4, 8, &span));
  g_assert_cmpmem (text + span.start, pm_span_length (span), "8080", 4);
}

/* XML 1.0, 4.1: a reference is of digits alone, and an ampersand that is none breaks the file; 2.6:
 * an instruction has an end. */
static void
tells_of_what_is_none (void)
{
  static const char *const texts[] = {"<a>&#10 V;80</a>",        "<a>&1gh&&#10 80</a>",
                                      "<a>80</a\xff>",           "<a><b>80</b>h&#04&#50;</a>",
                                      "<a b='&#04&#50;'>80</a>", "<a>80;<b></b><?st&#50; </a>\n"};
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (PmDocument) document = pm_format_parse (XML, texts[i], strlen (texts[i]));
    g_assert_cmpuint (document->problems->len, >=, 1);
  }
  g_autoptr (PmDocument) document = pm_format_parse (XML, texts[0], strlen (texts[0]));
  g_assert_cmpstr (pm_document_text (document, 1), ==, "&#10 V;80");
  g_assert_cmpuint (pm_document_node (document, 1)->flags & PM_NODE_BROKEN, !=, 0);
}

static void
skips_what_is_no_value (void)
{
  format_test_expect (XML, "<!DOCTYPE a>\n<a><!-- 80 --><b>1</b><?p 81?><![CDATA[x&y:82]]></a>",
                      "a.#text = x&y:82\na.b = 1\n");
}

static void
reads_around_a_break (void)
{
  const char *text = "<a><b>80</b><c p=\"81\"></d><e>82</e><f g=\"83\">";
  g_autoptr (PmDocument) document = pm_format_parse (XML, text, strlen (text));
  g_autofree char *got = format_test_dump (document);
  g_assert_nonnull (strstr (got, "80"));
  g_assert_nonnull (strstr (got, "81"));
  g_assert_nonnull (strstr (got, "82"));
  g_assert_nonnull (strstr (got, "83"));
  g_assert_cmpuint (document->problems->len, >=, 1);
}

static void
refuses_deep_nesting (void)
{
  g_autoptr (GString) deep = g_string_new (NULL);
  for (guint i = 0; i < 100000; i++)
    g_string_append (deep, "<a>");
  g_autoptr (PmDocument) document = pm_format_parse (XML, deep->str, deep->len);
  g_assert_cmpuint (document->nodes->len, ==, 1);
  g_assert_cmpuint (document->problems->len, ==, 1);
}

static void
writes_by_quoting (void)
{
  g_autofree char *text = pm_format_xml.escape (PM_QUOTING_NONE, TRUE, "a<b&'c");
  g_assert_cmpstr (text, ==, "a&lt;b&amp;&apos;c");
  g_assert_null (pm_format_xml.escape (PM_QUOTING_BLOCK, TRUE, "]]>"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/xml/names-elements-and-attributes", names_elements_and_attributes);
  g_test_add_func ("/formats/xml/decodes-entities", decodes_entities);
  g_test_add_func ("/formats/xml/tells-of-what-is-none", tells_of_what_is_none);
  g_test_add_func ("/formats/xml/skips-what-is-no-value", skips_what_is_no_value);
  g_test_add_func ("/formats/xml/reads-around-a-break", reads_around_a_break);
  g_test_add_func ("/formats/xml/refuses-deep-nesting", refuses_deep_nesting);
  g_test_add_func ("/formats/xml/writes-by-quoting", writes_by_quoting);
  return g_test_run ();
}
