/* DESIGN
 * Others at work in the same files while transactions run: an editor that saves in a loop, by
 * rename and in place, and an attacker who swaps a directory for a symlink that leads outside. A
 * save is lost when, after an apply, the file holds an older one than the editor had finished
 * before. Each exchange is delayed a little, so that saves fall into the gap that matters.
 *
 * PM_CRASH_FULL=1: 10,000 applies, 100,000 swaps.
 *
 * Controls: what a careful shell script does in place of a transaction. */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault-fs.h"
#include "rig.h"

static guint
rounds (guint bounded, guint full)
{
  return g_getenv ("PM_CRASH_FULL") != NULL ? full : bounded;
}

static const char *
fast_directory (void)
{
  return g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR) ? "/dev/shm" : NULL;
}

static void
delay_exchanges (const char *operation, gpointer user)
{
  if (g_str_equal (operation, "renameat2"))
    g_usleep (200);
}

static void
stop (pid_t child)
{
  kill (child, SIGKILL);
  waitpid (child, NULL, 0);
}

/* --- the editor --- */

typedef struct {
  volatile guint saved; /* the last save that is finished */
} Shared;

static void
save (const char *path, const char *beside, guint number, gboolean in_place)
{
  char text[256];
  const char *address = number % 3 == 0 ? RIG_NEW : RIG_OLD;
  int length = g_snprintf (text, sizeof text, "A=%s\nB=%s\nsaved=%u.\n", address, address, number);
  int fd = open (in_place ? path : beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0 || write (fd, text, (size_t) length) != length || close (fd) != 0 ||
      (!in_place && rename (beside, path) != 0))
    _exit (1);
}

static pid_t
start_editor (Rig *rig, Shared *shared, gboolean in_place)
{
  g_autofree char *path = rig_path (rig, "b/.env"), *beside = rig_path (rig, "b/.env.swp");
  guint32 seed = (guint32) g_test_rand_int ();
  pid_t child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child != 0)
    return child;
  g_autoptr (GRand) pauses = g_rand_new_with_seed (seed);
  for (guint number = 1;; number++) {
    save (path, beside, number, in_place);
    shared->saved = number;
    g_usleep ((gulong) g_rand_int_range (pauses, 0, 2500));
  }
}

/* The number of the save that the file holds; waits while an editor is in the middle of one. */
static guint
number_in (Rig *rig)
{
  for (;;) {
    guint number;
    g_autofree char *content = rig_read (rig, "b/.env");
    const char *at = strstr (content, "saved=");
    if (at != NULL && strchr (at, '.') != NULL && sscanf (at, "saved=%u", &number) == 1)
      return number;
    g_usleep (100);
  }
}

static void
apply (Rig *rig, const PmFs *fs, guint *outcomes)
{
  const char *const paths[] = {"a/.env", "b/.env", "c/.env"};
  g_autoptr (GError) error = NULL;
  g_autoptr (PmTransaction) transaction = rig_begin (rig, fs, &error);
  g_assert_no_error (error);
  g_autofree char *a = rig_read (rig, "a/.env");
  gboolean forth = strstr (a, RIG_OLD) != NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    rig_add (rig, transaction, paths[i], forth ? RIG_OLD : RIG_NEW, forth ? RIG_NEW : RIG_OLD);
  if (pm_transaction_prepare (transaction, NULL))
    pm_transaction_commit (transaction, NULL, NULL);
  PmOutcome outcome = pm_transaction_outcome (transaction);
  outcomes[outcome]++;
}

/* Reads, thinks, writes beside, renames. */
static void
apply_by_rename (Rig *rig, const PmFs *fs, guint *outcomes)
{
  const char *const paths[] = {"a/.env", "b/.env", "c/.env"};
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autofree char *content = rig_read (rig, paths[i]), *path = rig_path (rig, paths[i]);
    g_autofree char *beside = g_strconcat (path, ".tmp", NULL);
    gboolean forth = strstr (content, RIG_OLD) != NULL;
    g_auto (GStrv) parts = g_strsplit (content, forth ? RIG_OLD : RIG_NEW, -1);
    g_autofree char *text = g_strjoinv (forth ? RIG_NEW : RIG_OLD, parts);
    g_usleep (200);
    g_assert_true (
        g_file_set_contents_full (beside, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
    g_assert_cmpint (rename (beside, path), ==, 0);
  }
  outcomes[PM_OUTCOME_COMMITTED]++;
}

typedef void (*Apply) (Rig *rig, const PmFs *fs, guint *outcomes);

/* How many saves were lost in so many applies; a control stops at the first. */
static guint
race (gboolean in_place, Apply once, FaultFs *fault, guint applies)
{
  g_auto (Rig) rig = {0};
  guint lost = 0, outcomes[PM_OUTCOME_ROLLED_BACK_EXCEPT + 1] = {0}, i;
  Shared *shared =
      mmap (NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  rig_init (&rig, fast_directory ());
  rig_write (&rig, "a/.env", "A=" RIG_OLD "\n");
  rig_write (&rig, "b/.env", "A=" RIG_OLD "\nsaved=0.\n");
  rig_write (&rig, "c/.env", "A=" RIG_OLD "\n");
  fault->kind = FAULT_CALL;
  fault->on_call = delay_exchanges;
  pid_t editor = start_editor (&rig, shared, in_place);
  gboolean is_control = once != apply;
  for (i = 0; i < applies && !(is_control && lost > 0); i++) {
    once (&rig, &fault->fs, outcomes);
    guint finished = shared->saved;
    lost += number_in (&rig) < finished;
    g_autofree char *a = rig_read (&rig, "a/.env"), *c = rig_read (&rig, "c/.env");
    g_assert_cmpstr (a, ==, c);
  }
  guint saves = shared->saved;
  stop (editor);
  munmap (shared, sizeof *shared);
  g_test_message ("%seditor %s: %u applies (%u committed, %u refused, %u rolled back but for its "
                  "file, %u failed), %u saves, %u lost",
                  is_control ? "control by plain rename, " : "",
                  in_place ? "in place" : "by rename", i, outcomes[PM_OUTCOME_COMMITTED],
                  outcomes[PM_OUTCOME_REFUSED], outcomes[PM_OUTCOME_ROLLED_BACK_EXCEPT],
                  outcomes[PM_OUTCOME_FAILED], saves, lost);
  rig_expect_no_leftovers (&rig);
  return lost;
}

static void
loses_no_save_by_rename (void)
{
  FaultFs fault;
  fault_fs_init (&fault);
  g_assert_cmpuint (race (FALSE, apply, &fault, rounds (300, 10000)), ==, 0);
}

static void
loses_no_save_in_place (void)
{
  FaultFs fault;
  fault_fs_init (&fault);
  g_assert_cmpuint (race (TRUE, apply, &fault, rounds (300, 10000)), ==, 0);
}

static void
control_catches_lost_saves (void)
{
  FaultFs fault;
  fault_fs_init (&fault);
  g_assert_cmpuint (race (FALSE, apply_by_rename, &fault, 100000), >, 0);
  g_assert_cmpuint (race (TRUE, apply_by_rename, &fault, 100000), >, 0);
}

/* --- the swapper --- */

static pid_t
start_swapper (Rig *rig)
{
  g_autofree char *directory = rig_path (rig, "d"), *link = rig_path (rig, "link");
  pid_t child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child != 0)
    return child;
  for (guint i = 0;; i++) {
    if (renameat2 (AT_FDCWD, directory, AT_FDCWD, link, RENAME_EXCHANGE) != 0)
      _exit (1);
    g_usleep (i % 4 * 40);
  }
}

static void
apply_once (Rig *rig)
{
  g_autofree char *path = rig_path (rig, "d/.env");
  g_autofree char *content = NULL;
  g_autoptr (PmTransaction) transaction = rig_begin (rig, pm_fs_real (), NULL);
  if (transaction == NULL) {
    rig_recover (rig);
    return;
  }
  if (!g_file_get_contents (path, &content, NULL, NULL))
    return;
  PmTransactionEdit edit = {
      {2, 3}, (const char[]){content[2], 0}, content[2] == '1' ? "2" : "1", 1};
  PmTransactionFile file = {
      rig->root, "d/.env", strlen (content), pm_digest_of (content, strlen (content)), &edit,
      1,         FALSE};
  pm_transaction_add (transaction, &file);
  if (pm_transaction_prepare (transaction, NULL))
    pm_transaction_commit (transaction, NULL, NULL);
}

/* What a careful shell script does: look, then write beside, then rename. */
static void
apply_naively (Rig *rig)
{
  g_autofree char *directory = rig_path (rig, "d"), *path = rig_path (rig, "d/.env");
  g_autofree char *beside = rig_path (rig, "d/.env.tmp");
  struct stat status;
  if (lstat (directory, &status) != 0 || !S_ISDIR (status.st_mode))
    return;
  FILE *file = fopen (beside, "w");
  if (file == NULL)
    return;
  fputs ("A=2\n", file);
  fclose (file);
  rename (beside, path);
}

/* Every transaction looks through the names of those before it: a hundred thousand of them are not
 * what is tried here. */
static void
forget_journals (Rig *rig)
{
  g_autofree char *directory = g_build_filename (rig->state, "transactions", NULL);
  g_autoptr (GDir) journals = g_dir_open (directory, 0, NULL);
  const char *name;
  while (journals != NULL && (name = g_dir_read_name (journals)) != NULL) {
    g_autofree char *path = g_build_filename (directory, name, NULL);
    if (g_str_has_suffix (name, ".done"))
      g_unlink (path);
  }
}

/* Whether anything outside of the root was touched. */
static gboolean
race_swapper (void (*once) (Rig *rig), guint tries, gboolean until_touched)
{
  g_auto (Rig) rig = {0};
  struct stat before, after, directory_before, directory_after;
  gboolean is_touched = FALSE;
  guint i;
  rig_init (&rig, fast_directory ());
  rig_write (&rig, "d/.env", "A=1\n");
  rig_write (&rig, "../outside/.env", "A=1\n");
  g_autofree char *link = rig_path (&rig, "link"), *outside = rig_path (&rig, "../outside");
  g_autofree char *file = rig_path (&rig, "../outside/.env");
  g_assert_cmpint (symlink ("../outside", link), ==, 0);
  g_assert_cmpint (stat (file, &before), ==, 0);
  g_assert_cmpint (stat (outside, &directory_before), ==, 0);
  pid_t swapper = start_swapper (&rig);
  for (i = 0; i < tries && !(until_touched && is_touched); i++) {
    once (&rig);
    if (i % 256 == 255)
      forget_journals (&rig);
    g_assert_cmpint (stat (outside, &directory_after), ==, 0);
    is_touched = is_touched || stat (file, &after) != 0 || before.st_ino != after.st_ino ||
                 memcmp (&before.st_ctim, &after.st_ctim, sizeof before.st_ctim) != 0 ||
                 memcmp (&directory_before.st_mtim, &directory_after.st_mtim,
                         sizeof directory_before.st_mtim) != 0;
  }
  stop (swapper);
  g_test_message ("symlink swapper: %u tries, outside %s", i,
                  is_touched ? "was touched" : "untouched");
  return is_touched;
}

static void
never_leaves_the_root (void)
{
  g_assert_false (race_swapper (apply_once, rounds (1000, 100000), FALSE));
}

static void
control_catches_a_naive_writer (void)
{
  g_assert_true (race_swapper (apply_naively, 100000, TRUE));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crash/editor/loses-no-save-by-rename", loses_no_save_by_rename);
  g_test_add_func ("/crash/editor/loses-no-save-in-place", loses_no_save_in_place);
  g_test_add_func ("/crash/editor/control-catches-lost-saves", control_catches_lost_saves);
  g_test_add_func ("/crash/swapper/never-leaves-the-root", never_leaves_the_root);
  g_test_add_func ("/crash/swapper/control-catches-a-naive-writer", control_catches_a_naive_writer);
  return g_test_run ();
}
