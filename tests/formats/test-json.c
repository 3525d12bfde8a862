#include <string.h>

#include "format-test.h"

#define JSON &pm_format_json

static void
reads_values (void)
{
  format_test_expect (
      JSON, "{\"a\": {\"port\": 8080, \"list\": [1, \"two\", {\"x\": null}]}, \"b\": true}",
      "a.port = 8080\na.list[0] = 1\na.list[1] = two\na.list[2].x = null\nb = true\n");
  format_test_expect (JSON, "[80, 443]", "[0] = 80\n[1] = 443\n");
  format_test_expect (JSON, "\"text\"", "[0] = text\n");
  format_test_expect (JSON, "", "");
}

static void
reads_comments_and_trailing_commas (void)
{
  format_test_expect (JSON, "{\n  // \"a\": 1\n  \"b\": 2, /* c */\n  \"d\": [3,],\n}\n",
                      "b = 2\nd[0] = 3\n");
}

static void
decodes_escapes (void)
{
  format_test_expect (JSON, "{\"u\": \"a\\n\\u00e9\\ud83d\\ude00 http://h:8080\\/x\"}",
                      "u = a\n\303\251\360\237\230\200 http://h:8080/x\n");
}

static void
maps_pieces_of_an_escaped_value (void)
{
  const char *text = "{\"u\": \"\\\"h\\\":8080\\t9\"}";
  g_autoptr (PmDocument) document = pm_format_parse (JSON, text, strlen (text));
  PmSpan span;
  g_assert_cmpstr (pm_document_text (document, 1), ==, "\"h\":8080\t9");
  g_assert_true (pm_document_raw_span (document, 1, 4, 8, &span));
  g_assert_cmpmem (text + span.start, pm_span_length (span), "8080", 4);
  g_assert_false (pm_document_raw_span (document, 1, 7, 9, &span));
}

static void
gives_the_whole_escape_of_one_character (void)
{
  const char *text = "{\"u\": \"\\u0038\", \"v\": \"a:\\u0038x\\ud83d\\ude00\\\\\"}";
  g_autoptr (PmDocument) document = pm_format_parse (JSON, text, strlen (text));
  PmSpan span;
  g_assert_true (pm_document_raw_span (document, 1, 0, 1, &span));
  g_assert_cmpmem (text + span.start, pm_span_length (span), "\\u0038", 6);
  g_assert_true (pm_document_raw_span (document, 2, 2, 3, &span));
  g_assert_cmpmem (text + span.start, pm_span_length (span), "\\u0038", 6);
  g_assert_true (pm_document_raw_span (document, 2, 4, 8, &span));
  g_assert_cmpmem (text + span.start, pm_span_length (span), "\\ud83d\\ude00", 12);
  g_assert_true (pm_document_raw_span (document, 2, 8, 9, &span));
  g_assert_cmpmem (text + span.start, pm_span_length (span), "\\\\", 2);
  g_assert_false (pm_document_raw_span (document, 2, 1, 3, &span));
  g_assert_false (pm_document_raw_span (document, 2, 4, 5, &span)); /* a part of the character */
}

static void
reads_before_and_behind_a_break (void)
{
  format_test_expect (JSON, "{\"a\": 1 \"b\": 2}", "a = 1\nb = 2 !\n");
  format_test_expect (JSON, "{\"a\": {\"b\": 2,\n \"c\": 3", "a.b = 2\na.c = 3\n");
  format_test_expect (JSON, "{\"a\": \"open,\n\"b\": 2}", "a = open, !\nb = 2 !\n");
  format_test_expect (JSON, "{\"x\": {\"a\": [1, 2}, \"b\": 3}",
                      "x.a[0] = 1\nx.a[1] = 2\nb = 3 !\n");
}

static void
says_what_is_wrong (void)
{
  const char *text = "{\n  \"a\": 1\n  \"b\": 2\n}";
  g_autoptr (PmDocument) document = pm_format_parse (JSON, text, strlen (text));
  g_autofree char *problems = format_test_problems (document);
  g_assert_cmpstr (problems, ==, "3: missing comma\n");
}

static void
bounds_depth (void)
{
  g_autofree char *deep = g_strnfill (1000000, '[');
  g_autoptr (PmDocument) document = pm_format_parse (JSON, deep, strlen (deep));
  g_assert_cmpuint (document->nodes->len, <=, PM_BUILDER_DEEPEST + 1);
  g_assert_cmpuint (document->problems->len, >=, 1);
}

static void
bounds_nodes (void)
{
  g_autoptr (GString) many = g_string_new ("[");
  for (guint i = 0; i < 300000; i++)
    g_string_append (many, "1,");
  g_autoptr (PmDocument) document = pm_format_parse (JSON, many->str, many->len);
  g_assert_cmpuint (document->nodes->len, ==, PM_BUILDER_MOST_NODES);
  g_assert_cmpuint (document->problems->len, ==, 1);
}

static void
refuses_binary_and_utf16 (void)
{
  g_autoptr (PmDocument) nul = pm_format_parse (JSON, "{\"a\"\0: 1}", 9);
  g_assert_cmpuint (nul->problems->len, ==, 1);
  g_autoptr (PmDocument) utf16 = pm_format_parse (JSON, "\xff\xfe{\0}\0", 6);
  g_assert_cmpuint (utf16->problems->len, ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/json/reads-values", reads_values);
  g_test_add_func ("/formats/json/reads-comments-and-trailing-commas",
                   reads_comments_and_trailing_commas);
  g_test_add_func ("/formats/json/decodes-escapes", decodes_escapes);
  g_test_add_func ("/formats/json/maps-pieces-of-an-escaped-value",
                   maps_pieces_of_an_escaped_value);
  g_test_add_func ("/formats/json/gives-the-whole-escape-of-one-character",
                   gives_the_whole_escape_of_one_character);
  g_test_add_func ("/formats/json/reads-before-and-behind-a-break",
                   reads_before_and_behind_a_break);
  g_test_add_func ("/formats/json/says-what-is-wrong", says_what_is_wrong);
  g_test_add_func ("/formats/json/bounds-depth", bounds_depth);
  g_test_add_func ("/formats/json/bounds-nodes", bounds_nodes);
  g_test_add_func ("/formats/json/refuses-binary-and-utf16", refuses_binary_and_utf16);
  return g_test_run ();
}
