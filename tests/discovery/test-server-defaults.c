/* What servers listen on that a program starts without a port. */

#include <string.h>

#include "recognise-test.h"

/* "TOOL PORT LINE" of each fact of a file. */
static char *
defaults_of (const char *file, const char *text)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting = pm_recognise (file, "shop", text, strlen (text), NULL, arena);
  GString *got = g_string_new (NULL);
  for (guint i = 0; i < sighting->facts->len; i++) {
    const PmServiceFact *fact = &g_array_index (sighting->facts, PmServiceFact, i);
    if (fact->default_port != 0)
      g_string_append_printf (got, "%s %u %u\n", fact->tool, fact->default_port, fact->line);
  }
  return g_string_free (got, FALSE);
}

/* A file of which nobody would look for ports at all is asked for its marks. */
#define EXPECT(file, text, expected)                                                               \
  do {                                                                                             \
    g_autofree char *got = defaults_of ("shop/" file, text);                                       \
    g_assert_cmpstr (got, ==, expected);                                                           \
    g_assert_true (*(expected) == '\0' || pm_recognise_may_find (NULL, "shop/" file, "shop", text, \
                                                                 strlen (text), FALSE));           \
  } while (0)

#define GIN "import \"github.com/gin-gonic/gin\"\n"

static void
reads_go (void)
{
  EXPECT ("a.go", GIN "func main() {\n\tr := gin.Default()\n\tr.Run() // here\n}\n",
          "gin 8080 4\n");
  EXPECT ("a.go", GIN "func serve(e *gin.Engine) error {\n\treturn e.Run()\n}\n", "gin 8080 3\n");
  EXPECT ("a.go", GIN "r := gin.New()\nr.Run(addr)\n", "");
  EXPECT ("a.go", GIN "r := gin.New()\ncmd := exec.Command(\"ls\")\ncmd.Run()\n", "");
  EXPECT ("a.go", GIN "r := gin.New()\n// r.Run()\n/* r.Run() */\ns := \"r.Run()\"\n", "");
  EXPECT ("a.go", "import \"gofr.dev/pkg/gofr\"\napp := gofr.New()\napp.Run()\n", "gofr 8000 3\n");
}

static void
reads_python (void)
{
  EXPECT ("a.py", "import uvicorn\nuvicorn.run(\"m:app\", host=\"0.0.0.0\", reload=True)\n",
          "uvicorn 8000 2\n");
  EXPECT ("a.py", "import uvicorn\nuvicorn.run(app, port=settings.port)\n", "");
  EXPECT ("a.py", "import uvicorn\nuvicorn.run(app, **settings)\n", "");
  EXPECT ("a.py", "import uvicorn\nuvicorn.run(app, uds=\"/run/a\")\n", "");
  EXPECT ("a.py", "app = Flask(__name__)\nif x:\n    app.run(debug=True)\n", "flask 5000 3\n");
  EXPECT ("a.py", "app = Flask(__name__)\nsubprocess.run([\"ls\"])\napp.run(host, number)\n", "");
  EXPECT ("a.py", "app: Flask = Flask(__name__)\n\"\"\"\napp.run()\n\"\"\"\n", "");
  EXPECT ("a.py",
          "import gradio as gr\nwith gr.Blocks() as demo:\n    pass\n"
          "demo.queue(max_size=3).launch(share=True)\n",
          "gradio 7860 4\n");
  EXPECT ("a.py", "import gradio as gr\ndemo.launch(server_port=number)\n", "");
  EXPECT ("a.py", "from aiohttp import web\nweb.run_app(make(port=1))\n", "aiohttp 8080 2\n");
  EXPECT ("manage.py", "def main():\n    execute_from_command_line(sys.argv)\n", "django 8000 2\n");
  EXPECT ("tests/a.py", "import uvicorn\nuvicorn.run(app)\n", "");
}

static void
reads_javascript (void)
{
  EXPECT ("a.ts", "Deno.serve((req) => {\n  const port = url.port;\n  return x(port);\n});\n",
          "deno 8000 1\n");
  EXPECT ("a.ts", "Deno.serve({ hostname: \"::\" }, handler);\n", "deno 8000 1\n");
  EXPECT ("a.ts", "Deno.serve({ port }, handler);\n", "");
  EXPECT ("a.ts", "Deno.serve(options, handler);\n", "");
  EXPECT ("a.ts",
          "Bun.serve({\n  // the port is Bun's\n  fetch(req) { return f(req.port) },\n});\n",
          "bun 3000 1\n");
  EXPECT ("a.ts", "Bun.serve({ ...defaults, fetch });\n", "");
  EXPECT ("a.ts", "import { serve } from '@hono/node-server'\nserve(app)\n", "hono 3000 2\n");
  EXPECT ("a.ts", "import { serve } from '@hono/node-server'\nserve({ fetch, port: n })\n", "");
  EXPECT ("a.mjs", "const { url } = await startStandaloneServer(server);\n",
          "apollo-server 4000 1\n");
  EXPECT ("a.mjs", "await startStandaloneServer(server, { listen: { port: p } });\n", "");
  EXPECT ("a.js", "const server = new ApolloServer({ typeDefs });\nserver.listen().then(f);\n",
          "apollo-server 4000 2\n");
}

static void
reads_others (void)
{
  EXPECT ("A.java", "class A { void f() {\n  var app = Javalin.create().start();\n}}\n",
          "javalin 8080 2\n");
  EXPECT ("A.java", "var app = Javalin.create();\nnew Thread(f).start();\napp.start(p);\n", "");
  EXPECT ("A.kt", "val app = Javalin.create { it.x = y }\n  .get(\"/\") { }\n  .start()\n",
          "javalin 8080 3\n");
  EXPECT ("a.rb", "require 'sinatra'\nget('/') { 'x' }\n", "sinatra 4567 1\n");
  EXPECT ("a.rb", "require 'sinatra/base'\nclass App < Sinatra::Base\nend\nApp.run!\n",
          "sinatra 4567 4\n");
  EXPECT ("a.rb", "# require 'sinatra'\nrequire 'sinatra/base'\nApp.run! port: p\n", "");
}

/* What nothing closes says nothing, and takes no time. */
static void
survives_what_has_no_end (void)
{
  g_autofree char *calls = g_strnfill (200000, '(');
  g_autofree char *text = g_strconcat ("Deno.serve(", calls, NULL);
  EXPECT ("a.ts", text, "");
  EXPECT ("a.ts", "Deno.serve(", "");
  EXPECT ("a.ts", "Deno.serve('", "");
  EXPECT ("a.ts", "Deno.serve", "");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/server-defaults/reads-go", reads_go);
  g_test_add_func ("/discovery/server-defaults/reads-python", reads_python);
  g_test_add_func ("/discovery/server-defaults/reads-javascript", reads_javascript);
  g_test_add_func ("/discovery/server-defaults/reads-others", reads_others);
  g_test_add_func ("/discovery/server-defaults/survives-what-has-no-end", survives_what_has_no_end);
  return g_test_run ();
}
