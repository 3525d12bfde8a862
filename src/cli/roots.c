#include <string.h>

#include "cli/change.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "verbs/roots.h"

static PmChangeOptions options;

static void
print_json (const GArray *roots)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_roots_write_json (&json, roots);
  pm_output_json (out);
}

static void
print_root (const PmRoot *root)
{
  pm_output_line ("%s: %u project%s, %u service%s%s%s", root->path, root->projects,
                  pm_output_s (root->projects), root->services, pm_output_s (root->services),
                  root->is_configured ? ", configured" : "",
                  root->is_there ? "" : ", not there now");
}

static PmExit
list (const PmCli *cli, const GArray *roots)
{
  if (cli->json)
    print_json (roots);
  else if (roots->len == 0)
    printf ("No root is known yet: port-manager scan ~/projects\n");
  else
    for (guint i = 0; i < roots->len; i++)
      print_root (&g_array_index (roots, PmRoot, i));
  return PM_EXIT_DONE;
}

static PmExit
tell (const PmCli *cli, const PmRoot *root)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_member_bool (&json, "dryRun", options.dry_run);
  pm_json_key (&json, options.dry_run ? "would" : "forgotten");
  pm_root_write_json (&json, root);
  pm_json_end_object (&json);
  if (cli->json)
    pm_output_json (out);
  else
    pm_output_line ("%s %s, with %u service%s. Its files are as they were.",
                    options.dry_run ? "would forget" : "forgot", root->path, root->services,
                    pm_output_s (root->services));
  return PM_EXIT_DONE;
}

static PmExit
forget (PmCli *cli, const GArray *roots, const char *name)
{
  GError *error = NULL;
  const PmRoot *root = pm_verb_root_named (roots, name, &error);
  if (root == NULL)
    return pm_cli_fail (PM_EXIT_USAGE, error);
  if (options.dry_run || pm_verb_root_forget (cli->context, root, &error))
    return tell (cli, root);
  gboolean is_configured = g_error_matches (error, PM_ROOTS_ERROR, PM_ROOTS_ERROR_CONFIGURED);
  return pm_cli_fail (is_configured ? PM_EXIT_REFUSED : PM_EXIT_FAILED, error);
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  gboolean forgets = argc == 2 && strcmp (argv[0], "forget") == 0;
  if (!forgets && !(argc == 0 || (argc == 1 && strcmp (argv[0], "list") == 0)))
    return pm_cli_usage (&pm_command_roots, "takes nothing, or “forget” and one root");
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) roots = g_array_new (FALSE, TRUE, sizeof (PmRoot));
  if (!pm_verb_roots (cli->context, arena, roots, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  return forgets ? forget (cli, roots, argv[1]) : list (cli, roots);
}

static const GOptionEntry entries[] = {
    {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &options.dry_run, "only say what would be forgotten",
     NULL},
    {"yes", 'y', 0, G_OPTION_ARG_NONE, &options.yes, "for scripts: there is no question", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

static const char *const examples[] = {"roots", "roots forget ~/old-projects", NULL};

const PmCommand pm_command_roots = {
    .name = "roots",
    .arguments = "[list | forget ROOT]",
    .summary = "the folders whose projects are read, and forgetting one",
    .details = "Whatever a scan was told of is remembered. To forget one takes its services out of "
               "the registry;\ntheir history stays, nothing is written into the folder, and a scan "
               "that names it brings it back.\nWhat the configuration names under “roots” is "
               "forgotten by taking it out there.",
    .examples = examples,
    .options = entries,
    .run = run,
};
