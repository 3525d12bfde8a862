#include <string.h>

#include "format-test.h"

#define APACHE &pm_format_apache

static void
reads_directives_and_sections (void)
{
  format_test_expect (
      APACHE,
      "Listen 80\nlisten 10.0.0.1:8080 https\n<VirtualHost *:80 [::]:80>\n  ServerName "
      "a.example:80\n"
      "  <Location \"/api\">\n    ProxyPass http://b:9000/ # no comment\n  </location>\n"
      "  # c\n</VirtualHost>\n<IfModule !x>\n Port 1\n</IfModule>\n",
      "listen[0] = 80\nlisten[0] = 10.0.0.1:8080\nlisten[1] = https\n"
      "virtualhost.()[0] = *:80\nvirtualhost.()[1] = [::]:80\n"
      "virtualhost.servername[0] = a.example:80\nvirtualhost.location.()[0] = /api\n"
      "virtualhost.location.proxypass[0] = http://b:9000/\n"
      "virtualhost.location.proxypass[1] = #\nvirtualhost.location.proxypass[2] = no\n"
      "virtualhost.location.proxypass[3] = comment\nifmodule.()[0] = !x\nifmodule.port[0] = 1\n");
  format_test_expect (APACHE, "<source>\n  @type forward\n  @ x\n</source>\n",
                      "source.@type[0] = forward\n");
  format_test_expect (APACHE, "", "");
}

static void
reads_quotes (void)
{
  format_test_expect (APACHE,
                      "A \"x \\\"8080\\\" \\n\" 'it\\'s' b\\c\n<If \"%{X} > '80'\">\n</If>\n",
                      "a[0] = x \"8080\" \\n\na[1] = it's\na[2] = b\\c\nif.()[0] = %{X} > '80'\n");
}

static void
joins_lines (void)
{
  format_test_expect (APACHE,
                      "Listen \\\n  8080 \\\r\n https\n# c \\\nListen 1\n<VirtualHost a:80 \\\n "
                      "b:81 >\n</VirtualHost>\nX 80\\",
                      "listen[0] = 8080\nlisten[1] = https\nvirtualhost.()[0] = a:80\n"
                      "virtualhost.()[1] = b:81\nx[0] = 80\n");
}

static void
reads_bom_and_crlf (void)
{
  format_test_expect (
      APACHE,
      "\xef\xbb\xbfListen 80\r\n<VirtualHost *:80>\r\n A \"b\"\r\n</VirtualHost>\r\nListen 81",
      "listen[0] = 80\nvirtualhost.()[0] = *:80\nvirtualhost.a[0] = b\nlisten[0] = 81\n");
}

static void
goes_on_behind_a_break (void)
{
  const char *text = "</X>\nA \"80\n<B c\n<D e>\n F 1\n</B>\n{{ x }}\n* y\nG 2\n<H>\n";
  g_autoptr (PmDocument) document = pm_format_parse (APACHE, text, strlen (text));
  g_autofree char *problems = format_test_problems (document);
  g_autofree char *dump = format_test_dump (document);
  g_assert_cmpstr (dump, ==, "a[0] = \"80 !\nb.()[0] = c\nb.d.()[0] = e\nb.d.f[0] = 1\ng[0] = 2\n");
  g_assert_cmpstr (problems, ==,
                   "1: the end of a section that is not open\n2: a quote that nothing closes\n"
                   "3: a section's '>' is missing\n"
                   "6: the end of a section inside of which others are open\n"
                   "8: no directive; the line is not read\n11: the file ends inside a section\n");
}

static void
bounds_depth (void)
{
  g_autoptr (GString) deep = g_string_new (NULL);
  for (guint i = 0; i < 50000; i++)
    g_string_append (deep, "<a>\n");
  for (guint i = 0; i < 50000; i++)
    g_string_append (deep, "</b>\n");
  g_autoptr (PmDocument) document = pm_format_parse (APACHE, deep->str, deep->len);
  g_assert_cmpuint (document->nodes->len, <=, PM_BUILDER_DEEPEST + 1);
  g_assert_cmpuint (document->problems->len, >, 1);
}

static void
escapes_for_each_quoting (void)
{
  format_test_escapes (APACHE, "A %s\n", PM_QUOTING_NONE, "http://10.0.0.1:80/x", TRUE);
  format_test_escapes (APACHE, "A %s\n", PM_QUOTING_NONE, "a>", FALSE);
  format_test_escapes (APACHE, "A \"%s\"\n", PM_QUOTING_DOUBLE, "a\"b\\", TRUE);
  format_test_escapes (APACHE, "A '%s'\n", PM_QUOTING_SINGLE, "it's \\n", TRUE);
  format_test_escapes (APACHE, "A '%s'\n", PM_QUOTING_SINGLE, "a\nb", FALSE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/apache/reads-directives-and-sections", reads_directives_and_sections);
  g_test_add_func ("/formats/apache/reads-quotes", reads_quotes);
  g_test_add_func ("/formats/apache/joins-lines", joins_lines);
  g_test_add_func ("/formats/apache/reads-bom-and-crlf", reads_bom_and_crlf);
  g_test_add_func ("/formats/apache/goes-on-behind-a-break", goes_on_behind_a_break);
  g_test_add_func ("/formats/apache/bounds-depth", bounds_depth);
  g_test_add_func ("/formats/apache/escapes-for-each-quoting", escapes_for_each_quoting);
  return g_test_run ();
}
