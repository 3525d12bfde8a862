#include "cli/commands.h"

/* Opening the state recovers, as it does for every command; what is left is to say so. */
static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  if (argc > 0)
    return pm_cli_usage (&pm_command_recover, "takes no arguments, got “%s”", argv[0]);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  const PmContextRecovery *recovery = pm_context_recovery (cli->context);
  if (cli->json)
    printf ("{\"recovered\":%u}\n", recovery->n_transactions);
  else if (recovery->n_transactions == 0 && recovery->failure == NULL)
    printf ("Nothing to recover.\n");
  if (recovery->failure != NULL)
    return PM_EXIT_FAILED;
  return recovery->needs_attention ? PM_EXIT_PARTLY : PM_EXIT_DONE;
}

const PmCommand pm_command_recover = {
    .name = "recover",
    .arguments = "",
    .summary = "finish or take back what a crash left half done",
    .details = "Every command does it at its start; it never asks.",
    .examples = (const char *const[]){"recover", NULL},
    .run = run,
};
