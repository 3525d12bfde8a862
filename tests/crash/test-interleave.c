/* DESIGN
 * What test-concurrent.c leaves to chance, one by one: somebody saves a file by rename before the
 * Nth call of the table; saves again before a later one; the process is killed at a later one, and
 * recovery runs. Whatever was saved last must be there in the end, and the other files must be all
 * old or all new. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault-fs.h"
#include "rig.h"

#define FILES 2
#define NEVER G_MAXUINT

typedef struct {
  Rig *rig;
  FaultFs *fault;
  guint save_at, save_again_at, kill_at;
  guint *saved; /* shared with the parent */
} Script;

static void
save (Script *script)
{
  g_autofree char *path = rig_path (script->rig, "0/.env");
  g_autofree char *beside = rig_path (script->rig, "0/.env.swp");
  g_autofree char *text = g_strdup_printf ("# saved %u\nHOST=" RIG_OLD "\n", *script->saved + 1);
  if (!g_file_set_contents_full (beside, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL) ||
      rename (beside, path) != 0)
    _exit (1);
  (*script->saved)++;
}

static void
on_call (const char *operation, gpointer user)
{
  Script *script = user;
  if (script->fault->calls == script->save_at || script->fault->calls == script->save_again_at)
    save (script);
  if (script->fault->calls == script->kill_at)
    kill (getpid (), SIGKILL);
}

typedef struct {
  guint runs, lost, mixed;
  gboolean is_over; /* the save would come after the last call */
  gboolean is_killed;
} Result;

static void
judge (Rig *rig, guint saved, Result *result)
{
  g_autofree char *content = rig_read (rig, "0/.env");
  g_autofree char *mark = g_strdup_printf ("# saved %u\n", saved);
  result->lost += saved > 0 && !g_str_has_prefix (content, mark);
  result->mixed += rig_has_leftovers (rig);
}

static void
run (Script script, gboolean breaks_exchange, Result *result)
{
  g_auto (Rig) rig = {0};
  FaultFs fault;
  guint *saved =
      mmap (NULL, sizeof *saved, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  rig_init (&rig, g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR) ? "/dev/shm" : NULL);
  rig_make_files (&rig, FILES);
  fault_fs_init (&fault);
  script.rig = &rig;
  script.fault = &fault;
  script.saved = saved;
  fault.kind = FAULT_CALL;
  fault.on_call = on_call;
  fault.user = &script;
  fault.break_exchange = breaks_exchange;
  pid_t child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    rig_replace_all (&rig, &fault.fs, FILES, NULL);
    _exit (0);
  }
  int status;
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (!WIFEXITED (status) || WEXITSTATUS (status) == 0);
  result->runs++;
  result->is_killed = WIFSIGNALED (status);
  result->is_over = *saved == 0 && !result->is_killed;
  rig_recover (&rig);
  judge (&rig, *saved, result);
  munmap (saved, sizeof *saved);
}

static void
keeps_one_save (void)
{
  Result result = {0};
  for (guint at = 1; !result.is_over; at++)
    run ((Script){.save_at = at, .save_again_at = NEVER, .kill_at = NEVER}, FALSE, &result);
  g_test_message ("one save before each call: %u runs, %u lost", result.runs, result.lost);
  g_assert_cmpuint (result.lost + result.mixed, ==, 0);
}

static void
keeps_the_second_save (void)
{
  Result result = {0};
  guint stride = g_getenv ("PM_CRASH_FULL") != NULL ? 1 : 31;
  for (guint at = 1; !result.is_over; at++)
    for (guint gap = 1 + at % stride; gap < 60; gap += stride)
      run ((Script){.save_at = at, .save_again_at = at + gap, .kill_at = NEVER}, FALSE, &result);
  g_test_message ("two saves: %u runs, %u lost", result.runs, result.lost);
  g_assert_cmpuint (result.lost + result.mixed, ==, 0);
}

static void
keeps_a_save_through_a_kill (void)
{
  Result result = {0};
  guint stride = g_getenv ("PM_CRASH_FULL") != NULL ? 1 : 31;
  for (guint at = 1; !result.is_over; at++)
    for (guint gap = at % stride; gap < 80; gap += stride)
      run ((Script){.save_at = at, .save_again_at = NEVER, .kill_at = at + gap}, FALSE, &result);
  g_test_message ("a save, then a kill: %u runs, %u lost", result.runs, result.lost);
  g_assert_cmpuint (result.lost + result.mixed, ==, 0);
}

static void
keeps_two_saves_through_a_kill (void)
{
  Result result = {0};
  guint stride = g_getenv ("PM_CRASH_FULL") != NULL ? 3 : 59;
  for (guint at = 1; !result.is_over; at++)
    for (guint gap = 1 + at % stride; gap < 40; gap += stride)
      for (guint end = 0; end < 12; end += 1 + stride / 6)
        run ((Script){.save_at = at, .save_again_at = at + gap, .kill_at = at + gap + end}, FALSE,
             &result);
  g_test_message ("two saves, then a kill: %u runs, %u lost", result.runs, result.lost);
  g_assert_cmpuint (result.lost + result.mixed, ==, 0);
}

static void
control_catches_a_plain_rename (void)
{
  Result result = {0};
  for (guint at = 1; !result.is_over; at++)
    run ((Script){.save_at = at, .save_again_at = NEVER, .kill_at = NEVER}, TRUE, &result);
  g_test_message ("one save, control by plain rename: %u runs, %u lost", result.runs, result.lost);
  g_assert_cmpuint (result.lost, >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crash/interleave/keeps-one-save", keeps_one_save);
  g_test_add_func ("/crash/interleave/keeps-the-second-save", keeps_the_second_save);
  g_test_add_func ("/crash/interleave/keeps-a-save-through-a-kill", keeps_a_save_through_a_kill);
  g_test_add_func ("/crash/interleave/keeps-two-saves-through-a-kill",
                   keeps_two_saves_through_a_kill);
  g_test_add_func ("/crash/interleave/control-catches-a-plain-rename",
                   control_catches_a_plain_rename);
  return g_test_run ();
}
