#include <string.h>

#include "format-test.h"

#define NGINX &pm_format_nginx

static void
reads_directives_and_blocks (void)
{
  format_test_expect (
      NGINX,
      "worker_processes 4;\nhttp {\n  upstream app { server 10.0.0.1:8080 weight=5; server b:81; "
      "}\n"
      "  server {\n    listen 80 default_server; # c\n    listen [::]:80;\n"
      "    location ~ \\.php$ {proxy_pass http://app:9000;}\n  }\n}\n",
      "worker_processes[0] = 4\nhttp.upstream.()[0] = app\n"
      "http.upstream.server[0] = 10.0.0.1:8080\nhttp.upstream.server[1] = weight=5\n"
      "http.upstream.server[0] = b:81\nhttp.server.listen[0] = 80\n"
      "http.server.listen[1] = default_server\nhttp.server.listen[0] = [::]:80\n"
      "http.server.location.()[0] = ~\nhttp.server.location.()[1] = \\.php$\n"
      "http.server.location.proxy_pass[0] = http://app:9000\n");
  format_test_expect (NGINX, "", "");
  format_test_expect (NGINX, "internal;", "");
}

static void
reads_quotes_and_escapes (void)
{
  format_test_expect (
      NGINX, "a \"x;{ 8080\\\" \\n\" 'it\\'s\n\"80\"' b\\;c \\.d\\{2};\n\"k y\" 1;\n",
      "a[0] = x;{ 8080\" \n\na[1] = it's\n\"80\"\na[2] = b\\;c\na[3] = \\.d\\{2}\nk y[0] = 1\n");
}

static void
reads_variables (void)
{
  format_test_expect (NGINX, "proxy_pass http://${HOST}:${PORT}/$uri;listen ${PORT};",
                      "proxy_pass[0] = http://${HOST}:${PORT}/$uri\nlisten[0] = ${PORT}\n");
}

static void
tolerates_templates (void)
{
  format_test_expect (
      NGINX,
      "{{ if .Env.X }}\nlisten {{ .Env.PORT | default \"8080\" }} ssl;\n{{ end }}\n"
      "{% for p in ports %}\nlisten {{p}}:80;\n{% endfor %}\nlisten <%= port 90 %>;\n"
      "server_name \"{{ x \"y\" }}\";\nlisten 81 {% if y %}ssl{% endif %};",
      "listen[0] = {{ .Env.PORT | default \"8080\" }}\nlisten[1] = ssl\n"
      "listen[0] = {{p}}:80\nlisten[0] = <%= port 90 %>\n"
      "server_name[0] = {{ x \"y\" }}\nlisten[0] = 81\nlisten[1] = ssl{% endif %}\n");
}

static void
skips_lua (void)
{
  format_test_expect (
      NGINX,
      "location / { content_by_lua_block {\n local t = { a = \"}\" } -- }\n --[[ } ]] x = "
      "[=[}]=]\n}\n"
      "  proxy_pass http://b:80; }\nset_by_lua_block $p { return 1 }\nlisten 80;\n",
      "location.()[0] = /\nlocation.content_by_lua_block[0] = \n local t = { a = \"}\" } -- }\n"
      " --[[ } ]] x = [=[}]=]\n ()\nlocation.proxy_pass[0] = http://b:80\n"
      "set_by_lua_block[0] = $p\nset_by_lua_block[1] =  return 1  ()\nlisten[0] = 80\n");
}

static void
reads_bom_and_crlf (void)
{
  format_test_expect (NGINX,
                      "\xef\xbb\xbfserver {\r\n  listen 80;\r\n  root \"/x\";\r\n}\r\nlisten 81;",
                      "server.listen[0] = 80\nserver.root[0] = /x\nlisten[0] = 81\n");
}

static void
goes_on_behind_a_break (void)
{
  const char *text = "}\nlisten \"80;\nlisten 81 }\n;\n{ a 1; }\nserver { listen 82";
  g_autoptr (PmDocument) document = pm_format_parse (NGINX, text, strlen (text));
  g_autofree char *problems = format_test_problems (document);
  g_autofree char *dump = format_test_dump (document);
  g_assert_cmpstr (dump, ==,
                   "listen[0] = \"80 !\nlisten[0] = 81\na[0] = 1\nserver.listen[0] = 82\n");
  g_assert_cmpstr (problems, ==,
                   "1: a '}' that nothing opened\n2: a quote that nothing closes\n"
                   "3: a missing ';' before '}'\n3: a '}' that nothing opened\n"
                   "4: a ';' without a directive\n5: a block without a name\n"
                   "6: the file ends inside a directive: a ';' is missing\n"
                   "6: the file ends inside a block: a '}' is missing\n");
}

static void
knows_spans (void)
{
  const char *text = "a \"x\\\"8080\";";
  g_autoptr (PmDocument) document = pm_format_parse (NGINX, text, strlen (text));
  const PmNode *node = pm_document_node (document, 2);
  PmSpan span;
  g_assert_cmpuint (node->outer.start, ==, 2);
  g_assert_cmpuint (node->outer.end, ==, 11);
  g_assert_true (pm_document_raw_span (document, 2, 2, 6, &span));
  g_assert_cmpmem (text + span.start, pm_span_length (span), "8080", 4);
  g_assert_false (pm_document_raw_span (document, 2, 0, 3, &span));
}

static void
bounds_depth (void)
{
  g_autoptr (GString) deep = g_string_new (NULL);
  for (guint i = 0; i < 200000; i++)
    g_string_append (deep, "a {");
  g_autoptr (PmDocument) document = pm_format_parse (NGINX, deep->str, deep->len);
  g_assert_cmpuint (document->nodes->len, <=, PM_BUILDER_DEEPEST + 1);
  g_assert_cmpuint (document->problems->len, ==, 2);
}

static void
escapes_for_each_quoting (void)
{
  format_test_escapes (NGINX, "a %s;", PM_QUOTING_NONE, "http://10.0.0.1:80/x", TRUE);
  format_test_escapes (NGINX, "a %s;", PM_QUOTING_NONE, "a;b", FALSE);
  format_test_escapes (NGINX, "a %s;", PM_QUOTING_NONE, "", FALSE);
  format_test_escapes (NGINX, "a \"%s\";", PM_QUOTING_DOUBLE, "a\"b\\n; {", TRUE);
  format_test_escapes (NGINX, "a '%s';", PM_QUOTING_SINGLE, "it's \"\\", TRUE);
  format_test_escapes (NGINX, "a '%s';", PM_QUOTING_SINGLE, "a\nb", FALSE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/nginx/reads-directives-and-blocks", reads_directives_and_blocks);
  g_test_add_func ("/formats/nginx/reads-quotes-and-escapes", reads_quotes_and_escapes);
  g_test_add_func ("/formats/nginx/reads-variables", reads_variables);
  g_test_add_func ("/formats/nginx/tolerates-templates", tolerates_templates);
  g_test_add_func ("/formats/nginx/skips-lua", skips_lua);
  g_test_add_func ("/formats/nginx/reads-bom-and-crlf", reads_bom_and_crlf);
  g_test_add_func ("/formats/nginx/goes-on-behind-a-break", goes_on_behind_a_break);
  g_test_add_func ("/formats/nginx/knows-spans", knows_spans);
  g_test_add_func ("/formats/nginx/bounds-depth", bounds_depth);
  g_test_add_func ("/formats/nginx/escapes-for-each-quoting", escapes_for_each_quoting);
  return g_test_run ();
}
