/* port-manager, with all of its commands. */

#include "base/memory.h"
#include "cli/commands.h"
#include "cli/dispatch.h"
#include "verbs/backup.h"

static void
tell_recovery (const PmContextRecovery *recovery)
{
  if (recovery->told != NULL)
    fprintf (stderr, "port-manager: %s\n", recovery->told);
  if (recovery->failure != NULL)
    fprintf (stderr, "port-manager: an interrupted transaction could not be recovered yet: %s\n",
             recovery->failure);
}

static gboolean
open_and_recover (PmCli *cli)
{
  GError *error = NULL;
  cli->context = pm_context_open (cli->state_dir, cli->config_file, &error);
  if (cli->context == NULL) {
    pm_cli_fail (PM_EXIT_FAILED, error);
    return FALSE;
  }
  tell_recovery (pm_context_recovery (cli->context));
  return TRUE;
}

/* Behind the answer. */
static void
keep_backup (PmCli *cli)
{
  pm_verb_backup_follow (cli->context);
}

int
main (int argc, char *argv[])
{
  PmProgram program = {.commands = pm_commands (), .open = open_and_recover, .close = keep_backup};
  pm_memory_begin ();
  return pm_cli_main (&program, argc, argv);
}
