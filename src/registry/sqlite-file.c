/* DESIGN
 * The file is ours by its application_id and a table schema_version; both are looked at before
 * anything is written. All steps of a migration, and the version's row, are one transaction: two
 * processes that open at once queue for it, and the second finds nothing left to do. A whole
 * integrity check at each opening would take seconds on a big file: damage is reported where SQLite
 * meets it. */

#include "registry/sqlite-file.h"
#include "registry/sqlite-log.h"

#include "registry/migrations.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define LEAST_FREE_BYTES 65536 /* with less, SQLite can do nothing */
#define OFTEN 500              /* looks at somebody's lock, OFTEN_MS apart; then SELDOM_MS */
#define OFTEN_MS 1
#define SELDOM_MS 10
#define WAL_WRITE_LOCK_BYTE 120 /* of the -shm file: sqlite.org/walformat.html, "WAL locks" */

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

/* What keeps us from the file, and what to do. SQLite keeps files beside it, so that its folder
 * must be writable, too. */
static void
set_permission_error (const char *file, int code, GError **error)
{
  struct stat info, folder_info;
  struct statvfs system;
  g_autofree char *folder = g_path_get_dirname (file);
  gboolean is_there = stat (file, &info) == 0, has_folder = stat (folder, &folder_info) == 0;
  if (has_folder && statvfs (folder, &system) == 0 && (system.f_flag & ST_RDONLY) != 0)
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_PERMISSION,
                 "%s: its file system is mounted read-only; mount it writable, or give another "
                 "folder with --state",
                 file);
  else if (is_there && info.st_uid != geteuid ())
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_PERMISSION,
                 "%s: it belongs to user %u with mode %04o, and this is user %u; run as its owner, "
                 "or give another folder with --state",
                 file, info.st_uid, info.st_mode & 07777U, geteuid ());
  else if (is_there && (info.st_mode & (S_IRUSR | S_IWUSR)) != (S_IRUSR | S_IWUSR))
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_PERMISSION,
                 "%s: it has mode %04o, and must be read and written; chmod 600 %s", file,
                 info.st_mode & 07777U, file);
  else if (has_folder)
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_PERMISSION,
                 "%s: user %u cannot write in its folder, which belongs to user %u with mode %04o; "
                 "%s %s, or give another folder with --state",
                 file, geteuid (), folder_info.st_uid, folder_info.st_mode & 07777U,
                 folder_info.st_uid == geteuid () ? "chmod 700" : "run as its owner, or chown",
                 folder);
  else
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_PERMISSION,
                 "%s: %s; give another folder with --state", file, g_strerror (code));
}

static void
set_file_error (const char *file, int code, GError **error)
{
  if (code == EACCES || code == EPERM || code == EROFS) {
    set_permission_error (file, code, error);
    return;
  }
  g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_IO,
               "%s: cannot be made: %s; give another folder with --state", file, g_strerror (code));
}

/* A new registry is made beside its place, under a name that says nothing to anybody. */
static void
set_full_error (const char *file, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (file);
  g_set_error (
      error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_IO,
      "no space left in %s, where the registry is; nothing was written: free some, or give "
      "another folder with --state",
      folder);
}

/* The files beside a registry (its log, and the index of that) are written past SQLite's pages, so
 * a full disk is an I/O error there. */
static gboolean
is_full (sqlite3 *db, const char *file)
{
  int result = sqlite3_errcode (db) & 0xff, code = sqlite3_system_errno (db);
  struct statvfs system;
  g_autofree char *folder = g_path_get_dirname (file);
  return result == SQLITE_FULL ||
         (result == SQLITE_IOERR && (code == ENOSPC || code == EDQUOT ||
                                     (statvfs (folder, &system) == 0 && system.f_blocks > 0 &&
                                      system.f_bavail * system.f_frsize < LEAST_FREE_BYTES)));
}

static void
set_io_error (sqlite3 *db, const char *file, GError **error)
{
  int code = sqlite3_system_errno (db);
  if (is_full (db, file)) {
    set_full_error (file, error);
    return;
  }
  g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_IO,
               "%s: %s%s%s; look at the disk (dmesg), or give another folder with --state", file,
               sqlite3_errmsg (db), code == 0 ? "" : ": ", code == 0 ? "" : g_strerror (code));
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
    set_permission_error (file, sqlite3_system_errno (db) != 0 ? sqlite3_system_errno (db) : EACCES,
                          error);
    return;
  case SQLITE_FULL:
    set_full_error (file, error);
    return;
  case SQLITE_IOERR:
    set_io_error (db, file, error);
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

/* What is only there when there was a registry. */
static gboolean
was_in_use (const char *state_directory)
{
  g_autoptr (GDir) directory = g_dir_open (state_directory, 0, NULL);
  const char *name;
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    if (strcmp (name, "last-scan") == 0 || strcmp (name, "backups") == 0 ||
        strcmp (name, "transactions") == 0 || g_str_has_prefix (name, "stamps"))
      return TRUE;
  return FALSE;
}

/* A new registry appears as a whole (create), so that an empty file never is one. One that is in a
 * state directory that is new as well is somebody's way to say where it should be. */
static gboolean
check_file (const char *state_directory, const char *file, GError **error)
{
  struct stat info, wal_info;
  if (stat (file, &info) != 0)
    return TRUE;
  if (!S_ISREG (info.st_mode)) {
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_IO,
                 "%s: it is %s, where the registry's file should be; move it away, or give another "
                 "folder with --state",
                 file, S_ISDIR (info.st_mode) ? "a folder" : "no regular file");
    return FALSE;
  }
  g_autofree char *wal = g_strconcat (file, "-wal", NULL);
  gboolean has_wal = stat (wal, &wal_info) == 0 && wal_info.st_size > 0;
  if (info.st_size == 0 && (has_wal || was_in_use (state_directory))) {
    pm_sqlite_set_corrupt (file, "it is empty, and something was in it", error);
    return FALSE;
  }
  return TRUE;
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
  if (application != PM_SQLITE_APPLICATION_ID ||
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
  g_autofree char *step = pm_migrations_sqlite (version);
  if (!execute (db, file, step, error) || !execute (db, file, record, error)) {
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
                         PM_SQLITE_APPLICATION_ID);
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

/* SQLite's own way of waiting (sqlite3_busy_timeout) looks ever more seldom, at last every 100 ms,
 * so that among many who write in short turns whoever waits longest has the least chance. */
static int
wait_a_little (void *most_ms, int n_before)
{
  guint n = (guint) n_before, often = MIN (n, OFTEN), seldom = n - often;
  if (often * OFTEN_MS + seldom * SELDOM_MS >= GPOINTER_TO_UINT (most_ms))
    return 0;
  g_usleep (1000u * (n < OFTEN ? OFTEN_MS : SELDOM_MS));
  return 1;
}

void
pm_sqlite_set_wait (sqlite3 *db, guint busy_wait_ms)
{
  sqlite3_busy_handler (db, wait_a_little, GUINT_TO_POINTER (busy_wait_ms));
}

static void
set_limits (sqlite3 *db, guint busy_wait_ms)
{
  sqlite3_extended_result_codes (db, 1);
  pm_sqlite_set_wait (db, busy_wait_ms);
  sqlite3_db_config (db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
}

typedef enum { SHARED, ALONE } Use;

static gboolean
prepare_connection (sqlite3 *db, const char *file, Use use, guint busy_wait_ms, GError **error)
{
  guint version;
  set_limits (db, busy_wait_ms);
  if (use == ALONE && !execute (db, file, "PRAGMA locking_mode=EXCLUSIVE", error))
    return FALSE;
  /* Looked at before the journal mode is set: that writes, and the file may not be ours. */
  return pm_sqlite_read_version (db, file, &version, error) &&
         execute (db, file, "PRAGMA journal_mode=WAL", error) &&
         execute (db, file, "PRAGMA journal_size_limit=" G_STRINGIFY (PM_SQLITE_LOG_BYTES),
                  error) &&
         execute (db, file, "PRAGMA foreign_keys=ON", error) &&
         execute (db, file, "PRAGMA synchronous=NORMAL", error) && migrate (db, file, error);
}

static sqlite3 *
open_for (Use use, const char *file, guint busy_wait_ms, gboolean *ret_full, GError **error)
{
  sqlite3 *db = NULL;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (sqlite3_open_v2 (file, &db, flags, pm_sqlite_log_vfs ()) != SQLITE_OK)
    pm_sqlite_set_error (db, file, error);
  else if (prepare_connection (db, file, use, busy_wait_ms, error))
    return db;
  *ret_full = db != NULL && is_full (db, file);
  sqlite3_close (db);
  return NULL;
}

/* The index of the log is a file, which a full disk has no room for. What is in a registry can be
 * read all the same: a connection that has it to itself keeps that index in memory ("Use of WAL
 * Without Shared-Memory" in SQLite's documentation of its log). */
static sqlite3 *
open_file (const char *file, guint busy_wait_ms, GError **error)
{
  gboolean is_full = FALSE;
  GError *reason = NULL;
  sqlite3 *db = open_for (SHARED, file, busy_wait_ms, &is_full, &reason);
  if (db == NULL && is_full)
    db = open_for (ALONE, file, busy_wait_ms, &is_full, NULL);
  if (db == NULL)
    g_propagate_error (error, reason);
  else
    g_clear_error (&reason);
  return db;
}

static gboolean
put_in_place (const char *draft, const char *file)
{
  if (renameat2 (AT_FDCWD, draft, AT_FDCWD, file, RENAME_NOREPLACE) == 0 || errno == EEXIST)
    return TRUE;
  gboolean is_unknown = errno == EINVAL || errno == ENOSYS; /* to this file system */
  return is_unknown && (link (draft, file) == 0 || errno == EEXIST);
}

/* Made under another name, and put in its place when all is in it. Whoever comes second finds it
 * there. SQLite gives the files beside it the mode of this one. */
static gboolean
create (const char *file, guint busy_wait_ms, GError **error)
{
  g_autofree char *draft = g_strconcat (file, ".new-XXXXXX", NULL);
  int fd = g_mkstemp_full (draft, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) {
    set_file_error (file, errno, error);
    return FALSE;
  }
  close (fd);
  sqlite3 *db = open_file (draft, busy_wait_ms, error);
  gboolean is_made = db != NULL;
  sqlite3_close (db); /* takes its -wal and -shm away */
  gboolean fine = is_made && put_in_place (draft, file);
  if (is_made && !fine)
    set_file_error (file, errno, error);
  unlink (draft);
  return fine;
}

sqlite3 *
pm_sqlite_file_open (const char *state_directory, const char *file, guint busy_wait_ms,
                     GError **error)
{
  if (!make_directory (state_directory, error) || !check_file (state_directory, file, error))
    return NULL;
  if (access (file, F_OK) != 0 && errno == ENOENT && !create (file, busy_wait_ms, error))
    return NULL;
  return open_file (file, busy_wait_ms, error);
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
  g_autofree char *state_directory = g_path_get_dirname (file);
  if (!check_file (state_directory, file, error))
    return NULL;
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
