/* DESIGN
 * The file is ours by its application_id and a table schema_version; both are looked at before
 * anything is written. All steps of a migration, and the version's row, are one transaction: two
 * processes that open at once queue for it, and the second finds nothing left to do. A whole
 * integrity check at each opening would take seconds on a big file: damage is reported where SQLite
 * meets it. */

#include "registry/sqlite-file.h"

#include "registry/migrations.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define APPLICATION_ID 0x504d4752 /* "PMGR" */
#define WAL_WRITE_LOCK_BYTE 120   /* of the -shm file: sqlite.org/walformat.html, "WAL locks" */

/* --- errors --- */

/* "port-manager (pid 123)", the process that holds the write lock, or NULL. */
static char *
lock_holder (const char *file)
{
  g_autofree char *shm = g_strconcat (file, "-shm", NULL);
  g_autofree char *locks = NULL;
  struct stat info;
  if (stat (shm, &info) != 0 || !g_file_get_contents ("/proc/locks", &locks, NULL, NULL))
    return NULL;
  g_auto (GStrv) lines = g_strsplit (locks, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    guint major_number, minor_number;
    gulong inode, start, end;
    int pid;
    if (sscanf (lines[i], "%*d: POSIX %*s WRITE %d %x:%x:%lu %lu %lu", &pid, &major_number,
                &minor_number, &inode, &start, &end) != 6)
      continue;
    if (inode != info.st_ino || makedev (major_number, minor_number) != info.st_dev ||
        start > WAL_WRITE_LOCK_BYTE || end < WAL_WRITE_LOCK_BYTE || pid <= 0)
      continue;
    g_autofree char *comm_file = g_strdup_printf ("/proc/%d/comm", pid);
    g_autofree char *comm = NULL;
    if (!g_file_get_contents (comm_file, &comm, NULL, NULL))
      return g_strdup_printf ("process %d", pid);
    return g_strdup_printf ("%s (pid %d)", g_strchomp (comm), pid);
  }
  return NULL;
}

void
pm_sqlite_set_busy (const char *file, GError **error)
{
  g_autofree char *holder = lock_holder (file);
  g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_BUSY,
               "%s: %s has been writing for too long; try again, or look what it is doing", file,
               holder != NULL ? holder : "another process");
}

static void
set_permission_error (const char *file, GError **error)
{
  struct stat info;
  if (stat (file, &info) == 0)
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_PERMISSION,
                 "%s: no permission: it belongs to user %u with mode %04o, and this is user %u; "
                 "run as its owner, or give another directory with --state",
                 file, info.st_uid, info.st_mode & 07777U, geteuid ());
  else
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_PERMISSION,
                 "%s: %s; user %u must be able to enter and write its directory, or give another "
                 "one with --state",
                 file, g_strerror (errno), geteuid ());
}

void
pm_sqlite_set_corrupt (const char *file, const char *what, GError **error)
{
  g_set_error (
      error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_CORRUPT,
      "%s: %s; bring back a backup with 'port-manager restore FILE', or move the file away: "
      "a scan rebuilds everything but history and decisions",
      file, what);
}

void
pm_sqlite_set_error (sqlite3 *db, const char *file, GError **error)
{
  int code = sqlite3_errcode (db) & 0xff;
  switch (code) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    pm_sqlite_set_busy (file, error);
    return;
  case SQLITE_CORRUPT:
    pm_sqlite_set_corrupt (file, "the registry is damaged", error);
    return;
  case SQLITE_NOTADB:
    pm_sqlite_set_corrupt (file, "this is no registry, or its first bytes are damaged", error);
    return;
  case SQLITE_PERM:
  case SQLITE_READONLY:
  case SQLITE_CANTOPEN:
  case SQLITE_AUTH:
    errno = sqlite3_system_errno (db) != 0 ? sqlite3_system_errno (db) : EACCES;
    set_permission_error (file, error);
    return;
  case SQLITE_FULL:
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_IO,
                 "%s: no space left on its file system; nothing was written", file);
    return;
  default:
    g_set_error (error, PM_REGISTRY_ERROR,
                 code == SQLITE_CONSTRAINT ? PM_REGISTRY_ERROR_INVALID : PM_REGISTRY_ERROR_IO,
                 "%s: %s", file, sqlite3_errmsg (db));
  }
}

/* --- files --- */

static gboolean
make_directory (const char *directory, GError **error)
{
  if (g_mkdir_with_parents (directory, 0700) == 0)
    return TRUE;
  int code = errno;
  g_set_error (error, PM_REGISTRY_ERROR,
               code == EACCES || code == EROFS || code == EPERM ? PM_REGISTRY_ERROR_PERMISSION
                                                                : PM_REGISTRY_ERROR_IO,
               "%s: cannot be made: %s; give another directory with --state", directory,
               g_strerror (code));
  return FALSE;
}

/* SQLite gives its own files the mode of this one. */
static void
make_private_file (const char *file)
{
  int fd = open (file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd >= 0)
    close (fd);
}

/* --- schema --- */

static gboolean
read_integer (sqlite3 *db, const char *sql, gint64 *ret_integer)
{
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) != SQLITE_OK)
    return FALSE;
  int result = sqlite3_step (statement);
  if (result == SQLITE_ROW)
    *ret_integer = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return result == SQLITE_ROW;
}

gboolean
pm_sqlite_read_version (sqlite3 *db, const char *file, guint *ret_version, GError **error)
{
  gint64 tables = 0, application = 0, version = 0;
  if (!read_integer (db, "PRAGMA application_id", &application) ||
      !read_integer (db, "SELECT count (*) FROM sqlite_schema", &tables)) {
    pm_sqlite_set_error (db, file, error);
    return FALSE;
  }
  if (tables == 0) {
    *ret_version = 0;
    return TRUE;
  }
  if (application != APPLICATION_ID ||
      !read_integer (db, "SELECT coalesce (max (version), 0) FROM schema_version", &version)) {
    pm_sqlite_set_corrupt (file, "this is another program's database", error);
    return FALSE;
  }
  if (version > pm_migrations_newest ()) {
    g_set_error (
        error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NEWER,
        "%s: written by a newer port-manager (schema %" G_GINT64_FORMAT
        ", this one knows %u); update port-manager, or give another directory with --state",
        file, version, pm_migrations_newest ());
    return FALSE;
  }
  *ret_version = (guint) MAX (version, 0);
  return TRUE;
}

static gboolean
execute (sqlite3 *db, const char *file, const char *sql, GError **error)
{
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  pm_sqlite_set_error (db, file, error);
  return FALSE;
}

static gboolean
apply_step (sqlite3 *db, const char *file, guint version, GError **error)
{
  g_autofree char *record = g_strdup_printf (
      "INSERT INTO schema_version VALUES (%u, %" G_GINT64_FORMAT ")", version, g_get_real_time ());
  if (!execute (db, file, pm_migrations_sqlite (version), error) ||
      !execute (db, file, record, error)) {
    g_prefix_error (error, "schema %u: ", version);
    return FALSE;
  }
  return TRUE;
}

static gboolean
apply_steps (sqlite3 *db, const char *file, GError **error)
{
  guint version;
  if (!pm_sqlite_read_version (db, file, &version, error))
    return FALSE;
  if (version == 0) {
    g_autofree char *mark =
        g_strdup_printf ("PRAGMA application_id=%d;"
                         "CREATE TABLE IF NOT EXISTS schema_version ("
                         " version INTEGER PRIMARY KEY, applied INTEGER NOT NULL) STRICT",
                         APPLICATION_ID);
    if (!execute (db, file, mark, error))
      return FALSE;
  }
  while (version < pm_migrations_newest ())
    if (!apply_step (db, file, ++version, error))
      return FALSE;
  return TRUE;
}

static gboolean
migrate (sqlite3 *db, const char *file, GError **error)
{
  guint version;
  if (!pm_sqlite_read_version (db, file, &version, error))
    return FALSE;
  if (version == pm_migrations_newest ())
    return TRUE;
  if (!execute (db, file, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (apply_steps (db, file, error) && execute (db, file, "COMMIT", error))
    return TRUE;
  sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

static void
set_limits (sqlite3 *db, guint busy_wait_ms)
{
  sqlite3_extended_result_codes (db, 1);
  sqlite3_busy_timeout (db, (int) busy_wait_ms);
  sqlite3_db_config (db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
}

static gboolean
prepare_connection (sqlite3 *db, const char *file, guint busy_wait_ms, GError **error)
{
  guint version;
  set_limits (db, busy_wait_ms);
  /* Looked at before the journal mode is set: that writes, and the file may not be ours. */
  return pm_sqlite_read_version (db, file, &version, error) &&
         execute (db, file, "PRAGMA journal_mode=WAL", error) &&
         execute (db, file, "PRAGMA foreign_keys=ON", error) &&
         execute (db, file, "PRAGMA synchronous=NORMAL", error) && migrate (db, file, error);
}

sqlite3 *
pm_sqlite_file_open (const char *state_directory, const char *file, guint busy_wait_ms,
                     GError **error)
{
  if (!make_directory (state_directory, error))
    return NULL;
  make_private_file (file);
  sqlite3 *db = NULL;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (sqlite3_open_v2 (file, &db, flags, NULL) != SQLITE_OK) {
    pm_sqlite_set_error (db, file, error);
    sqlite3_close (db);
    return NULL;
  }
  if (prepare_connection (db, file, busy_wait_ms, error))
    return db;
  sqlite3_close (db);
  return NULL;
}

static gboolean
is_up_to_date (sqlite3 *db, const char *file, GError **error)
{
  guint version;
  if (!pm_sqlite_read_version (db, file, &version, error))
    return FALSE;
  if (version == pm_migrations_newest ())
    return TRUE;
  g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_OLDER,
               "%s: schema %u, which any command that writes brings up to %u", file, version,
               pm_migrations_newest ());
  return FALSE;
}

sqlite3 *
pm_sqlite_file_open_read_only (const char *file, guint busy_wait_ms, GError **error)
{
  sqlite3 *db = NULL;
  int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (!g_file_test (file, G_FILE_TEST_EXISTS)) {
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND, "%s: no such registry",
                 file);
    return NULL;
  }
  if (sqlite3_open_v2 (file, &db, flags, NULL) != SQLITE_OK) {
    pm_sqlite_set_error (db, file, error);
    sqlite3_close (db);
    return NULL;
  }
  set_limits (db, busy_wait_ms);
  if (is_up_to_date (db, file, error))
    return db;
  sqlite3_close (db);
  return NULL;
}
