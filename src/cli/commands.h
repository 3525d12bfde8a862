#pragma once

#include "cli/command.h"

/* One line for each command; see command.h. */
extern const PmCommand pm_command_assign;
extern const PmCommand pm_command_backup;
extern const PmCommand pm_command_check;
extern const PmCommand pm_command_completion;
extern const PmCommand pm_command_conflicts;
extern const PmCommand pm_command_health;
extern const PmCommand pm_command_doctor;
extern const PmCommand pm_command_events;
extern const PmCommand pm_command_explain;
extern const PmCommand pm_command_findings;
extern const PmCommand pm_command_history;
extern const PmCommand pm_command_ip;
extern const PmCommand pm_command_lease;
extern const PmCommand pm_command_leases;
extern const PmCommand pm_command_mcp;
extern const PmCommand pm_command_notify;
extern const PmCommand pm_command_pools;
extern const PmCommand pm_command_pause;
extern const PmCommand pm_command_port;
extern const PmCommand pm_command_restart;
extern const PmCommand pm_command_resume;
extern const PmCommand pm_command_rebuild;
extern const PmCommand pm_command_recover;
extern const PmCommand pm_command_release;
extern const PmCommand pm_command_roots;
extern const PmCommand pm_command_resolve;
extern const PmCommand pm_command_restore;
extern const PmCommand pm_command_run;
extern const PmCommand pm_command_scan;
extern const PmCommand pm_command_serve;
extern const PmCommand pm_command_token;
extern const PmCommand pm_command_services;
extern const PmCommand pm_command_sync;
extern const PmCommand pm_command_transactions;
extern const PmCommand pm_command_undo;
