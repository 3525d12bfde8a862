#include "cli/commands.h"

/* One line for each command, in the order of the help. */
/* clang-format off */
static const PmCommand *const commands[] = {
    &pm_command_scan,
    &pm_command_roots,
    &pm_command_services,
    &pm_command_conflicts,
    &pm_command_health,
    &pm_command_port,
    &pm_command_pools,
    &pm_command_lease,
    &pm_command_leases,
    &pm_command_release,
    &pm_command_run,
    &pm_command_findings,
    &pm_command_explain,
    &pm_command_check,
    &pm_command_history,
    &pm_command_events,
    &pm_command_notify,
    &pm_command_assign,
    &pm_command_ip,
    &pm_command_restart,
    &pm_command_pause,
    &pm_command_resume,
    &pm_command_resolve,
    &pm_command_sync,
    &pm_command_transactions,
    &pm_command_undo,
    &pm_command_recover,
    &pm_command_backup,
    &pm_command_restore,
    &pm_command_rebuild,
    &pm_command_serve,
    &pm_command_mcp,
    &pm_command_token,
    &pm_command_doctor,
    &pm_command_completion,
    NULL,
};
/* clang-format on */

const PmCommand *const *
pm_commands (void)
{
  return commands;
}
