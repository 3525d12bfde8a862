#include <string.h>

#include "format-test.h"

#define JS &pm_format_javascript
#define TS &pm_format_typescript
#define TSX &pm_format_tsx

static void
names_values (void)
{
  format_test_expect (
      JS, "const port = 3000, list = [1, 'two'];\nlet o = { a: { 'b-c': \"x\" }, 8: 0x1bb };\n",
      "port = 3000\nlist[0] = 1\nlist[1] = two\no.a.b-c = x\no.8 = 0x1bb\n");
  format_test_expect (JS, "a.b.c = 1; this.d = 2; exports.e = 3; x['y'] = 4;",
                      "a.b.c = 1\nd = 2\ne = 3\nx.y = 4\n");
  format_test_expect (JS, "class A { port = 1; static s = 2; m() { return { z: 3 } } }",
                      "A.port = 1\nA.s = 2\nA.m.z = 3\n");
}

static void
reads_default_exports (void)
{
  format_test_expect (JS, "export default { server: { port: 3000 } }", "server.port = 3000\n");
  format_test_expect (JS, "module.exports = { port: 1 };", "port = 1\n");
  format_test_expect (JS, "export default defineConfig({ server: { port: 3000 } })",
                      "server.port = 3000\n");
  format_test_expect (
      JS, "export default defineConfig(({ mode }) => { return { server: { port: 3 } } })",
      "server.port = 3\n");
  format_test_expect (JS, "export default defineConfig(() => ({ server: { port: 3 } }))",
                      "server.port = 3\n");
  format_test_expect (JS, "module.exports = withA(withB({ port: 1 }), 'x')",
                      "port = 1\nwithA() = x\n");
  format_test_expect (TS, "export default { port: 1 } satisfies Config;", "port = 1\n");
}

static void
reads_calls (void)
{
  format_test_expect (JS, "app.listen(3000, '0.0.0.0', () => { log('up 1') })",
                      "app.listen()[0] = 3000\napp.listen()[1] = 0.0.0.0\n"
                      "app.listen()[2].log()[0] = up 1\n");
  format_test_expect (
      JS, "const s = http.createServer(app).listen(80)",
      "s.http.createServer()[0] = app ()\ns.http.createServer().listen()[0] = 80\n");
  format_test_expect (JS, "new Server({ port: 8080 }); x = f()",
                      "Server()[0].port = 8080\nx = f() ()\n");
  format_test_expect (JS, "f(port, host, 3)", "f()[0] = port ()\nf()[1] = host ()\nf()[2] = 3\n");
}

static void
finds_fallbacks (void)
{
  format_test_expect (JS, "const port = process.env.PORT || 3000", "port = 3000 ?PORT\n");
  format_test_expect (JS, "x = { port: Number(process.env['PORT']) ?? 3000 }",
                      "x.port = 3000 ?PORT\n");
  format_test_expect (JS, "p = parseInt(process.env.X || \"8080\", 10)", "p = 8080 ?X\n");
  format_test_expect (JS, "p = env('X', 3000); q = Deno.env.get('Q') ?? 1",
                      "p = env('X', 3000) ()\np = 3000 ?X\nq = 1 ?Q\n");
  format_test_expect (JS, "const { PORT = 3000, H: host = 'h' } = process.env",
                      "PORT = 3000 ?PORT\nH = h ?H\n");
  format_test_expect (JS, "p = process.env.P ? process.env.P : 3000", "p = 3000 ?P\n");
  format_test_expect (JS, "p = prod ? 80 : 3000; function f(port = 1) {}",
                      "p = 80 ?\np = 3000 ?\nf.port = 1 ?\n");
  format_test_expect (JS, "p = import.meta.env.VITE_P", "p = import.meta.env.VITE_P ()\n");
  format_test_expect (TS,
                      "const S = z.object({ URL: z.string().url().default('http://l:3000'), P: "
                      "z.coerce.number().min(1).default(2).optional() })",
                      "S.z.object()[0].URL = http://l:3000 ?\n"
                      "S.z.object()[0].z.coerce.number().min()[0] = 1\nS.z.object()[0].P = 2 ?\n");
}

static void
takes_templates_apart (void)
{
  format_test_expect (JS, "u = `http://${host}:3000/x`; v = `plain:80`",
                      "u = http://${host}:3000/x\nu = http:// ~\nu = :3000/x ~\nv = plain:80\n");
  format_test_expect (JS, "u = `a\\n${p || 3000}:1`",
                      "u = a\n${p || 3000}:1\nu = a\n ~\nu = :1 ~\nu = 3000 ?\n");
  format_test_expect (JS, "u = \"http://\" + host + \":3000/x\"",
                      "u = \"http://\" + host + \":3000/x\" ()\nu = http:// ~\nu = :3000/x ~\n");
}

static void
blocks_edits_of_code_in_templates (void)
{
  const char *text = "u = `${P8080}:9090`";
  g_autoptr (PmDocument) document = pm_format_parse (JS, text, strlen (text));
  PmSpan span;
  g_assert_cmpstr (pm_document_text (document, 1), ==, "${P8080}:9090");
  g_assert_false (pm_document_raw_span (document, 1, 3, 7, &span));
  g_assert_true (pm_document_raw_span (document, 1, 9, 13, &span));
  g_assert_cmpmem (text + span.start, pm_span_length (span), "9090", 4);
}

static void
decodes_escapes (void)
{
  format_test_expect (JS, "a = 'x\\n\\u0041\\x42\\u{43}\\'\\\nz:8080'", "a = x\nABC'z:8080\n");
}

static void
skips_what_is_no_value (void)
{
  format_test_expect (TS,
                      "// 'a:1'\n/* 2 */ type T = 'x' | 3; interface I { a: 4 }\nlet r = /:80/, t: "
                      "5 = 6; gql`x:7`; a[8] = b['c']",
                      "t = 6\n");
}

static void
reads_jsx (void)
{
  format_test_expect (TSX, "const A = () => <Link href=\"http://h:1\" n={2}>see :80</Link>",
                      "A.Link.href = http://h:1\nA.Link.n = 2\nA. = see :80\n");
}

static void
reads_around_a_break (void)
{
  g_autofree char *got = NULL;
  const char *text = "const a = 1;\nconst o = { b: 2, c: , d: 3 };\nlet e = 4;\n";
  g_autoptr (PmDocument) document = pm_format_parse (JS, text, strlen (text));
  got = format_test_dump (document);
  g_assert_nonnull (strstr (got, "a = 1\n"));
  g_assert_nonnull (strstr (got, "b = 2"));
  g_assert_nonnull (strstr (got, "d = 3"));
  g_assert_nonnull (strstr (got, "e = 4\n"));
  g_assert_cmpuint (document->problems->len, >=, 1);

  const char *open = "f (`80}\\9);\n";
  g_autoptr (PmDocument) unended = pm_format_parse (JS, open, strlen (open));
  g_assert_cmpuint (unended->problems->len, >=, 1);
  const char *digits = "a = '\\u0g';\n", *fine = "a = '\\u{1f600}\\x41\\\\u';\n";
  g_autoptr (PmDocument) lacking = pm_format_parse (JS, digits, strlen (digits));
  g_assert_cmpuint (lacking->problems->len, ==, 1);
  g_autoptr (PmDocument) sound = pm_format_parse (JS, fine, strlen (fine));
  g_assert_cmpuint (sound->problems->len, ==, 0);

  const char *cut = "export default { a: 1, server: { port: 3000, host: '1.2.3.4'";
  g_autoptr (PmDocument) half = pm_format_parse (JS, cut, strlen (cut));
  g_autofree char *found = format_test_dump (half);
  g_assert_cmpstr (found, ==, "a = 1 !\nport = 3000 !\nhost = 1.2.3.4 !\n");
}

static void
bounds_time_and_depth (void)
{
  static const char noise[] = "<(`{[${a?'b\"=>:/*";
  g_autoptr (GString) hostile = g_string_new (NULL);
  /* A fixed seed: noise that starts with two slashes would be one long, valid comment. */
  g_autoptr (GRand) random = g_rand_new_with_seed (20);
  while (hostile->len < 1000000)
    g_string_append_c (hostile, noise[g_rand_int_range (random, 0, sizeof noise - 1)]);
  gint64 before = g_get_monotonic_time ();
  g_autoptr (PmDocument) document = pm_format_parse (TS, hostile->str, hostile->len);
  g_assert_cmpuint (document->problems->len, >=, 1);
  g_test_message ("noise took %d ms", (int) ((g_get_monotonic_time () - before) / 1000));

  /* The parser was given up; the next parse must not resume it. */
  format_test_expect (TS, "const a = 1", "a = 1\n");

  g_autofree char *deep = g_strnfill (300000, '[');
  g_autoptr (PmDocument) nested = pm_format_parse (JS, deep, strlen (deep));
  g_assert_cmpuint (nested->problems->len, >=, 1);
}

static void
writes_by_quoting (void)
{
  g_autofree char *single = pm_format_javascript.escape (PM_QUOTING_SINGLE, TRUE, "a'b\\c");
  g_autofree char *template = pm_format_javascript.escape (PM_QUOTING_BACKTICK, FALSE, "${x}");
  g_autofree char *number = pm_format_javascript.escape (PM_QUOTING_NONE, TRUE, "8080");
  g_assert_cmpstr (single, ==, "a\\'b\\\\c");
  g_assert_cmpstr (template, ==, "\\${x}");
  g_assert_cmpstr (number, ==, "8080");
  g_assert_null (pm_format_javascript.escape (PM_QUOTING_NONE, FALSE, "8080"));
  g_assert_null (pm_format_javascript.escape (PM_QUOTING_NONE, TRUE, "x"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/javascript/names-values", names_values);
  g_test_add_func ("/formats/javascript/reads-default-exports", reads_default_exports);
  g_test_add_func ("/formats/javascript/reads-calls", reads_calls);
  g_test_add_func ("/formats/javascript/finds-fallbacks", finds_fallbacks);
  g_test_add_func ("/formats/javascript/takes-templates-apart", takes_templates_apart);
  g_test_add_func ("/formats/javascript/blocks-edits-of-code-in-templates",
                   blocks_edits_of_code_in_templates);
  g_test_add_func ("/formats/javascript/decodes-escapes", decodes_escapes);
  g_test_add_func ("/formats/javascript/skips-what-is-no-value", skips_what_is_no_value);
  g_test_add_func ("/formats/javascript/reads-jsx", reads_jsx);
  g_test_add_func ("/formats/javascript/reads-around-a-break", reads_around_a_break);
  g_test_add_func ("/formats/javascript/bounds-time-and-depth", bounds_time_and_depth);
  g_test_add_func ("/formats/javascript/writes-by-quoting", writes_by_quoting);
  return g_test_run ();
}
