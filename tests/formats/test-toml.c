#include <string.h>

#include "format-test.h"

#define TOML &pm_format_toml

#define DOTS_32 "................................"
#define MANY_DOTS DOTS_32 DOTS_32 DOTS_32 DOTS_32

static void
reads_tables (void)
{
  format_test_expect (TOML, "a = 1\n[server]\nport = 8_080\n[server.tls]\nport = 0x1bb\n",
                      "a = 1\nserver.port = 8_080\nserver.tls.port = 0x1bb\n");
  format_test_expect (TOML, "[[rule]]\np = 1\n[rule.sub]\nq = 2\n[[rule]]\np = 3\n",
                      "rule[0].p = 1\nrule[0].sub.q = 2\nrule[1].p = 3\n");
  format_test_expect (TOML, "[[a.b]]\nx = 1\n[[a.b]]\nx = 2\n", "a.b[0].x = 1\na.b[1].x = 2\n");
}

/* toml.io, "Key/Value Pair". */
static void
tells_of_two_pairs_in_a_line (void)
{
  const char *text = "a = 1 b = 2\nc = 3 # d = 4\n";
  g_autoptr (PmDocument) document = pm_format_parse (TOML, text, strlen (text));
  g_assert_cmpuint (document->problems->len, ==, 1);
  g_assert_cmpuint (pm_document_node (document, 1)->flags & PM_NODE_BROKEN, !=, 0);
  PmNodeId last = pm_document_find (document, 0, "c", NULL);
  g_assert_cmpuint (pm_document_node (document, last)->flags & PM_NODE_BROKEN, ==, 0);
}

/* toml.io, "Spec": a TOML file is valid UTF-8. How the grammar passes over the bytes depends on how
 * long the string is; it has to be told of in any. */
static void
tells_of_bytes_that_are_no_text (void)
{
  for (int n = 0; n < 128; n++) {
    g_autofree char *text = g_strdup_printf ("# ThiL ub\"\r\nbio = \"Gi\"\r\nbio = \"& nLi.}b\"\r\n"
                                             "bio = \"Giat\xff\xff & AC%.*sE2054O\\nLE28GCen8ag\"",
                                             n, MANY_DOTS);
    g_autoptr (PmDocument) document = pm_format_parse (TOML, text, strlen (text));
    g_assert_cmpuint (document->problems->len, >=, 1);
  }
}

static void
gathers_tables_that_stand_apart (void)
{
  format_test_expect (TOML, "[a]\nx = 1\n[b]\ny = 2\n[a.c]\nz = 3\n",
                      "a.x = 1\na.c.z = 3\nb.y = 2\n");
  const char *text = "[a]\nx = 1\n[b]\ny = 2\n[a.c]\nz = 3\n";
  g_autoptr (PmDocument) document = pm_format_parse (TOML, text, strlen (text));
  g_assert_cmpstr (pm_document_text (document, pm_document_find (document, 0, "a", "x", NULL)), ==,
                   "1");
  g_assert_cmpstr (pm_document_text (document, pm_document_find (document, 0, "a", "c", "z", NULL)),
                   ==, "3");
}

static void
splits_dotted_keys (void)
{
  format_test_expect (TOML, "a.b = 1\na.c = 2\nd = { e.f = 3, g = [4, '5'] }\n\"x.y\".z = 6\n",
                      "a.b = 1\na.c = 2\nd.e.f = 3\nd.g[0] = 4\nd.g[1] = 5\nx.y.z = 6\n");
  const char *text = "a.b = 1\na.c = 2\n";
  g_autoptr (PmDocument) document = pm_format_parse (TOML, text, strlen (text));
  g_assert_cmpuint (pm_document_find (document, 0, "a", "b", NULL), !=, 0);
}

static void
reads_strings (void)
{
  format_test_expect (
      TOML,
      "a = \"x\\n\\u00e9:80\"\nb = 'c\\n'\nd = \"\"\"\none \\\n   two:80\"\"\"\ne = '''\nf'''\n",
      "a = x\n\303\251:80\nb = c\\n\nd = one two:80\ne = f\n");
  format_test_expect (TOML, "t = 1979-05-27T07:32:00Z\nf = 1.5\nb = true\n",
                      "t = 1979-05-27T07:32:00Z\nf = 1.5\nb = true\n");
}

static void
names_the_line_of_an_error (void)
{
  const char *text = "a = 1\n[s]\nport = \nb = 2\n[t]\nc = 3\n";
  g_autoptr (PmDocument) document = pm_format_parse (TOML, text, strlen (text));
  g_autofree char *problems = format_test_problems (document), *got = format_test_dump (document);
  g_assert_true (g_str_has_prefix (problems, "3: "));
  g_assert_nonnull (strstr (got, "a = 1\n"));
  g_assert_nonnull (strstr (got, "b = 2"));
  g_assert_nonnull (strstr (got, "t.c = 3\n"));
}

static void
writes_by_quoting (void)
{
  g_autofree char *basic = pm_format_toml.escape (PM_QUOTING_DOUBLE, TRUE, "a\"\\\x01");
  g_assert_cmpstr (basic, ==, "a\\\"\\\\\\u0001");
  g_assert_null (pm_format_toml.escape (PM_QUOTING_SINGLE, TRUE, "a'"));
  g_assert_null (pm_format_toml.escape (PM_QUOTING_NONE, TRUE, "x"));
}

static void
bounds_depth (void)
{
  g_autoptr (GString) deep = g_string_new ("a");
  for (guint i = 0; i < 100000; i++)
    g_string_append (deep, ".a");
  g_string_append (deep, " = 1\nb = ");
  for (guint i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  g_autoptr (PmDocument) document = pm_format_parse (TOML, deep->str, deep->len);
  g_assert_cmpuint (document->problems->len, >=, 1);
}

static void
tells_what_a_string_may_not_hold (void)
{
  static const char *const broken[] = {
      "a = \"\\9\"\n",       "a = \"\\u30\"\n", "a = \"x\\\"\nb = \"h:80\"\n",
      "a = \"C:\\Users\"\n", "a = \"\\ x\"\n",  "a = \"O\\entry O\\entry\"\n",
      "a = \"\\x41\"\n"};
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++) {
    g_autoptr (PmDocument) document = pm_format_parse (TOML, broken[i], strlen (broken[i]));
    g_test_message ("%s", broken[i]);
    g_assert_cmpuint (document->problems->len, >=, 1);
  }
  const char *fine =
      "a = \"\\u00e9\\t\\\\\\\"\"\nb = \"\"\"x \\\n  \"y\" 1\"\"\"\nc = 'C:\\Users'\n";
  g_autoptr (PmDocument) document = pm_format_parse (TOML, fine, strlen (fine));
  g_assert_cmpuint (document->problems->len, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/toml/reads-tables", reads_tables);
  g_test_add_func ("/formats/toml/tells-of-two-pairs-in-a-line", tells_of_two_pairs_in_a_line);
  g_test_add_func ("/formats/toml/tells-of-bytes-that-are-no-text",
                   tells_of_bytes_that_are_no_text);
  g_test_add_func ("/formats/toml/gathers-tables-that-stand-apart",
                   gathers_tables_that_stand_apart);
  g_test_add_func ("/formats/toml/splits-dotted-keys", splits_dotted_keys);
  g_test_add_func ("/formats/toml/reads-strings", reads_strings);
  g_test_add_func ("/formats/toml/names-the-line-of-an-error", names_the_line_of_an_error);
  g_test_add_func ("/formats/toml/writes-by-quoting", writes_by_quoting);
  g_test_add_func ("/formats/toml/bounds-depth", bounds_depth);
  g_test_add_func ("/formats/toml/tells-what-a-string-may-not-hold",
                   tells_what_a_string_may_not_hold);
  return g_test_run ();
}
