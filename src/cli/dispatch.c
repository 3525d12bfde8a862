/* DESIGN
 * Global options come before the command, or behind it: both are what people type. They are taken
 * out first, then the command's own by its table; what is left are its arguments. */

#include "cli/dispatch.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/suggest.h"
#include "cli/help.h"
#include "cli/output.h"

typedef struct {
  char *state;
  char *config;
  char *color;
  gboolean json;
  gboolean help;
  gboolean version;
} Globals;

static void
globals_clear (Globals *globals)
{
  g_free (globals->state);
  g_free (globals->config);
  g_free (globals->color);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Globals, globals_clear)

static const PmCommand *
find_command (const PmProgram *program, const char *name)
{
  for (const PmCommand *const *command = program->commands; *command != NULL; command++)
    if (strcmp ((*command)->name, name) == 0)
      return *command;
  return NULL;
}

static PmExit
unknown_command (const PmProgram *program, const char *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  for (const PmCommand *const *command = program->commands; *command != NULL; command++)
    g_ptr_array_add (names, (gpointer) (*command)->name);
  g_ptr_array_add (names, NULL);
  const char *nearest = pm_suggest_nearest (name, (const char *const *) names->pdata);
  return nearest == NULL
             ? pm_cli_usage (NULL, "there is no command “%s”", name)
             : pm_cli_usage (NULL, "there is no command “%s”; did you mean “%s”?", name, nearest);
}

static guint
terminal_width (void)
{
  struct winsize size;
  if (!isatty (STDOUT_FILENO))
    return 0;
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return 80;
}

/* https://no-color.org: any value of NO_COLOR that is not empty says no. */
static gboolean
wants_color (const char *choice)
{
  if (g_strcmp0 (choice, "always") == 0)
    return TRUE;
  const char *no_color = g_getenv ("NO_COLOR");
  return g_strcmp0 (choice, "never") != 0 && isatty (STDOUT_FILENO) &&
         (no_color == NULL || no_color[0] == '\0') && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
}

static char *
default_state_dir (void)
{
  const char *set = g_getenv ("PORT_MANAGER_STATE");
  if (set != NULL && set[0] != '\0')
    return g_strdup (set);
  return g_build_filename (g_get_user_state_dir (), "port-manager", NULL);
}

/* The word of an unknown option and its nearest right spelling. */
static const char *
nearest_option (const char *message, const PmCommand *command)
{
  const char *dashes = strstr (message, "--");
  if (dashes == NULL)
    return NULL;
  g_autofree char *word = g_strndup (dashes + 2, strcspn (dashes + 2, " =,.;”’'\""));
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  for (const GOptionEntry *o = pm_help_global_options (); o->long_name != NULL; o++)
    g_ptr_array_add (names, (gpointer) o->long_name);
  for (const GOptionEntry *o = command == NULL ? NULL : command->options;
       o != NULL && o->long_name != NULL; o++)
    g_ptr_array_add (names, (gpointer) o->long_name);
  g_ptr_array_add (names, NULL);
  const char *nearest = pm_suggest_nearest (word, (const char *const *) names->pdata);
  return g_strcmp0 (nearest, word) == 0 ? NULL : nearest; /* it is the value that is wrong */
}

static PmExit
bad_options (const PmCommand *command, GError *error)
{
  const char *nearest = nearest_option (error->message, command);
  PmExit status = nearest == NULL
                      ? pm_cli_usage (command, "%s", error->message)
                      : pm_cli_usage (command, "%s; did you mean “--%s”?", error->message, nearest);
  g_error_free (error);
  return status;
}

/* GLib's parser, told to leave what it does not know: the command's options come later. Everything
 * behind `--` belongs to the command as it is. */
static gboolean
parse (const GOptionEntry *entries, gboolean strict, int *argc, char ***argv, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_ignore_unknown_options (context, !strict);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

static GOptionEntry *
bind_globals (Globals *globals)
{
  gpointer places[] = {&globals->state, &globals->config, &globals->color,
                       &globals->json,  &globals->help,   &globals->version};
  GOptionEntry *entries = g_new0 (GOptionEntry, G_N_ELEMENTS (places) + 1);
  memcpy (entries, pm_help_global_options (), G_N_ELEMENTS (places) * sizeof (GOptionEntry));
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    entries[i].arg_data = places[i];
  return entries;
}

gboolean
pm_cli_open (PmCli *cli)
{
  return cli->context != NULL || cli->open (cli);
}

static PmExit
run_command (const PmProgram *program, const PmCommand *command, const Globals *globals,
             char **words, int argc, char *argv[])
{
  if (globals->state != NULL && globals->state[0] == '\0')
    return pm_cli_usage (NULL, "--state is empty: name a folder, or leave it out");
  g_autofree char *given =
      globals->state != NULL ? g_strdup (globals->state) : default_state_dir ();
  g_autofree char *state = g_canonicalize_filename (given, NULL); /* a socket's path is absolute */
  PmCli cli = {
      .state_dir = state,
      .config_file = globals->config,
      .json = globals->json,
      .color = wants_color (globals->color),
      .progress = isatty (STDERR_FILENO),
      .width = terminal_width (),
      .open = program->open,
      .words = words,
  };
  pm_output_set_width (cli.width);
  PmExit status = command->run (&cli, argc, argv);
  /* A full disk behind a redirection is a failure, and not to be missed. */
  if ((fflush (stdout) != 0 || ferror (stdout)) && status <= PM_EXIT_ATTENTION) {
    fprintf (stderr, "port-manager: could not write the result: %s\n", g_strerror (errno));
    status = PM_EXIT_FAILED;
  }
  if (cli.context != NULL && program->close != NULL)
    program->close (&cli);
  pm_context_free (cli.context);
  return status;
}

/* Everything behind the first `--` is no option, of ours or of GLib's: it is set aside while
 * options are taken out, and comes back behind what is left. */
typedef struct {
  char **words; /* borrowed */
  int n_words;
} Tail;

static Tail
cut_tail (int *argc, char *argv[])
{
  for (int i = 1; i < *argc; i++)
    if (strcmp (argv[i], "--") == 0) {
      Tail tail = {argv + i + 1, *argc - i - 1};
      *argc = i;
      return tail;
    }
  return (Tail){0};
}

static char **
join_tail (int *argc, char **argv, const Tail *tail)
{
  char **joined = g_new0 (char *, *argc + tail->n_words + 1);
  memcpy (joined, argv, (gsize) *argc * sizeof (char *));
  if (tail->n_words > 0)
    memcpy (joined + *argc, tail->words, (gsize) tail->n_words * sizeof (char *));
  *argc += tail->n_words;
  return joined;
}

/* `--since -2h` is `--since=-2h`: no option of ours begins with a digit, and GLib would look for
 * the options 2 and h. Joined words are owned by `words`. */
static char **
join_negative_values (int *argc, char *const *argv, GPtrArray *words)
{
  char **joined = g_new0 (char *, *argc + 1);
  int n = 0;
  for (int i = 0; i < *argc; i++) {
    gboolean takes = strncmp (argv[i], "--", 2) == 0 && strchr (argv[i], '=') == NULL;
    if (takes && i + 1 < *argc && argv[i + 1][0] == '-' && g_ascii_isdigit (argv[i + 1][1])) {
      g_ptr_array_add (words, g_strconcat (argv[i], "=", argv[i + 1], NULL));
      joined[n++] = words->pdata[words->len - 1];
      i++;
    } else {
      joined[n++] = argv[i];
    }
  }
  *argc = n;
  return joined;
}

static gboolean
holds_word (int argc, char *const *argv, const char *word)
{
  for (int i = 1; i < argc; i++)
    if (strcmp (argv[i], word) == 0)
      return TRUE;
  return FALSE;
}

/* The command that the global options leave, with those of its own. */
static PmExit
run_left (const PmProgram *program, const Globals *globals, char **words, int argc, char **left,
          const Tail *tail)
{
  GError *error = NULL;
  const PmCommand *command = find_command (program, left[1]);
  if (command == NULL)
    return unknown_command (program, left[1]);
  if (globals->help) {
    pm_help_print (program->commands, command, stdout);
    return PM_EXIT_DONE;
  }
  char **rest = left + 1;
  argc--;
  if (!parse (command->options, TRUE, &argc, &rest, &error))
    return bad_options (command, error);
  g_autofree char **all = join_tail (&argc, rest, tail);
  return run_command (program, command, globals, words, argc - 1, all + 1);
}

static PmExit
help (const PmProgram *program, const Globals *globals, int argc, char **left)
{
  const PmCommand *about = argc > 2 ? find_command (program, left[2]) : NULL;
  if (argc > 2 && about == NULL)
    return unknown_command (program, left[2]);
  pm_help_print (program->commands, about, globals->help || argc >= 2 ? stdout : stderr);
  return globals->help || argc >= 2 ? PM_EXIT_DONE : PM_EXIT_USAGE;
}

static PmExit
check_globals (const Globals *globals, int argc, char **left)
{
  static const char *const colors[] = {"auto", "always", "never", NULL};
  GError *error = NULL;
  if (globals->color != NULL && !g_strv_contains (colors, globals->color))
    g_set_error (&error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 "--color takes auto, always or never, not %s", globals->color);
  else if (!globals->version && argc >= 2 && left[1][0] == '-')
    g_set_error (&error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION, "unknown option %s",
                 left[1]);
  return error == NULL ? PM_EXIT_DONE : bad_options (NULL, error);
}

static PmExit
dispatch (const PmProgram *program, Globals *globals, int argc, char *argv[])
{
  GError *error = NULL;
  g_autofree GOptionEntry *entries = bind_globals (globals);
  Tail tail = cut_tail (&argc, argv);
  g_autoptr (GPtrArray) joined = g_ptr_array_new_with_free_func (g_free);
  g_autofree char **head = join_negative_values (&argc, argv, joined);
  char **left = head;
  /* Known before options are taken apart, since that may be what fails. */
  pm_cli_errors_as_json (holds_word (argc, head, "--json"));
  gboolean is_parsed = parse (entries, FALSE, &argc, &left, &error);
  if (program->elsewhere != NULL &&
      (!is_parsed || globals->version || argc < 2 || find_command (program, left[1]) == NULL)) {
    g_clear_error (&error);
    return program->elsewhere (argv);
  }
  if (!is_parsed)
    return bad_options (NULL, error);
  PmExit status = check_globals (globals, argc, left);
  if (status != PM_EXIT_DONE)
    return status;
  if (globals->version) {
    printf ("port-manager %s\n", PM_VERSION);
    return PM_EXIT_DONE;
  }
  if (argc < 2 || strcmp (left[1], "help") == 0)
    return help (program, globals, argc, left);
  return run_left (program, globals, argv, argc, left, &tail);
}

int
pm_cli_main (const PmProgram *program, int argc, char *argv[])
{
  /* What text is made of, and the words of errors; numbers and times are for programs, too. */
  setlocale (LC_CTYPE, "");
  setlocale (LC_MESSAGES, "");
  /* Where nobody chose (cron, containers), names of files and people are UTF-8 all the same. */
  if (strcmp (nl_langinfo (CODESET), "ANSI_X3.4-1968") == 0)
    setlocale (LC_CTYPE, "C.UTF-8");
  g_auto (Globals) globals = {0};
  return (int) dispatch (program, &globals, argc, argv);
}
