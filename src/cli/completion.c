#include <string.h>

#include "base/json-writer.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/output.h"

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
append_bash (GString *out)
{
  g_autofree char *names = command_names ();
  g_string_append_printf (out,
                          "_port_manager () {\n"
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
    g_string_append_printf (out, "    %s) words='%s' ;;\n", (*command)->name, options);
  }
  g_string_append_printf (out, "  esac\n"
                               "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
                               "}\n"
                               "complete -o default -F _port_manager port-manager\n");
}

/* Inside single quotes: fish knows \\' there, zsh ends them and begins anew, as sh does. */
static char *
quoted (const char *text, const char *quote)
{
  g_auto (GStrv) parts = g_strsplit (text, "'", -1);
  return g_strjoinv (quote, parts);
}

static void
append_zsh (GString *out)
{
  g_string_append_printf (out, "#compdef port-manager\nlocal -a commands\ncommands=(\n");
  for (const PmCommand *const *command = pm_commands (); *command != NULL; command++) {
    g_autofree char *summary = quoted ((*command)->summary, "'\\''");
    g_string_append_printf (out, "  '%s:%s'\n", (*command)->name, summary);
  }
  g_string_append_printf (
      out, ")\nif (( CURRENT == 2 )); then\n  _describe command commands\n  return\nfi\ncase "
           "$words[2] in\n");
  for (const PmCommand *const *command = pm_commands (); *command != NULL; command++) {
    g_autofree char *options = options_of (*command);
    g_string_append_printf (out, "  %s) compadd -- %s; _files ;;\n", (*command)->name, options);
  }
  g_string_append_printf (out, "esac\n");
}

static void
append_fish_option (GString *out, const char *command, const GOptionEntry *option)
{
  g_autofree char *description = quoted (option->description, "\\'");
  g_autofree char *seen = command == NULL
                              ? g_strdup ("")
                              : g_strdup_printf (" -n '__fish_seen_subcommand_from %s'", command);
  g_string_append_printf (out, "complete -c port-manager%s -l %s -d '%s'\n", seen,
                          option->long_name, description);
}

static void
append_fish (GString *out)
{
  for (const PmCommand *const *command = pm_commands (); *command != NULL; command++) {
    g_autofree char *summary = quoted ((*command)->summary, "\\'");
    g_string_append_printf (out,
                            "complete -c port-manager -n __fish_use_subcommand -a %s -d '%s'\n",
                            (*command)->name, summary);
    for (const GOptionEntry *o = (*command)->options; o != NULL && o->long_name != NULL; o++)
      append_fish_option (out, (*command)->name, o);
  }
  for (const GOptionEntry *o = pm_help_global_options (); o->long_name != NULL; o++)
    append_fish_option (out, NULL, o);
}

static const struct {
  const char *name;
  void (*append) (GString *out);
} shells[] = {{"bash", append_bash}, {"zsh", append_zsh}, {"fish", append_fish}};

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  if (argc != 1)
    return pm_cli_usage (&pm_command_completion, "takes one shell: bash, zsh or fish");
  g_autoptr (GString) script = g_string_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (shells); i++)
    if (strcmp (argv[0], shells[i].name) == 0)
      shells[i].append (script);
  if (script->len == 0)
    return pm_cli_usage (&pm_command_completion, "“%s” is not bash, zsh or fish", argv[0]);
  if (!cli->json) {
    fwrite (script->str, 1, script->len, stdout);
    return PM_EXIT_DONE;
  }
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "shell", argv[0]);
  pm_json_member_string (&json, "script", script->str);
  pm_json_end_object (&json);
  pm_output_json (out);
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
