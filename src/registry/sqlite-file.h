#pragma once

#include "registry/backend.h"

#include <sqlite3.h>

G_BEGIN_DECLS

/* For sqlite.c and maintenance: a database as a file. */

#define PM_SQLITE_FILE "registry.db"
#define PM_SQLITE_APPLICATION_ID 0x504d4752 /* "PMGR" */
#define PM_SQLITE_EVENTS_LOST 1000000       /* more than a damaged registry had since its backup */
#define PM_SQLITE_BUSY_WAIT_MS 10000        /* where nobody says otherwise */
#define PM_SQLITE_LOG_BYTES 16777216        /* of the write-ahead log, kept where it was more */

/* Opens or makes it, brings its schema up to date, sets what every connection needs. */
sqlite3 *pm_sqlite_file_open (const char *state_directory, const char *file, guint busy_wait_ms,
                              GError **error);

/* Only what is there, and as it is: NOT_FOUND, OLDER. */
sqlite3 *pm_sqlite_file_open_read_only (const char *file, guint busy_wait_ms, GError **error);

/* How long a connection waits for others' locks. */
void pm_sqlite_set_wait (sqlite3 *db, guint busy_wait_ms);

/* Turns the connection's last error into ours: what happened, to which file, what to do. */
void pm_sqlite_set_error (sqlite3 *db, const char *file, GError **error);

/* The same, for a lock that somebody else has, and for damage that was found by looking. */
void pm_sqlite_set_busy (const char *file, GError **error);
void pm_sqlite_set_corrupt (const char *file, const char *what, GError **error);

/* The schema's version; 0 is an empty file. Another program's database is CORRUPT, one of a later
 * version NEWER. */
gboolean pm_sqlite_read_version (sqlite3 *db, const char *file, guint *ret_version, GError **error);

/* See maintenance.h. */
gboolean pm_sqlite_check (sqlite3 *db, const char *file, GError **error);
gboolean pm_sqlite_backup (sqlite3 *db, const char *target, guint64 *ret_rows, GError **error);
gint64 pm_sqlite_last_event (const char *file);
gboolean pm_sqlite_restore (const char *state_directory, const char *file, gint64 now_us,
                            char **ret_kept, GError **error);
gboolean pm_sqlite_set_aside (const char *state_directory, const char *why, gint64 now_us,
                              char **ret_kept, GError **error);

G_END_DECLS
