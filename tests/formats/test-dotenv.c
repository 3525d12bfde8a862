#include <string.h>

#include "format-test.h"

#define DOTENV &pm_format_dotenv

static void
reads_assignments (void)
{
  format_test_expect (DOTENV,
                      "PORT=3000\nexport HOST = 10.0.0.1 \n\n# PORT=1\n  a.b-c=x y\nEMPTY=\n",
                      "PORT = 3000\nHOST = 10.0.0.1\na.b-c = x y\nEMPTY = \n");
  format_test_expect (DOTENV, "YAML: 8080\nURL=http://h:80/a?b=c:d\nexport=1\nexport FORWARDED\n",
                      "YAML = 8080\nURL = http://h:80/a?b=c:d\nexport = 1\n");
  format_test_expect (DOTENV, "", "");
  format_test_expect (DOTENV, "A=", "A = \n");
}

static void
reads_bom_and_crlf (void)
{
  format_test_expect (DOTENV, "\xef\xbb\xbfPORT=3000\r\nQ=\"8080\"\r\nE=\r\nLAST=9000",
                      "PORT = 3000\nQ = 8080\nE = \nLAST = 9000\n");
}

static void
cuts_comments (void)
{
  format_test_expect (DOTENV,
                      "A=3000 # port\nB=x#y\nC= # none\nD='4000' # c\nE=\"a # b\"\nF=#fff\n",
                      "A = 3000\nB = x#y\nC = \nD = 4000\nE = a # b\nF = #fff\n");
}

static void
reads_quotes (void)
{
  format_test_expect (DOTENV,
                      "A='it\\'s $X \\n'\nB=`say \"8080\"`\nC=\"a\\nb\\\"c\\\\ \\$X ${Y:-8080}\"\n",
                      "A = it's $X \\n\nB = say \"8080\"\nC = a\nb\"c\\ \\$X ${Y:-8080}\n");
  format_test_expect (DOTENV, "W='C:\\'\nX='8080'\n", "W = C:\\\nX = 8080\n");
}

static void
reads_several_lines (void)
{
  format_test_expect (DOTENV, "A=\"one 8080\nB=2\n\"\nC=3\n", "A = one 8080\nB=2\n\nC = 3\n");
}

static void
goes_on_behind_a_break (void)
{
  format_test_expect (DOTENV, "A=\"8080\nB=\"9090\"\nC=1\n", "A = \"8080 !\nB = 9090\nC = 1\n");
  format_test_expect (DOTENV, "A='8080\nB=`1\nC=\"2\nD=3\n",
                      "A = '8080 !\nB = `1 !\nC = \"2 !\nD = 3\n");
  format_test_expect (DOTENV, "{% if x %}\n{{ y }}\n<% z %>\nA=1\n=2\nthis is text\nB=2\n",
                      "A = 1\nB = 2\n");
}

static void
says_what_is_wrong (void)
{
  const char *text = "{% if x %}A=1\nno assignment\nB='x\n";
  g_autoptr (PmDocument) document = pm_format_parse (DOTENV, text, strlen (text));
  g_autofree char *problems = format_test_problems (document);
  g_assert_cmpstr (problems, ==,
                   "1: no assignment; the line is not read\n2: no assignment; the line is not "
                   "read\n3: a quote that nothing closes\n");
}

static void
knows_spans (void)
{
  const char *text = "URL=\"\\thttp://h:8080\"\n";
  g_autoptr (PmDocument) document = pm_format_parse (DOTENV, text, strlen (text));
  const PmNode *node = pm_document_node (document, 1);
  PmSpan span;
  g_assert_cmpuint (node->key_span.end, ==, 3);
  g_assert_cmpuint (node->outer.start, ==, 4);
  g_assert_cmpuint (node->span.start, ==, 5);
  g_assert_true (pm_document_raw_span (document, 1, 10, 14, &span));
  g_assert_cmpmem (text + span.start, pm_span_length (span), "8080", 4);
  g_assert_false (pm_document_raw_span (document, 1, 0, 3, &span));
}

static void
escapes_for_each_quoting (void)
{
  format_test_escapes (DOTENV, "A=%s\n", PM_QUOTING_NONE, "http://10.0.0.1:80/x", TRUE);
  format_test_escapes (DOTENV, "A=%s\n", PM_QUOTING_NONE, "a b", FALSE);
  format_test_escapes (DOTENV, "A=%s\n", PM_QUOTING_NONE, "a#b", FALSE);
  format_test_escapes (DOTENV, "A=%s\n", PM_QUOTING_NONE, "", TRUE);
  format_test_escapes (DOTENV, "A='%s'\n", PM_QUOTING_SINGLE, "it's \"# $X", TRUE);
  format_test_escapes (DOTENV, "A='%s'\n", PM_QUOTING_SINGLE, "a\\", FALSE);
  format_test_escapes (DOTENV, "A=\"%s\"\n", PM_QUOTING_DOUBLE, "a\"b\\n'#", TRUE);
  format_test_escapes (DOTENV, "A=\"%s\"\n", PM_QUOTING_DOUBLE, "a\nb", FALSE);
  format_test_escapes (DOTENV, "A=`%s`\n", PM_QUOTING_BACKTICK, "a`b'\"", TRUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/dotenv/reads-assignments", reads_assignments);
  g_test_add_func ("/formats/dotenv/reads-bom-and-crlf", reads_bom_and_crlf);
  g_test_add_func ("/formats/dotenv/cuts-comments", cuts_comments);
  g_test_add_func ("/formats/dotenv/reads-quotes", reads_quotes);
  g_test_add_func ("/formats/dotenv/reads-several-lines", reads_several_lines);
  g_test_add_func ("/formats/dotenv/goes-on-behind-a-break", goes_on_behind_a_break);
  g_test_add_func ("/formats/dotenv/says-what-is-wrong", says_what_is_wrong);
  g_test_add_func ("/formats/dotenv/knows-spans", knows_spans);
  g_test_add_func ("/formats/dotenv/escapes-for-each-quoting", escapes_for_each_quoting);
  return g_test_run ();
}
