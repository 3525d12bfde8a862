/* Sources: the documentation of each: Flask, Quart, Sanic, Dash (`run`), Uvicorn ("Running
 * programmatically"), Waitress (`serve`), aiohttp ("Run app"), Bottle, CherryPy, NiceGUI, Gradio
 * (`launch`), Django's manage.py; Gin (`Engine.Run`), GoFr, Beego; Javalin; Deno.serve, Bun.serve,
 * Hono's Node.js adapter, Apollo Server; Sinatra.
 *
 * Where the environment moves a default (PORT for Gin, Bun and Dash, GRADIO_SERVER_PORT …) the
 * variable is found by its name, and a port that is written goes before a default
 * (default-ports.h).
 *
 * DESIGN
 * What has no literal argument has no node in some trees, so the text is read as it is: one pass
 * over it, past comments and strings, only where a mark says that the library is used. */

#include "discovery/server-defaults.h"

#include <string.h>

#include "base/find-bytes.h"
#include "discovery/program.h"
#include "discovery/scan.h"

#define MOST_CALLS 100 /* of one file, that are looked at closely */
#define MOST_MAKERS 3

typedef struct {
  const char *endings; /* of the files, by blanks */
  const char *mark;    /* what a file holds that uses the library */
  const char *call;
  guint most_arguments; /* without a name, that say nothing of the port */
  const char *receiver; /* what it is called on: a name, "" anything or nothing; NULL: what
                           one of the makers made */
  const char *makers[MOST_MAKERS];
  const char *tool;
  guint16 port;
} Server;

#define JAVASCRIPT ".js .mjs .cjs .ts .mts .cts"

static const Server servers[] = {
    {".py", "uvicorn.run(", "run", 1, "uvicorn", {NULL}, "uvicorn", 8000},
    {".py", "Flask(", "run", 1, NULL, {"Flask(", "flask.Flask("}, "flask", 5000},
    {".py", "Quart(", "run", 1, NULL, {"Quart(", "quart.Quart("}, "quart", 5000},
    {".py", "Sanic(", "run", 1, NULL, {"Sanic(", "sanic.Sanic("}, "sanic", 8000},
    {".py", "Dash(", "run", 0, NULL, {"Dash(", "dash.Dash("}, "dash", 8050},
    {".py", "Dash(", "run_server", 0, NULL, {"Dash(", "dash.Dash("}, "dash", 8050},
    {".py", "import gradio", "launch", 0, "", {NULL}, "gradio", 7860},
    {".py", "web.run_app(", "run_app", 1, "web", {NULL}, "aiohttp", 8080},
    {".py", "import waitress", "serve", 1, "waitress", {NULL}, "waitress", 8080},
    {".py", "from waitress import serve", "serve", 1, "", {NULL}, "waitress", 8080},
    {".py", "Bottle(", "run", 0, NULL, {"Bottle(", "bottle.Bottle("}, "bottle", 8080},
    {".py", "cherrypy.quickstart(", "quickstart", 2, "cherrypy", {NULL}, "cherrypy", 8080},
    {".py", "nicegui", "run", 0, "ui", {NULL}, "nicegui", 8080},
    {".py",
     "execute_from_command_line(",
     "execute_from_command_line",
     1,
     "",
     {NULL},
     "django",
     8000},
    {".go",
     "gin-gonic/gin\"",
     "Run",
     0,
     NULL,
     {"gin.Default(", "gin.New(", "*gin.Engine"},
     "gin",
     8080},
    {".go", "gofr.dev/pkg/gofr\"", "Run", 0, NULL, {"gofr.New("}, "gofr", 8000},
    {".go", "/beego", "Run", 0, "beego", {NULL}, "beego", 8080},
    {".java .kt", "Javalin.create", "start", 0, NULL, {"Javalin.create"}, "javalin", 8080},
    {JAVASCRIPT, "Deno.serve(", "serve", 2, "Deno", {NULL}, "deno", 8000},
    {JAVASCRIPT, "Bun.serve(", "serve", 1, "Bun", {NULL}, "bun", 3000},
    {JAVASCRIPT, "@hono/node-server", "serve", 2, "", {NULL}, "hono", 3000},
    {JAVASCRIPT,
     "startStandaloneServer(",
     "startStandaloneServer",
     2,
     "",
     {NULL},
     "apollo-server",
     4000},
    {JAVASCRIPT,
     "new ApolloServer(",
     "listen",
     0,
     NULL,
     {"new ApolloServer("},
     "apollo-server",
     4000},
    {".rb .ru", "sinatra/base", "run!", 0, "", {NULL}, "sinatra", 4567},
};

const char *const pm_server_defaults_marks_javascript[] = {
    "Deno.serve(",       "Bun.serve(", "@hono/node-server", "startStandaloneServer(",
    "new ApolloServer(", NULL};
const char *const pm_server_defaults_marks_ruby[] = {"sinatra", NULL};
const char *const pm_server_defaults_marks[] = {
    "uvicorn.run(", "Flask(", "Quart(", "Sanic(", "Dash(", "import gradio", "web.run_app(",
    "waitress", "Bottle(", "cherrypy.quickstart(", "nicegui", "execute_from_command_line(",
    "gin-gonic/gin\"", "gofr.dev/pkg/gofr\"", "/beego", "Javalin.create", "FastMCP(", "MCPServer(",
    /* a number that is bound, where no word is a
       port's: program-parts.h, named-addresses.h */
    "HTTPServer(", "TCPServer(", "UDPServer(", "embeddedServer(", "make_server(", "TCPSite(",
    "newServerAt(", "addHttpListener(", NULL};

/* --- the text --- */

typedef struct {
  const char *bytes;
  gsize length;
  gboolean has_hashes; /* comments begin with # */
} Text;

static char
byte_at (const Text *text, gsize at)
{
  return at < text->length ? text->bytes[at] : '\0';
}

static gboolean
is_at (const Text *text, gsize at, const char *sought)
{
  gsize n = strlen (sought);
  return text->length - MIN (at, text->length) >= n && memcmp (text->bytes + at, sought, n) == 0;
}

static gsize
behind (const Text *text, gsize at, const char *mark)
{
  const char *found =
      at >= text->length ? NULL
                         : pm_find_bytes (text->bytes + at, text->length - at, mark, strlen (mark));
  return found == NULL ? text->length : (gsize) (found - text->bytes) + strlen (mark);
}

/* Behind a comment or a string that starts here; `at` itself where none does. A quote that its line
 * does not close is an apostrophe, or a part of a regular expression. */
static gsize
pass_over (const Text *text, gsize at)
{
  char c = byte_at (text, at);
  if (c == '#' && text->has_hashes)
    return behind (text, at, "\n");
  if (c == '/' && !text->has_hashes && byte_at (text, at + 1) == '/')
    return behind (text, at, "\n");
  if (c == '/' && !text->has_hashes && byte_at (text, at + 1) == '*')
    return behind (text, at + 2, "*/");
  if (is_at (text, at, "\"\"\"") || is_at (text, at, "'''"))
    return behind (text, at + 3, c == '"' ? "\"\"\"" : "'''");
  if (c != '"' && c != '\'' && c != '`')
    return at;
  for (gsize end = at + 1; end < text->length; end++) {
    if (text->bytes[end] == c)
      return end + 1;
    if (text->bytes[end] == '\n' && c != '`')
      break;
    if (text->bytes[end] == '\\')
      end++;
  }
  return at;
}

static gsize
word_end (const Text *text, gsize at)
{
  while (at < text->length && pm_char_is_word (text->bytes[at]))
    at++;
  return at;
}

static gsize
blanks_end (const Text *text, gsize at)
{
  while (at < text->length && g_ascii_isspace (text->bytes[at]))
    at++;
  return at;
}

/* --- arguments --- */

/* A name of an argument, a key or a value behind which a port may be. */
static gboolean
may_hide_a_port (const char *word, gsize length)
{
  static const char *const parts[] = {"port", "conf", "opt", "setting", "args", "addr", "listen"};
  static const char *const wholes[] = {"fd", "uds", "unix", "sock", "sockets", "path", "env"};
  g_autofree char *lower = g_ascii_strdown (word, (gssize) length);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strstr (lower, parts[i]) != NULL)
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (wholes); i++)
    if (strcmp (lower, wholes[i]) == 0)
      return TRUE;
  return FALSE;
}

typedef struct {
  guint depth;        /* of brackets within the call's own */
  gboolean is_object; /* the bracket at depth 1 is one whose keys are settings */
  gboolean is_fresh;  /* nothing of this argument was read yet */
  guint unnamed;
} Arguments;

/* `name=value` of Python and Kotlin. */
static gboolean
is_named (const Text *text, gsize at)
{
  at = blanks_end (text, word_end (text, at));
  return byte_at (text, at) == '=' && strchr ("=>", byte_at (text, at + 1)) == NULL;
}

static void
begin_argument (Arguments *arguments, const Text *text, gsize at)
{
  arguments->is_fresh = FALSE;
  arguments->unnamed += !is_named (text, at);
}

/* FALSE: what stands here may name the port. */
static gboolean
read_own_word (const Arguments *arguments, const Text *text, gsize at)
{
  gboolean is_own = arguments->depth == 0 || (arguments->depth == 1 && arguments->is_object);
  if (!is_own)
    return TRUE;
  if (byte_at (text, at) == '*' || is_at (text, at, "..."))
    return FALSE;
  return !pm_char_is_word (byte_at (text, at)) ||
         !may_hide_a_port (text->bytes + at, word_end (text, at) - at);
}

static void
open_bracket (Arguments *arguments, gboolean is_first, char c)
{
  if (arguments->depth++ == 0)
    arguments->is_object = is_first && c == '{';
}

/* Whether a call whose arguments start at `at` leaves the port to the library. */
static gboolean
leaves_the_port_open (const Text *text, gsize at, guint most_arguments)
{
  Arguments arguments = {.is_fresh = TRUE};
  while (at < text->length) {
    gsize passed = pass_over (text, at);
    char c = byte_at (text, at);
    gboolean is_first = arguments.is_fresh && !g_ascii_isspace (c);
    gboolean is_comment = passed > at && strchr ("\"'`", c) == NULL;
    if (c == ')' && arguments.depth == 0)
      return arguments.unnamed <= most_arguments;
    if (is_first && !is_comment)
      begin_argument (&arguments, text, at);
    if (passed > at) {
      at = passed;
      continue;
    }
    if (!read_own_word (&arguments, text, at))
      return FALSE;
    if (c == '(' || c == '[' || c == '{')
      open_bracket (&arguments, is_first, c);
    else if ((c == ')' || c == ']' || c == '}') && arguments.depth > 0)
      arguments.depth--;
    else if (c == ',' && arguments.depth == 0)
      arguments.is_fresh = TRUE;
    at = MAX (at + 1, word_end (text, at));
  }
  return FALSE;
}

/* --- who is called --- */

/* `app` of `self.app.run (`; empty where nothing, or another call, stands before. */
static PmSpan
receiver_before (const Text *text, gsize call)
{
  gsize end = call;
  if (end == 0 || text->bytes[end - 1] != '.')
    return (PmSpan){0, 0};
  gsize start = --end;
  while (start > 0 && pm_char_is_word (text->bytes[start - 1]))
    start--;
  return (PmSpan){(guint32) start, (guint32) end};
}

static gboolean
is_one_of_makers (const Server *server, const Text *text, gsize at)
{
  for (guint i = 0; i < MOST_MAKERS && server->makers[i] != NULL; i++)
    if (is_at (text, at, server->makers[i]))
      return TRUE;
  return FALSE;
}

/* What a name is given or declared as: `r := gin.New (`, `var app: Javalin =`, `r *gin.Engine`. */
static gsize
behind_name (const Text *text, gsize at)
{
  at = blanks_end (text, at);
  while (byte_at (text, at) == ':' || byte_at (text, at) == '=')
    at = blanks_end (text, at + 1);
  return is_at (text, at, "await ") ? blanks_end (text, at + strlen ("await ")) : at;
}

static gboolean
was_made (const Server *server, const Text *text, PmSpan name)
{
  g_autofree char *word = g_strndup (text->bytes + name.start, pm_span_length (name));
  for (gsize at = behind (text, 0, word); at < text->length; at = behind (text, at, word)) {
    gsize start = at - strlen (word);
    if ((start == 0 || !pm_char_is_word (text->bytes[start - 1])) &&
        !pm_char_is_word (byte_at (text, at)) &&
        is_one_of_makers (server, text, behind_name (text, at)))
      return TRUE;
  }
  return FALSE;
}

/* `Javalin.create ().get (…).start ()`: the chain begins with one of the makers. */
static gboolean
is_in_a_makers_chain (const Server *server, const Text *text, gsize call)
{
  gsize start = call;
  while (start > 0 && text->bytes[start - 1] != ';' &&
         !(text->bytes[start - 1] == '\n' && !g_ascii_isspace (byte_at (text, start)) &&
           byte_at (text, start) != '.'))
    start--;
  for (; start < call; start++)
    if (is_one_of_makers (server, text, start))
      return TRUE;
  return FALSE;
}

static gboolean
is_called_on (const Server *server, const Text *text, gsize call)
{
  PmSpan receiver = receiver_before (text, call);
  gsize length = pm_span_length (receiver);
  if (server->receiver != NULL)
    return *server->receiver == '\0' ||
           (length == strlen (server->receiver) &&
            memcmp (text->bytes + receiver.start, server->receiver, length) == 0);
  if (length > 0)
    return was_made (server, text, receiver);
  return call > 0 && text->bytes[call - 1] == '.' && is_in_a_makers_chain (server, text, call);
}

/* `def serve (`, `func Run (`: it is said what it does, not done. */
static gboolean
is_defined_here (const Text *text, gsize word)
{
  static const char *const marks[] = {"def ", "func ", "function ", "fun "};
  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    if (word >= strlen (marks[i]) && is_at (text, word - strlen (marks[i]), marks[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_its_name (const Server *server, const Text *text, gsize word)
{
  return is_at (text, word, server->call) &&
         !pm_char_is_word (byte_at (text, word + strlen (server->call))) &&
         !is_defined_here (text, word);
}

/* `App.run!`, `App.run! port: 3000 if x`: Ruby needs no brackets. */
static gboolean
has_no_port_in_its_line (const Text *text, gsize at)
{
  return behind (text, at, "port") >= behind (text, at, "\n");
}

static gboolean
is_call_of (const Server *server, const Text *text, gsize word)
{
  gsize open = word + strlen (server->call);
  while (byte_at (text, open) == ' ')
    open++;
  if (byte_at (text, open) != '(')
    return g_str_has_suffix (server->call, "!") && has_no_port_in_its_line (text, open);
  return is_called_on (server, text, word) &&
         leaves_the_port_open (text, open + 1, server->most_arguments);
}

/* --- telling --- */

static gboolean
has_ending (const char *file, const char *endings)
{
  const char *dot = strrchr (file, '.');
  gsize length = dot == NULL ? 0 : strlen (dot);
  for (const char *at = endings; dot != NULL && (at = strstr (at, dot)) != NULL; at += length)
    if (at[length] == '\0' || at[length] == ' ')
      return TRUE;
  return FALSE;
}

static GPtrArray *
servers_of (const PmRecognition *r, const Text *text)
{
  GPtrArray *used = g_ptr_array_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++)
    if (has_ending (r->file, servers[i].endings) &&
        pm_find_bytes (text->bytes, text->length, servers[i].mark, strlen (servers[i].mark)) !=
            NULL)
      g_ptr_array_add (used, (gpointer) &servers[i]);
  return used;
}

static void
add_fact (PmRecognition *r, const char *tool, guint16 port, gsize at)
{
  PmServiceFact *fact = pm_recognition_add_service (r, "", r->root);
  fact->line = pm_document_position (r->document, (guint32) at).line;
  fact->tool = tool;
  fact->default_port = port;
  fact->default_origin = pm_arena_printf (r->arena, "%s's default", tool);
}

/* Sinatra's "classic style": requiring it is enough, the program serves when it ends. */
static gboolean
tell_of_sinatra (PmRecognition *r, const Text *text)
{
  static const char *const lines[] = {"require 'sinatra'", "require \"sinatra\""};
  if (!has_ending (r->file, ".rb"))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    gsize end = behind (text, 0, lines[i]), start = end - MIN (end, strlen (lines[i]));
    if (is_at (text, start, lines[i]) && (start == 0 || text->bytes[start - 1] == '\n')) {
      add_fact (r, "sinatra", 4567, start);
      return TRUE;
    }
  }
  return FALSE;
}

void
pm_server_defaults_tell (PmRecognition *recognition)
{
  Text text = {.bytes = recognition->document->bytes,
               .length = recognition->document->length,
               .has_hashes = has_ending (recognition->file, ".py .rb .ru")};
  if (recognition->document->outer != NULL || pm_program_is_trial (recognition->file))
    return;
  g_autoptr (GPtrArray) used = servers_of (recognition, &text);
  guint calls = 0;
  if (tell_of_sinatra (recognition, &text))
    return;
  for (gsize at = 0; used->len > 0 && at < text.length && calls < MOST_CALLS;) {
    gsize passed = pass_over (&text, at);
    if (passed > at || !pm_char_is_word (text.bytes[at])) {
      at = MAX (passed, at + 1);
      continue;
    }
    for (guint i = 0; i < used->len; i++) {
      const Server *server = g_ptr_array_index (used, i);
      if (!is_its_name (server, &text, at))
        continue;
      calls++;
      if (is_call_of (server, &text, at)) {
        add_fact (recognition, server->tool, server->port, at);
        return;
      }
    }
    at = word_end (&text, at);
  }
}
