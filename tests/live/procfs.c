#include "procfs.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

void
proc_clear (Proc *proc)
{
  g_autofree char *command = g_strdup_printf ("rm -r %s", proc->path);
  g_assert_cmpint (system (command), ==, 0);
  g_free (proc->path);
}

Proc
proc_new (void)
{
  GError *error = NULL;
  Proc proc = {g_dir_make_tmp ("pm-proc-XXXXXX", &error)};
  g_assert_no_error (error);
  return proc;
}

void
add_descriptor (const Proc *proc, int pid, int fd, const char *target)
{
  g_autofree char *folder = g_strdup_printf ("%s/%d/fd", proc->path, pid);
  g_autofree char *link = g_strdup_printf ("%s/%d", folder, fd);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (symlink (target, link), ==, 0);
}

void
add_file (const Proc *proc, int pid, const char *name, const char *content, gssize length)
{
  g_autofree char *path = g_strdup_printf ("%s/%d/%s", proc->path, pid, name);
  g_autofree char *folder = g_path_get_dirname (path);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, content, length, NULL));
}
