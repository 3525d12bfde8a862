/* A file system of 64 KiB (tmpfs, in a mount namespace of our own), nearly full, full from the
 * start, or filled up by somebody between our look and our write. */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fault-fs.h"
#include "rig.h"

#define FILES 6

static gboolean
mount_small (Rig *rig, const char *path, const char *options)
{
  if (unshare (CLONE_NEWNS) != 0 || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
    return FALSE;
  g_mkdir (path, 0755);
  return mount ("tmpfs", path, "tmpfs", 0, options) == 0;
}

static void
fill (Rig *rig, const char *directory)
{
  static const char block[1024];
  g_autofree char *path = g_build_filename (directory, "junk", NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  while (write (fd, block, sizeof block) > 0)
    continue;
  close (fd);
}

static void
expect_all (Rig *rig, guint count, gboolean are_old)
{
  guint old_count, new_count;
  rig_count (rig, count, &old_count, &new_count);
  g_assert_cmpuint (are_old ? old_count : new_count, ==, count);
  rig_expect_no_leftovers (rig);
}

static void
refuses_a_full_disk_before_writing (void)
{
  g_auto (Rig) rig = {0};
  g_autoptr (GError) error = NULL;
  rig_init (&rig, NULL);
  if (!mount_small (&rig, rig.root, "size=64k")) {
    g_test_skip ("not allowed to mount here");
    return;
  }
  rig_make_files (&rig, FILES);
  fill (&rig, rig.root);
  g_assert_cmpint (rig_replace_all (&rig, pm_fs_real (), FILES, &error), ==, PM_OUTCOME_REFUSED);
  g_assert_nonnull (strstr (error->message, "no space"));
  expect_all (&rig, FILES, TRUE);
  umount (rig.root);
}

typedef struct {
  Rig *rig;
  const char *directory;
  const char *operation; /* fill before the nth of it, counted from the first fstatfs */
  guint nth;
  guint seen;
  gboolean was_asked;
} Filler;

static void
fill_late (const char *operation, gpointer user)
{
  Filler *filler = user;
  filler->was_asked = filler->was_asked || g_str_equal (operation, "fstatfs");
  if (filler->was_asked && g_str_equal (operation, filler->operation) &&
      ++filler->seen == filler->nth)
    fill (filler->rig, filler->directory);
}

static void
fill_during (const char *place, const char *operation, guint nth)
{
  g_auto (Rig) rig = {0};
  FaultFs fault;
  guint old_count, new_count;
  rig_init (&rig, NULL);
  char *directory = g_str_equal (place, "root") ? rig.root : rig.state;
  if (!mount_small (&rig, directory, "size=64k")) {
    g_test_skip ("not allowed to mount here");
    return;
  }
  rig_make_files (&rig, FILES);
  Filler filler = {&rig, directory, operation, nth, 0, FALSE};
  fault_fs_init (&fault);
  fault.kind = FAULT_CALL;
  fault.on_call = fill_late;
  fault.user = &filler;
  PmOutcome outcome = rig_replace_all (&rig, &fault.fs, FILES, NULL);
  g_autofree char *junk = g_build_filename (directory, "junk", NULL);
  rig_count (&rig, FILES, &old_count, &new_count);
  g_assert_cmpuint (outcome == PM_OUTCOME_COMMITTED ? new_count : old_count, ==, FILES);
  g_unlink (junk);
  rig_recover (&rig);
  expect_all (&rig, FILES, outcome != PM_OUTCOME_COMMITTED);
  umount (directory);
}

static void
survives_a_disk_that_fills_up (void)
{
  static const char *const operations[] = {"pwrite", "openat2", "fsync", "renameat2", "syncfs"};
  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    for (guint nth = 1; nth <= 12; nth++) {
      fill_during ("root", operations[i], nth);
      fill_during ("state", operations[i], nth);
    }
}

static void
control_catches_truncation (void)
{
  g_auto (Rig) rig = {0};
  rig_init (&rig, NULL);
  if (!mount_small (&rig, rig.root, "size=64k")) {
    g_test_skip ("not allowed to mount here");
    return;
  }
  rig_make_files (&rig, 1);
  fill (&rig, rig.root);
  g_autofree char *path = rig_path (&rig, "0/.env");
  char text[8192];
  memset (text, 'x', sizeof text);
  int fd = open (path, O_WRONLY | O_TRUNC | O_CLOEXEC);
  ssize_t written = write (fd, text, sizeof text);
  close (fd);
  guint old_count, new_count;
  rig_count (&rig, 1, &old_count, &new_count);
  g_assert_cmpint (written, <, (ssize_t) sizeof text);
  g_assert_cmpuint (old_count, ==, 0);
  umount (rig.root);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crash/disk-full/refuses-before-writing", refuses_a_full_disk_before_writing);
  g_test_add_func ("/crash/disk-full/survives-a-disk-that-fills-up", survives_a_disk_that_fills_up);
  g_test_add_func ("/crash/disk-full/control-catches-truncation", control_catches_truncation);
  return g_test_run ();
}
