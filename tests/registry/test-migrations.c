/* data/vN.sql is a registry as version N of the schema left it, told as SQL. Each must open, keep
 * what it holds, and end with the schema that a fresh registry has: a released step that is edited
 * later shows here. A new version adds the file of the one before it. */

#include "registry-test.h"

#include "registry/migrations.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

static void
load (const PmRegistryTest *test, const char *sql_file)
{
  g_autofree char *file = pm_registry_test_path (test, "registry.db");
  g_autofree char *sql = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *db;
  g_file_get_contents (sql_file, &sql, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_assert_cmpint (sqlite3_open (file, &db), ==, SQLITE_OK);
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql_file, sqlite3_errmsg (db));
  sqlite3_close (db);
}

/* What a statement says, without how it was laid out: SQLite keeps both. */
static char *
bare (const char *sql)
{
  g_autoptr (GRegex) layout = g_regex_new ("--[^\\n]*|\\s+", 0, 0, NULL);
  return g_regex_replace_literal (layout, sql, -1, 0, "", 0, NULL);
}

static char *
schema (const PmRegistryTest *test)
{
  g_autofree char *file = pm_registry_test_path (test, "registry.db");
  g_autoptr (GString) text = g_string_new (NULL);
  sqlite3 *db;
  sqlite3_stmt *statement;
  g_assert_cmpint (sqlite3_open (file, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, "SELECT name, sql FROM sqlite_schema ORDER BY name", -1,
                                       &statement, NULL),
                   ==, SQLITE_OK);
  while (sqlite3_step (statement) == SQLITE_ROW) {
    const char *kept = (const char *) sqlite3_column_text (statement, 1);
    g_autofree char *sql = kept == NULL ? NULL : bare (kept);
    g_string_append_printf (text, "%s: %s\n", sqlite3_column_text (statement, 0), sql);
  }
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
opens_every_older_version (void)
{
  g_autoptr (PmRegistryTest) fresh = pm_registry_test_new ();
  g_autofree char *expected = schema (fresh);
  for (guint version = 1; version <= pm_migrations_newest (); version++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
    g_autofree char *name = g_strdup_printf ("v%u.sql", version);
    g_autofree char *sql_file = g_test_build_filename (G_TEST_DIST, "data", name, NULL);
    g_clear_pointer (&test->registry, pm_registry_close);
    load (test, sql_file);
    test->registry = pm_registry_test_open (test, &error);
    g_assert_no_error (error);
    g_autofree char *migrated = schema (test);
    g_assert_cmpstr (migrated, ==, expected);

    g_autoptr (PmSnapshot) snapshot = NULL;
    g_assert_true (pm_registry_snapshot (test->registry, &snapshot, &error));
    g_assert_cmpuint (snapshot->services->len, ==, 1);
    g_assert_cmpuint (g_array_index (snapshot->services, PmService, 0).external_port, ==, 8081);
    g_assert_cmpuint (snapshot->findings->len, ==, 1);
    g_assert_cmpint (pm_registry_test_sql (test, "SELECT count (*) FROM port_history"), ==, 2);
  }
}

static void
are_recorded_once (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmRegistry) second = pm_registry_test_open (test, NULL);
  g_assert_nonnull (second);
  g_assert_cmpint (pm_registry_test_sql (test, "SELECT count (*) FROM schema_version"), ==,
                   pm_migrations_newest ());
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/migrations/opens-every-older-version", opens_every_older_version);
  g_test_add_func ("/registry/migrations/are-recorded-once", are_recorded_once);
  return g_test_run ();
}
