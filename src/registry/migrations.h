#pragma once

#include "registry/backend.h"

G_BEGIN_DECLS

/* The schema, one step a version: migrations/NAME.sql, and a line in the list of meson.build. A
 * step that has been released is never edited; the next one is appended. */

/* The version that this program writes. */
guint pm_migrations_newest (void);

/* The statements that lead from version - 1 to version (SQLite's dialect). Free with g_free. */
char *pm_migrations_sqlite (guint version);

G_END_DECLS
