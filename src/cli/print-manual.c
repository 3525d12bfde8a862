/* Writes all manual pages, while the program is built.
 *
 * usage: print-manual MAN1 MAN5 DATE     both folders are made anew */

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/manual.h"

static void
stop (const char *what, const char *why)
{
  g_printerr ("print-manual: %s: %s\n", what, why);
  exit (1);
}

/* A page of a command that is no more must not stay, and a folder's time is what Ninja looks at. */
static void
make_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *page = g_build_filename (path, name, NULL);
    if (g_unlink (page) < 0)
      stop (page, g_strerror (errno));
  }
  if (g_mkdir_with_parents (path, 0755) < 0)
    stop (path, g_strerror (errno));
}

static void
write_page (const char *folder, const char *name, const GString *page)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  if (!g_file_set_contents (path, page->str, (gssize) page->len, &error))
    stop (path, error->message);
}

int
main (int argc, char *argv[])
{
  if (argc != 4)
    stop ("usage", "print-manual MAN1 MAN5 DATE");
  PmManual manual = {PM_VERSION, argv[3]};
  make_folder (argv[1]);
  make_folder (argv[2]);
  g_autoptr (GString) page = g_string_new (NULL);
  pm_manual_of_program (page, &manual, pm_commands ());
  write_page (argv[1], "port-manager.1", page);
  for (const PmCommand *const *command = pm_commands (); *command != NULL; command++) {
    g_autofree char *name = g_strdup_printf ("port-manager-%s.1", (*command)->name);
    g_string_truncate (page, 0);
    pm_manual_of_command (page, &manual, *command);
    write_page (argv[1], name, page);
  }
  g_string_truncate (page, 0);
  pm_manual_of_configuration (page, &manual);
  write_page (argv[2], "port-manager.toml.5", page);
  return 0;
}
