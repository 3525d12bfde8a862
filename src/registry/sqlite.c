/* DESIGN
 * One connection in WAL mode: readers never wait, writers queue for one lock, which a transaction
 * that will write takes at its begin, so that it can never find out half-way that somebody was
 * faster. Waiting is bounded; when it is over, /proc/locks tells who holds the lock (opening the
 * file to ask would drop our own locks on it, as POSIX locks go).
 *
 * Durability is chosen per transaction: synchronous=NORMAL syncs at checkpoints only, FULL at each
 * commit (sqlite.org/pragma.html#pragma_synchronous). */

#include "registry/sqlite-file.h"
#include "registry/sqlite-log.h"

#include <sqlite3.h>
#include <string.h>

struct PmStatement {
  sqlite3_stmt *handle;
  gboolean running;
};

typedef struct {
  PmRegistry parent;
  sqlite3 *db;
  char *file;
  char *log_file;
  GHashTable *statements; /* address of the SQL → PmStatement */
  PmAccess durability;    /* that its transactions have now */
} Sqlite;

static Sqlite *
sqlite (PmRegistry *registry)
{
  return (Sqlite *) registry;
}

static void
statement_free (gpointer data)
{
  PmStatement *statement = data;
  sqlite3_finalize (statement->handle);
  g_free (statement);
}

/* --- errors --- */

static void
set_error (Sqlite *s, GError **error)
{
  pm_sqlite_set_error (s->db, s->file, error);
}

/* --- statements --- */

static PmStatement *
prepare (Sqlite *s, const char *sql, GError **error)
{
  PmStatement *statement = g_hash_table_lookup (s->statements, sql);
  if (statement != NULL)
    return statement;
  sqlite3_stmt *handle;
  if (sqlite3_prepare_v3 (s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL) != SQLITE_OK) {
    set_error (s, error);
    return NULL;
  }
  statement = g_new0 (PmStatement, 1);
  statement->handle = handle;
  g_hash_table_insert (s->statements, (gpointer) sql, statement);
  return statement;
}

static int
bind (sqlite3_stmt *handle, int index, const PmSqlValue *value)
{
  switch (value->type) {
  case PM_SQL_INTEGER:
    return sqlite3_bind_int64 (handle, index, value->integer);
  case PM_SQL_REAL:
    return sqlite3_bind_double (handle, index, value->real);
  case PM_SQL_TEXT:
    return sqlite3_bind_text (handle, index, value->text, -1, SQLITE_STATIC);
  case PM_SQL_NULL:
    break;
  }
  return sqlite3_bind_null (handle, index);
}

static PmStatement *
sqlite_query (PmRegistry *registry, const char *sql, const PmSqlValue *values, guint n_values,
              GError **error)
{
  Sqlite *s = sqlite (registry);
  PmStatement *statement = prepare (s, sql, error);
  if (statement == NULL)
    return NULL;
  g_return_val_if_fail (!statement->running, NULL);
  for (guint i = 0; i < n_values; i++)
    if (bind (statement->handle, (int) i + 1, &values[i]) != SQLITE_OK) {
      set_error (s, error);
      return NULL;
    }
  statement->running = TRUE;
  return statement;
}

static PmStep
sqlite_step (PmRegistry *registry, PmStatement *statement, GError **error)
{
  int result = sqlite3_step (statement->handle);
  if (result == SQLITE_ROW)
    return PM_STEP_ROW;
  if (result == SQLITE_DONE)
    return PM_STEP_DONE;
  set_error (sqlite (registry), error);
  return PM_STEP_FAILED;
}

static void
sqlite_finish (PmRegistry *registry, PmStatement *statement)
{
  sqlite3_reset (statement->handle);
  sqlite3_clear_bindings (statement->handle);
  statement->running = FALSE;
}

static gint64
sqlite_new_id (PmRegistry *registry)
{
  return sqlite3_last_insert_rowid (sqlite (registry)->db);
}

static guint
sqlite_n_written (PmRegistry *registry)
{
  return (guint) sqlite3_changes (sqlite (registry)->db);
}

static gint64
sqlite_integer (PmStatement *statement, int column)
{
  return sqlite3_column_int64 (statement->handle, column);
}

static double
sqlite_real (PmStatement *statement, int column)
{
  return sqlite3_column_double (statement->handle, column);
}

static const char *
sqlite_text (PmStatement *statement, int column)
{
  return (const char *) sqlite3_column_text (statement->handle, column);
}

/* --- transactions --- */

static gboolean
execute (Sqlite *s, const char *sql, GError **error)
{
  if (sqlite3_exec (s->db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  set_error (s, error);
  return FALSE;
}

/* One that is run again and again, and gives no rows. */
static gboolean
step_once (Sqlite *s, const char *sql, GError **error)
{
  PmStatement *statement = prepare (s, sql, error);
  if (statement == NULL)
    return FALSE;
  gboolean ok = sqlite3_step (statement->handle) == SQLITE_DONE;
  if (!ok)
    set_error (s, error);
  sqlite3_reset (statement->handle);
  return ok;
}

static gboolean
set_durability (Sqlite *s, PmAccess access, GError **error)
{
  if (s->durability == access)
    return TRUE;
  if (!execute (
          s, access == PM_ACCESS_DECISION ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL",
          error))
    return FALSE;
  s->durability = access;
  return TRUE;
}

static gboolean
sqlite_begin (PmRegistry *registry, PmAccess access, GError **error)
{
  Sqlite *s = sqlite (registry);
  if (access == PM_ACCESS_READ)
    return step_once (s, "BEGIN", error);
  return set_durability (s, access, error) && step_once (s, "BEGIN IMMEDIATE", error);
}

static void
sqlite_rollback (PmRegistry *registry)
{
  /* SQLite rolls back by itself on some errors; then there is nothing left to do. */
  if (!sqlite3_get_autocommit (sqlite (registry)->db))
    execute (sqlite (registry), "ROLLBACK", NULL);
}

static gboolean
sqlite_commit (PmRegistry *registry, GError **error)
{
  if (step_once (sqlite (registry), "COMMIT", error))
    return TRUE;
  sqlite_rollback (registry);
  return FALSE;
}

static gboolean
sqlite_change_token (PmRegistry *registry, gint64 *ret_token, GError **error)
{
  return pm_sql_integer (registry, "PRAGMA data_version", PM_NO_VALUES, ret_token, error);
}

static gboolean
sqlite_size (PmRegistry *registry, guint64 *ret_size_bytes, guint64 *ret_free_bytes, GError **error)
{
  gint64 page_bytes = 0, pages = 0, unused = 0;
  if (!pm_sql_integer (registry, "PRAGMA page_size", PM_NO_VALUES, &page_bytes, error) ||
      !pm_sql_integer (registry, "PRAGMA page_count", PM_NO_VALUES, &pages, error) ||
      !pm_sql_integer (registry, "PRAGMA freelist_count", PM_NO_VALUES, &unused, error))
    return FALSE;
  *ret_size_bytes = (guint64) (page_bytes * pages);
  *ret_free_bytes = (guint64) (page_bytes * unused);
  return TRUE;
}

static const char *
sqlite_log_file (const PmRegistry *registry)
{
  return ((const Sqlite *) registry)->log_file;
}

static gboolean
sqlite_backup (PmRegistry *registry, const char *file, guint64 *ret_rows, GError **error)
{
  return pm_sqlite_backup (sqlite (registry)->db, file, ret_rows, error);
}

static gboolean
sqlite_check (PmRegistry *registry, GError **error)
{
  return pm_sqlite_check (sqlite (registry)->db, sqlite (registry)->file, error);
}

static const char *
sqlite_location (const PmRegistry *registry)
{
  return ((const Sqlite *) registry)->file;
}

/* --- the write-ahead log --- */

#define MUCH_PAGES 16384 /* 64 MiB */
#define RESTART_TRIES 400
#define RESTART_WAIT_US 100
#define MOST_TIMES 7 /* as large as that, or larger: about three seconds */

/* Nor does it cut off what the log was larger when it begins anew: others do. */
static gboolean
sqlite_leave_tidying (PmRegistry *registry, GError **error)
{
  Sqlite *s = sqlite (registry);
  if (sqlite3_wal_autocheckpoint (s->db, 0) == SQLITE_OK &&
      pm_sqlite_log_gather (s->db) == SQLITE_OK)
    return execute (s, "PRAGMA journal_size_limit=-1", error);
  set_error (s, error);
  return FALSE;
}

/* Somebody else who is at it is as good. */
static gboolean
checkpoint (Sqlite *s, int mode, int *ret_pages, GError **error)
{
  int result = sqlite3_wal_checkpoint_v2 (s->db, NULL, mode, ret_pages, NULL);
  if (result == SQLITE_OK || (result & 0xff) == SQLITE_BUSY)
    return TRUE;
  set_error (s, error);
  return FALSE;
}

/* Whoever writes leaves gaps of less than a millisecond; and when it is had, nobody writes until
 * those who read have ended. So it is looked for often, and not for long; for four times as
 * long where the log is twice as large, since those who always read for longer would else let it
 * grow for ever. */
static int
wait_for_a_gap (void *data, int n_before)
{
  const int *most_tries = data;
  if (n_before >= *most_tries)
    return 0;
  g_usleep (RESTART_WAIT_US);
  return 1;
}

/* The log begins anew only when all of it was moved and nobody reads from it as somebody writes.
 * Under steady load that moment does not come, and the log grows for ever; each page that is not
 * in it is looked for in all of it (sqlite.org/wal.html, "Avoiding Excessively Large WAL Files").
 */
static gboolean
sqlite_tidy (PmRegistry *registry, GError **error)
{
  Sqlite *s = sqlite (registry);
  int pages = 0;
  if (!checkpoint (s, SQLITE_CHECKPOINT_PASSIVE, &pages, error))
    return FALSE;
  if (pages < MUCH_PAGES)
    return TRUE;
  /* Once more, so that hardly anything is left to be moved while nobody may write. */
  if (!checkpoint (s, SQLITE_CHECKPOINT_PASSIVE, &pages, error))
    return FALSE;
  int times = MIN (pages / MUCH_PAGES, MOST_TIMES);
  int most_tries = RESTART_TRIES * times * times;
  sqlite3_busy_handler (s->db, wait_for_a_gap, &most_tries);
  gboolean ok = checkpoint (s, SQLITE_CHECKPOINT_RESTART, &pages, error);
  pm_sqlite_set_wait (s->db, PM_SQLITE_BUSY_WAIT_MS);
  return ok;
}

/* --- opening and closing --- */

static void
sqlite_close (PmRegistry *registry)
{
  Sqlite *s = sqlite (registry);
  g_hash_table_unref (s->statements);
  sqlite3_close (s->db);
  g_free (s->file);
  g_free (s->log_file);
  g_free (s);
}

static const PmRegistryBackend sqlite_backend = {
    .close = sqlite_close,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .query = sqlite_query,
    .step = sqlite_step,
    .finish = sqlite_finish,
    .new_id = sqlite_new_id,
    .n_written = sqlite_n_written,
    .integer = sqlite_integer,
    .real = sqlite_real,
    .text = sqlite_text,
    .change_token = sqlite_change_token,
    .size = sqlite_size,
    .log_file = sqlite_log_file,
    .backup = sqlite_backup,
    .check = sqlite_check,
    .location = sqlite_location,
    .leave_tidying = sqlite_leave_tidying,
    .tidy = sqlite_tidy,
};

PmRegistry *
pm_sqlite_open (const PmRegistryOptions *options, GError **error)
{
  g_return_val_if_fail (options->state_directory != NULL, NULL);
  guint busy_wait_ms =
      options->busy_wait_ms == 0 ? PM_SQLITE_BUSY_WAIT_MS : MIN (options->busy_wait_ms, 3600000);
  g_autofree char *file = g_build_filename (options->state_directory, PM_SQLITE_FILE, NULL);
  sqlite3 *db = options->read_only
                    ? pm_sqlite_file_open_read_only (file, busy_wait_ms, error)
                    : pm_sqlite_file_open (options->state_directory, file, busy_wait_ms, error);
  if (db == NULL)
    return NULL;

  Sqlite *s = g_new0 (Sqlite, 1);
  s->parent.backend = &sqlite_backend;
  s->parent.host = g_strdup (pm_registry_host_of (options));
  s->db = db;
  s->file = g_steal_pointer (&file);
  s->log_file = g_strconcat (s->file, "-wal", NULL);
  s->durability = PM_ACCESS_READ; /* unknown */
  s->statements = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, statement_free);
  g_autoptr (PmRegistry) registry = &s->parent;
  if (!options->read_only && !pm_registry_ensure_host (registry, error))
    return NULL;
  return g_steal_pointer (&registry);
}
