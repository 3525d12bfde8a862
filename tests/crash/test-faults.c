/* DESIGN
 * The same small transaction again and again, each time with a fault at the next call of the table,
 * until a run is over before the fault comes. After each: all old or all new, what the program said
 * is what is there, and recovery ends it. Every fault is met both in applying and in recovering.
 *
 * PM_CRASH_FULL=1 runs all of it (script/crash-test); otherwise a bounded part. Children do the
 * work, so that the parent outlives a kill. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault-fs.h"
#include "rig.h"

#define RAN_OUT 99 /* the exit status of a child whose fault never came */

static gboolean
is_full (void)
{
  return g_getenv ("PM_CRASH_FULL") != NULL;
}

static void
make (Rig *rig, guint count, gboolean with_hard_link)
{
  /* Kills and errors need no disk. */
  rig_init (rig, g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR) ? "/dev/shm" : NULL);
  rig_make_files (rig, count);
  if (!with_hard_link)
    return;
  g_autofree char *path = rig_path (rig, "1/.env"),
                  *other = g_build_filename (rig->base, "x", NULL);
  g_assert_cmpint (link (path, other), ==, 0);
}

typedef PmOutcome (*Apply) (Rig *rig, const PmFs *fs, guint count, GError **error);

/* Runs the transaction in a child with this fault. Returns its wait status. */
static int
run_in_child (Rig *rig, FaultFs *fault, guint count, Apply apply)
{
  pid_t child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    PmOutcome outcome = apply (rig, &fault->fs, count, NULL);
    _exit (fault->calls < fault->at ? RAN_OUT : pm_outcome_exit_status (outcome));
  }
  int status;
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  return status;
}

static int
apply_in_child (Rig *rig, FaultFs *fault, guint count)
{
  return run_in_child (rig, fault, count, rig_replace_all);
}

static int
recover_in_child (Rig *rig, FaultFs *fault)
{
  pid_t child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    PmTransactionCalls calls = rig_calls (rig);
    GPtrArray *recovered;
    gboolean is_done = pm_recover (&fault->fs, rig->state, 50, &calls, &recovered, NULL);
    _exit (fault->calls < fault->at ? RAN_OUT : is_done ? 0 : 3);
  }
  int status;
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  return status;
}

/* All old or all new; returns TRUE for new. FALSE in ret_is_mixed otherwise. */
static gboolean
is_new (Rig *rig, guint count, gboolean *ret_is_mixed)
{
  guint old_count, new_count;
  rig_count (rig, count, &old_count, &new_count);
  *ret_is_mixed = old_count != count && new_count != count;
  return new_count == count;
}

static void
expect_ended (Rig *rig, guint count, gboolean must_be_new)
{
  gboolean is_mixed, is_it_new;
  rig_recover (rig);
  is_it_new = is_new (rig, count, &is_mixed);
  g_assert_false (is_mixed);
  if (must_be_new)
    g_assert_true (is_it_new);
  rig_expect_no_leftovers (rig);
}

/* --- kills --- */

/* Recovery of one crash, killed at every call of its own. */
static guint
kill_recoveries (guint count, guint at, gboolean with_hard_link, guint stride)
{
  guint points = 0;
  for (guint inner = 1;; inner += stride) {
    g_auto (Rig) rig = {0};
    FaultFs fault;
    make (&rig, count, with_hard_link);
    fault_fs_init (&fault);
    fault.kind = FAULT_KILL;
    fault.at = at;
    apply_in_child (&rig, &fault, count);
    fault_fs_init (&fault);
    fault.kind = FAULT_KILL;
    fault.at = inner;
    int status = recover_in_child (&rig, &fault);
    expect_ended (&rig, count, FALSE);
    if (WIFEXITED (status))
      return points;
    points++;
  }
}

static void
kill_everywhere (guint count, gboolean with_hard_link, guint stride, guint recovery_stride)
{
  guint points = 0, in_recovery = 0, new_ends = 0;
  for (guint at = 1;; at += stride) {
    g_auto (Rig) rig = {0};
    FaultFs fault;
    gboolean is_mixed;
    make (&rig, count, with_hard_link);
    fault_fs_init (&fault);
    fault.kind = FAULT_KILL;
    fault.at = at;
    int status = apply_in_child (&rig, &fault, count);
    expect_ended (&rig, count, FALSE);
    new_ends += is_new (&rig, count, &is_mixed);
    if (WIFEXITED (status)) {
      g_assert_cmpint (WEXITSTATUS (status), ==, RAN_OUT);
      break;
    }
    points++;
    if (recovery_stride > 0 && at % recovery_stride == 0)
      in_recovery += kill_recoveries (count, at, with_hard_link, recovery_stride);
  }
  g_assert_cmpuint (new_ends, >, 1);
  g_test_message ("kill: %u files, %u points, %u of them ended new; %u points in recovery; 0 mixed",
                  count, points, new_ends - 1, in_recovery);
}

static void
survives_kills (void)
{
  if (is_full ()) {
    kill_everywhere (3, FALSE, 1, 1);
    kill_everywhere (3, TRUE, 1, 1);
    kill_everywhere (50, FALSE, 1, 41);
    kill_everywhere (500, FALSE, 13, 0);
  } else {
    kill_everywhere (3, FALSE, 1, 5);
    kill_everywhere (3, TRUE, 2, 9);
  }
}

static void
kill_control_catches_a_plain_rename (void)
{
  guint mixed = 0, points = 0;
  for (guint at = 1;; at++) {
    g_auto (Rig) rig = {0};
    FaultFs fault;
    gboolean is_mixed;
    make (&rig, 3, FALSE);
    fault_fs_init (&fault);
    fault.kind = FAULT_KILL;
    fault.at = at;
    fault.break_exchange = TRUE;
    int status = apply_in_child (&rig, &fault, 3);
    is_new (&rig, 3, &is_mixed); /* without recovery: is the crash in the middle seen at all? */
    mixed += is_mixed;
    points++;
    if (WIFEXITED (status))
      break;
  }
  g_test_message ("kill control (no journal used): %u mixed sets in %u points", mixed, points);
  g_assert_cmpuint (mixed, >, 0);
}

/* --- errors --- */

typedef struct {
  guint points, committed, stuck;
  guint false_successes, mixed;
} Errors;

/* What one run with an error left, before and after recovery. FALSE: the error never came. */
static gboolean
judge_error (Rig *rig, guint count, const FaultFs *fault, int status, Errors *errors)
{
  gboolean is_mixed, is_still_mixed;
  if (!WIFEXITED (status))
    g_error ("signal %d at call %u", WTERMSIG (status), fault->at);
  gboolean said_committed = WEXITSTATUS (status) == 0;
  gboolean was_new = is_new (rig, count, &is_mixed);
  rig_recover (rig);
  gboolean ended_new = is_new (rig, count, &is_still_mixed);
  gboolean must_be_new = said_committed || WEXITSTATUS (status) == RAN_OUT;
  errors->false_successes += must_be_new && !(was_new && ended_new);
  errors->mixed += is_still_mixed || rig_has_leftovers (rig);
  if (WEXITSTATUS (status) == RAN_OUT)
    return FALSE;
  /* Said to have failed, seen to be old, and new after all. */
  if (!said_committed && fault->kind == FAULT_ERROR && fault->error != EINTR)
    errors->false_successes += ended_new && !was_new;
  errors->stuck += is_mixed || (was_new && !said_committed);
  errors->committed += said_committed;
  errors->points++;
  return TRUE;
}

/* Files of which one has a hard link, or many without. */
static Errors
fail_everywhere (guint count, int error, FaultKind kind, guint stride, Apply apply)
{
  Errors errors = {0};
  for (guint at = 1;; at += stride) {
    g_auto (Rig) rig = {0};
    FaultFs fault;
    make (&rig, count, count == 3);
    fault_fs_init (&fault);
    fault.kind = kind;
    fault.at = at;
    fault.error = error;
    int status = run_in_child (&rig, &fault, count, apply);
    if (!judge_error (&rig, count, &fault, status, &errors))
      break;
  }
  g_test_message ("error %s %s: %u files, %u points, %u committed all the same, %u left to "
                  "recovery; %u mixed, %u false successes",
                  g_strerror (error), kind == FAULT_ERROR ? "once" : "for ever", count,
                  errors.points, errors.committed, errors.stuck, errors.mixed,
                  errors.false_successes);
  return errors;
}

static void
expect_none_wrong (guint count, int error, FaultKind kind, guint stride)
{
  Errors errors = fail_everywhere (count, error, kind, stride, rig_replace_all);
  g_assert_cmpuint (errors.mixed, ==, 0);
  g_assert_cmpuint (errors.false_successes, ==, 0);
}

static void
survives_errors (void)
{
  static const int errors[] = {EIO, ENOSPC, EACCES, EINTR};
  guint stride = is_full () ? 1 : 7;
  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++) {
    expect_none_wrong (3, errors[i], FAULT_ERROR, stride);
    expect_none_wrong (3, errors[i], FAULT_ERROR_FOREVER, stride);
    if (!is_full ())
      continue;
    expect_none_wrong (50, errors[i], FAULT_ERROR, 7);
    expect_none_wrong (50, errors[i], FAULT_ERROR_FOREVER, 7);
  }
}

/* Writes each file beside itself and renames, as many programs do: stops at the first error, and
 * takes the data's fsync for a formality. */
static PmOutcome
replace_all_naively (Rig *rig, const PmFs *fs, guint count, GError **error)
{
  for (guint i = 0; i < count; i++) {
    g_autofree char *relative = g_strdup_printf ("%u/.env", i);
    g_autofree char *path = rig_path (rig, relative), *beside = g_strconcat (path, ".tmp", NULL);
    g_autofree char *content = rig_read (rig, relative);
    g_auto (GStrv) parts = g_strsplit (content, RIG_OLD, -1);
    g_autofree char *text = g_strjoinv (RIG_NEW, parts);
    g_auto (PmFile) file = PM_FILE_NONE (fs);
    file.fd = PM_FS (fs, openat2, AT_FDCWD, beside, O_WRONLY | O_CREAT | O_TRUNC, 0644, 0);
    if (file.fd < 0)
      return PM_OUTCOME_FAILED;
    PM_FS (fs, pwrite, file.fd, text, strlen (text), 0);
    PM_FS (fs, fsync, file.fd);
    if (PM_FS (fs, renameat2, AT_FDCWD, beside, AT_FDCWD, path, 0) < 0)
      return PM_OUTCOME_FAILED;
  }
  return PM_OUTCOME_COMMITTED;
}

static void
error_control_catches_a_naive_writer (void)
{
  Errors errors = fail_everywhere (3, EIO, FAULT_ERROR, 1, replace_all_naively);
  g_assert_cmpuint (errors.mixed, >, 0);
  g_assert_cmpuint (errors.false_successes, >, 0);
}

static void
carries_on_after_one_interruption (void)
{
  for (guint at = 1;; at += 3) {
    g_auto (Rig) rig = {0};
    FaultFs fault;
    make (&rig, 3, TRUE);
    fault_fs_init (&fault);
    fault.kind = FAULT_ERROR;
    fault.at = at;
    fault.error = EINTR;
    int status = apply_in_child (&rig, &fault, 3);
    if (WEXITSTATUS (status) == RAN_OUT)
      return;
    if (WEXITSTATUS (status) != 0) /* path_of and list are not system calls that can be repeated */
      expect_ended (&rig, 3, FALSE);
    else
      expect_ended (&rig, 3, TRUE);
  }
}

static void
finishes_short_writes (void)
{
  g_auto (Rig) rig = {0};
  FaultFs fault;
  make (&rig, 3, TRUE);
  fault_fs_init (&fault);
  fault.short_writes = TRUE;
  g_assert_cmpint (rig_replace_all (&rig, &fault.fs, 3, NULL), ==, PM_OUTCOME_COMMITTED);
  expect_ended (&rig, 3, TRUE);
}

static void
survives_kills_between_short_writes (void)
{
  guint points = 0, stride = is_full () ? 1 : 11;
  for (guint at = 1;; at += stride) {
    g_auto (Rig) rig = {0};
    FaultFs fault;
    make (&rig, 2, TRUE);
    fault_fs_init (&fault);
    fault.kind = FAULT_KILL;
    fault.at = at;
    fault.short_writes = TRUE;
    int status = apply_in_child (&rig, &fault, 2);
    expect_ended (&rig, 2, FALSE);
    if (WIFEXITED (status))
      break;
    points++;
  }
  g_test_message ("kill between writes of 7 bytes: %u points, 0 mixed", points);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crash/kill/survives", survives_kills);
  g_test_add_func ("/crash/kill/between-short-writes", survives_kills_between_short_writes);
  g_test_add_func ("/crash/kill/control-catches-a-plain-rename",
                   kill_control_catches_a_plain_rename);
  g_test_add_func ("/crash/error/survives", survives_errors);
  g_test_add_func ("/crash/error/control-catches-a-naive-writer",
                   error_control_catches_a_naive_writer);
  g_test_add_func ("/crash/error/carries-on-after-one-interruption",
                   carries_on_after_one_interruption);
  g_test_add_func ("/crash/error/finishes-short-writes", finishes_short_writes);
  return g_test_run ();
}
