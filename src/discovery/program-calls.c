/* Sources: the documentation of each library, named in rules/code.c, rules/javascript.c and
 * rules/ruby.c, and beside the names. */

#include "discovery/program-calls.h"

#include <string.h>

gboolean
pm_call_is (const char *key)
{
  return key != NULL && g_str_has_suffix (key, "()");
}

/* Asked of every literal: the first letter tells most apart. */
static gboolean
is_one_of (const char *call, const char *const *names, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (call[0] == names[i][0] && strcmp (call, names[i]) == 0)
      return TRUE;
  return FALSE;
}

/* Calls that bind what they are given. */
gboolean
pm_call_serves (const char *call)
{
  static const char *const names[] = {
      "listen()",
      "serve()",
      "createServer()",
      "ListenAndServe()",
      "startServer()",
      "runserver()",
      "ListenAndServeTLS()",
      "Listen()",
      "Server()",
      "server()",
      "startStandaloneServer()",
      "make_server()",
      "start_server()",
      "run_app()",
      "run()",
      "startDevServer()",
      "add_insecure_port()",
      "UseUrls()",
      "bind()",
      "Bind()",
      "Run()",
      "FastMCP()",
      "ServerSocket()", /* Java, Kotlin */
      "DatagramSocket()",
      "forPort()",         /* gRPC's ServerBuilder */
      "ListenAnyIP()",     /* Kestrel */
      "ListenLocalhost()", /* Kestrel */
      "start_http_server()",
      "run_simple()", /* Werkzeug */
      "launch()",     /* Gradio */
      "create_server()",
      "TCPSite()",     /* aiohttp */
      "newServerAt()", /* Akka HTTP, Pekko HTTP */
      "bindAndHandle()",
      "addHttpListener()", /* Undertow */
      "addHttpsListener()",
      "bind_openssl()", /* actix-web's HttpServer */
      "bind_auto_h2c()",
  };
  return is_one_of (call, names, G_N_ELEMENTS (names)) || g_str_has_suffix (call, "Server()") ||
         g_str_has_suffix (call, ".serve()") || g_str_has_prefix (call, "bind_rustls");
}

/* Calls that hand on what they are given, or describe settings: the names inside tell. */
gboolean
pm_call_is_transparent (const char *call)
{
  static const char *const names[] = {
      "object()",       "Object()",
      "assign()",       "freeze()",
      "merge()",        "extend()",
      "default()",      "registerAs()",
      "config()",       "defineConfig()",
      "createEnv()",    "set()",
      "get()",          "env()",
      "option()",       "options()",
      "add_argument()", "convict()",
      "parse()",        "setup()",
      "field()",        "Field()",
      "getenv()",       "coalesce()",
      "int()",          "Int()",
      "str()",          "fetch()",
      "getOrDefault()", "GetEnv()",
      "loadEnv()",      "number()",
      "unwrap_or()",    "unwrap_or_else()",
      "Integer()",      "atoi()",
      "Atoi()",         "dict()",
      "Settings()",     "update()",
      "strictObject()", "IntVar()",
      "StringVar()",    "String()",
      "Uint()",         "getEnv()",
      "envInt()",       "defaults()",
      "Int64()",        "Getenv()",
      "setdefault()",   "Option()",
      "envOr()",        "intval()",
      "keys()",         "shape()",
      "append()",       "const()",
      "var()",          "Or()",
      "cleanEnv()",     "arg()",
      "clap()",         "Number()",
      "Uint16()",       "structopt()",
      "parseInt()",     "orElse()",
      "valueOf()",      "UintVar()",
      "Int16Var()",     "Int64Var()",
      "Uint16Var()",    "IntVarP()",
      "Uint16VarP()",   "StringVarP()",
  };
  return is_one_of (call, names, G_N_ELEMENTS (names));
}

gboolean
pm_call_connects (const char *call)
{
  static const char *const names[] = {"connect()",
                                      "connect_ex()",
                                      "pconnect()", /* PhpRedis */
                                      "create_connection()",
                                      "open_connection()",
                                      "fsockopen()",
                                      "TCPSocket()",
                                      "Telnet()",
                                      "SMTP()",
                                      "SMTP_SSL()",
                                      "Socket()",
                                      "InetSocketAddress()",
                                      NULL};
  return g_strv_contains (names, call);
}

gboolean
pm_call_hands_on (const char *call)
{
  static const char *const names[] = {"int()",
                                      "Int()",
                                      "str()",
                                      "Number()",
                                      "parseInt()",
                                      "atoi()",
                                      "Atoi()",
                                      "intval()",
                                      "Integer()",
                                      "Option()",
                                      "Field()",
                                      "unwrap_or()",
                                      "unwrap_or_else()",
                                      "orElse()",
                                      "valueOf()",
                                      "String()",
                                      "Or()",
                                      NULL};
  return g_strv_contains (names, call);
}

gboolean
pm_call_is_validator (const char *call)
{
  static const char *const names[] = {"port()", "num()", "str()", "host()", "url()", NULL};
  return g_strv_contains (names, call);
}

gboolean
pm_call_is_default (const char *name)
{
  static const char *const names[] = {"default", "devDefault", NULL};
  return g_strv_contains (names, name);
}
