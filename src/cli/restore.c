#include "cli/change.h"
#include "cli/commands.h"
#include "cli/output.h"

#include "base/json-writer.h"
#include "registry/maintenance.h"
#include "verbs/backup.h"
#include "verbs/holder.h"

static gboolean option_newest;
static PmChangeOptions change;

/* A daemon goes on with a restored registry, but not while the present one must be moved aside. */
static gboolean
may_restore (const PmCli *cli, PmConfig *config, GError **error)
{
  g_autoptr (PmContext) context = pm_context_join (cli->state_dir, config, NULL);
  if (context != NULL && pm_registry_check (context->registry, NULL))
    return TRUE;
  return pm_holder_is_absent (cli->state_dir, "a damaged registry's replacement", error);
}

static void
print_result (const PmCli *cli, const char *from, const char *kept)
{
  if (cli->json) {
    g_autoptr (GString) out = g_string_new (NULL);
    PmJsonWriter json = pm_json_writer (out);
    pm_json_begin_object (&json);
    pm_json_member_string (&json, "from", from);
    pm_json_member_string (&json, "kept", kept);
    pm_json_end_object (&json);
    pm_output_json (out);
    return;
  }
  pm_output_line ("Restored from %s.", from);
  if (kept != NULL)
    pm_output_line ("The registry as it was: %s", kept);
  printf ("“port-manager scan” brings it up to what the files say now.\n");
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  if (argc > 1)
    return pm_cli_usage (&pm_command_restore, "takes one file, got “%s” as well", argv[1]);
  if (option_newest == (argc == 1))
    return pm_cli_usage (&pm_command_restore, "needs either a file or --newest");
  GError *error = NULL;
  PmExit status;
  g_autofree char *from = NULL, *kept = NULL;
  g_autoptr (PmConfig) config = pm_config_load (cli->config_file, &error);
  if (config == NULL)
    return pm_cli_fail (PM_EXIT_FAILED, error);
  gboolean is_on_server = config->registry.url[0] != '\0'; /* which says how it is done there */
  if (argc == 1 && !is_on_server && !g_file_test (argv[0], G_FILE_TEST_IS_REGULAR))
    return pm_cli_refuse (PM_EXIT_FAILED,
                          "there is no backup %s: “port-manager backup --list” shows those that "
                          "were kept",
                          argv[0]);
  if (!may_restore (cli, config, &error))
    return pm_cli_fail (PM_EXIT_REFUSED, error);
  if (!pm_change_confirm (&change, "Replace the registry?", &status))
    return status;
  if (!pm_verb_restore (cli->state_dir, config, option_newest ? NULL : argv[0], &from, &kept,
                        &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  print_result (cli, from, kept);
  return PM_EXIT_DONE;
}

static const GOptionEntry options[] = {
    {"newest", 0, 0, G_OPTION_ARG_NONE, &option_newest, "the newest backup that is good", NULL},
    {"yes", 'y', 0, G_OPTION_ARG_NONE, &change.yes, "don't ask", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

const PmCommand pm_command_restore = {
    .name = "restore",
    .arguments = "FILE",
    .summary = "make the registry what a backup says",
    .details = "The backup is checked first; one that is damaged or newer than this program is "
               "refused and\n"
               "nothing changes. The registry as it was is kept in a file beside it. No file of a "
               "project is touched.",
    .examples = (const char *const[]){"restore /mnt/safe/ports.db", "restore --newest", NULL},
    .options = options,
    .run = run,
};
