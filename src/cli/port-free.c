#include "base/json-writer.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/port.h"
#include "verbs/pools.h"

PmExit
pm_port_free (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  const char *type = pm_port_options.type == NULL ? "" : pm_port_options.type;
  guint16 port;
  if (argc > 0)
    return pm_cli_usage (&pm_command_port, "free takes no arguments, got “%s”", argv[0]);
  if (!pm_verb_port_free (cli->state_dir, cli->config_file, type, &port, &error))
    return pm_cli_fail (g_error_matches (error, PM_POOL_VERB_ERROR, PM_POOL_VERB_ERROR_TYPE)
                            ? PM_EXIT_USAGE
                            : PM_EXIT_FAILED,
                        error);
  if (!cli->json) {
    printf ("%u\n", port);
    return PM_EXIT_DONE;
  }
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "port", port);
  pm_json_end_object (&json);
  pm_output_json (out);
  return PM_EXIT_DONE;
}
