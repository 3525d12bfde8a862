#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* How a connection writes the write-ahead log: a thin layer above the system's own (a VFS shim,
 * sqlite.org/vfs.html) that can gather what a transaction writes into one piece.
 *
 *   sqlite3_open_v2 (file, &db, flags, pm_sqlite_log_vfs ());
 *   … pm_sqlite_log_gather (db, &error)        // once the database is in WAL mode
 *
 * Whoever does not ask for it writes as always. A connection that gathers must never write a part
 * of a transaction into the log before its end, so its cache does not spill: for transactions that
 * are small, and many. */

const char *pm_sqlite_log_vfs (void);

/* A code of SQLite. */
int pm_sqlite_log_gather (sqlite3 *db);

G_END_DECLS
