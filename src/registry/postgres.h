#pragma once

#include "registry/registry.h"

G_BEGIN_DECLS

/* A registry on a PostgreSQL server (12 or later, encoding UTF8), which many hosts share.
 *
 * Of a program that has no use for it, and shall not load libpq, an object of its own defines this
 * function; it then takes the place of the one in the library (src/cli/quick.c). */
PmRegistry *pm_postgres_open (const PmRegistryOptions *options, GError **error);

G_END_DECLS
