/* The write-ahead log under load: one writes all the time, another reads all the time. */

#include "registry-test.h"

#include "registry/maintenance.h"
#include "registry/records.h"

#include <sys/stat.h>

#define TEXT_BYTES (128 * 1024)
#define FEW_WRITES 100
#define MOST_WRITES 5000 /* how soon it begins anew is luck, the more so on a busy machine */

typedef struct {
  const PmRegistryTest *test;
  gint n_written, is_over;
} Load;

static gpointer
write_on (gpointer data)
{
  Load *load = data;
  g_autoptr (PmRegistry) registry = pm_registry_test_open (load->test, NULL);
  g_autofree char *summary = g_strnfill (TEXT_BYTES, 'x');
  g_assert_true (pm_registry_leave_tidying (registry, NULL));
  for (gint i = 1; !g_atomic_int_get (&load->is_over); i++) {
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
  while (!g_atomic_int_get (&load->is_over)) {
    g_autoptr (GError) error = NULL;
    gint64 newest;
    pm_registry_last_event (registry, &newest, &error);
    g_assert_no_error (error);
  }
  return NULL;
}

/* Whether it is larger than all that was written, as when it never begins anew. */
static gboolean
log_holds_all (const Load *load)
{
  g_autofree char *log = pm_registry_test_path (load->test, "registry.db-wal");
  struct stat info;
  gint64 written = (gint64) g_atomic_int_get (&load->n_written) * TEXT_BYTES;
  return stat (log, &info) == 0 && info.st_size >= written;
}

/* Until the log holds less than what was written, or so much was. */
static gboolean
begins_anew (gboolean is_tidied, gint most_writes)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  Load load = {.test = test};
  GThread *writer = g_thread_new ("writer", write_on, &load);
  GThread *reader = g_thread_new ("reader", read_on, &load);
  gint done = 0, tidied_at = 0;
  while ((done = g_atomic_int_get (&load.n_written)) < most_writes &&
         (done == 0 || log_holds_all (&load))) {
    g_autoptr (GError) error = NULL;
    if (is_tidied && done >= tidied_at + 20 && pm_registry_tidy (test->registry, &error))
      tidied_at = done;
    g_assert_no_error (error);
    g_usleep (1000);
  }
  g_atomic_int_set (&load.is_over, TRUE);
  g_thread_join (writer);
  g_thread_join (reader);
  g_test_message ("%d writes", done);
  return done < most_writes;
}

static void
log_begins_anew_under_load (void)
{
  g_assert_true (begins_anew (TRUE, MOST_WRITES));
}

static void
without_tidying_it_does_not (void)
{
  g_assert_false (begins_anew (FALSE, FEW_WRITES));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/tidy/log-begins-anew-under-load", log_begins_anew_under_load);
  g_test_add_func ("/registry/tidy/without-tidying-it-does-not", without_tidying_it_does_not);
  return g_test_run ();
}
