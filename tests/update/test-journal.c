#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rig.h"

/* A crash after PREPARED: everything is written, nothing exchanged. Returns the journal's path. */
static char *
crash_prepared (Rig *rig)
{
  rig_init (rig, g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR) ? "/dev/shm" : NULL);
  rig_write (rig, "a/.env", "A=" RIG_OLD "\n");
  pid_t child = fork ();
  if (child == 0) {
    PmTransaction *transaction = rig_begin (rig, pm_fs_real (), NULL);
    rig_add (rig, transaction, "a/.env", RIG_OLD, RIG_NEW);
    _exit (!pm_transaction_prepare (transaction, NULL));
  }
  int status;
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  return g_build_filename (rig->state, "transactions", "1.open", NULL);
}

static void
put (const char *path, const char *bytes, gsize length)
{
  FILE *file = fopen (path, "w");
  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (bytes, 1, length, file), ==, length);
  g_assert_cmpint (fclose (file), ==, 0);
}

/* Whether recovery ended it; whatever it says, the file must be as it was. */
static gboolean
recovers (Rig *rig, PmUpdateError *ret_code)
{
  g_autoptr (GPtrArray) recovered = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_done = pm_recover (pm_fs_real (), rig->state, 0, NULL, &recovered, &error);
  rig_expect (rig, "a/.env", "A=" RIG_OLD "\n");
  if (!is_done)
    *ret_code = (PmUpdateError) error->code;
  return is_done;
}

static void
survives_any_flipped_bit (void)
{
  gsize length = G_MAXSIZE;
  guint damaged = 0;
  for (gsize i = 0; i < length; i++) {
    g_auto (Rig) rig = {0};
    g_autofree char *path = crash_prepared (&rig), *bytes = NULL;
    PmUpdateError code = PM_UPDATE_ERROR_DAMAGED;
    g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
    bytes[i] = (char) (bytes[i] ^ (1 << i % 8));
    put (path, bytes, length);
    damaged += !recovers (&rig, &code);
    g_assert_cmpint (code, ==, PM_UPDATE_ERROR_DAMAGED);
  }
  g_assert_cmpuint (damaged, >, length / 2);
}

static void
survives_any_length (void)
{
  gsize length = G_MAXSIZE;
  for (gsize i = 0; i < length; i += 3) {
    g_auto (Rig) rig = {0};
    g_autofree char *path = crash_prepared (&rig), *bytes = NULL;
    PmUpdateError code;
    g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
    put (path, bytes, i);
    g_assert_true (recovers (&rig, &code));
  }
}

static void
waits_for_a_root_that_is_away (void)
{
  g_auto (Rig) rig = {0};
  g_autofree char *path G_GNUC_UNUSED = crash_prepared (&rig);
  g_autofree char *away = g_build_filename (rig.base, "away", NULL);
  g_autoptr (GPtrArray) recovered = NULL;
  g_autoptr (GError) error = NULL;
  g_assert_cmpint (rename (rig.root, away), ==, 0);
  g_assert_false (pm_recover (pm_fs_real (), rig.state, 0, NULL, &recovered, &error));
  g_assert_true (pm_recover_is_needed (pm_fs_real (), rig.state));
  g_assert_cmpint (rename (away, rig.root), ==, 0);
  g_assert_cmpuint (rig_recover (&rig), ==, 1);
  rig_expect (&rig, "a/.env", "A=" RIG_OLD "\n");
  rig_expect_no_leftovers (&rig);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/update/journal/survives-any-flipped-bit", survives_any_flipped_bit);
  g_test_add_func ("/update/journal/survives-any-length", survives_any_length);
  g_test_add_func ("/update/journal/waits-for-a-root-that-is-away", waits_for_a_root_that_is_away);
  return g_test_run ();
}
