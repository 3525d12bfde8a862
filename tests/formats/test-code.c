/* What programming languages have in common. */

#include "format-test.h"

#define CODE &pm_format_code

static void
reads_assignments (void)
{
  format_test_expect (CODE, "PORT = 8080\nhost := \"10.0.0.1\"\nlet x = 'a';\nconst y: u16 = 81;\n",
                      "PORT = 8080\nhost = 10.0.0.1\nx = a\ny = 81\n");
  format_test_expect (CODE, "a = {\"port\": 1, :host => 'h'}\nb = [1, 2]\n",
                      "a.port = 1\na.host = h\nb[0] = 1\nb[1] = 2\n");
}

static void
reads_calls (void)
{
  format_test_expect (CODE, "app.run(host=\"0.0.0.0\", port=5000)\n",
                      "run()[0].host = 0.0.0.0\nrun()[1].port = 5000\n");
  format_test_expect (CODE, "s = Listen(\"tcp\", addr, 80)\n",
                      "s.Listen()[0] = tcp\ns.Listen()[1] = addr ()\ns.Listen()[2] = 80\n");
}

/* A name is short; that a port in it is written with fewer digits does not make it one. */
static void
tells_names_from_texts_by_what_is_no_address (void)
{
  g_autofree char *text = g_strnfill (200, 'x');
  g_autofree char *long_one = g_strdup_printf ("a = {'%s10.0.0.1:8080': 1}\n", text);
  g_autofree char *short_one = g_strdup_printf ("a = {'%s10.0.0.1:8080': 1}\n", text + 1);
  g_autoptr (PmDocument) is_text = pm_format_parse (CODE, long_one, strlen (long_one));
  g_autoptr (PmDocument) is_name = pm_format_parse (CODE, short_one, strlen (short_one));
  g_assert_cmpuint (is_text->nodes->len, ==, is_name->nodes->len + 1);
}

static void
passes_comments_over (void)
{
  format_test_expect (CODE, "# a = 1\n// b = 2\n/* c = 3 */\nd = 4\n", "d = 4\n");
  format_test_expect (CODE, "\"\"\" e = 5\nf = 6 \"\"\"\ng = 7\n",
                      "[0] =  e = 5\nf = 6  ()\ng = 7\n");
}

static void
reads_calls_without_parentheses_in_ruby (void)
{
  format_test_expect (
      &pm_format_ruby,
      "port ENV.fetch(\"PORT\") { 3000 }\nset :port, 4567\nlisten 8080, :nopush => true,\n"
      "  :backlog => 64\nx = 1 if y\nputs 'a'\n",
      "port()[0].fetch()[0] = PORT\nport()[1][0] = 3000\nset()[0] = port\nset()[1] = 4567\n"
      "listen()[0] = 8080\nlisten()[1].nopush = true ()\n"
      "listen()[2].backlog = 64\nx = 1\nputs()[0] = a\n");
  format_test_expect (&pm_format_ruby, "on_boot { bind 'tcp://[::]:80' }\nport 1\n",
                      "[0].bind()[0] = tcp://[::]:80\nport()[0] = 1\n");
  format_test_expect (CODE, "port 3000\nset :port, 1\n", "[0] = 3000\n[1] = 1\n");
}

static void
goes_on_behind_what_is_broken (void)
{
  format_test_expect (CODE, "a = \"x\nb = 1\n", "b = 1\n");
  format_test_expect (CODE, ")]}\nb = 1\n(((\nc = 2\n", "b = 1\n[1][0][0][0].c = 2\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formats/code/reads-assignments", reads_assignments);
  g_test_add_func ("/formats/code/reads-calls", reads_calls);
  g_test_add_func ("/formats/code/tells-names-from-texts-by-what-is-no-address",
                   tells_names_from_texts_by_what_is_no_address);
  g_test_add_func ("/formats/code/passes-comments-over", passes_comments_over);
  g_test_add_func ("/formats/code/reads-calls-without-parentheses-in-ruby",
                   reads_calls_without_parentheses_in_ruby);
  g_test_add_func ("/formats/code/goes-on-behind-what-is-broken", goes_on_behind_what_is_broken);
  return g_test_run ();
}
