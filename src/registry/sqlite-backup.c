/* DESIGN
 * A backup is SQLite's online copy of a live database into a temporary file, which gets its name
 * only when it is checked and durable. A restore copies the other way, through the same mechanism,
 * into the live database: pages are replaced in one write transaction, so other processes that have
 * it open see all of the old or all of the new. Only a registry that cannot be opened is moved
 * aside and replaced as a file. */

#include "registry/sqlite-file.h"

#include "base/timestamp.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
set_io_error (const char *file, int code, GError **error)
{
  gboolean permission = code == EACCES || code == EPERM || code == EROFS;
  g_set_error (error, PM_REGISTRY_ERROR,
               permission ? PM_REGISTRY_ERROR_PERMISSION : PM_REGISTRY_ERROR_IO, "%s: %s", file,
               g_strerror (code));
}

/* --- verification --- */

gboolean
pm_sqlite_check (sqlite3 *db, const char *file, GError **error)
{
  sqlite3_stmt *check;
  if (sqlite3_prepare_v2 (db, "PRAGMA integrity_check(1)", -1, &check, NULL) != SQLITE_OK) {
    pm_sqlite_set_error (db, file, error);
    return FALSE;
  }
  const char *answer =
      sqlite3_step (check) == SQLITE_ROW ? (const char *) sqlite3_column_text (check, 0) : NULL;
  gboolean ok = g_strcmp0 (answer, "ok") == 0;
  if (!ok)
    pm_sqlite_set_corrupt (file, answer != NULL ? answer : sqlite3_errmsg (db), error);
  sqlite3_finalize (check);
  return ok;
}

/* How many rows each table has, as text by which two copies can be compared, and their sum. */
static gboolean
count_rows (sqlite3 *db, const char *file, GString *counts, guint64 *ret_rows, GError **error)
{
  sqlite3_stmt *tables;
  guint64 rows = 0;
  gboolean ok = sqlite3_prepare_v2 (db,
                                    "SELECT name, 'SELECT count (*) FROM \"' || name || '\"'"
                                    " FROM sqlite_schema WHERE type = 'table' ORDER BY name",
                                    -1, &tables, NULL) == SQLITE_OK;
  int step = SQLITE_DONE;
  while (ok && (step = sqlite3_step (tables)) == SQLITE_ROW) {
    sqlite3_stmt *count;
    ok = sqlite3_prepare_v2 (db, (const char *) sqlite3_column_text (tables, 1), -1, &count,
                             NULL) == SQLITE_OK &&
         sqlite3_step (count) == SQLITE_ROW;
    gint64 n = ok ? sqlite3_column_int64 (count, 0) : 0;
    sqlite3_finalize (count);
    g_string_append_printf (counts, "%s %" G_GINT64_FORMAT "\n", sqlite3_column_text (tables, 0),
                            n);
    rows += (guint64) n;
  }
  ok = ok && step == SQLITE_DONE;
  if (!ok)
    pm_sqlite_set_error (db, file, error);
  sqlite3_finalize (tables);
  *ret_rows = rows;
  return ok;
}

/* Opened read-only, and it must be a whole registry that this program can read. */
static sqlite3 *
open_verified (const char *file, GError **error)
{
  sqlite3 *db = NULL;
  guint version = 0;
  int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_EXRESCODE;
  gboolean ok = sqlite3_open_v2 (file, &db, flags, NULL) == SQLITE_OK;
  if (!ok)
    pm_sqlite_set_error (db, file, error);
  ok = ok && pm_sqlite_read_version (db, file, &version, error);
  if (ok && version == 0) {
    pm_sqlite_set_corrupt (file, "it is empty", error);
    ok = FALSE;
  }
  if (ok && pm_sqlite_check (db, file, error))
    return db;
  sqlite3_close (db);
  return NULL;
}

gint64
pm_sqlite_last_event (const char *file)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *row = NULL;
  gint64 id = -1;
  if (sqlite3_open_v2 (file, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
      sqlite3_prepare_v2 (db, "SELECT coalesce(max(id), 0) FROM events", -1, &row, NULL) ==
          SQLITE_OK &&
      sqlite3_step (row) == SQLITE_ROW)
    id = sqlite3_column_int64 (row, 0);
  sqlite3_finalize (row);
  sqlite3_close (db);
  return id;
}

/* --- copies --- */

static gboolean
copy_pages (sqlite3 *from, sqlite3 *to, const char *to_file, GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (to, "main", from, "main");
  int result = backup == NULL ? SQLITE_ERROR : sqlite3_backup_step (backup, -1);
  /* Finishing does not repeat that somebody held the lock: that is no error of the copy's own. */
  int finished = sqlite3_backup_finish (backup);
  if (result == SQLITE_DONE && finished == SQLITE_OK)
    return TRUE;
  if ((result & 0xff) == SQLITE_BUSY || (result & 0xff) == SQLITE_LOCKED)
    pm_sqlite_set_busy (to_file, error);
  else
    pm_sqlite_set_error (to, to_file, error);
  return FALSE;
}

static gboolean
make_file (const char *file, GError **error)
{
  int fd = open (file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    set_io_error (file, errno, error);
    return FALSE;
  }
  close (fd);
  return TRUE;
}

static gboolean
copy_to_file (sqlite3 *db, const char *file, GError **error)
{
  sqlite3 *copy = NULL;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE;
  gboolean ok = sqlite3_open_v2 (file, &copy, flags, NULL) == SQLITE_OK;
  if (!ok)
    pm_sqlite_set_error (copy, file, error);
  ok = ok && copy_pages (db, copy, file, error);
  /* One file, without a log beside it. */
  if (ok && sqlite3_exec (copy, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) != SQLITE_OK) {
    pm_sqlite_set_error (copy, file, error);
    ok = FALSE;
  }
  sqlite3_close (copy);
  return ok;
}

/* A whole registry, and every row is in it. */
static gboolean
verify_copy (const char *file, const char *wanted, GError **error)
{
  sqlite3 *db = open_verified (file, error);
  guint64 rows;
  g_autoptr (GString) counts = g_string_new (NULL);
  gboolean ok = db != NULL && count_rows (db, file, counts, &rows, error);
  sqlite3_close (db);
  if (ok && strcmp (counts->str, wanted) != 0) {
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_IO,
                 "%s: the copy has not as many rows as what it was made of", file);
    return FALSE;
  }
  return ok;
}

static gboolean
sync_path (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean ok = fd >= 0 && fsync (fd) == 0;
  if (!ok)
    set_io_error (path, errno, error);
  if (fd >= 0)
    close (fd);
  return ok;
}

static gboolean
rename_durably (const char *from, const char *to, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (to);
  if (g_rename (from, to) != 0) {
    set_io_error (to, errno, error);
    return FALSE;
  }
  return sync_path (directory, error);
}

/* Rows are counted and copied in one read transaction: others go on writing meanwhile. */
static gboolean
copy_and_count (sqlite3 *db, const char *file, GString *counts, guint64 *ret_rows, GError **error)
{
  if (sqlite3_exec (db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK) {
    pm_sqlite_set_error (db, sqlite3_db_filename (db, "main"), error);
    return FALSE;
  }
  gboolean ok = count_rows (db, sqlite3_db_filename (db, "main"), counts, ret_rows, error) &&
                copy_to_file (db, file, error);
  sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
  return ok;
}

/* --- what may be replaced --- */

/* sqlite.org/fileformat.html: a database that is written by way of a log has 2 where ours, copied
 * to one file, has 1. */
#define HEADER_BYTES 72
#define WRITE_VERSION 18
#define APPLICATION 68

static gboolean
is_backup (const char *file)
{
  guint8 header[HEADER_BYTES];
  int fd = open (file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  gssize length = fd < 0 ? -1 : pread (fd, header, sizeof header, 0);
  if (fd >= 0)
    close (fd);
  guint32 application = 0;
  if (length == HEADER_BYTES)
    memcpy (&application, header + APPLICATION, sizeof application);
  return length == 0 ||
         (length == HEADER_BYTES && memcmp (header, "SQLite format 3", 16) == 0 &&
          header[WRITE_VERSION] == 1 && GUINT32_FROM_BE (application) == PM_SQLITE_APPLICATION_ID);
}

/* A mistyped name must not cost anybody a file, least of all a registry that is in use. */
static gboolean
check_target (const char *target, GError **error)
{
  struct stat info;
  const char *what = NULL;
  if (lstat (target, &info) != 0)
    return TRUE;
  if (S_ISLNK (info.st_mode))
    what = "it is a symbolic link; name the file itself";
  else if (!S_ISREG (info.st_mode))
    what = "it is no regular file";
  else if (!is_backup (target))
    what = "it is there and is no backup of a registry; name another file, or take it away first";
  if (what != NULL)
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_EXISTS, "%s: %s", target, what);
  return what == NULL;
}

gboolean
pm_sqlite_backup (sqlite3 *db, const char *target, guint64 *ret_rows, GError **error)
{
  g_autofree char *temporary = g_strdup_printf ("%s.%d.partial", target, (int) getpid ());
  g_autoptr (GString) counts = g_string_new (NULL);
  guint64 rows;
  if (!check_target (target, error) || !make_file (temporary, error))
    return FALSE;
  if (copy_and_count (db, temporary, counts, &rows, error) &&
      verify_copy (temporary, counts->str, error) && sync_path (temporary, error) &&
      rename_durably (temporary, target, error)) {
    if (ret_rows != NULL)
      *ret_rows = rows;
    return TRUE;
  }
  g_unlink (temporary);
  return FALSE;
}

/* --- quarantine --- */

/* "registry.db.damaged-2026-11-22T19:26:13.123456Z" */
static char *
name_beside (const char *file, const char *why, gint64 now_us)
{
  char time[PM_TIMESTAMP_SIZE];
  return g_strdup_printf ("%s.%s-%s", file, why, pm_timestamp_format (now_us, time));
}

/* The log belongs to its database: it goes along, under a name by which SQLite finds it. */
static gboolean
move_aside (const char *file, const char *aside, GError **error)
{
  static const char *const companions[] = {"-wal", "-shm"};
  for (gsize i = 0; i < G_N_ELEMENTS (companions); i++) {
    g_autofree char *from = g_strconcat (file, companions[i], NULL);
    g_autofree char *to = g_strconcat (aside, companions[i], NULL);
    if (g_rename (from, to) != 0 && errno != ENOENT) {
      set_io_error (from, errno, error);
      return FALSE;
    }
  }
  return rename_durably (file, aside, error);
}

gboolean
pm_sqlite_set_aside (const char *state_directory, const char *why, gint64 now_us, char **ret_kept,
                     GError **error)
{
  g_autofree char *file = g_build_filename (state_directory, PM_SQLITE_FILE, NULL);
  g_autofree char *aside = name_beside (file, why, now_us);
  if (!move_aside (file, aside, error))
    return FALSE;
  *ret_kept = g_steal_pointer (&aside);
  return TRUE;
}

/* --- restore --- */

/* Event ids go on from where they were: who resumes behind the last one that it saw must not miss
 * what comes. */
static gboolean
continue_event_ids (sqlite3 *db, const char *file, gint64 last, GError **error)
{
  g_autofree char *sql = g_strdup_printf (
      "INSERT INTO sqlite_sequence (name, seq) SELECT 'events', 0"
      " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'events');"
      "UPDATE sqlite_sequence SET seq = max (seq, %" G_GINT64_FORMAT ") WHERE name = 'events'",
      last);
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  pm_sqlite_set_error (db, file, error);
  return FALSE;
}

static gint64
last_event (sqlite3 *db)
{
  sqlite3_stmt *statement;
  gint64 id = 0;
  if (sqlite3_prepare_v2 (db, "SELECT seq FROM sqlite_sequence WHERE name = 'events'", -1,
                          &statement, NULL) != SQLITE_OK)
    return 0;
  if (sqlite3_step (statement) == SQLITE_ROW)
    id = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return id;
}

/* Keeps a copy of the live one, then makes it what the backup is. */
static gboolean
restore_into (sqlite3 *live, sqlite3 *backup, const char *file, const char *kept, GError **error)
{
  gint64 last = last_event (live);
  return pm_sqlite_backup (live, kept, NULL, error) && copy_pages (backup, live, file, error) &&
         continue_event_ids (live, file, last, error);
}

/* An older backup brings an older schema along. */
static gboolean
migrate (const char *state_directory, const char *file, GError **error)
{
  sqlite3 *db = pm_sqlite_file_open (state_directory, file, PM_SQLITE_BUSY_WAIT_MS, error);
  sqlite3_close (db);
  return db != NULL;
}

/* Of a damaged registry nobody knows the last event: ids leap over what may have been lost. */
static gboolean
leave_event_ids (const char *state_directory, GError **error)
{
  g_autofree char *file = g_build_filename (state_directory, PM_SQLITE_FILE, NULL);
  sqlite3 *db = pm_sqlite_file_open (state_directory, file, PM_SQLITE_BUSY_WAIT_MS, error);
  gboolean ok =
      db != NULL && continue_event_ids (db, file, last_event (db) + PM_SQLITE_EVENTS_LOST, error);
  sqlite3_close (db);
  return ok;
}

/* FALSE with CORRUPT or NEWER: it cannot be opened, or cannot be kept as a copy. */
static gboolean
restore_live (const char *state_directory, sqlite3 *backup, const char *file, gint64 now_us,
              char **ret_kept, GError **error)
{
  gboolean existed = g_file_test (file, G_FILE_TEST_EXISTS);
  sqlite3 *live = pm_sqlite_file_open (state_directory, file, PM_SQLITE_BUSY_WAIT_MS, error);
  if (live == NULL)
    return FALSE;
  g_autofree char *kept = name_beside (file, "before-restore", now_us);
  gboolean ok = restore_into (live, backup, file, kept, error);
  sqlite3_close (live);
  ok = ok && migrate (state_directory, file, error);
  if (ok && !existed)
    g_unlink (kept);
  *ret_kept = ok && existed ? g_steal_pointer (&kept) : NULL;
  return ok;
}

static gboolean
restore (const char *state_directory, sqlite3 *backup, gint64 now_us, char **ret_kept,
         GError **error)
{
  g_autofree char *file = g_build_filename (state_directory, PM_SQLITE_FILE, NULL);
  g_autoptr (GError) problem = NULL;
  if (restore_live (state_directory, backup, file, now_us, ret_kept, &problem))
    return TRUE;
  if (!g_error_matches (problem, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_CORRUPT) &&
      !g_error_matches (problem, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NEWER)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  return pm_sqlite_set_aside (state_directory, "damaged", now_us, ret_kept, error) &&
         pm_sqlite_backup (backup, file, NULL, error) && migrate (state_directory, file, error) &&
         leave_event_ids (state_directory, error);
}

/* What is to be done about a damaged registry is what was tried. */
static sqlite3 *
open_backup (const char *file, GError **error)
{
  GError *problem = NULL;
  sqlite3 *backup = open_verified (file, &problem);
  if (!g_error_matches (problem, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_CORRUPT)) {
    if (problem != NULL)
      g_propagate_error (error, problem);
    return backup;
  }
  g_error_free (problem);
  g_set_error (
      error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_CORRUPT,
      "%s: this is no registry, or a damaged one; nothing was changed: “port-manager backup "
      "--list” shows the backups that were kept",
      file);
  return NULL;
}

gboolean
pm_sqlite_restore (const char *state_directory, const char *file, gint64 now_us, char **ret_kept,
                   GError **error)
{
  sqlite3 *backup = open_backup (file, error);
  if (backup == NULL)
    return FALSE;
  gboolean ok = restore (state_directory, backup, now_us, ret_kept, error);
  sqlite3_close (backup);
  return ok;
}
