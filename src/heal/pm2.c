/* DESIGN
 * With an ecosystem file that is read anew (`restart FILE --only NAME --update-env`), since ports
 * stand in it; without one the process starts again with the environment that it has. PM2 keeps its
 * processes per user, so this runs as the owner of the project's folder, and never as root: the
 * ecosystem file is a program.
 *
 * Follows PM2's documentation: pm2.keymetrics.io, "Process management" and "Environment variables".
 */

#include "heal/provider.h"
#include "heal/run.h"

static char *
subject (const PmRestartTarget *target)
{
  if (!pm_heal_is_set (target->process) || !pm_heal_is_set (target->directory))
    return NULL;
  return g_strconcat (target->process, " in ", target->directory, NULL);
}

static gboolean
restart (const PmRestartTarget *target, const PmRestartOptions *options, gint64 deadline_us,
         GError **error)
{
  const char *const by_name[] = {"pm2", "restart", target->process, NULL};
  const char *const by_file[] = {"pm2",           "restart",      target->file, "--only",
                                 target->process, "--update-env", NULL};
  PmRunOptions run = {.argv = pm_heal_is_set (target->file) ? by_file : by_name,
                      .directory = target->directory,
                      .deadline_us = deadline_us,
                      .cancellable = options->cancellable};
  if (target->process[0] == '-') {
    g_set_error (error, PM_HEAL_ERROR, PM_HEAL_ERROR_SETTINGS,
                 "“%s” is no name of a PM2 process: it starts like an option", target->process);
    return FALSE;
  }
  return pm_run_owner_of (target->directory, &run.owner, error) && pm_run_program (&run, error);
}

const PmRestartProvider pm_provider_pm2 = {"pm2", "restart.process", subject, restart};
