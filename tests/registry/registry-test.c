#include "registry-test.h"

#include <glib/gstdio.h>
#include <libpq-fe.h>
#include <sqlite3.h>

/* --- on a server: each registry is a schema, named as its directory --- */

/* "postgresql://…/DATABASE", as tests/postgres/unit.py gives it; NULL: in a file. */
static const char *
server (void)
{
  return g_getenv ("PM_TEST_POSTGRES");
}

static gint64
run_on_server (const char *sql)
{
  PGconn *conn = PQconnectdb (server ());
  PGresult *result = PQexec (conn, sql);
  ExecStatusType status = PQresultStatus (result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
    g_error ("%s: %s", sql, PQerrorMessage (conn));
  gint64 integer = status == PGRES_TUPLES_OK && PQntuples (result) > 0
                       ? g_ascii_strtoll (PQgetvalue (result, 0, 0), NULL, 10)
                       : 0;
  PQclear (result);
  PQfinish (conn);
  return integer;
}

static char *
schema_of (const PmRegistryTest *test)
{
  g_autofree char *name = g_path_get_basename (test->directory);
  return g_strdelimit (g_ascii_strdown (name, -1), "-", '_');
}

PmRegistryTest *
pm_registry_test_new (void)
{
  g_autoptr (GError) error = NULL;
  PmRegistryTest *test = g_new0 (PmRegistryTest, 1);
  test->directory = g_dir_make_tmp ("pm-registry-XXXXXX", &error);
  g_assert_no_error (error);
  if (server () != NULL) {
    g_autofree char *schema = schema_of (test);
    g_autofree char *sql = g_strdup_printf ("CREATE SCHEMA %s", schema);
    run_on_server (sql);
  }
  test->registry = pm_registry_test_open (test, &error);
  g_assert_no_error (error);
  return test;
}

void
pm_registry_test_free (PmRegistryTest *test)
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

PmRegistry *
pm_registry_test_open_as (const PmRegistryTest *test, const char *host, GError **error)
{
  g_autofree char *schema = schema_of (test);
  g_autofree char *url =
      server () == NULL ? NULL
                        : g_strdup_printf ("%s?options=-csearch_path%%3D%s", server (), schema);
  PmRegistryOptions options = {.url = url, .state_directory = test->directory, .host = host};
  return pm_registry_open (&options, error);
}

PmRegistry *
pm_registry_test_open (const PmRegistryTest *test, GError **error)
{
  return pm_registry_test_open_as (test, "here", error);
}

char *
pm_registry_test_path (const PmRegistryTest *test, const char *name)
{
  return g_build_filename (test->directory, name, NULL);
}

PmSnapshot *
pm_registry_test_snapshot (void)
{
  PmSnapshot *snapshot = pm_snapshot_new ();
  PmProject project = {.root = "/srv", .id = "shop", .name = "shop"};
  g_array_append_val (snapshot->projects, project);
  pm_registry_test_add_document (snapshot, "shop/compose.yaml");
  return snapshot;
}

PmDocumentRecord *
pm_registry_test_add_document (PmSnapshot *snapshot, const char *file)
{
  PmDocumentRecord document = {
      .root = "/srv",
      .project = "shop",
      .file = pm_arena_strdup (snapshot->arena, file),
      .format = "compose",
      .variant = "",
      .size_bytes = 100,
      .mtime_ns = 1,
      .ctime_ns = 2,
      .device = G_MAXUINT64,
      .inode = 4,
  };
  g_array_append_val (snapshot->documents, document);
  return &g_array_index (snapshot->documents, PmDocumentRecord, snapshot->documents->len - 1);
}

PmService *
pm_registry_test_add_service (PmSnapshot *snapshot, const char *name, guint16 internal_port,
                              guint16 external_port)
{
  PmConfigFile *file = pm_arena_new0 (snapshot->arena, PmConfigFile);
  *file = (PmConfigFile){"shop/compose.yaml", "compose", "", 4, PM_ROLE_PUBLISH};
  PmService service = {
      .host = "",
      .root = "/srv",
      .project_id = "shop",
      .name = pm_arena_strdup (snapshot->arena, name),
      .external_ip = "203.0.113.7",
      .bind = "",
      .internal_port = internal_port,
      .external_port = external_port,
      .transport = PM_TRANSPORT_TCP,
      .scope = PM_SCOPE_HOST,
      .protocol = "http",
      .type = "web",
      .variant = "",
      .profiles = "",
      .origin = "shop/compose.yaml:4",
      .confidence = 0.95,
      .status = PM_STATUS_INACTIVE,
      .config_files = file,
      .n_config_files = 1,
  };
  g_array_append_val (snapshot->services, service);
  return &g_array_index (snapshot->services, PmService, snapshot->services->len - 1);
}

PmFinding *
pm_registry_test_add_finding (PmSnapshot *snapshot, const char *file, guint16 port)
{
  PmFinding finding = {
      .root = "/srv",
      .project = "shop",
      .file = pm_arena_strdup (snapshot->arena, file),
      .position = {4, 9},
      .span = {40, 44},
      .format = "compose",
      .path = "services.web.ports[0]",
      .kind = PM_KIND_PORT,
      .role = PM_ROLE_PUBLISH,
      .scope = PM_SCOPE_HOST,
      .transport = PM_TRANSPORT_TCP,
      .text_class = PM_TEXT_CONFIG,
      .port = port,
      .port_end = port,
      .address = "",
      .host = "",
      .bind = "",
      .scheme = "",
      .protocol = "http",
      .service = "web",
      .own_name = "w",
      .owner = "web",
      .variant = "",
      .profiles = "",
      .variable = "",
      .origin = "",
      .pair = -1,
      .confidence = 0.95,
      .rule = "compose.ports.short",
  };
  g_array_append_val (snapshot->findings, finding);
  return &g_array_index (snapshot->findings, PmFinding, snapshot->findings->len - 1);
}

PmScanChanges
pm_registry_test_store (PmRegistry *registry, const PmSnapshot *snapshot, gint64 now_us)
{
  g_autoptr (GError) error = NULL;
  PmScanScope scope = {.status_is_known = TRUE};
  PmScanChanges changes = {0};
  pm_registry_store_scan (registry, snapshot, &scope, now_us, &changes, &error);
  g_assert_no_error (error);
  return changes;
}

gint64
pm_registry_test_sql (const PmRegistryTest *test, const char *sql)
{
  if (server () != NULL) {
    g_autofree char *schema = schema_of (test);
    g_autofree char *there = g_strdup_printf ("SET search_path = %s; %s", schema, sql);
    return run_on_server (there);
  }
  g_autofree char *file = pm_registry_test_path (test, "registry.db");
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
