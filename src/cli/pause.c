/* pause and resume: two commands over one switch. */

#include "pipeline/pause.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/report.h"

static char *reason;
static gboolean yes;

static const GOptionEntry pause_entries[] = {
    {"reason", 0, 0, G_OPTION_ARG_STRING, &reason, "why, for whoever wonders", "TEXT"},
    {"yes", 'y', 0, G_OPTION_ARG_NONE, &yes, "for scripts: there is no question", NULL},
    {0}};
static const GOptionEntry resume_entries[] = {
    {"yes", 'y', 0, G_OPTION_ARG_NONE, &yes, "for scripts: there is no question", NULL}, {0}};

static PmExit
tell (PmCli *cli)
{
  GError *error = NULL;
  PmPause pause;
  g_autoptr (PmArena) arena = pm_arena_new ();
  if (!pm_pause_read (cli->context, arena, &pause, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_key (&json, "paused");
  pm_pause_write_json (&json, &pause);
  pm_json_end_object (&json);
  if (cli->json)
    pm_output_json (out);
  else if (pause.since_us != 0)
    pm_output_line ("Paused by %s%s%s: new addresses are only proposed, nothing is restarted by "
                    "itself.",
                    pause.by, pause.reason[0] == '\0' ? "" : ", ", pause.reason);
  else
    printf ("Not paused.\n");
  return PM_EXIT_DONE;
}

static PmExit
pause_run (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  g_autofree char *actor = pm_report_actor ();
  if (argc != 0)
    return pm_cli_usage (&pm_command_pause, "takes no arguments");
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  if (!pm_pause_set (cli->context, actor, reason, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  return tell (cli);
}

static PmExit
resume_run (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  g_autofree char *actor = pm_report_actor ();
  if (argc != 0)
    return pm_cli_usage (&pm_command_resume, "takes no arguments");
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  if (!pm_pause_end (cli->context, actor, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  return tell (cli);
}

const PmCommand pm_command_pause = {
    .name = "pause",
    .arguments = "",
    .summary = "stop everything that happens by itself: changes of files, restarts",
    .details =
        "New addresses are proposed and not applied, and nothing that is down is restarted, "
        "until “port-manager resume”.\nWhat a person asks for goes on. Pause before you stop "
        "something on purpose.",
    .examples = (const char *const[]){"pause --reason \"moving the database\"", NULL},
    .options = pause_entries,
    .run = pause_run,
};

const PmCommand pm_command_resume = {
    .name = "resume",
    .arguments = "",
    .summary = "end a pause, and close the breaker on mass failure",
    .options = resume_entries,
    .run = resume_run,
};
