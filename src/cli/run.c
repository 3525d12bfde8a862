/* DESIGN
 * The lease is taken in our own name, and handed over to the command's process before that begins:
 * so it is held by whoever uses it, also when we are killed. No registry is open while the command
 * runs. When it has ended its port is given back, unless something that it left behind still binds
 * it. */

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "cli/commands.h"
#include "cli/lease.h"
#include "cli/supervise.h"

#define PLACEHOLDER "{port}"
#define MOST_NAME_WORDS 3

static char *option_type;
static char *option_name;
static char **option_env;

/* --- what the command is called --- */

static gboolean
is_plain_word (const char *text)
{
  gsize length =
      strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/-");
  return length > 0 && length <= 40 && text[length] == '\0' && text[0] != '-';
}

/* The program, and what a runner is to run: "npm run dev", "node server.js". No more of it, since
 * arguments may hold secrets, and names are stored and shown. */
static char *
name_of (char **argv)
{
  static const char *const runners[] = {
      "npm",    "npx",     "pnpm", "yarn", "bun",  "bunx",  "deno", "node",   "tsx", "make",
      "python", "python3", "uv",   "php",  "ruby", "cargo", "go",   "poetry", NULL};
  g_autoptr (GString) name = g_string_new (NULL);
  g_autofree char *program = g_path_get_basename (argv[0]);
  g_string_append (name, program);
  guint most = g_strv_contains (runners, program) ? MOST_NAME_WORDS : 1;
  for (guint i = 1; i < most && argv[i] != NULL && is_plain_word (argv[i]); i++)
    g_string_append_printf (name, " %s", argv[i]);
  return g_utf8_make_valid (name->str, -1);
}

/* --- how it is told the port --- */

static char **
fill_in (char **argv, guint16 port)
{
  g_autofree char *number = g_strdup_printf ("%u", port);
  GPtrArray *filled = g_ptr_array_new ();
  for (; *argv != NULL; argv++) {
    g_auto (GStrv) parts = g_strsplit (*argv, PLACEHOLDER, -1);
    g_ptr_array_add (filled, **argv == '\0' ? g_strdup ("") : g_strjoinv (number, parts));
  }
  g_ptr_array_add (filled, NULL);
  return (char **) g_ptr_array_free (filled, FALSE);
}

static char **
environment_with (guint16 port)
{
  char number[8];
  char **environment = g_get_environ ();
  g_snprintf (number, sizeof number, "%u", port);
  environment = g_environ_setenv (environment, "PORT", number, TRUE);
  for (char **name = option_env; name != NULL && *name != NULL; name++)
    environment = g_environ_setenv (environment, *name, number, TRUE);
  return environment;
}

/* --- the lease --- */

typedef struct {
  PmCli *cli;
  PmArena *arena;
  PmLease lease;
} Running;

static gboolean
take (Running *running, char **argv, GError **error)
{
  PmContext *context = running->cli->context;
  g_autofree char *here = g_get_current_dir ();
  g_autofree char *folder = pm_verb_lease_folder (here);
  g_autofree char *name = option_name != NULL ? g_strdup (option_name) : name_of (argv);
  g_autofree char *type = option_type != NULL ? g_strdup (option_type)
                                              : pm_verb_lease_type (context, folder, name, argv[0]);
  PmLeaseWish wish = {.type = type, .folder = folder, .name = name, .pid = getpid ()};
  PmLeaseGiven given;
  if (!pm_verb_lease (context, &wish, running->arena, &given, error))
    return FALSE;
  running->lease = given.lease;
  if (given.usual != 0)
    fprintf (stderr, "port-manager: %s's usual port %u is in use: it gets %u\n", name, given.usual,
             given.lease.port);
  return TRUE;
}

static gboolean
hand_over (pid_t pid, gpointer data, GError **error)
{
  Running *running = data;
  if (!pm_verb_lease_renew (running->cli->context, running->lease.id, pid, 0, running->arena,
                            &running->lease, error))
    return FALSE;
  g_clear_pointer (&running->cli->context, pm_context_free);
  return TRUE;
}

/* What the command did is done: a registry that cannot be written now does not change its status.
 * The lease goes by itself, since its process is gone. */
static void
give_back (Running *running)
{
  g_autoptr (GError) error = NULL;
  gboolean released;
  PmCli *cli = running->cli;
  if (cli->context == NULL)
    cli->context = pm_context_open (cli->state_dir, cli->config_file, &error);
  if (cli->context != NULL && pm_verb_lease_end (cli->context, &running->lease, &released, &error))
    return;
  fprintf (stderr, "port-manager: port %u is given back later: %s\n", running->lease.port,
           error->message);
}

/* --- the command --- */

/* As shells do: the person who pressed Ctrl-C knows, and a closed pipe is how many a command ends.
 */
static void
tell_signal (const char *command, int number)
{
  if (number == 0 || number == SIGINT || number == SIGPIPE)
    return;
  const char *name = sigabbrev_np (number); /* NULL: a real-time one */
  g_autofree char *shown = pm_escape_terminal (command);
  fprintf (stderr, "port-manager: %s was ended by signal %d%s%s%s\n", shown, number,
           name == NULL ? "" : " (SIG", name == NULL ? "" : name, name == NULL ? "" : ")");
}

static PmExit
run_with (Running *running, char **argv)
{
  GError *error = NULL;
  int ended_by = 0;
  g_auto (GStrv) filled = fill_in (argv, running->lease.port);
  g_auto (GStrv) environment = environment_with (running->lease.port);
  PmSupervised what = {
      .argv = filled, .environment = environment, .started = hand_over, .data = running};
  int status = pm_supervise (&what, &ended_by, &error);
  tell_signal (argv[0], ended_by);
  give_back (running);
  if (error != NULL)
    return pm_cli_fail (status < 0 ? PM_EXIT_FAILED : (PmExit) status, error);
  return (PmExit) status;
}

/* POSIX.1-2017, 3.235 Name: what a shell can read back. */
static gboolean
is_variable (const char *name)
{
  return name[0] != '\0' && !g_ascii_isdigit (name[0]) &&
         strspn (name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_") == strlen (name);
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  g_autoptr (PmArena) arena = pm_arena_new ();
  Running running = {.cli = cli, .arena = arena};
  if (argc == 0)
    return pm_cli_usage (&pm_command_run, "name the command to run, behind “--”");
  for (char **name = option_env; name != NULL && *name != NULL; name++)
    if (!is_variable (*name))
      return pm_cli_usage (&pm_command_run, "“%s” is no name of a variable", *name);
  if (option_name != NULL && !g_utf8_validate (option_name, -1, NULL))
    return pm_cli_usage (&pm_command_run, "the name is no UTF-8");
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  if (!take (&running, argv, &error))
    return pm_lease_fail (error);
  return run_with (&running, argv);
}

static const GOptionEntry options[] = {
    {"type", 0, 0, G_OPTION_ARG_STRING, &option_type,
     "of this type of service (what the command and its project tell)", "T"},
    {"name", 0, 0, G_OPTION_ARG_STRING, &option_name,
     "what it is called in this project (the command)", "S"},
    {"env", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_env,
     "sets this variable too, besides PORT; may be repeated", "NAME"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

static const char *const examples[] = {
    "run -- npm start", "run --type web -- npm run dev -- --port {port} --strictPort",
    "run --name api -- python3 -m http.server {port}", NULL};

const PmCommand pm_command_run = {
    .name = "run",
    .arguments = "[--type T] [--name S] -- CMD…",
    .summary = "run a command on a port of its own, the same one each time",
    .details =
        "The command finds its port in the variable PORT, and wherever its arguments say {port},\n"
        "for programs that do not look at PORT (Vite, for one). The port is held until the "
        "command\n"
        "ends. Streams, terminal and signals are the command's, and so is the exit status: 128 + "
        "n\n"
        "when signal n ended it, which is told; 127 when it was not found, 126 when it could not "
        "be executed.",
    .examples = examples,
    .options = options,
    .run = run,
};
