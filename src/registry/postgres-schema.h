#pragma once

#include "registry/postgres-link.h"

G_BEGIN_DECLS

/* For postgres.c alone: the registry's tables, in the first schema of the search path. */

/* Brings them to the newest version; of several that open at once one does it. NEWER, or CORRUPT
 * where the schema holds another program's tables of these names. */
gboolean pm_postgres_schema_migrate (PmPostgresLink *link, GError **error);

/* Writes nothing: NOT_FOUND, OLDER, NEWER, CORRUPT. */
gboolean pm_postgres_schema_check (PmPostgresLink *link, GError **error);

G_END_DECLS
