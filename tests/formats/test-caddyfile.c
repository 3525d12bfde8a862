#include <string.h>

#include "format-test.h"

#define CADDYFILE &pm_format_caddyfile

static void
reads_sites (void)
{
  format_test_expect (
      CADDYFILE,
      "{\n\thttp_port 8080\n}\n(common) {\n\tencode gzip\n}\n&(r) {\n\trespond x\n}\nimport "
      "sites/*\n"
      "a.example, http://b.example:81,\n:80 {\n\timport common\n\treverse_proxy /api/* "
      "10.0.0.1:9000 {\n"
      "\t\thealth_port 9001\n\t}\n\t# c\n\tfile_server\n}\n",
      "global.http_port[0] = 8080\nsnippet.()[0] = (common)\nsnippet.encode[0] = gzip\n"
      "route.()[0] = &(r)\nroute.respond[0] = x\nimport[0] = sites/*\nsite.()[0] = a.example\n"
      "site.()[1] = http://b.example:81\nsite.()[2] = :80\nsite.import[0] = common\n"
      "site.reverse_proxy.()[0] = /api/*\nsite.reverse_proxy.()[1] = 10.0.0.1:9000\n"
      "site.reverse_proxy.health_port[0] = 9001\n");
  format_test_expect (CADDYFILE, ":80 :3100 {\n  root x\n}\n",
                      "site.()[0] = :80\nsite.()[1] = :3100\nsite.root[0] = x\n");
  format_test_expect (CADDYFILE, "", "");
}

static void
reads_a_site_without_braces (void)
{
  format_test_expect (CADDYFILE,
                      "localhost:2015\n\nreverse_proxy 127.0.0.1:9000\nhandle /x {\n  a 1\n}",
                      "site.()[0] = localhost:2015\nsite.reverse_proxy[0] = 127.0.0.1:9000\n"
                      "site.handle.()[0] = /x\nsite.handle.a[0] = 1\n");
}

static void
reads_quotes (void)
{
  format_test_expect (CADDYFILE,
                      ":80 {\n respond \"a \\\"8080\\\" \\n { # \" `{\"p\": \"90\\\"}`\n a b\\\n  "
                      "c#d \"two\n 80\"\n}\n",
                      "site.()[0] = :80\nsite.respond[0] = a \"8080\" \\n { # \n"
                      "site.respond[1] = {\"p\": \"90\\\"}\nsite.a[0] = b\nsite.a[1] = c#d\n"
                      "site.a[2] = two\n 80\n");
}

static void
keeps_placeholders (void)
{
  format_test_expect (
      CADDYFILE, "{$HOST:localhost}:{$PORT:80 80} {\n respond {http.request.host} {args[0]}\n}\n",
      "site.()[0] = {$HOST:localhost}:{$PORT:80 80}\n"
      "site.respond[0] = {http.request.host}\nsite.respond[1] = {args[0]}\n");
}

static void
reads_heredocs (void)
{
  format_test_expect (
      CADDYFILE,
      ":80 {\n\trespond <<HTML\n\t\t<b>8080</b>\n\t\t  port 90\n\t\tHTML 200\n\tx <<A\n\tA\n}\n",
      "site.()[0] = :80\nsite.respond[0] = <b>8080</b>\n  port 90\nsite.respond[1] = 200\n"
      "site.x[0] = \n");
}

static void
reads_bom_and_crlf (void)
{
  format_test_expect (CADDYFILE,
                      "\xef\xbb\xbf:80 {\r\n\troot \"/x\"\r\n\ta \\\r\n b\r\n}\r\n:81 {\r\n}",
                      "site.()[0] = :80\nsite.root[0] = /x\nsite.a[0] = b\nsite.()[0] = :81\n");
}

static void
goes_on_behind_a_break (void)
{
  const char *text = "}\n:80 {\n respond \"x\n a <<B\n {\n  proxy 10.0.0.1:80\n }\n";
  g_autoptr (PmDocument) document = pm_format_parse (CADDYFILE, text, strlen (text));
  g_autofree char *problems = format_test_problems (document);
  g_autofree char *dump = format_test_dump (document);
  g_assert_cmpstr (
      dump, ==,
      "site.()[0] = :80\nsite.respond[0] = \"x !\nsite.a[0] = <<B\nsite..proxy[0] = 10.0.0.1:80\n");
  g_assert_cmpstr (problems, ==,
                   "1: a '}' that nothing opened\n3: a quote that nothing closes\n"
                   "4: a heredoc that never ends\n5: a block without a name\n"
                   "8: the file ends inside a block: a '}' is missing\n");
}

static void
escapes_for_each_quoting (void)
{
  format_test_escapes (CADDYFILE, ":80 {\n a %s\n}", PM_QUOTING_NONE, "http://10.0.0.1:80/x", TRUE);
  format_test_escapes (CADDYFILE, ":80 {\n a %s\n}", PM_QUOTING_NONE, "{", FALSE);
  format_test_escapes (CADDYFILE, ":80 {\n a \"%s\"\n}", PM_QUOTING_DOUBLE, "a\"b # {", TRUE);
  format_test_escapes (CADDYFILE, ":80 {\n a \"%s\"\n}", PM_QUOTING_DOUBLE, "a\\", FALSE);
  format_test_escapes (CADDYFILE, ":80 {\n a `%s`\n}", PM_QUOTING_BACKTICK, "a\"b\\", TRUE);
  format_test_escapes (CADDYFILE, ":80 {\n a `%s`\n}", PM_QUOTING_BACKTICK, "a`b", FALSE);
  format_test_escapes (CADDYFILE, ":80 {\n a <<E\n%s\nE\n}", PM_QUOTING_BLOCK, "a 80", TRUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/caddyfile/reads-sites", reads_sites);
  g_test_add_func ("/formats/caddyfile/reads-a-site-without-braces", reads_a_site_without_braces);
  g_test_add_func ("/formats/caddyfile/reads-quotes", reads_quotes);
  g_test_add_func ("/formats/caddyfile/keeps-placeholders", keeps_placeholders);
  g_test_add_func ("/formats/caddyfile/reads-heredocs", reads_heredocs);
  g_test_add_func ("/formats/caddyfile/reads-bom-and-crlf", reads_bom_and_crlf);
  g_test_add_func ("/formats/caddyfile/goes-on-behind-a-break", goes_on_behind_a_break);
  g_test_add_func ("/formats/caddyfile/escapes-for-each-quoting", escapes_for_each_quoting);
  return g_test_run ();
}
