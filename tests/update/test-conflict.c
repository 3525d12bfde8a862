/* Two who write at once: other programs that save files, and other transactions. */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rig.h"

static const char *const one[] = {"a/.env", NULL};

static PmTransaction *
prepared (Rig *rig)
{
  rig_init (rig, NULL);
  rig_write (rig, "a/.env", "A=" RIG_OLD "\n");
  rig_write (rig, "b/.env", "B=" RIG_OLD "\n");
  PmTransaction *transaction = rig_begin (rig, pm_fs_real (), NULL);
  rig_add (rig, transaction, "a/.env", RIG_OLD, RIG_NEW);
  rig_add (rig, transaction, "b/.env", RIG_OLD, RIG_NEW);
  g_assert_true (pm_transaction_prepare (transaction, NULL));
  return transaction;
}

static void
expect_conflict (Rig *rig, PmTransaction *transaction)
{
  g_autoptr (GError) error = NULL;
  g_assert_false (pm_transaction_commit (transaction, NULL, &error));
  g_assert_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_CONFLICT);
  g_assert_cmpint (pm_transaction_outcome (transaction), ==, PM_OUTCOME_REFUSED);
  rig_expect (rig, "a/.env", "A=" RIG_OLD "\n");
  rig_expect_no_leftovers (rig);
}

static void
keeps_a_save_by_rename (void)
{
  g_auto (Rig) rig = {0};
  g_autoptr (PmTransaction) transaction = prepared (&rig);
  g_autofree char *from = rig_path (&rig, "b/save"), *to = rig_path (&rig, "b/.env");
  rig_write (&rig, "b/save", "B=theirs\n");
  g_assert_cmpint (rename (from, to), ==, 0);
  expect_conflict (&rig, transaction);
  rig_expect (&rig, "b/.env", "B=theirs\n");
}

static void
keeps_a_save_in_place (void)
{
  g_auto (Rig) rig = {0};
  g_autoptr (PmTransaction) transaction = prepared (&rig);
  rig_write (&rig, "b/.env", "B=" RIG_OLD "!");
  expect_conflict (&rig, transaction);
  rig_expect (&rig, "b/.env", "B=" RIG_OLD "!");
}

static void
refuses_a_file_that_is_open_for_writing (void)
{
  g_auto (Rig) rig = {0};
  g_autoptr (PmTransaction) transaction = prepared (&rig);
  g_autofree char *path = rig_path (&rig, "b/.env");
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  expect_conflict (&rig, transaction);
  g_assert_cmpint (write (fd, "saved", 5), ==, 5);
  close (fd);
  g_autofree char *content = rig_read (&rig, "b/.env");
  g_assert_true (g_str_has_prefix (content, "saved"));
}

static gboolean
save_and_refuse (const PmTransactionChange *change, gpointer user, GError **error)
{
  rig_write (user, "b/.env", "# mine\nB=" RIG_NEW "\nC=1\n");
  return FALSE;
}

static void
takes_only_its_bytes_out_of_a_later_save (void)
{
  g_auto (Rig) rig = {0};
  g_autoptr (PmTransaction) transaction = prepared (&rig);
  PmTransactionCalls calls = {&rig, save_and_refuse, NULL};
  g_autoptr (GError) error = NULL;
  g_assert_false (pm_transaction_commit (transaction, &calls, &error));
  g_assert_cmpint (pm_transaction_outcome (transaction), ==, PM_OUTCOME_VERIFICATION);
  rig_expect (&rig, "a/.env", "A=" RIG_OLD "\n");
  rig_expect (&rig, "b/.env", "# mine\nB=" RIG_OLD "\nC=1\n");
  rig_expect_no_leftovers (&rig);
}

static gboolean
garble_and_refuse (const PmTransactionChange *change, gpointer user, GError **error)
{
  rig_write (user, "b/.env", "all new\n");
  return FALSE;
}

static void
names_a_file_that_it_must_leave (void)
{
  g_auto (Rig) rig = {0};
  g_autoptr (PmTransaction) transaction = prepared (&rig);
  PmTransactionCalls calls = {&rig, garble_and_refuse, NULL};
  g_assert_false (pm_transaction_commit (transaction, &calls, NULL));
  g_assert_cmpint (pm_transaction_outcome (transaction), ==, PM_OUTCOME_ROLLED_BACK_EXCEPT);
  g_assert_cmpint (pm_outcome_exit_status (pm_transaction_outcome (transaction)), ==, 6);
  g_assert_cmpuint (pm_transaction_notes (transaction)->len, ==, 1);
  const PmFileNote *note = g_ptr_array_index (pm_transaction_notes (transaction), 0);
  g_assert_true (g_str_has_suffix (note->path, "/b/.env"));
  rig_expect (&rig, "a/.env", "A=" RIG_OLD "\n");
  rig_expect (&rig, "b/.env", "all new\n");
}

static void
tells_who_holds_the_lock (void)
{
  g_auto (Rig) rig = {0};
  int ready[2];
  char byte;
  rig_init (&rig, NULL);
  g_assert_cmpint (pipe (ready), ==, 0);
  pid_t child = fork ();
  if (child == 0) {
    PmTransaction *transaction = rig_begin (&rig, pm_fs_real (), NULL);
    _exit (transaction == NULL || write (ready[1], "x", 1) != 1 || pause () == 0);
  }
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);

  g_autoptr (GError) state_error = NULL, root_error = NULL;
  g_autofree char *pid = g_strdup_printf ("process %d ", child);
  g_assert_null (rig_begin (&rig, pm_fs_real (), &state_error));
  g_assert_error (state_error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_LOCKED);
  g_assert_nonnull (strstr (state_error->message, pid));

  char *state = rig.state;
  rig.state = g_build_filename (rig.base, "other-state", NULL);
  g_assert_null (rig_begin (&rig, pm_fs_real (), &root_error));
  g_assert_error (root_error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_LOCKED);
  g_assert_nonnull (strstr (root_error->message, pid));
  g_free (rig.state);
  rig.state = state;

  kill (child, SIGKILL);
  waitpid (child, NULL, 0);
  close (ready[0]);
  close (ready[1]);
  g_autoptr (PmTransaction) after = rig_begin (&rig, pm_fs_real (), NULL);
  g_assert_nonnull (after);
}

static void
locks_roots_inside_of_roots (void)
{
  g_auto (Rig) rig = {0};
  g_autoptr (GError) error = NULL;
  rig_init (&rig, NULL);
  rig_write (&rig, "inner/.env", "x");
  g_autoptr (PmTransaction) outer = rig_begin (&rig, pm_fs_real (), NULL);
  g_assert_nonnull (outer);
  g_autofree char *inner = rig_path (&rig, "inner");
  g_autofree char *state = g_build_filename (rig.base, "other-state", NULL);
  const char *roots[] = {inner, NULL};
  PmTransactionOptions options = {.state_directory = state, .roots = roots, .lock_wait_ms = 20};
  g_assert_null (pm_transaction_begin (pm_fs_real (), &options, &error));
  g_assert_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_LOCKED);
}

static void
writes_mounted_files_in_place (void)
{
  g_auto (Rig) rig = {0};
  struct stat before, after;
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", "A=" RIG_OLD "\n");
  rig_write (&rig, "../mounted", "");
  g_autofree char *source = rig_path (&rig, "a/.env"), *point = rig_path (&rig, "../mounted");
  if (unshare (CLONE_NEWNS) != 0 || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
      mount (source, point, NULL, MS_BIND, NULL) != 0) {
    g_test_skip ("not allowed to mount here");
    return;
  }
  g_assert_cmpint (stat (source, &before), ==, 0);
  g_assert_cmpint (rig_replace (&rig, pm_fs_real (), one, RIG_OLD, RIG_NEW, NULL, NULL), ==, 0);
  g_assert_cmpint (stat (source, &after), ==, 0);
  g_assert_cmpuint (after.st_ino, ==, before.st_ino);
  rig_expect (&rig, "../mounted", "A=" RIG_NEW "\n");
  umount (point);
}

/* A sentence about /r/.env.local says nothing of /r/.env. */
static void
one_name_that_begins_like_another_is_not_told (void)
{
  g_autoptr (GPtrArray) notes = pm_file_notes_new ();
  pm_file_notes_add (notes, "/r/.env", "is open");
  pm_file_notes_add (notes, "/r/.env.local", "is open");
  g_assert_false (pm_file_note_is_told (g_ptr_array_index (notes, 0), "/r/.env.local: is open"));
  g_assert_true (pm_file_note_is_told (g_ptr_array_index (notes, 1), "/r/.env.local: is open"));
  g_autofree char *others = pm_file_notes_describe_others (notes, "/r/.env.local: is open");
  g_assert_cmpstr (others, ==, "/r/.env: is open");
}

#define ADD(name, function) g_test_add_func ("/update/conflict/" name, function)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("keeps-a-save-by-rename", keeps_a_save_by_rename);
  ADD ("keeps-a-save-in-place", keeps_a_save_in_place);
  ADD ("refuses-a-file-that-is-open-for-writing", refuses_a_file_that_is_open_for_writing);
  ADD ("takes-only-its-bytes-out-of-a-later-save", takes_only_its_bytes_out_of_a_later_save);
  ADD ("names-a-file-that-it-must-leave", names_a_file_that_it_must_leave);
  ADD ("one-name-that-begins-like-another-is-not-told",
       one_name_that_begins_like_another_is_not_told);
  ADD ("tells-who-holds-the-lock", tells_who_holds_the_lock);
  ADD ("locks-roots-inside-of-roots", locks_roots_inside_of_roots);
  ADD ("writes-mounted-files-in-place", writes_mounted_files_in_place);
  return g_test_run ();
}
