#pragma once

#include "registry/backend.h"

#include <sqlite3.h>

G_BEGIN_DECLS

/* For sqlite.c and maintenance: a database as a file. */

#define PM_SQLITE_FILE "registry.db"

/* Opens or makes it, brings its schema up to date, sets what every connection needs. */
sqlite3 *pm_sqlite_file_open (const char *state_directory, const char *file, guint busy_wait_ms,
                              GError **error);

/* Turns the connection's last error into ours: what happened, to which file, what to do. */
void pm_sqlite_set_error (sqlite3 *db, const char *file, GError **error);

/* Copies a live database to a new file, checks the copy, and only then gives it its name. */
gboolean pm_sqlite_backup (sqlite3 *db, const char *file, const char *target, GError **error);

/* Runs SQLite's own integrity check and looks for what makes a database a registry. */
gboolean pm_sqlite_verify (const char *file, GError **error);

G_END_DECLS
