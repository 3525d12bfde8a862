#include "cli/help.h"

#include <string.h>

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
  if (strlen (left) <= 26)
    fprintf (out, "%-28s%s\n", left, option->description);
  else
    fprintf (out, "%s\n%28s%s\n", left, "", option->description);
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
  fprintf (out, "usage: port-manager [--state DIR] [--config FILE] %s%s%s\n\n%s\n", command->name,
           command->arguments[0] == '\0' ? "" : " ", command->arguments, command->summary);
  if (command->details != NULL)
    fprintf (out, "\n%s\n", command->details);
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
  fprintf (out, "port-manager: every port and address of all your projects, in one place\n\n"
                "usage: port-manager [--state DIR] [--config FILE] COMMAND …\n\ncommands:\n");
  for (const PmCommand *const *each = commands; *each != NULL; each++)
    fprintf (out, "  %-14s%s\n", (*each)->name, (*each)->summary);
  fprintf (out, "\noptions:\n");
  print_options (pm_help_global_options (), out);
  fprintf (out, "\nexit status:\n"
                "  0  done, nothing wrong\n"
                "  1  done, and something needs attention\n"
                "  2  wrong usage\n"
                "  3  could not: I/O, database, network\n"
                "  4  refused, nothing was written\n"
                "  5  applied, failed verification, rolled back\n"
                "  6  rolled back except for files that somebody else changed\n\n"
                "“port-manager COMMAND --help” tells more about each.\n");
}
