/* Flags, subcommands and arguments that hold ports.
 *
 * Sources: each program's own manual or --help, named beside the rows. Names compare without regard
 * to case, and with dashes for underscores and dots. A name that no table has is read by its ending
 * (--metrics-port, --web.listen-address). */

#include <string.h>

#include "discovery/command.h"
#include "discovery/vocabulary.h"

/* --- long flags: --name value, --name=value, Go's -name --- */

typedef struct {
  const char *name;
  PmArgument argument;
} LongFlag;

#define LISTENS(kind)                                                                              \
  {                                                                                                \
    kind, PM_ROLE_LISTEN, TRUE                                                                     \
  }
#define DEBUGS(kind)                                                                               \
  {                                                                                                \
    kind, PM_ROLE_LISTEN, TRUE, TRUE                                                               \
  }
#define MAY_LISTEN(kind)                                                                           \
  {                                                                                                \
    kind, PM_ROLE_LISTEN, FALSE                                                                    \
  }
#define REFERS(kind)                                                                               \
  {                                                                                                \
    kind, PM_ROLE_REFERENCE, TRUE                                                                  \
  }
#define SWITCH                                                                                     \
  {                                                                                                \
    PM_ARGUMENT_SWITCH, PM_ROLE_LISTEN, FALSE                                                      \
  }
#define NOTHING                                                                                    \
  {                                                                                                \
    PM_ARGUMENT_NONE, PM_ROLE_LISTEN, FALSE                                                        \
  }

static const LongFlag long_flags[] = {
    /* vite, next, ng, uvicorn, flask, http-server, json-server, … */
    {"port", LISTENS (PM_ARGUMENT_PORT)},
    {"http-port", LISTENS (PM_ARGUMENT_PORT)},
    {"https-port", LISTENS (PM_ARGUMENT_PORT)},
    {"listen", LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"bind", LISTENS (PM_ARGUMENT_ENDPOINT)}, /* gunicorn, http.server */
    {"bind-address", LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"addr", LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"address", LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"http", LISTENS (PM_ARGUMENT_ENDPOINT)},        /* Go programs: -http=:6060 */
    {"http-socket", LISTENS (PM_ARGUMENT_ENDPOINT)}, /* uwsgi */
    {"socket", LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"host", LISTENS (PM_ARGUMENT_HOST)},
    {"hostname", LISTENS (PM_ARGUMENT_HOST)},
    {"ip", LISTENS (PM_ARGUMENT_HOST)},
    {"urls", LISTENS (PM_ARGUMENT_ENDPOINT)}, /* dotnet run */
    /* node --help, chromium's DevTools */
    {"inspect", DEBUGS (PM_ARGUMENT_ENDPOINT)},
    {"inspect-brk", DEBUGS (PM_ARGUMENT_ENDPOINT)},
    {"inspect-wait", DEBUGS (PM_ARGUMENT_ENDPOINT)},
    {"inspect-port", DEBUGS (PM_ARGUMENT_ENDPOINT)},
    {"debug-port", DEBUGS (PM_ARGUMENT_ENDPOINT)},
    {"remote-debugging-port", LISTENS (PM_ARGUMENT_PORT)},
    /* docker run; gcloud run deploy and kubectl expose: the container's */
    {"publish", MAY_LISTEN (PM_ARGUMENT_MAPPING)},
    {"expose", {PM_ARGUMENT_PORT, PM_ROLE_TARGET, TRUE}},
    {"target-port", {PM_ARGUMENT_PORT, PM_ROLE_TARGET, TRUE}},
    {"container-port", {PM_ARGUMENT_PORT, PM_ROLE_TARGET, TRUE}},
    {"env", MAY_LISTEN (PM_ARGUMENT_ASSIGNMENT)},
    /* what a client connects to */
    {"proxy", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"upstream", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"server", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"servers", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"endpoint", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"endpoints", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"bootstrap-server", REFERS (PM_ARGUMENT_ENDPOINT)}, /* kafka's own scripts */
    {"broker-list", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"url", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"connect", REFERS (PM_ARGUMENT_ENDPOINT)}, /* openssl s_client */
    {"accept", LISTENS (PM_ARGUMENT_ENDPOINT)}, /* openssl s_server */
    {"db-port", REFERS (PM_ARGUMENT_PORT)},
    {"redis-port", REFERS (PM_ARGUMENT_PORT)},
    {"allow", REFERS (PM_ARGUMENT_ENDPOINT)}, /* gcloud compute firewall-rules: tcp:8080 */
    /* vite and svelte */
    {"strictport", SWITCH},
};

/* Programs whose flags of these names are their own ("uWSGI Options"). */
static const struct {
  const char *program;
  LongFlag flag;
} programs_long_flags[] = {
    {"uwsgi", {"stats", LISTENS (PM_ARGUMENT_ENDPOINT)}},
    {"uwsgi", {"stats-server", LISTENS (PM_ARGUMENT_ENDPOINT)}},
    {"uwsgi", {"https", LISTENS (PM_ARGUMENT_ENDPOINT)}},
    {"uwsgi", {"https-socket", LISTENS (PM_ARGUMENT_ENDPOINT)}},
    {"uwsgi", {"http11-socket", LISTENS (PM_ARGUMENT_ENDPOINT)}},
    {"uwsgi", {"uwsgi-socket", LISTENS (PM_ARGUMENT_ENDPOINT)}},
    {"uwsgi", {"fastcgi-socket", LISTENS (PM_ARGUMENT_ENDPOINT)}},
    {"uwsgi", {"scgi-socket", LISTENS (PM_ARGUMENT_ENDPOINT)}},
};

typedef struct {
  const char *ending;
  PmArgument argument;
} FlagEnding;

static const FlagEnding flag_endings[] = {
    {"-port", LISTENS (PM_ARGUMENT_PORT)},
    {"-ports", LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"listen-address", LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"listen-addr", LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"bind-address", LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"bind-addr", LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"-listen", LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"-bind", LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"-address", MAY_LISTEN (PM_ARGUMENT_ENDPOINT)},
    {"-addr", MAY_LISTEN (PM_ARGUMENT_ENDPOINT)},
    {"-host", MAY_LISTEN (PM_ARGUMENT_HOST)},
    {"-url", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"-urls", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"-uri", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"-endpoint", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"-server", REFERS (PM_ARGUMENT_ENDPOINT)},
};

/* --- one letter --- */

typedef struct {
  const char *program; /* NULL: all that no row names */
  char letter;
  PmArgument argument;
} ShortFlag;

static const ShortFlag short_flags[] = {
    {"docker", 'p', MAY_LISTEN (PM_ARGUMENT_MAPPING)},
    {"podman", 'p', MAY_LISTEN (PM_ARGUMENT_MAPPING)},
    {"nerdctl", 'p', MAY_LISTEN (PM_ARGUMENT_MAPPING)},
    {"docker", 'e', MAY_LISTEN (PM_ARGUMENT_ASSIGNMENT)},
    {"podman", 'e', MAY_LISTEN (PM_ARGUMENT_ASSIGNMENT)},
    {"nerdctl", 'e', MAY_LISTEN (PM_ARGUMENT_ASSIGNMENT)},
    {"php", 'S', LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"gunicorn", 'b', LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"hypercorn", 'b', LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"daphne", 'b', LISTENS (PM_ARGUMENT_HOST)},
    {"puma", 'b', LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"uwsgi", 's', LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"serve", 'l', LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"nc", 'l', LISTENS (PM_ARGUMENT_PORT)},
    {"ncat", 'l', LISTENS (PM_ARGUMENT_PORT)},
    /* ssh(1); what autossh(1) does not know it hands over */
    {"ssh", 'L', LISTENS (PM_ARGUMENT_TUNNEL)},
    {"autossh", 'L', LISTENS (PM_ARGUMENT_TUNNEL)},
    {"ssh", 'R', REFERS (PM_ARGUMENT_BACK_TUNNEL)},
    {"autossh", 'R', REFERS (PM_ARGUMENT_BACK_TUNNEL)},
    {"ssh", 'D', LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"autossh", 'D', LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"ssh", 'W', NOTHING}, /* host:port as the other machine sees it */
    {"ssh", 'b', {PM_ARGUMENT_HOST, PM_ROLE_REFERENCE, TRUE}},
    {"ssh", 'l', NOTHING}, /* login name */
    {"autossh", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"ssh", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"ssh-keyscan", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"scp", 'P', REFERS (PM_ARGUMENT_PORT)},
    {"sftp", 'P', REFERS (PM_ARGUMENT_PORT)},
    {"psql", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"pg_dump", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"pg_restore", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"pg_isready", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"createdb", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"createuser", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"dropdb", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"pg_dumpall", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"pg_basebackup", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"pgbench", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"vacuumdb", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"redis-benchmark", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"valkey-cli", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"redis-cli", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"mosquitto_pub", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"mosquitto_sub", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"nmap", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"redis-cli", 'a', NOTHING}, /* password */
    {"valkey-cli", 'a', NOTHING},
    {"rabbitmqadmin", 'P', REFERS (PM_ARGUMENT_PORT)},
    {"rabbitmqadmin", 'p', NOTHING}, /* password */
    {"cqlsh", 'p', NOTHING},
    {"cqlsh", 'u', NOTHING},
    {"kcat", 'b', REFERS (PM_ARGUMENT_ENDPOINT)}, /* brokers */
    {"kafkacat", 'b', REFERS (PM_ARGUMENT_ENDPOINT)},
    {"ldapsearch", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"mysql", 'P', REFERS (PM_ARGUMENT_PORT)},
    {"mysqladmin", 'P', REFERS (PM_ARGUMENT_PORT)},
    {"mysqldump", 'P', REFERS (PM_ARGUMENT_PORT)},
    {"mariadb", 'P', REFERS (PM_ARGUMENT_PORT)},
    {"lsof", 'i', REFERS (PM_ARGUMENT_ENDPOINT)},
    /* seconds and milliseconds before what is waited for */
    {"wait-for-it", 't', NOTHING},
    {"wait-for-it.sh", 't', NOTHING},
    {"wait-for", 't', NOTHING},
    {"wait-for.sh", 't', NOTHING},
    {"wait-for-it", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"wait-for-it.sh", 'p', REFERS (PM_ARGUMENT_PORT)},
    {"wait-on", 'l', SWITCH},
    {"wait-on", 't', NOTHING},
    {"wait-on", 'd', NOTHING},
    {"wait-on", 'i', NOTHING},
    {"wait-on", 'w', NOTHING},
    {"nc", 'w', NOTHING},
    {"ncat", 'w', NOTHING},
    {"dotenv", 'e', NOTHING},  /* dotenv-cli: a file */
    {"env-cmd", 'f', NOTHING}, /* the same */
    {NULL, 'p', LISTENS (PM_ARGUMENT_LIKELY_PORT)},
    {NULL, 'b', LISTENS (PM_ARGUMENT_PORT_OR_ENDPOINT)},
    {NULL, 'l', LISTENS (PM_ARGUMENT_PORT_OR_ENDPOINT)},
    {NULL, 'a', LISTENS (PM_ARGUMENT_PORT_OR_ENDPOINT)},
    {NULL, 'h', MAY_LISTEN (PM_ARGUMENT_HOST)},
    {NULL, 'H', MAY_LISTEN (PM_ARGUMENT_HOST)},
};

/* Programs whose manual or --help calls -p the port that they listen on: any number behind it. */
static const char *const listens_at_p[] = {
    "next",        "nuxt",      "nuxi",      "gatsby",          "docusaurus",
    "http-server", "serve",     "storybook", "start-storybook", "parcel",
    "json-server", "expo",      "hexo",      "ember",           "fastify",
    "netlify",     "sirv",      "ws",        "docsify",         "slidev",
    "sapper",      "vuepress",  "polymer",   "superstatic",     "rails",
    "flask",       "puma",      "thin",      "rackup",          "unicorn",
    "daphne",      "hugo",      "sanic",     "miniserve",       "postgres",
    "memcached",   "mosquitto", NULL,
};

/* Programs that run the one that a later word names: `yarn next dev`, `python -m flask run`. */
static const char *const runners[] = {"npm",    "yarn",    "pnpm", "bun",  "node", "deno",
                                      "python", "python3", "ruby", "bash", "sh",   NULL};

/* -p is parents, preserve, project, print, password, package, parallel, process, pattern … */
static const char *const other_p[] = {
    "mkdir",    "cp",        "rsync",      "scp",       "install",      "touch",
    "read",     "ps",        "kill",       "pgrep",     "pidof",        "unzip",
    "tar",      "git",       "grep",       "sed",       "make",         "tsc",
    "vue-tsc",  "ts-node",   "tsx",        "npm",       "npx",          "pnpm",
    "yarn",     "bun",       "mocha",      "jest",      "playwright",   "eslint",
    "prettier", "turbo",     "nx",         "lerna",     "concurrently", "npm-run-all",
    "run-p",    "webpack",   "rollup",     "node",      "perl",         "cargo",
    "mysql",    "mysqldump", "mysqladmin", "mariadb",   "sshpass",      "su",
    "sudo",     "bash",      "sh",         "useradd",   "usermod",      "openssl",
    "zip",      "7z",        "helm",       "terraform", "ansible",      "docker-compose",
    "pytest",   "tail",      "top",        "strace",    "perf",         "xargs",
    "cmake",    "tee",       "wait",       "trap",      "curl",         "wget",
    "gcloud",   "aws",       "sbt",        "mvn",       "gradle",       "k6",
    "export",   "declare",   NULL,
};

static const char *const clients[] = {"psql",
                                      "pg_isready",
                                      "pg_dump",
                                      "pg_dumpall",
                                      "pg_restore",
                                      "pg_basebackup",
                                      "createdb",
                                      "createuser",
                                      "dropdb",
                                      "vacuumdb",
                                      "pgbench",
                                      "mysql",
                                      "mysqladmin",
                                      "mysqldump",
                                      "mysqlimport",
                                      "mysqlshow",
                                      "mysqlcheck",
                                      "mysqlsh",
                                      "mariadb",
                                      "mariadb-dump",
                                      "mariadb-admin",
                                      "redis-cli",
                                      "valkey-cli",
                                      "redis-benchmark",
                                      "mongo",
                                      "mongosh",
                                      "mongodump",
                                      "mongorestore",
                                      "mongoimport",
                                      "mongoexport",
                                      "nc",
                                      "httpie",
                                      "http",
                                      "https",
                                      "xh",
                                      "grpcurl",
                                      "websocat",
                                      "ab",
                                      "wrk",
                                      "hey",
                                      "vegeta",
                                      "newman",
                                      "curl",
                                      "wget",
                                      "clickhouse-client",
                                      "telnet",
                                      "wait-on",
                                      "wait-for-it",
                                      "wait-for-it.sh",
                                      "wait-for",
                                      "wait-for.sh",
                                      "cqlsh",
                                      "influx",
                                      "rabbitmqadmin",
                                      "kcat",
                                      "kafkacat",
                                      "mosquitto_pub",
                                      "mosquitto_sub",
                                      "ldapsearch",
                                      NULL};

/* --- what follows a word --- */

typedef struct {
  const char *word;
  PmArgument argument;
} Positional;

static const Positional positionals[] = {
    {"http.server", LISTENS (PM_ARGUMENT_PORT)},      /* python -m http.server 8000 */
    {"SimpleHTTPServer", LISTENS (PM_ARGUMENT_PORT)}, /* its Python 2 name */
    {"runserver", LISTENS (PM_ARGUMENT_ENDPOINT)},    /* django-admin: [addr:]port */
    {"runserver_plus", LISTENS (PM_ARGUMENT_ENDPOINT)},
    {"port-forward", LISTENS (PM_ARGUMENT_FORWARD)}, /* kubectl port-forward TYPE/NAME 8080:80 */
    {"socat", MAY_LISTEN (PM_ARGUMENT_ENDPOINT)},
    {"wait-on", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"wait-for", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"wait-for-it", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"wait-for-it.sh", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"wait-for.sh", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"kill-port", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"fuser", REFERS (PM_ARGUMENT_PORT)},
    {"nc", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"ncat", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"telnet", REFERS (PM_ARGUMENT_ENDPOINT)},
    {"cqlsh", REFERS (PM_ARGUMENT_ENDPOINT)}, /* cqlsh [options] [host [port]] */
    {"ngrok", REFERS (PM_ARGUMENT_ENDPOINT)},
};

static const char *const wrappers[] = {
    "env",       "sudo",
    "exec",      "npx",
    "bunx",      "nohup",
    "cross-env", "cross-env-shell",
    "env-cmd",   "dotenv-cli",
    "dotenv",    "time",
    "command",   "export",
    "set",       "nodemon",
    "dotenvx",   "bundle",
    "poetry",    "pipenv",
    "uv",        "tini",
    "dumb-init", "start-server-and-test",
    "nice",      "ionice",
    "timeout",   "stdbuf",
    "setsid",    "doas",
    "gosu",      "su-exec",
    "xvfb-run",  "taskset",
    "while",     "until",
    "if",        "elif",
    "then",      "else",
    "do",        "!",
    "{",         NULL}; /* the last nine are the shell's own: while ! curl … */

static const char *const name_programs[] = {"docker", "podman", "nerdctl",     "buildah", "skopeo",
                                            "kind",   "npm",    "yarn",        "pnpm",    "bun",
                                            "run-s",  "run-p",  "npm-run-all", "openssl", NULL};

static gboolean
same_name (const PmScan *scan, PmSpan name, const char *known)
{
  gsize length = strlen (known);
  if (pm_span_length (name) != length)
    return FALSE;
  for (gsize i = 0; i < length; i++) {
    char c = g_ascii_tolower (scan->text[name.start + i]);
    if ((c == '_' || c == '.' ? '-' : c) != known[i])
      return FALSE;
  }
  return TRUE;
}

static gboolean
has_ending (const PmScan *scan, PmSpan name, const char *ending)
{
  gsize length = strlen (ending);
  if (pm_span_length (name) <= length)
    return FALSE;
  return same_name (scan, (PmSpan){name.end - (guint32) length, name.end}, ending);
}

gboolean
pm_command_is_port_name (const PmScan *scan, PmSpan name)
{
  guint32 length = pm_span_length (name);
  if (same_name (scan, name, "port") || has_ending (scan, name, "-port"))
    return TRUE;
  return length > 4 && memcmp (scan->text + name.end - 4, "Port", 4) == 0 &&
         g_ascii_islower (scan->text[name.end - 5]);
}

/* The monitoring plugins are all called check_…, with -H and -p for whom they check (Monitoring
 * Plugins Development Guidelines, "Standard Options"). */
static gboolean
is_monitoring_plugin (const PmScan *scan, PmSpan program)
{
  return pm_span_length (program) > strlen ("check_") &&
         memcmp (scan->text + program.start, "check_", strlen ("check_")) == 0;
}

gboolean
pm_command_is_client (const PmScan *scan, PmSpan program)
{
  return pm_scan_is_any (scan, program, clients) || is_monitoring_plugin (scan, program);
}

/* `-consul-address 10.0.0.7:8500`: where Consul is. */
static gboolean
is_a_peers_flag (const PmScan *scan, PmSpan name)
{
  static const char *const endings[] = {"-address", "-addr", "-host"};
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++) {
    if (!has_ending (scan, name, endings[i]))
      continue;
    int length = (int) (pm_span_length (name) - strlen (endings[i]));
    g_autofree char *as_port =
        g_strdup_printf ("%.*s-port", MIN (length, 64), scan->text + name.start);
    PmKeyword keyword;
    pm_vocabulary_look_up (as_port, NULL, &keyword);
    return keyword.role_is_known && keyword.role == PM_ROLE_REFERENCE;
  }
  return FALSE;
}

static gboolean
long_flag (const PmScan *scan, PmSpan program, PmSpan name, PmArgument *ret)
{
  PmArgument argument = NOTHING;
  gboolean found = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (programs_long_flags) && !found; i++)
    if (pm_scan_is (scan, program, programs_long_flags[i].program) &&
        (found = same_name (scan, name, programs_long_flags[i].flag.name)))
      argument = programs_long_flags[i].flag.argument;
  for (gsize i = 0; i < G_N_ELEMENTS (long_flags) && !found; i++)
    if ((found = same_name (scan, name, long_flags[i].name)))
      argument = long_flags[i].argument;
  for (gsize i = 0; i < G_N_ELEMENTS (flag_endings) && !found; i++)
    if ((found = has_ending (scan, name, flag_endings[i].ending)))
      argument = flag_endings[i].argument;
  if (found && argument.role == PM_ROLE_LISTEN && is_a_peers_flag (scan, name))
    argument = (PmArgument){argument.kind, PM_ROLE_REFERENCE, TRUE};
  if (!found && (found = pm_command_is_port_name (scan, name)))
    argument = (PmArgument) LISTENS (PM_ARGUMENT_PORT);
  if (found && argument.role == PM_ROLE_LISTEN && pm_command_is_client (scan, program))
    argument = (PmArgument){argument.kind, PM_ROLE_REFERENCE, TRUE};
  *ret = argument;
  return found;
}

static gboolean
short_flag (const PmScan *scan, PmSpan program, char letter, PmArgument *ret)
{
  if (letter == 'p' && pm_scan_is_any (scan, program, listens_at_p)) {
    *ret = (PmArgument) LISTENS (PM_ARGUMENT_PORT);
    return TRUE;
  }
  if (letter == 'p' && is_monitoring_plugin (scan, program)) {
    *ret = (PmArgument) REFERS (PM_ARGUMENT_PORT);
    return TRUE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (short_flags); i++) {
    const ShortFlag *flag = &short_flags[i];
    if (flag->letter != letter)
      continue;
    if (flag->program == NULL ? pm_command_flag_is_other (scan, program, letter)
                              : !pm_scan_is (scan, program, flag->program))
      continue;
    *ret = flag->argument;
    return TRUE;
  }
  return FALSE;
}

gboolean
pm_command_flag (const PmScan *scan, PmSpan program, PmSpan name, gboolean is_long, PmArgument *ret)
{
  if (is_long || pm_span_length (name) > 1)
    return long_flag (scan, program, name, ret);
  return pm_span_length (name) == 1 && short_flag (scan, program, scan->text[name.start], ret);
}

gboolean
pm_command_flag_is_other (const PmScan *scan, PmSpan program, char letter)
{
  return letter == 'p' && pm_scan_is_any (scan, program, other_p);
}

/* Letters that take no argument: ssh(1), scp(1), sftp(1), ssh-keyscan(1). NULL: not known. */
static const char *
switches_of (const PmScan *scan, PmSpan program)
{
  static const struct {
    const char *program, *letters;
  } known[] = {{"ssh", "46AaCfGgKkMNnqsTtVvXxYy"},
               {"autossh", "46AaCfGgKkMNnqsTtVvXxYy"},
               {"scp", "346ABCOpqRrTv"},
               {"sftp", "46AaCfNpqrv"},
               {"ssh-keyscan", "46cDHqv"}};
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (pm_scan_is (scan, program, known[i].program))
      return known[i].letters;
  return NULL;
}

guint32
pm_command_bundled_switches (const PmScan *scan, PmSpan program, PmSpan letters)
{
  const char *switches = switches_of (scan, program);
  guint32 at = letters.start;
  while (switches != NULL && at < letters.end && scan->text[at] != '\0' &&
         strchr (switches, scan->text[at]) != NULL)
    at++;
  return at - letters.start;
}

gboolean
pm_command_flag_takes_value (const PmScan *scan, PmSpan program, PmSpan name, gboolean is_long)
{
  return !is_long && pm_span_length (name) == 1 && switches_of (scan, program) != NULL &&
         pm_command_bundled_switches (scan, program, name) == 0;
}

gboolean
pm_command_runs (const PmScan *scan, PmSpan program, PmSpan word)
{
  return pm_scan_is_any (scan, program, runners) && pm_scan_is_any (scan, word, listens_at_p);
}

gboolean
pm_command_positional (const PmScan *scan, PmSpan word, PmArgument *ret)
{
  for (gsize i = 0; i < G_N_ELEMENTS (positionals); i++)
    if (pm_scan_is (scan, word, positionals[i].word)) {
      *ret = positionals[i].argument;
      return TRUE;
    }
  return FALSE;
}

gboolean
pm_command_is_wrapper (const PmScan *scan, PmSpan program)
{
  return pm_scan_is_any (scan, program, wrappers);
}

gboolean
pm_command_goes_to (const PmScan *scan, PmSpan program)
{
  static const char *const programs[] = {"ssh",         "autossh",     "scp",  "sftp",
                                         "ssh-copy-id", "ssh-keyscan", "mosh", NULL};
  return pm_scan_is_any (scan, program, programs);
}

gboolean
pm_command_hands_over (const PmScan *scan, PmSpan program)
{
  static const char *const waiting[] = {"wait-for-it", "wait-for-it.sh", "wait-for", "wait-for.sh",
                                        NULL};
  return pm_scan_is_any (scan, program, waiting);
}

gboolean
pm_command_takes_names (const PmScan *scan, PmSpan program)
{
  return pm_scan_is_any (scan, program, name_programs);
}
