/* Frameworks and their default ports, told by manifests. */

#include <string.h>

#include "recognise-test.h"

/* "TOOL PORT NAME" of the file's only fact, "" without any. */
static char *
default_of (const char *file, const char *text)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting = pm_recognise (file, "shop", text, strlen (text), NULL, arena);
  g_assert_cmpuint (sighting->facts->len, <=, 1);
  if (sighting->facts->len == 0)
    return g_strdup ("");
  const PmServiceFact *fact = &g_array_index (sighting->facts, PmServiceFact, 0);
  return g_strdup_printf ("%s %u %s", fact->tool, fact->default_port, fact->name);
}

#define EXPECT(file, text, expected)                                                               \
  do {                                                                                             \
    g_autofree char *got = default_of ("shop/" file, text);                                        \
    g_assert_cmpstr (got, ==, expected);                                                           \
  } while (0)

static void
reads_python (void)
{
  EXPECT ("requirements.txt", "# web\nuvicorn[standard]>=0.30\nFastAPI==0.111\n-r dev.txt\n",
          "fastapi 8000 ");
  EXPECT ("requirements.txt", "Django>=4.2,<5 ; python_version > '3.8'\n", "django 8000 ");
  EXPECT ("requirements/base.txt", "Flask\n", "flask 5000 ");
  EXPECT ("requirements.txt", "django-cors-headers==4\nflasky\n#flask\n", "");
  EXPECT ("pyproject.toml", "[project]\nname = \"api\"\ndependencies = [\"flask~=3.0\"]\n",
          "flask 5000 api");
  EXPECT ("pyproject.toml",
          "[tool.poetry]\nname = \"x\"\n[tool.poetry.dependencies]\ndjango = \"*\"\n",
          "django 8000 x");
  EXPECT ("pyproject.toml", "[project]\nname = \"{{ slug }}\"\ndependencies = []\n", "");
  EXPECT ("pyproject.toml", "[project]\nname = \"lib\"\n", " 0 lib");
  EXPECT ("Pipfile", "[packages]\nstreamlit = \"*\"\n", "streamlit 8501 ");
}

static void
reads_ruby_and_php (void)
{
  EXPECT ("Gemfile", "source \"https://rubygems.org\"\ngem \"puma\"\ngem 'rails', '~> 7.1'\n",
          "rails 3000 ");
  EXPECT ("Gemfile", "gem 'rails-i18n'\n# gem 'rails'\n", "");
  EXPECT ("composer.json", "{\"require\": {\"php\": \"^8\", \"laravel/framework\": \"^11.0\"}}",
          "laravel 8000 ");
  EXPECT ("composer.json", "{\"require-dev\": {\"laravel/framework\": \"^11.0\"}}", "");
}

static void
reads_the_others (void)
{
  EXPECT ("build.gradle", "dependencies { implementation(\"io.javalin:javalin:6.1.3\") }\n",
          "javalin 8080 ");
  EXPECT ("build.gradle", "dependencies { implementation 'com.sparkjava:spark-core:2.9.4' }\n",
          "spark 4567 ");
  EXPECT ("build.gradle",
          "dependencies { implementation 'org.apache.spark:spark-core_2.12:3.5' }\n", "");
  EXPECT ("pom.xml",
          "<project><dependencyManagement><dependencies><dependency>"
          "<artifactId>quarkus-rest</artifactId></dependency></dependencies>"
          "</dependencyManagement><dependencies><dependency><groupId>g</groupId>"
          "<artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>",
          "spring-boot 8080 ");
  EXPECT ("build.gradle", "dependencies {\n  implementation 'io.quarkus:quarkus-rest:3.1'\n}\n",
          "quarkus 8080 ");
  EXPECT ("build.gradle.kts",
          "dependencies {\n  "
          "implementation(\"org.springframework.boot:spring-boot-starter-webflux\")\n}\n",
          "spring-boot 8080 ");
  EXPECT ("build.gradle", "dependencies {\n  implementation 'a:spring-boot-starter-test'\n}\n", "");
  EXPECT ("Cargo.toml", "[dependencies]\nrocket = { version = \"0.5\" }\n", "rocket 8000 ");
  EXPECT ("api.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>", "kestrel 5000 ");
  EXPECT ("lib.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"></Project>", "");
}

static void
takes_no_version_for_an_address (void)
{
  recognise_test_expect ("shop/pyproject.toml",
                         "[project]\nname = \"a\"\nversion = \"10.1.2.3\"\ndependencies = [\n"
                         "  \"x>=10.20.30.40\",\n  \"y @ http://10.0.0.5:8081/y.whl\",\n]\n"
                         "[tool.demo]\nport = 9000\n",
                         "6 address 10.0.0.5 [] project.dependencies[1]\n"
                         "6 reference 8081@10.0.0.5 [] project.dependencies[1]\n"
                         "9 listen 9000 [] tool.demo.port\n");
  recognise_test_expect ("shop/requirements.txt",
                         "--index-url http://10.0.0.5:8081/simple\nx==10.20.30.40\n",
                         "1 address 10.0.0.5 [] --index-url[0]\n"
                         "1 reference 8081@10.0.0.5 [] --index-url[0]\n");
  recognise_test_expect ("shop/pom.xml",
                         "<project><version>10.20.30.40</version>\n"
                         "<url>http://10.0.0.5:8081/</url></project>",
                         "2 address 10.0.0.5 [] project.url\n"
                         "2 reference 8081@10.0.0.5 [] project.url\n");
}

/* Tests start it, on ports of their own; a project that is called "test" is none. */
static void
leaves_defaults_to_tests (void)
{
  EXPECT ("test/app/requirements.txt", "flask\n", "flask 0 ");
  EXPECT ("tests/app/pyproject.toml", "[project]\nname = \"x\"\ndependencies = [\"flask\"]\n",
          "flask 0 x");
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) own =
      pm_recognise ("test/requirements.txt", "test", "flask\n", 6, NULL, arena);
  g_assert_cmpuint (g_array_index (own->facts, PmServiceFact, 0).default_port, ==, 5000);
}

static void
reads_tasks (void)
{
  recognise_test_expect ("shop/pyproject.toml",
                         "[tool.poe.tasks]\n"
                         "serve = \"uvicorn a:b --port 8051\"\n"
                         "dev = { cmd = \"flask run --port 8052\" }\n"
                         "[tool.poe.tasks.x]\n"
                         "shell = \"python -m http.server 8053\"\n"
                         "[tool.pdm.scripts]\n"
                         "start = \"uvicorn a:b --port 8054\"\n"
                         "[tool.taskipy.tasks]\n"
                         "y = \"uvicorn a:b --port 8055\"\n"
                         "[tool.other]\n"
                         "z = \"uvicorn a:b --port 8056\"\n",
                         "2 listen 8051 [] tool.poe.tasks.serve\n"
                         "3 listen 8052 [] tool.poe.tasks.dev.cmd\n"
                         "5 listen 8053 [] tool.poe.tasks.x.shell\n"
                         "7 listen 8054 [] tool.pdm.scripts.start\n"
                         "9 listen 8055 [] tool.taskipy.tasks.y\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/manifests/reads-python", reads_python);
  g_test_add_func ("/discovery/manifests/leaves-defaults-to-tests", leaves_defaults_to_tests);
  g_test_add_func ("/discovery/manifests/reads-ruby-and-php", reads_ruby_and_php);
  g_test_add_func ("/discovery/manifests/reads-the-others", reads_the_others);
  g_test_add_func ("/discovery/manifests/takes-no-version-for-an-address",
                   takes_no_version_for_an_address);
  g_test_add_func ("/discovery/manifests/reads-tasks", reads_tasks);
  return g_test_run ();
}
