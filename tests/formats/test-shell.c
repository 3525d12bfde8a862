#include <string.h>

#include "format-test.h"
#include "rewriter-property.h"

#define SHELL &pm_format_shell

static void
reads_assignments (void)
{
  format_test_expect (SHELL, "PORT=3000\nexport A=x B='y z' C=\"q\"\nlocal -a l=(1 'two')\n",
                      "PORT = 3000\nA = x\nB = y z\nC = q\nl[0] = 1\nl[1] = two\n");
}

static void
reads_commands (void)
{
  format_test_expect (
      SHELL, "curl -s http://h:80 'a b' a\\ b",
      "curl()[0] = -s\ncurl()[1] = http://h:80\ncurl()[2] = a b\ncurl()[3] = a b\n");
  format_test_expect (SHELL, "PORT=3000 ./bin/next dev -p 3001 && npm run x | tee f",
                      "PORT = 3000\nnext()[0] = dev\nnext()[1] = -p\nnext()[2] = 3001\n"
                      "npm()[0] = run\nnpm()[1] = x\ntee()[0] = f\n");
  format_test_expect (
      SHELL, "f () { if [ \"a\" = b ]; then serve 80; fi; }\nfor p in 81 82; do g $p; done",
      "test()[0] = a\ntest()[1] = b\nserve()[0] = 80\np = 81\np = 82\ng()[0] = $p ()\n");
}

/* What is nothing in two pieces has bytes all the same. */
static void
puts_nothing_together (void)
{
  const char *text = "run ''\"\" x\n";
  g_autoptr (PmDocument) document = pm_format_parse (SHELL, text, strlen (text));
  rewriter_property_check_document (document);
  format_test_expect (SHELL, text, "run()[0] = \nrun()[1] = x\n");
}

static void
finds_fallbacks (void)
{
  format_test_expect (
      SHELL, "export P=${PORT:-3000}\nserve --port ${X-80} \"http://h:${Y:=81}/\" end",
      "P = ${PORT:-3000} ()\nP = 3000 ?PORT\n"
      "serve()[0] = --port\nserve()[1] = ${X-80} ()\nserve()[2] = 80 ~ ?X\n"
      "serve()[3] = http://h:${Y:=81}/\nserve()[4] = http://h: ~\nserve()[5] = / ~\n"
      "serve()[6] = 81 ~ ?Y\nserve()[7] = end\n");
}

static void
puts_words_together (void)
{
  format_test_expect (
      SHELL, "run --url=\"http://h:80\"/x a$B:90",
      "run()[0] = --url=http://h:80/x\nrun()[1] = a$B:90\nrun()[2] = a ~\nrun()[3] = :90 ~\n");
  format_test_expect (SHELL, "X=$(curl http://h:80)",
                      "X = $(curl http://h:80) ()\nX.curl()[0] = http://h:80\n");
}

static void
reads_here_documents (void)
{
  format_test_expect (SHELL, "cat <<EOF > f:80\nport: 3000\nhost: $H\nEOF\nserve 90\n",
                      "> = f:80\n<< = port: 3000\nhost: $H\n\n<< = port: 3000\nhost:  ~\n<< = \n "
                      "~\nserve()[0] = 90\n");
  format_test_expect (SHELL, "cat <<'EOF'\na\\$b:80\nEOF\n", "<< = a\\$b:80\n\n");
}

static void
decodes_escapes (void)
{
  format_test_expect (SHELL, "a \"x\\\"\\$y\\n:80\" $'t\\tx:90' \\\n b",
                      "a()[0] = x\"$y\\n:80\na()[1] = t\tx:90\na()[2] = b\n");
}

static void
reads_around_a_break (void)
{
  const char *text = "A=1\nif [ x; then\nB=2\nserve 80\ndone )\nC=3\nrun 90\n";
  g_autoptr (PmDocument) document = pm_format_parse (SHELL, text, strlen (text));
  g_autofree char *got = format_test_dump (document);
  g_assert_nonnull (strstr (got, "A = 1"));
  g_assert_nonnull (strstr (got, "B = 2"));
  g_assert_nonnull (strstr (got, "80"));
  g_assert_nonnull (strstr (got, "C = 3"));
  g_assert_nonnull (strstr (got, "90"));
  g_assert_cmpuint (document->problems->len, >=, 1);
}

static void
stays_in_its_budget (void)
{
  g_autoptr (GString) many = g_string_new (NULL);
  for (guint i = 0; many->len < 1000000; i++)
    g_string_append_printf (many, "cat <<E%u $((\"${", i);
  gint64 before = g_get_monotonic_time ();
  g_autoptr (PmDocument) document = pm_format_parse (SHELL, many->str, many->len);
  g_assert_cmpuint (document->problems->len, >=, 1);
  g_test_message ("noise took %d ms", (int) ((g_get_monotonic_time () - before) / 1000));
}

static void
writes_by_quoting (void)
{
  g_autofree char *quoted = pm_format_shell.escape (PM_QUOTING_DOUBLE, TRUE, "a $b");
  g_autofree char *bare = pm_format_shell.escape (PM_QUOTING_NONE, FALSE, "h:80");
  g_assert_cmpstr (quoted, ==, "a \\$b");
  g_assert_cmpstr (bare, ==, "h:80");
  g_assert_null (pm_format_shell.escape (PM_QUOTING_NONE, TRUE, "a b"));
  g_assert_null (pm_format_shell.escape (PM_QUOTING_SINGLE, TRUE, "it's"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/shell/reads-assignments", reads_assignments);
  g_test_add_func ("/formats/shell/reads-commands", reads_commands);
  g_test_add_func ("/formats/shell/finds-fallbacks", finds_fallbacks);
  g_test_add_func ("/formats/shell/puts-words-together", puts_words_together);
  g_test_add_func ("/formats/shell/reads-here-documents", reads_here_documents);
  g_test_add_func ("/formats/shell/decodes-escapes", decodes_escapes);
  g_test_add_func ("/formats/shell/reads-around-a-break", reads_around_a_break);
  g_test_add_func ("/formats/shell/stays-in-its-budget", stays_in_its_budget);
  g_test_add_func ("/formats/shell/writes-by-quoting", writes_by_quoting);
  g_test_add_func ("/formats/shell/puts-nothing-together", puts_nothing_together);
  return g_test_run ();
}
