/* An address is found in every text file, and classed by what kind of text it stands in: an address
 * change touches some classes only. */

#include <string.h>

#include "discovery/recognise.h"

/* "LINE CLASS ADDRESS", one a line. */
static char *
classes_in (const char *file, const char *text)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting = pm_recognise (file, "shop", text, strlen (text), NULL, arena);
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < sighting->findings->len; i++) {
    const PmFinding *f = &g_array_index (sighting->findings, PmFinding, i);
    if (f->kind == PM_KIND_IP)
      g_string_append_printf (out, "%u %s %s\n", f->position.line,
                              pm_text_class_name (f->text_class), f->address);
  }
  return g_string_free (out, FALSE);
}

#define EXPECT(file, text, expected)                                                               \
  do {                                                                                             \
    g_autofree char *got = classes_in ("shop/" file, text);                                        \
    g_assert_cmpstr (got, ==, expected);                                                           \
  } while (0)

static void
configuration_and_its_comments (void)
{
  EXPECT (".env", "# was 203.0.113.5\nHOST=203.0.113.6 # not 203.0.113.7\n",
          "2 config 203.0.113.6\n1 comment 203.0.113.5\n2 comment 203.0.113.7\n");
  EXPECT ("compose.yaml",
          "# 203.0.113.5\nservices:\n  a:\n    image: x\n    extra_hosts: [\"h:203.0.113.6\"]\n",
          "5 config 203.0.113.6\n1 comment 203.0.113.5\n");
  EXPECT ("nginx.conf", "server {\n  # 203.0.113.5\n  listen 203.0.113.6:80;\n}\n",
          "3 config 203.0.113.6\n2 comment 203.0.113.5\n");
  EXPECT ("settings.ini", "; 203.0.113.5\n[a]\nhost = 203.0.113.6\n",
          "3 config 203.0.113.6\n1 comment 203.0.113.5\n");
  EXPECT ("package.json", "{\"config\": {\"203.0.113.5\": {\"host\": \"203.0.113.6\"}}}",
          "1 config 203.0.113.6\n1 config 203.0.113.5\n");
  EXPECT ("Dockerfile", "FROM x\n# 203.0.113.5\nENV HOST=203.0.113.6\n",
          "3 config 203.0.113.6\n2 comment 203.0.113.5\n");
}

static void
source_and_its_comments (void)
{
  EXPECT ("server.js", "// 203.0.113.5\nconst host = '203.0.113.6';\n",
          "2 source 203.0.113.6\n1 source 203.0.113.5\n");
  EXPECT ("app.py", "# 203.0.113.5\nHOST = \"203.0.113.6\"\n",
          "2 source 203.0.113.6\n1 source 203.0.113.5\n");
  EXPECT ("main.c", "/* 203.0.113.5 */\nchar *host = \"203.0.113.6\";\n",
          "1 source 203.0.113.5\n2 source 203.0.113.6\n");
  EXPECT ("deploy", "#!/bin/sh\nssh 203.0.113.6\n", "2 source 203.0.113.6\n");
}

static void
documentation_and_data (void)
{
  EXPECT ("README.md", "Open http://203.0.113.5:3000/ or `203.0.113.6`.\n",
          "1 documentation 203.0.113.5\n1 documentation 203.0.113.6\n");
  EXPECT ("docs/setup.rst", "203.0.113.5\n", "1 documentation 203.0.113.5\n");
  EXPECT ("README", "203.0.113.5\n", "1 documentation 203.0.113.5\n");
  EXPECT ("server.log", "GET / from 203.0.113.5\n", "1 data 203.0.113.5\n");
  EXPECT ("hosts.csv", "a,203.0.113.5\n", "1 data 203.0.113.5\n");
  EXPECT ("dump.sql", "INSERT INTO t VALUES ('203.0.113.5');\n", "1 data 203.0.113.5\n");
  EXPECT ("tests/fixtures/hosts.json", "{\"host\": \"203.0.113.5\"}", "1 data 203.0.113.5\n");
}

static void
every_spelling (void)
{
  EXPECT ("notes.md",
          "2001:db8::1 and [2001:DB8:0:0:0:0:0:1]:80\n203-0-113-5.sslip.io\n203.0.113.5.nip.io\n"
          "5.113.0.203.bc.googleusercontent.com\n",
          "1 documentation 2001:db8::1\n1 documentation 2001:DB8:0:0:0:0:0:1\n"
          "2 documentation 203.0.113.5\n3 documentation 203.0.113.5\n"
          "4 documentation 203.0.113.5\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/text-classes/configuration-and-its-comments",
                   configuration_and_its_comments);
  g_test_add_func ("/discovery/text-classes/source-and-its-comments", source_and_its_comments);
  g_test_add_func ("/discovery/text-classes/documentation-and-data", documentation_and_data);
  g_test_add_func ("/discovery/text-classes/every-spelling", every_spelling);
  return g_test_run ();
}
