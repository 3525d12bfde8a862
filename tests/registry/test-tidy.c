/* The write-ahead log under load: one writes all the time, another reads all the time. */

#include "registry-test.h"

#include "registry/counts.h"
#include "registry/maintenance.h"
#include "registry/records.h"

#include <sys/stat.h>

#define N_WRITES 500
#define TEXT_BYTES (128 * 1024)

typedef struct {
  const PmRegistryTest *test;
  gint n_written;
} Load;

static gpointer
write_on (gpointer data)
{
  Load *load = data;
  g_autoptr (PmRegistry) registry = pm_registry_test_open (load->test, NULL);
  g_autofree char *summary = g_strnfill (TEXT_BYTES, 'x');
  g_assert_true (pm_registry_leave_tidying (registry, NULL));
  for (gint i = 1; i <= N_WRITES; i++) {
    g_autoptr (GError) error = NULL;
    PmTransactionRecord record = {
        .id = i, .kind = "assign", .state = "committed", .summary = summary};
    pm_registry_transaction_put (registry, &record, i, &error);
    g_assert_no_error (error);
    g_atomic_int_set (&load->n_written, i);
  }
  return NULL;
}

static gpointer
read_on (gpointer data)
{
  Load *load = data;
  g_autoptr (PmRegistry) registry = pm_registry_test_open (load->test, NULL);
  while (g_atomic_int_get (&load->n_written) < N_WRITES) {
    g_autoptr (PmArena) arena = pm_arena_new ();
    g_auto (PmRegistryCounts) counts = {0};
    g_autoptr (GError) error = NULL;
    pm_registry_counts (registry, arena, &counts, &error);
    g_assert_no_error (error);
  }
  return NULL;
}

/* What the log has become when all is written. */
static gint64
log_bytes_after_load (gboolean is_tidied)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autofree char *log = pm_registry_test_path (test, "registry.db-wal");
  Load load = {.test = test};
  GThread *writer = g_thread_new ("writer", write_on, &load);
  GThread *reader = g_thread_new ("reader", read_on, &load);
  gint done = 0, tidied_at = 0;
  while ((done = g_atomic_int_get (&load.n_written)) < N_WRITES) {
    g_autoptr (GError) error = NULL;
    if (is_tidied && done >= tidied_at + 20 && pm_registry_tidy (test->registry, &error))
      tidied_at = done;
    g_assert_no_error (error);
    g_usleep (1000);
  }
  g_thread_join (writer);
  g_thread_join (reader);
  struct stat info;
  g_assert_cmpint (stat (log, &info), ==, 0);
  return info.st_size;
}

static void
log_stays_small_under_load (void)
{
  gint64 written = (gint64) N_WRITES * TEXT_BYTES;
  gint64 untidied = log_bytes_after_load (FALSE), tidied = log_bytes_after_load (TRUE);
  g_test_message ("log: %" G_GINT64_FORMAT " bytes, %" G_GINT64_FORMAT " where nobody tidies",
                  tidied, untidied);
  g_assert_cmpint (untidied, >=, written);
  g_assert_cmpint (tidied, <, untidied / 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/tidy/log-stays-small-under-load", log_stays_small_under_load);
  return g_test_run ();
}
