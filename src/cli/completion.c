#include <string.h>

#include "cli/commands.h"
#include "cli/help.h"

static void
append_options (GString *words, const GOptionEntry *options)
{
  for (; options != NULL && options->long_name != NULL; options++)
    g_string_append_printf (words, "%s--%s", words->len == 0 ? "" : " ", options->long_name);
}

static char *
command_names (void)
{
  GString *words = g_string_new ("help");
  for (const PmCommand *const *command = pm_commands (); *command != NULL; command++)
    g_string_append_printf (words, " %s", (*command)->name);
  return g_string_free (words, FALSE);
}

static char *
options_of (const PmCommand *command)
{
  GString *words = g_string_new (NULL);
  append_options (words, command->options);
  append_options (words, pm_help_global_options ());
  return g_string_free (words, FALSE);
}

static void
print_bash (void)
{
  g_autofree char *names = command_names ();
  printf ("_port_manager () {\n"
          "  local word=${COMP_WORDS[COMP_CWORD]} command= i\n"
          "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
          "    case ${COMP_WORDS[i]} in\n"
          "      --state|--config|--color) i=$((i + 1)) ;;\n"
          "      -*) ;;\n"
          "      *) command=${COMP_WORDS[i]}; break ;;\n"
          "    esac\n"
          "  done\n"
          "  local words='%s'\n"
          "  case $command in\n",
          names);
  for (const PmCommand *const *command = pm_commands (); *command != NULL; command++) {
    g_autofree char *options = options_of (*command);
    printf ("    %s) words='%s' ;;\n", (*command)->name, options);
  }
  printf ("  esac\n"
          "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
          "}\n"
          "complete -o default -F _port_manager port-manager\n");
}

static void
print_zsh (void)
{
  printf ("#compdef port-manager\nlocal -a commands\ncommands=(\n");
  for (const PmCommand *const *command = pm_commands (); *command != NULL; command++)
    printf ("  '%s:%s'\n", (*command)->name, (*command)->summary);
  printf (")\nif (( CURRENT == 2 )); then\n  _describe command commands\n  return\nfi\ncase "
          "$words[2] in\n");
  for (const PmCommand *const *command = pm_commands (); *command != NULL; command++) {
    g_autofree char *options = options_of (*command);
    printf ("  %s) compadd -- %s; _files ;;\n", (*command)->name, options);
  }
  printf ("esac\n");
}

static void
print_fish (void)
{
  for (const PmCommand *const *command = pm_commands (); *command != NULL; command++) {
    printf ("complete -c port-manager -n __fish_use_subcommand -a %s -d '%s'\n", (*command)->name,
            (*command)->summary);
    for (const GOptionEntry *o = (*command)->options; o != NULL && o->long_name != NULL; o++)
      printf ("complete -c port-manager -n '__fish_seen_subcommand_from %s' -l %s -d '%s'\n",
              (*command)->name, o->long_name, o->description);
  }
  for (const GOptionEntry *o = pm_help_global_options (); o->long_name != NULL; o++)
    printf ("complete -c port-manager -l %s -d '%s'\n", o->long_name, o->description);
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  if (argc != 1)
    return pm_cli_usage (&pm_command_completion, "takes one shell: bash, zsh or fish");
  if (strcmp (argv[0], "bash") == 0)
    print_bash ();
  else if (strcmp (argv[0], "zsh") == 0)
    print_zsh ();
  else if (strcmp (argv[0], "fish") == 0)
    print_fish ();
  else
    return pm_cli_usage (&pm_command_completion, "“%s” is not bash, zsh or fish", argv[0]);
  return PM_EXIT_DONE;
}

static const char *const examples[] = {"completion bash > /etc/bash_completion.d/port-manager",
                                       NULL};

const PmCommand pm_command_completion = {
    .name = "completion",
    .arguments = "bash|zsh|fish",
    .summary = "print completions for a shell",
    .examples = examples,
    .run = run,
};
