/* Files that set no port, however they look, are not parsed; their addresses are found all the
 * same. */

#include "recognise-test.h"

#include <string.h>

#include "discovery/passive.h"

#define SCRIPT "#!/bin/sh\nexec java -Dserver.port=8080 -jar app.jar --port 8081\n"
#define DECLARATION "export declare const server: { port: 8080; url: 'http://localhost:3000' };\n"

static gboolean
may_find (const char *file, const char *text)
{
  return pm_recognise_may_find (NULL, file, "shop", text, strlen (text), FALSE);
}

static void
goes_by_names (void)
{
  static const char *const files[] = {"shop/mvnw", "shop/deep/gradlew"};
  static const char *const declarations[] = {"shop/src/api.d.ts", "shop/api.d.mts",
                                             "shop/api.d.cts"};
  g_autofree char *said = recognise_test_dump ("shop/start", SCRIPT, NULL);
  g_assert_cmpstr (said, !=, "");
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_assert_false (may_find (files[i], SCRIPT));
    recognise_test_expect (files[i], SCRIPT, "");
  }
  g_assert_true (may_find ("shop/src/api.ts", DECLARATION));
  for (gsize i = 0; i < G_N_ELEMENTS (declarations); i++) {
    g_assert_false (may_find (declarations[i], DECLARATION));
    recognise_test_expect (declarations[i], DECLARATION, "");
  }
  g_assert_true (may_find ("shop/d.ts", DECLARATION));
  g_assert_true (may_find ("shop/mvnw.sh", SCRIPT));
}

static void
finds_addresses_in_them (void)
{
  recognise_test_expect ("shop/mvnw", "#!/bin/sh\ncurl http://203.0.113.5:80/\n",
                         "2 address 203.0.113.5 [] \n");
  recognise_test_expect ("shop/api.d.ts", "// http://203.0.113.5:8080/\nexport type A = 1;\n",
                         "1 address 203.0.113.5 [] \n");
}

/* `n_lines` of `length` bytes each, and a server behind them. */
static char *
program (guint n_lines, guint length)
{
  GString *text = g_string_new (NULL);
  g_autofree char *name = g_strnfill (length - strlen ("a();"), 'a');
  for (guint i = 0; i < n_lines; i++)
    g_string_append_printf (text, "a%s();\n", name);
  g_string_append (text,
                   "require('http').createServer(f).listen(8080);fetch('http://203.0.113.5:81/')");
  return g_string_free (text, FALSE);
}

/* Frees `text`. */
static void
is_parsed (const char *file, char *text, gboolean expected)
{
  g_autofree char *said = recognise_test_dump (file, text, NULL);
  g_assert_true ((strstr (said, "8080") != NULL) == expected);
  g_assert_nonnull (strstr (said, "203.0.113.5"));
  g_free (text);
}

static void
tells_minified_scripts (void)
{
  is_parsed ("shop/app.js", program (2, 20000), FALSE);
  is_parsed ("shop/app.mjs", program (20, 1000), FALSE);
  is_parsed ("shop/app.js", program (1, 1000), TRUE);  /* small: somebody may have written it */
  is_parsed ("shop/app.js", program (200, 90), TRUE);  /* lines of people */
  is_parsed ("shop/app.js", program (200, 400), TRUE); /* long ones, too */
  is_parsed ("shop/app.ts", program (20, 1000), TRUE); /* nothing makes TypeScript small */
}

static void
tells_drawings (void)
{
#define CELL "<cell value=\"listen http://localhost:8080\" port=\"8080\"/>"
  static const char *const drawings[] = {
      "<mxfile host=\"a\">" CELL "</mxfile>",
      "<?xml version=\"1.0\"?>\n<!-- <a> -->\n<!DOCTYPE x>\n<mxGraphModel>" CELL "</mxGraphModel>"};
  static const char *const others[] = {"<mxfiles>" CELL "</mxfiles>",
                                       "<a><mxfile>" CELL "</mxfile></a>",
                                       "<!-- <mxfile> --><a>" CELL "</a>",
                                       "<!-- <mxfile>",
                                       "<",
                                       "<mxfile",
                                       "<?xml",
                                       ""};
  for (gsize i = 0; i < G_N_ELEMENTS (drawings); i++) {
    g_assert_true (pm_passive_by_content ("xml", drawings[i], strlen (drawings[i])));
    g_assert_false (may_find ("shop/net.xml", drawings[i]));
    recognise_test_expect ("shop/net.xml", drawings[i], "");
  }
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (pm_passive_by_content ("xml", others[i], strlen (others[i])));
  g_assert_false (pm_passive_by_content ("xml", NULL, 0));
  g_assert_false (pm_passive_by_content (NULL, drawings[0], strlen (drawings[0])));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/passive/names", goes_by_names);
  g_test_add_func ("/passive/addresses", finds_addresses_in_them);
  g_test_add_func ("/passive/minified", tells_minified_scripts);
  g_test_add_func ("/passive/drawings", tells_drawings);
  return g_test_run ();
}
