/* DESIGN
 * The program that is called: it runs by itself what scripts and agents ask for again and again,
 * and becomes the one with all commands (main.c) for everything else. Most of the start of that one
 * is the loading of some forty libraries that its server, its mail and its web client need; what is
 * listed here needs few of them. Git does likewise with what needs libcurl (git-remote-http).
 *
 * The other program is looked for beside this one, since a prefix may be moved: where the build has
 * it, and where an installation has it; then where it was installed and where it was built. It must
 * be root's or of who owns this one: somebody else's folder is no place to take a program from. */

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/dispatch.h"
#include "registry/postgres.h"

#define SELF "/proc/self/exe"

/* --- everything else --- */

static char *
own_folder (void)
{
  g_autofree char *self = g_file_read_link (SELF, NULL);
  return self == NULL ? g_strdup (".") : g_path_get_dirname (self);
}

static gboolean
is_trustworthy (const char *program)
{
  struct stat own, other;
  return stat (SELF, &own) == 0 && stat (program, &other) == 0 &&
         (other.st_uid == own.st_uid || other.st_uid == 0);
}

static PmExit
become_all (char *argv[])
{
  g_autofree char *folder = own_folder ();
  g_autofree char *built = g_build_filename (folder, "libexec", "port-manager", NULL);
  g_autofree char *installed =
      g_build_filename (folder, "..", "libexec", "port-manager", "port-manager", NULL);
  const char *const places[] = {built, installed, PM_INSTALLED_PROGRAM, PM_BUILT_PROGRAM};
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
    if (!is_trustworthy (places[i]))
      continue;
    execv (places[i], argv);
    if (errno != ENOENT && errno != ENOTDIR)
      return pm_cli_refuse (PM_EXIT_FAILED, "%s: %s", places[i], g_strerror (errno));
  }
  return pm_cli_refuse (PM_EXIT_FAILED,
                        "the program with all commands is missing: neither %s nor %s is there; "
                        "install both (docs/OPERATIONS.md)",
                        built, installed);
}

/* --- a registry on a server --- */

#define OWN_WORDS "/proc/self/cmdline"

/* Each ends with a NUL: proc(5). */
static GPtrArray *
own_words (void)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *bytes = NULL;
  gsize size = 0;
  g_file_get_contents (OWN_WORDS, &bytes, &size, NULL);
  for (gsize at = 0; at < size; at += strlen (bytes + at) + 1)
    g_ptr_array_add (words, g_strdup (bytes + at));
  g_ptr_array_add (words, NULL);
  return words;
}

/* In place of the library's, so that libpq is not loaded: nothing has been said yet when a registry
 * is opened, and the other program begins from the start. */
PmRegistry *
pm_postgres_open (const PmRegistryOptions *options, GError **error)
{
  g_autoptr (GPtrArray) words = own_words ();
  become_all ((char **) words->pdata);
  g_set_error_literal (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_IO,
                       "only the program with all commands can use a registry on a server");
  return NULL;
}

/* --- what is run here --- */

/* Recovery reads projects and writes files: that is for the other one. */
static gboolean
open_at_once (PmCli *cli)
{
  GError *error = NULL;
  if (pm_context_needs_recovery (cli->state_dir)) {
    become_all (cli->words);
    return FALSE;
  }
  g_autoptr (PmConfig) config = pm_config_load (cli->config_file, &error);
  cli->context = config == NULL ? NULL : pm_context_join (cli->state_dir, config, &error);
  if (cli->context == NULL)
    pm_cli_fail (PM_EXIT_FAILED, error);
  return cli->context != NULL;
}

int
main (int argc, char *argv[])
{
  static const PmCommand *const commands[] = {
      &pm_command_port, &pm_command_lease, &pm_command_leases, &pm_command_release, NULL,
  };
  static const PmProgram program = {
      .commands = commands, .open = open_at_once, .elsewhere = become_all};
  return pm_cli_main (&program, argc, argv);
}
