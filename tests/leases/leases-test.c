#include "leases-test.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

PmLeasesTest *
pm_leases_test_new (void)
{
  g_autoptr (GError) error = NULL;
  PmLeasesTest *test = g_new0 (PmLeasesTest, 1);
  test->directory = g_dir_make_tmp ("pm-leases-XXXXXX", &error);
  g_assert_no_error (error);
  test->registry = pm_leases_test_open (test);
  return test;
}

PmRegistry *
pm_leases_test_open (const PmLeasesTest *test)
{
  g_autoptr (GError) error = NULL;
  PmRegistryOptions options = {.state_directory = test->directory, .host = "here"};
  PmRegistry *registry = pm_registry_open (&options, &error);
  g_assert_no_error (error);
  return registry;
}

void
pm_leases_test_free (PmLeasesTest *test)
{
  pm_registry_close (test->registry);
  g_autoptr (GDir) directory = g_dir_open (test->directory, 0, NULL);
  const char *name;
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL) {
    g_autofree char *path = g_build_filename (test->directory, name, NULL);
    g_unlink (path);
  }
  g_rmdir (test->directory);
  g_free (test->directory);
  g_free (test);
}

gint64
pm_leases_test_sql (const PmLeasesTest *test, const char *sql)
{
  g_autofree char *file = g_build_filename (test->directory, "registry.db", NULL);
  sqlite3 *db;
  sqlite3_stmt *statement;
  g_assert_cmpint (sqlite3_open (file, &db), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 10000);
  if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (db));
  int result = sqlite3_step (statement);
  g_assert_true (result == SQLITE_ROW || result == SQLITE_DONE);
  gint64 integer = result == SQLITE_ROW ? sqlite3_column_int64 (statement, 0) : 0;
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return integer;
}

PmPools *
pm_leases_test_pools (guint16 first, guint16 last)
{
  PmPortRange range = {first, last};
  PmPools *pools = pm_pools_new ();
  pm_pools_set (pools, "api", &range, 1);
  return pools;
}

/* --- the machine --- */

PmFakeHost pm_fake_host;

void
pm_fake_host_reset (void)
{
  g_clear_pointer (&pm_fake_host.living, g_hash_table_unref);
  memset (&pm_fake_host, 0, sizeof pm_fake_host);
  pm_fake_host.living = g_hash_table_new (NULL, NULL);
  pm_fake_host.unix_us = G_GINT64_CONSTANT (1795375573000000);
  pm_fake_host.boottime_us = G_GINT64_CONSTANT (1000000000);
}

void
pm_fake_host_start (gint64 pid, guint started)
{
  g_hash_table_insert (pm_fake_host.living, GINT_TO_POINTER ((gint) pid),
                       GUINT_TO_POINTER (started));
}

void
pm_fake_host_kill (gint64 pid)
{
  g_hash_table_remove (pm_fake_host.living, GINT_TO_POINTER ((gint) pid));
}

void
pm_fake_host_bind (guint16 port, gboolean bound)
{
  guint64 bit = (guint64) 1 << (port & 63);
  if (bound)
    pm_fake_host.bound.bits[port >> 6] |= bit;
  else
    pm_fake_host.bound.bits[port >> 6] &= ~bit;
}

static gint64
unix_us (void)
{
  return pm_fake_host.unix_us;
}

static gint64
boottime_us (void)
{
  return pm_fake_host.boottime_us;
}

static gboolean
can_bind (PmTransport transport, guint16 port, PmBindMode mode)
{
  return !pm_port_set_has (&pm_fake_host.bound, port) &&
         (mode == PM_BIND_AGAIN || !pm_port_set_has (&pm_fake_host.leaving, port));
}

static guint64
process_started (gint64 pid)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (pm_fake_host.living, GINT_TO_POINTER ((gint) pid)));
}

static PmProcessState
process_state (gint64 pid, guint64 started)
{
  return process_started (pid) == started ? PM_PROCESS_LIVES : PM_PROCESS_GONE;
}

PmHost
pm_leases_test_host (void)
{
  return (PmHost){
      .unix_us = unix_us,
      .boottime_us = boottime_us,
      .can_bind = can_bind,
      .process_started = process_started,
      .process_state = process_state,
      .boot = "this boot",
      .pid_namespace = 7,
  };
}
