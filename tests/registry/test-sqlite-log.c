/* A connection that gathers what it writes into the log: what is there afterwards is what is there
 * after any other's, for everybody, whenever somebody looks, also when no process is left. */

#include "registry-test.h"

#include "registry/maintenance.h"
#include "registry/records.h"
#include "registry/scan.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define BLOCK_BYTES 4096
#define N_EVENTS "SELECT count (*) FROM events WHERE event = 'test.log'"

static PmRegistry *
open_gathering (const PmRegistryTest *test)
{
  g_autoptr (GError) error = NULL;
  PmRegistry *registry = pm_registry_test_open (test, &error);
  g_assert_no_error (error);
  g_assert_true (pm_registry_leave_tidying (registry, &error));
  g_assert_no_error (error);
  return registry;
}

static gboolean
write_events (PmRegistry *registry, guint n, guint size_bytes, GError **error)
{
  g_autofree char *data = g_strnfill (size_bytes, 'x');
  if (!pm_registry_begin (registry, PM_DURABILITY_OBSERVATION, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!pm_registry_event_append (registry, "test.log", data, i, error)) {
      pm_registry_rollback (registry);
      return FALSE;
    }
  return pm_registry_commit (registry, error);
}

static void
must_write (PmRegistry *registry, guint n, guint size_bytes)
{
  g_autoptr (GError) error = NULL;
  write_events (registry, n, size_bytes, &error);
  g_assert_no_error (error);
}

static gint64
log_bytes (const PmRegistryTest *test)
{
  g_autofree char *log = pm_registry_test_path (test, "registry.db-wal");
  struct stat info;
  g_assert_cmpint (stat (log, &info), ==, 0);
  return info.st_size;
}

static void
copy (const char *from, const char *folder, const char *name)
{
  g_autofree char *to = g_build_filename (folder, name, NULL);
  g_autofree char *bytes = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (from, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (to, bytes, (gssize) size, NULL));
}

static gint64
ask (sqlite3 *db, const char *sql)
{
  sqlite3_stmt *rows;
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &rows, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (rows), ==, SQLITE_ROW);
  gint64 answer = sqlite3_column_int64 (rows, 0);
  sqlite3_finalize (rows);
  return answer;
}

/* What is found when every process is gone, with all that they had in memory: the registry and its
 * log alone, and nobody's index of that. */
static gint64
events_after_a_crash (const PmRegistryTest *test)
{
  g_autofree char *folder = g_dir_make_tmp ("sqlite-log-XXXXXX", NULL);
  g_autofree char *file = pm_registry_test_path (test, "registry.db");
  g_autofree char *log = pm_registry_test_path (test, "registry.db-wal");
  g_autofree char *copied = g_build_filename (folder, "registry.db", NULL);
  const char *const names[] = {"registry.db", "registry.db-wal", "registry.db-shm"};
  sqlite3 *db;
  copy (file, folder, "registry.db");
  copy (log, folder, "registry.db-wal");
  g_assert_cmpint (sqlite3_open (copied, &db), ==, SQLITE_OK);
  gint64 n = ask (db, N_EVENTS);
  g_assert_cmpint (ask (db, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), ==, 1);
  sqlite3_close (db);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL);
    g_remove (path);
  }
  g_rmdir (folder);
  return n;
}

/* Each ends where a block does, whatever its size; the one that does not gather is the control. */
static void
fills_its_last_block (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmRegistry) registry = open_gathering (test);
  must_write (test->registry, 1, 10);
  g_assert_cmpint (log_bytes (test) % BLOCK_BYTES, !=, 0);
  for (guint n = 1; n <= 40; n++) {
    must_write (registry, n, 700);
    g_assert_cmpint (log_bytes (test) % BLOCK_BYTES, ==, 0);
  }
}

static void
every_commit_is_there_after_a_crash (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmRegistry) registry = open_gathering (test);
  gint64 n = 0;
  for (guint round = 1; round <= 12; round++) {
    must_write (registry, round, 100 * round);
    n += round;
    g_assert_cmpint (events_after_a_crash (test), ==, n);
    g_assert_cmpint (pm_registry_test_sql (test, N_EVENTS), ==, n);
  }
}

/* Each goes on behind what the other one wrote, and over the zeros. */
static void
takes_turns_with_others (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmRegistry) registry = open_gathering (test);
  g_autoptr (PmRegistry) another = open_gathering (test);
  for (guint round = 0; round < 30; round++) {
    must_write (registry, 1 + round % 3, 900);
    must_write (test->registry, 1 + round % 5, 300);
    must_write (another, 1, 5000);
  }
  g_assert_cmpint (pm_registry_test_sql (test, N_EVENTS), ==, 60 + 90 + 30);
  g_assert_cmpint (events_after_a_crash (test), ==, 60 + 90 + 30);
}

static void
what_was_taken_back_is_not_there (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmRegistry) registry = open_gathering (test);
  must_write (registry, 3, 100);
  gint64 before = log_bytes (test);
  /* More pages than the cache has of itself: another connection would spill them into the log. */
  g_assert_true (pm_registry_begin (registry, PM_DURABILITY_OBSERVATION, NULL));
  g_autofree char *data = g_strnfill (64 * 1024, 'y');
  for (guint i = 0; i < 100; i++)
    g_assert_true (pm_registry_event_append (registry, "test.log", data, i, NULL));
  g_assert_cmpint (log_bytes (test), ==, before);
  pm_registry_rollback (registry);
  must_write (test->registry, 2, 100);
  must_write (registry, 1, 100);
  g_assert_cmpint (events_after_a_crash (test), ==, 6);
}

/* Longer than what may wait, and one that waits for the disk. */
static void
large_and_durable_ones_are_whole (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmRegistry) registry = open_gathering (test);
  g_autofree char *summary = g_strnfill (300 * 1024, 's');
  PmTransactionRecord record = {
      .id = 1, .kind = "assign", .state = "committed", .summary = summary};
  must_write (registry, 60, 64 * 1024);
  g_assert_cmpint (events_after_a_crash (test), ==, 60);
  g_assert_true (pm_registry_transaction_put (registry, &record, 1, NULL));
  must_write (registry, 1, 10);
  g_assert_cmpint (events_after_a_crash (test), ==, 61);
  g_assert_cmpint (pm_registry_test_sql (test, "SELECT length (summary) FROM transactions"), ==,
                   300 * 1024);
}

/* The log begins anew, over what was in it before. */
static void
begins_anew (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmRegistry) registry = open_gathering (test);
  g_autofree char *file = pm_registry_test_path (test, "registry.db");
  sqlite3 *db;
  must_write (registry, 200, 2000);
  g_assert_cmpint (sqlite3_open (file, &db), ==, SQLITE_OK);
  for (guint round = 1; round <= 5; round++) {
    g_assert_cmpint (sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL),
                     ==, SQLITE_OK);
    must_write (registry, 7, 500);
    g_assert_cmpint (events_after_a_crash (test), ==, 200 + 7 * round);
  }
  sqlite3_close (db);
}

/* Who writes is told, nothing of it is there, and the next one is as if nothing had been. */
static void
what_cannot_be_written_fails (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmRegistry) registry = open_gathering (test);
  struct rlimit most, less;
  must_write (registry, 2, 100);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &most), ==, 0);
  less = most;
  less.rlim_cur = (rlim_t) log_bytes (test) + 3 * BLOCK_BYTES;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &less), ==, 0);
  g_assert_false (write_events (registry, 40, 4000, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &most), ==, 0);
  g_assert_cmpint (pm_registry_test_sql (test, N_EVENTS), ==, 2);
  g_assert_cmpint (events_after_a_crash (test), ==, 2);
  must_write (registry, 5, 100);
  g_assert_cmpint (events_after_a_crash (test), ==, 7);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/sqlite-log/fills-its-last-block", fills_its_last_block);
  g_test_add_func ("/registry/sqlite-log/every-commit-is-there-after-a-crash",
                   every_commit_is_there_after_a_crash);
  g_test_add_func ("/registry/sqlite-log/takes-turns-with-others", takes_turns_with_others);
  g_test_add_func ("/registry/sqlite-log/what-was-taken-back-is-not-there",
                   what_was_taken_back_is_not_there);
  g_test_add_func ("/registry/sqlite-log/large-and-durable-ones-are-whole",
                   large_and_durable_ones_are_whole);
  g_test_add_func ("/registry/sqlite-log/begins-anew", begins_anew);
  g_test_add_func ("/registry/sqlite-log/what-cannot-be-written-fails",
                   what_cannot_be_written_fails);
  return g_test_run ();
}
