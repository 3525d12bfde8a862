#include "cli/help.h"

#include <string.h>

#define WIDTH 80
#define OPTION_COLUMN 28

const char pm_help_summary[] = "every port and address of all your projects, in one place";

const PmExitMeaning pm_help_exit_statuses[] = {
    {PM_EXIT_DONE, "done, nothing wrong"},
    {PM_EXIT_ATTENTION, "done, and something needs attention"},
    {PM_EXIT_USAGE, "wrong usage, or what was named is not there"},
    {PM_EXIT_FAILED, "could not: I/O, database, network"},
    {PM_EXIT_REFUSED, "refused, nothing was written"},
    {PM_EXIT_ROLLED_BACK, "applied, failed verification, rolled back"},
    {PM_EXIT_PARTLY, "rolled back except for files that somebody else changed"},
    {0, NULL},
};

/* Words from `column` on, further lines from `indent` on. */
static void
print_filled (const char *text, glong column, glong indent, FILE *out)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \n", -1);
  gboolean is_first = TRUE;
  for (char **word = words; *word != NULL; word++) {
    glong length = g_utf8_strlen (*word, -1);
    if (length == 0)
      continue;
    if (!is_first && column + 1 + length > WIDTH) {
      fprintf (out, "\n%*s", (int) indent, "");
      column = indent;
    } else if (!is_first) {
      fputc (' ', out);
      column++;
    }
    fputs (*word, out);
    column += length;
    is_first = FALSE;
  }
  fputc ('\n', out);
}

/* A line that begins with a space, and an empty one, stand as they are. */
static void
print_paragraphs (const char *text, FILE *out)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) paragraph = g_string_new (NULL);
  for (char **line = lines;; line++) {
    gboolean is_filled = *line != NULL && (*line)[0] != ' ' && (*line)[0] != '\0';
    if (is_filled)
      g_string_append_printf (paragraph, "%s ", *line);
    if (!is_filled && paragraph->len > 0) {
      print_filled (paragraph->str, 0, 0, out);
      g_string_truncate (paragraph, 0);
    }
    if (*line == NULL)
      return;
    if (!is_filled)
      fprintf (out, "%s\n", *line);
  }
}

const GOptionEntry *
pm_help_global_options (void)
{
  static const GOptionEntry options[] = {
      {"state", 0, 0, G_OPTION_ARG_FILENAME, NULL,
       "where the registry is kept ($PORT_MANAGER_STATE, else $XDG_STATE_HOME/port-manager)",
       "DIR"},
      {"config", 0, 0, G_OPTION_ARG_FILENAME, NULL,
       "configuration ($PORT_MANAGER_CONFIG, else $XDG_CONFIG_HOME/port-manager/config.toml)",
       "FILE"},
      {"color", 0, 0, G_OPTION_ARG_STRING, NULL, "auto, always or never; NO_COLOR counts", "WHEN"},
      {"json", 0, 0, G_OPTION_ARG_NONE, NULL, "print the result as JSON", NULL},
      {"help", 'h', 0, G_OPTION_ARG_NONE, NULL, "show this help", NULL},
      {"version", 0, 0, G_OPTION_ARG_NONE, NULL, "show the version", NULL},
      {NULL, 0, 0, 0, NULL, NULL, NULL},
  };
  return options;
}

static void
print_option (const GOptionEntry *option, FILE *out)
{
  g_autofree char *left = g_strdup_printf (
      "%s%c%s--%s%s%s", option->short_name == 0 ? "    " : "  -",
      option->short_name == 0 ? ' ' : option->short_name, option->short_name == 0 ? " " : ", ",
      option->long_name, option->arg_description == NULL ? "" : " ",
      option->arg_description == NULL ? "" : option->arg_description);
  if (strlen (left) < OPTION_COLUMN - 1)
    fprintf (out, "%-*s", OPTION_COLUMN, left);
  else
    fprintf (out, "%s\n%*s", left, OPTION_COLUMN, "");
  print_filled (option->description, OPTION_COLUMN, OPTION_COLUMN, out);
}

static void
print_options (const GOptionEntry *options, FILE *out)
{
  for (; options != NULL && options->long_name != NULL; options++)
    print_option (options, out);
}

static void
print_command_help (const PmCommand *command, FILE *out)
{
  g_autofree char *usage = g_strdup_printf (
      "usage: port-manager [--state DIR] [--config FILE] %s %s", command->name, command->arguments);
  print_filled (usage, 0, strlen ("usage: "), out);
  fputc ('\n', out);
  print_filled (command->summary, 0, 0, out);
  if (command->details != NULL) {
    fputc ('\n', out);
    print_paragraphs (command->details, out);
  }
  fprintf (out, "\noptions:\n");
  print_options (command->options, out);
  print_options (pm_help_global_options (), out);
  if (command->examples != NULL) {
    fprintf (out, "\nexamples:\n");
    for (const char *const *example = command->examples; *example != NULL; example++)
      fprintf (out, "  port-manager %s\n", *example);
  }
}

void
pm_help_print (const PmCommand *const *commands, const PmCommand *command, FILE *out)
{
  if (command != NULL) {
    print_command_help (command, out);
    return;
  }
  fprintf (out,
           "port-manager: %s\n\n"
           "usage: port-manager [--state DIR] [--config FILE] COMMAND …\n\ncommands:\n",
           pm_help_summary);
  for (const PmCommand *const *each = commands; *each != NULL; each++)
    fprintf (out, "  %-14s%s\n", (*each)->name, (*each)->summary);
  fprintf (out, "\noptions:\n");
  print_options (pm_help_global_options (), out);
  fprintf (out, "\nexit status:\n");
  for (const PmExitMeaning *each = pm_help_exit_statuses; each->meaning != NULL; each++)
    fprintf (out, "  %d  %s\n", each->status, each->meaning);
  fprintf (out, "\n“port-manager COMMAND --help” tells more about each.\n");
}
