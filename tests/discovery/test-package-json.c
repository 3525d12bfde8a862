#include "recognise-test.h"

#define FILE_NAME "shop/package.json"

static void
reads_scripts (void)
{
  recognise_test_expect (FILE_NAME,
                         "{\n"
                         "  \"name\": \"web\",\n"
                         "  \"version\": \"1.2.3\",\n"
                         "  \"scripts\": {\n"
                         "    \"dev\": \"vite --port 5174 --host 0.0.0.0\",\n"
                         "    \"start\": \"cross-env PORT=3001 node server.js\",\n"
                         "    \"both\": \"next dev -p 3002 && wait-on tcp:3003\",\n"
                         "    \"db\": \"docker run -p 5433:5432 postgres:16\",\n"
                         "    \"test\": \"mocha --timeout 5000 --url http://localhost:8080\"\n"
                         "  },\n"
                         "  \"proxy\": \"http://localhost:4000\",\n"
                         "  \"config\": { \"backend_port\": 8081 },\n"
                         "  \"dependencies\": { \"a\": \"npm:8080\" }\n"
                         "}\n",
                         "5 listen 5174 [web] scripts.dev\n"
                         "5 address 0.0.0.0 [web] scripts.dev\n"
                         "6 listen 3001 [web] scripts.start\n"
                         "7 listen 3002 [web] scripts.both\n"
                         "7 reference 3003 [web] scripts.both\n"
                         "8 publish 5433 [web] scripts.db\n"
                         "8 target 5432 [web] scripts.db\n"
                         "9 reference 8080@localhost [web] scripts.test\n"
                         "12 listen 8081 [web] config.backend_port\n"
                         "11 reference 4000@localhost [web] proxy\n");
}

static void
passes_over_what_a_flag_counts (void)
{
  recognise_test_expect (FILE_NAME,
                         "{\"scripts\": {\"a\": \"wait-for-it.sh -t 120 db:3306\",\n"
                         "\"b\": \"wait-on -t 30000 tcp:3000\"}}",
                         "1 reference 3306@db [] scripts.a\n"
                         "2 reference 3000 [] scripts.b\n");
}

static void
knows_the_tools_defaults (void)
{
  static const struct {
    const char *script, *fact;
  } cases[] = {
      {"vite", "|-||||vite|5173|"},
      {"NODE_ENV=development npx next dev --turbo", "|-||||next|3000|"},
      {"ng serve --open", "|-||||angular|4200|"},
      {"vite build", "|-|||||0|"},
      {"astro dev", "|-||||astro|4321|"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text =
        g_strdup_printf ("{\"name\": \"web\", \"scripts\": {\"dev\": \"%s\"}}", cases[i].script);
    g_autofree char *fact = recognise_test_fact (FILE_NAME, text, "web");
    g_assert_cmpstr (fact, ==, cases[i].fact);
  }
}

static void
tells_a_framework_by_its_dependency (void)
{
  g_autofree char *fact =
      recognise_test_fact (FILE_NAME,
                           "{\"name\": \"api\", \"scripts\": {\"start\": \"node .\"}, "
                           "\"dependencies\": {\"express\": \"5\"}}",
                           "api");
  g_assert_cmpstr (fact, ==, "|-||||express|0|");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/package-json/reads-scripts", reads_scripts);
  g_test_add_func ("/discovery/package-json/passes-over-what-a-flag-counts",
                   passes_over_what_a_flag_counts);
  g_test_add_func ("/discovery/package-json/knows-the-tools-defaults", knows_the_tools_defaults);
  g_test_add_func ("/discovery/package-json/tells-a-framework-by-its-dependency",
                   tells_a_framework_by_its_dependency);
  return g_test_run ();
}
