/* DESIGN
 * SQLite writes each page of a transaction into the log on its own, and a header of 24 bytes before
 * it on its own as well (sqlite.org/fileformat2.html#walformat): a dozen pages are two dozen calls,
 * each of which the kernel tells to everybody that watches the file. No frame begins where a block
 * does, so each of them fills the rest of one block and begins another one. Of a block that is not
 * in memory the kernel has to read what is not written: the log's old blocks are written again only
 * after minutes, and leave memory first when that is short, or when it is kept short
 * (Documentation/admin-guide/mm/damon/reclaim.rst); the one who writes waits for the disk then.
 *
 * So frames are gathered until the last of the transaction, whose header says so (its second
 * integer is not 0), and are written at once, with as many zeros behind them as the last block
 * takes: whole blocks need not be read, but for the first, which the transaction before has
 * written. What is behind the last frame means nothing to anybody: a reader goes by the index, a
 * recovery by salt and checksum, which zeros do not have, and the next transaction writes over it.
 *
 * When that call fails, the transaction does, as ever: the index is told of it afterwards. Frames
 * that wait are never more than one call of SQLite old, made under the log's write lock, as long as
 * the cache does not spill. What does not look like that is refused, not guessed. */

#include "registry/sqlite-log.h"

#include <string.h>

#define NAME "port-manager"
#define LOG_HEADER_BYTES 32
#define FRAME_HEADER_BYTES 24
#define BLOCK_BYTES 4096
#define MOST_BYTES (256 * 1024)   /* that wait: then what there is is written */
#define AT_ONCE_BYTES (64 * 1024) /* of 128 KiB SQLite's own layer writes nothing (os_unix.c) */

typedef struct {
  sqlite3_vfs vfs;
  sqlite3_vfs *system;
} Vfs;

typedef struct {
  sqlite3_file file;
  gboolean gathers;
  GByteArray *waiting; /* frames, as they will stand in the log */
  sqlite3_int64 at;    /* where */
  gboolean is_last;    /* the frame that is being written ends its transaction */
} Log;

/* The system's file stands behind ours. */
#define LOG_BYTES ((sizeof (Log) + 15) / 16 * 16)

static sqlite3_file *
system_file (sqlite3_file *file)
{
  return (sqlite3_file *) ((char *) file + LOG_BYTES);
}

/* --- writing --- */

static int
write_waiting (Log *log, gsize n_zeros)
{
  gsize length = log->waiting->len;
  g_byte_array_set_size (log->waiting, (guint) (length + n_zeros));
  memset (log->waiting->data + length, 0, n_zeros);
  sqlite3_file *system = system_file (&log->file);
  int result = SQLITE_OK;
  for (gsize done = 0; result == SQLITE_OK && done < log->waiting->len; done += AT_ONCE_BYTES)
    result = system->pMethods->xWrite (system, log->waiting->data + done,
                                       (int) MIN (AT_ONCE_BYTES, log->waiting->len - done),
                                       log->at + (sqlite3_int64) done);
  g_byte_array_set_size (log->waiting, 0);
  return result;
}

static int
end_of_transaction (Log *log)
{
  sqlite3_int64 end = log->at + log->waiting->len;
  return write_waiting (log, (gsize) (-end & (BLOCK_BYTES - 1)));
}

static gboolean
is_frame_header (int size_bytes, sqlite3_int64 at)
{
  return size_bytes == FRAME_HEADER_BYTES && at >= LOG_HEADER_BYTES;
}

static int
gather (Log *log, const void *bytes, int size_bytes, sqlite3_int64 at)
{
  guint32 pages_after_commit;
  if (log->waiting->len == 0)
    log->at = at;
  if (at != log->at + log->waiting->len) {
    g_byte_array_set_size (log->waiting, 0);
    return SQLITE_IOERR_WRITE;
  }
  g_byte_array_append (log->waiting, bytes, (guint) size_bytes);
  if (is_frame_header (size_bytes, at)) {
    memcpy (&pages_after_commit, (const char *) bytes + 4, sizeof pages_after_commit);
    log->is_last = pages_after_commit != 0;
    return SQLITE_OK;
  }
  if (log->is_last)
    return end_of_transaction (log);
  return log->waiting->len < MOST_BYTES ? SQLITE_OK : write_waiting (log, 0);
}

static int
log_write (sqlite3_file *file, const void *bytes, int size_bytes, sqlite3_int64 at)
{
  Log *log = (Log *) file;
  sqlite3_file *system = system_file (file);
  if (log->gathers && (log->waiting->len > 0 || is_frame_header (size_bytes, at)))
    return gather (log, bytes, size_bytes, at);
  return system->pMethods->xWrite (system, bytes, size_bytes, at);
}

/* --- everything else --- */

static int
log_close (sqlite3_file *file)
{
  sqlite3_file *system = system_file (file);
  g_byte_array_unref (((Log *) file)->waiting);
  return system->pMethods->xClose (system);
}

static int
log_read (sqlite3_file *file, void *bytes, int size_bytes, sqlite3_int64 at)
{
  sqlite3_file *system = system_file (file);
  return system->pMethods->xRead (system, bytes, size_bytes, at);
}

static int
log_truncate (sqlite3_file *file, sqlite3_int64 size_bytes)
{
  sqlite3_file *system = system_file (file);
  return system->pMethods->xTruncate (system, size_bytes);
}

/* In the middle of a transaction that waits for the disk. */
static int
log_sync (sqlite3_file *file, int flags)
{
  Log *log = (Log *) file;
  sqlite3_file *system = system_file (file);
  int result = log->waiting->len > 0 ? write_waiting (log, 0) : SQLITE_OK;
  return result == SQLITE_OK ? system->pMethods->xSync (system, flags) : result;
}

static int
log_size (sqlite3_file *file, sqlite3_int64 *ret_size_bytes)
{
  sqlite3_file *system = system_file (file);
  return system->pMethods->xFileSize (system, ret_size_bytes);
}

static int
log_lock (sqlite3_file *file, int level)
{
  sqlite3_file *system = system_file (file);
  return system->pMethods->xLock (system, level);
}

static int
log_unlock (sqlite3_file *file, int level)
{
  sqlite3_file *system = system_file (file);
  return system->pMethods->xUnlock (system, level);
}

static int
log_is_reserved (sqlite3_file *file, int *ret_is_reserved)
{
  sqlite3_file *system = system_file (file);
  return system->pMethods->xCheckReservedLock (system, ret_is_reserved);
}

static int
log_control (sqlite3_file *file, int operation, void *argument)
{
  sqlite3_file *system = system_file (file);
  return system->pMethods->xFileControl (system, operation, argument);
}

static int
log_sector_size (sqlite3_file *file)
{
  sqlite3_file *system = system_file (file);
  return system->pMethods->xSectorSize (system);
}

static int
log_characteristics (sqlite3_file *file)
{
  sqlite3_file *system = system_file (file);
  return system->pMethods->xDeviceCharacteristics (system);
}

/* A log is neither shared memory nor mapped: version 1 has all that it needs. */
static const sqlite3_io_methods log_methods = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_read,
    .xWrite = log_write,
    .xTruncate = log_truncate,
    .xSync = log_sync,
    .xFileSize = log_size,
    .xLock = log_lock,
    .xUnlock = log_unlock,
    .xCheckReservedLock = log_is_reserved,
    .xFileControl = log_control,
    .xSectorSize = log_sector_size,
    .xDeviceCharacteristics = log_characteristics,
};

/* --- opening --- */

static int
vfs_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
  sqlite3_vfs *system = ((Vfs *) vfs)->system;
  if ((flags & SQLITE_OPEN_WAL) == 0)
    return system->xOpen (system, name, file, flags, ret_flags);
  Log *log = (Log *) file;
  *log = (Log){0}; /* without methods it is not closed */
  int result = system->xOpen (system, name, system_file (file), flags, ret_flags);
  if (result != SQLITE_OK)
    return result;
  log->waiting = g_byte_array_new ();
  log->file.pMethods = &log_methods;
  return SQLITE_OK;
}

/* The system's, with its data, but for what is opened: every other file is its own. */
static gpointer
vfs_register (gpointer unused)
{
  Vfs *vfs = g_new0 (Vfs, 1);
  vfs->system = sqlite3_vfs_find (NULL);
  vfs->vfs = *vfs->system;
  vfs->vfs.pNext = NULL;
  vfs->vfs.zName = NAME;
  vfs->vfs.szOsFile = (int) LOG_BYTES + vfs->system->szOsFile;
  vfs->vfs.xOpen = vfs_open;
  return GINT_TO_POINTER (sqlite3_vfs_register (&vfs->vfs, 0) == SQLITE_OK);
}

const char *
pm_sqlite_log_vfs (void)
{
  static GOnce once = G_ONCE_INIT;
  g_once (&once, vfs_register, NULL);
  return once.retval != NULL ? NAME : NULL; /* NULL is the system's */
}

int
pm_sqlite_log_gather (sqlite3 *db)
{
  sqlite3_file *file = NULL;
  int result = sqlite3_exec (db, "PRAGMA cache_spill=OFF", NULL, NULL, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_file_control (db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
  if (result == SQLITE_OK && file != NULL && file->pMethods == &log_methods)
    ((Log *) file)->gathers = TRUE;
  return result;
}
