#include <string.h>

#include "format-test.h"

#define DIRECTIVE &pm_format_directive
#define PROCFILE &pm_format_procfile

static void
reads_keywords_and_arguments (void)
{
  format_test_expect (
      DIRECTIVE,
      "# c\nport 6379\nbind 127.0.0.1 -::1\nfrontend web\n  bind *:80,:::443 # c\n  server a "
      "10.0.0.1:8080 check\n"
      "save \"\"\nflag\n",
      "port[0] = 6379\nbind[0] = 127.0.0.1\nbind[1] = -::1\nfrontend[0] = web\n"
      "bind[0] = *:80,:::443\nserver[0] = a\nserver[1] = 10.0.0.1:8080\nserver[2] = check\n"
      "save[0] = \n");
  format_test_expect (DIRECTIVE, "", "");
}

static void
reads_separators_and_blocks (void)
{
  format_test_expect (
      DIRECTIVE,
      "// c\nport: 4222\nhttp = 8222\nlisten=0.0.0.0:1\ncluster {\n  port: 6222\n  routes a {\n  x "
      "1\n }\n}\nurl http://h:80\n",
      "port[0] = 4222\nhttp[0] = 8222\nlisten[0] = 0.0.0.0:1\ncluster.port[0] = 6222\n"
      "cluster.routes.()[0] = a\ncluster.routes.x[0] = 1\nurl[0] = http://h:80\n");
}

static void
reads_quotes (void)
{
  format_test_expect (
      DIRECTIVE, "a \"x \\\"8080\\\" # \\n\" 'b c' d\\ e \"f\"g it's \"open\n",
      "a[0] = x \"8080\" # \\n\na[1] = b c\na[2] = d e\na[3] = \"f\"g\na[4] = it's\n"
      "a[5] = \"open\n");
}

static void
reads_bom_and_crlf (void)
{
  format_test_expect (DIRECTIVE, "\xef\xbb\xbfport 80\r\na \"b\"\r\nlast 90",
                      "port[0] = 80\na[0] = b\nlast[0] = 90\n");
}

static void
goes_on_behind_a_break (void)
{
  const char *text = "}\n{\n= 80\nport 81\na {\n";
  g_autoptr (PmDocument) document = pm_format_parse (DIRECTIVE, text, strlen (text));
  g_autofree char *problems = format_test_problems (document);
  g_autofree char *dump = format_test_dump (document);
  g_assert_cmpstr (dump, ==, "port[0] = 81\n");
  g_assert_cmpstr (problems, ==,
                   "1: a '}' that nothing opened\n2: a block without a name\n"
                   "3: no keyword; the line is not read\n"
                   "6: the file ends inside a block: a '}' is missing\n");
}

static void
reads_processes (void)
{
  format_test_expect (
      PROCFILE,
      "\xef\xbb\xbf# c\r\nweb: node server.js --port 8080  \r\nwork_er-1:bin/x \"-p "
      "90\"\nnone:\nlast: a 80",
      "web = node server.js --port 8080\nwork_er-1 = bin/x \"-p 90\"\nnone = \nlast = a 80\n");
  const char *text = "web 80\n: x\na: b\n";
  g_autoptr (PmDocument) document = pm_format_parse (PROCFILE, text, strlen (text));
  g_assert_cmpuint (document->problems->len, ==, 2);
  g_assert_cmpstr (pm_document_text (document, 1), ==, "b");
}

static void
escapes_for_each_quoting (void)
{
  format_test_escapes (DIRECTIVE, "a %s\n", PM_QUOTING_NONE, "http://10.0.0.1:80/x", TRUE);
  format_test_escapes (DIRECTIVE, "a %s\n", PM_QUOTING_NONE, "#x", FALSE);
  format_test_escapes (DIRECTIVE, "a \"%s\"\n", PM_QUOTING_DOUBLE, "a\"b\\ #", TRUE);
  format_test_escapes (DIRECTIVE, "a '%s'\n", PM_QUOTING_SINGLE, "a\"b\\", TRUE);
  format_test_escapes (DIRECTIVE, "a '%s'\n", PM_QUOTING_SINGLE, "a'b", FALSE);
  format_test_escapes (PROCFILE, "a: %s\n", PM_QUOTING_NONE, "10.0.0.1:80", TRUE);
  format_test_escapes (PROCFILE, "a: %s\n", PM_QUOTING_NONE, "a\nb: c", FALSE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/directive/reads-keywords-and-arguments", reads_keywords_and_arguments);
  g_test_add_func ("/formats/directive/reads-separators-and-blocks", reads_separators_and_blocks);
  g_test_add_func ("/formats/directive/reads-quotes", reads_quotes);
  g_test_add_func ("/formats/directive/reads-bom-and-crlf", reads_bom_and_crlf);
  g_test_add_func ("/formats/directive/goes-on-behind-a-break", goes_on_behind_a_break);
  g_test_add_func ("/formats/procfile/reads-processes", reads_processes);
  g_test_add_func ("/formats/directive/escapes-for-each-quoting", escapes_for_each_quoting);
  return g_test_run ();
}
