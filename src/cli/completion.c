/* DESIGN
 * What may come next is known here (completions.h): a shell's script only takes the line apart,
 * asks "completion candidates", and shows the answer as that shell does. So all shells offer the
 * same, and services, ports and changes are those that are known now. */

#include <string.h>

#include "base/json-writer.h"
#include "cli/commands.h"
#include "cli/completions.h"
#include "cli/output.h"

/* bash(1), Programmable Completion. Bash cuts words at = and : too, and puts what is chosen behind
 * the last of these. */
static const char bash[] =
    "_port_manager () {\n"
    "  local line=${COMP_LINE:0:COMP_POINT} candidate meaning cut=\n"
    "  local -a words\n"
    "  read -ra words <<<\"$line\"\n"
    "  [[ $line == *[[:space:]] ]] && words+=('')\n"
    "  local word=${words[-1]}\n"
    "  [[ $word == *[=:]* ]] && cut=${word%\"${word##*[=:]}\"}\n"
    "  COMPREPLY=()\n"
    "  while IFS=$'\\t' read -r candidate meaning; do\n"
    "    case $candidate in\n"
    "      @files) compopt -o filenames\n"
    "        mapfile -t COMPREPLY < <(compgen -f -- \"${word#\"$cut\"}\") ;;\n"
    "      @folders) compopt -o filenames\n"
    "        mapfile -t COMPREPLY < <(compgen -d -- \"${word#\"$cut\"}\") ;;\n"
    "      @commands) mapfile -t COMPREPLY < <(compgen -c -- \"$word\") ;;\n"
    "      *) [[ $candidate == *: ]] && compopt -o nospace\n"
    "        COMPREPLY+=(\"${candidate#\"$cut\"}\") ;;\n"
    "    esac\n"
    "  done < <(\"${words[0]/#\\~/$HOME}\" completion candidates -- \"${words[@]:1}\" "
    "2>/dev/null)\n"
    "}\n"
    "complete -F _port_manager port-manager\n";

/* zshcompsys(1); a file in fpath is the function's body. */
static const char zsh[] =
    "#compdef port-manager\n"
    "local line\n"
    "local -a lines candidates begun\n"
    "lines=(\"${(@f)$(${(Q)words[1]} completion candidates -- \"${(@Q)words[2,CURRENT-1]}\" "
    "\"${(Q)PREFIX}\" 2>/dev/null)}\")\n"
    "for line in $lines; do\n"
    "  case $line in\n"
    "    @files) _files ;;\n"
    "    @folders) _files -/ ;;\n"
    "    @commands) _command_names -e ;;\n"
    "    *:$'\\t'*) begun+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\") ;;\n"
    "    *) candidates+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\") ;;\n"
    "  esac\n"
    "done\n"
    "(( $#candidates )) && _describe port-manager candidates\n"
    "(( $#begun )) && _describe port-manager begun -S ''\n";

/* complete(1) of fish. */
static const char fish[] =
    "function __port_manager_candidates\n"
    "  set -l current (commandline -ct)\n"
    "  set -l words (commandline -opc) \"$current\"\n"
    "  for line in ($words[1] completion candidates -- $words[2..-1] 2>/dev/null)\n"
    "    switch $line\n"
    "      case @files\n"
    "        __fish_complete_path $current\n"
    "      case @folders\n"
    "        __fish_complete_directories $current ''\n"
    "      case @commands\n"
    "        __fish_complete_command\n"
    "      case '*'\n"
    "        echo $line\n"
    "    end\n"
    "  end\n"
    "end\n"
    "complete -c port-manager -f -a '(__port_manager_candidates)'\n";

static const struct {
  const char *name, *script;
} shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};

static const char *
script_of (const char *shell)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shells); i++)
    if (strcmp (shell, shells[i].name) == 0)
      return shells[i].script;
  return NULL;
}

static PmExit
print (const PmCli *cli, const char *shell, const char *script)
{
  if (!cli->json) {
    fputs (script, stdout);
    return PM_EXIT_DONE;
  }
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "shell", shell);
  pm_json_member_string (&json, "script", script);
  pm_json_end_object (&json);
  pm_output_json (out);
  return PM_EXIT_DONE;
}

static void
print_candidates_json (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_key (&json, "candidates");
  pm_json_begin_array (&json);
  for (char **line = lines; *line != NULL && **line != '\0'; line++) {
    g_auto (GStrv) parts = g_strsplit (*line, "\t", 2);
    pm_json_begin_object (&json);
    pm_json_member_string (&json, "text", parts[0]);
    pm_json_member_string (&json, "meaning", parts[1] == NULL ? "" : parts[1]);
    pm_json_end_object (&json);
  }
  pm_json_end_array (&json);
  pm_json_end_object (&json);
  pm_output_json (out);
}

static PmExit
candidates (PmCli *cli, int argc, char *argv[])
{
  g_autoptr (GString) lines = g_string_new (NULL);
  pm_completions_append (lines, cli, argv, (guint) argc);
  if (cli->json)
    print_candidates_json (lines->str);
  else
    fputs (lines->str, stdout);
  return PM_EXIT_DONE;
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  if (argc > 0 && strcmp (argv[0], "candidates") == 0)
    return candidates (cli, argc - 1, argv + 1);
  if (argc != 1)
    return pm_cli_usage (&pm_command_completion, "takes one shell: bash, zsh or fish");
  const char *script = script_of (argv[0]);
  if (script == NULL)
    return pm_cli_usage (&pm_command_completion, "“%s” is not bash, zsh or fish", argv[0]);
  return print (cli, argv[0], script);
}

static const char *const examples[] = {"completion bash > /etc/bash_completion.d/port-manager",
                                       NULL};

const PmCommand pm_command_completion = {
    .name = "completion",
    .arguments = "bash|zsh|fish | candidates -- WORD…",
    .summary = "print completions for a shell",
    .details =
        "Prints the script that makes a shell complete commands, options and values: services, "
        "types,\nprojects, ids, files. An installation has them in place.\n\n"
        "candidates is what these scripts ask on each Tab: what may stand in place of the last "
        "WORD of\nthe line, and what it means. It changes nothing.",
    .examples = examples,
    .run = run,
};
