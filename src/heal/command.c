/* The operator's own command, as an argument vector, in the project's folder and as the user that
 * port-manager runs as. It has succeeded when it ends with 0; what it started may go on. */

#include "heal/provider.h"
#include "heal/run.h"

static char *
subject (const PmRestartTarget *target)
{
  if (target->command == NULL || target->command[0] == NULL)
    return NULL;
  g_autofree char *line = g_strjoinv (" ", (char **) target->command);
  return pm_heal_is_set (target->directory) ? g_strconcat (line, " in ", target->directory, NULL)
                                            : g_steal_pointer (&line);
}

static gboolean
restart (const PmRestartTarget *target, const PmRestartOptions *options, gint64 deadline_us,
         GError **error)
{
  PmRunOptions run = {
      .argv = target->command,
      .directory = pm_heal_is_set (target->directory) ? target->directory : NULL,
      .owner = -1,
      .deadline_us = deadline_us,
      .cancellable = options->cancellable,
  };
  return pm_run_program (&run, error);
}

const PmRestartProvider pm_provider_command = {"command", "restart.command", subject, restart};
