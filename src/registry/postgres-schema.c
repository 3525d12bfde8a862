/* DESIGN
 * The schema is ours by a comment on the table schema_version. All steps of a migration, and the
 * version's row, are one transaction under an advisory lock: hosts that open at once queue for it,
 * and whoever comes second finds nothing left to do. */

#include "registry/postgres-schema.h"

#include "registry/migrations.h"
#include "registry/postgres-text.h"

#define MARK "port-manager registry"

/* Of all hosts of a database: "PMGR", and 0 for the schema. */
#define LOCK "SELECT pg_advisory_xact_lock (1347241810, 0)"

/* What only a server needs: how often each host has committed something (postgres.c). */
#define OURS_ALONE                                                                                 \
  "CREATE TABLE IF NOT EXISTS host_commits (host TEXT COLLATE \"C\" PRIMARY KEY"                   \
  " REFERENCES hosts (name), commits BIGINT NOT NULL) WITH (fillfactor = 50)"

static gboolean
read_version (PmPostgresLink *link, guint *ret_version, GError **error)
{
  gint64 state = 0, version = 0;
  if (!pm_postgres_link_integer (
          link,
          "SELECT CASE WHEN to_regclass ('schema_version') IS NULL THEN 0"
          " WHEN obj_description (to_regclass ('schema_version'), 'pg_class') = '" MARK
          "' THEN 1 ELSE 2 END",
          &state, error))
    return FALSE;
  if (state == 2) {
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_CORRUPT,
                 "%s: the schema holds another program's tables; give the registry a database, or "
                 "a schema (options=-csearch_path%%3DNAME in the URL), of its own",
                 link->location);
    return FALSE;
  }
  if (state == 1 &&
      !pm_postgres_link_integer (link, "SELECT coalesce (max (version), 0) FROM schema_version",
                                 &version, error))
    return FALSE;
  if (version > pm_migrations_newest ()) {
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NEWER,
                 "%s: written by a newer port-manager (schema %" G_GINT64_FORMAT
                 ", this one knows %u); update port-manager on this host",
                 link->location, version, pm_migrations_newest ());
    return FALSE;
  }
  *ret_version = (guint) version;
  return TRUE;
}

static gboolean
apply_step (PmPostgresLink *link, guint version, GError **error)
{
  g_autofree char *text = pm_migrations_sqlite (version);
  g_autofree char *step = pm_postgres_schema_step (text);
  g_autofree char *record = g_strdup_printf (
      "INSERT INTO schema_version VALUES (%u, %" G_GINT64_FORMAT ")", version, g_get_real_time ());
  if (pm_postgres_link_execute (link, step, error) &&
      pm_postgres_link_execute (link, record, error))
    return TRUE;
  g_prefix_error (error, "schema %u: ", version);
  return FALSE;
}

static gboolean
apply_steps (PmPostgresLink *link, GError **error)
{
  guint version;
  if (!pm_postgres_link_execute (link, LOCK, error) || !read_version (link, &version, error))
    return FALSE;
  if (version == 0 &&
      !pm_postgres_link_execute (link,
                                 "CREATE TABLE schema_version"
                                 " (version BIGINT PRIMARY KEY, applied BIGINT NOT NULL);"
                                 "COMMENT ON TABLE schema_version IS '" MARK "'",
                                 error))
    return FALSE;
  while (version < pm_migrations_newest ())
    if (!apply_step (link, ++version, error))
      return FALSE;
  return pm_postgres_link_execute (link, OURS_ALONE, error);
}

gboolean
pm_postgres_schema_migrate (PmPostgresLink *link, GError **error)
{
  guint version;
  if (!read_version (link, &version, error))
    return FALSE;
  if (version == pm_migrations_newest ())
    return TRUE;
  if (!pm_postgres_link_execute (link, "BEGIN", error))
    return FALSE;
  if (apply_steps (link, error) && pm_postgres_link_execute (link, "COMMIT", error))
    return TRUE;
  if (link->conn != NULL)
    pm_postgres_link_execute (link, "ROLLBACK", NULL);
  return FALSE;
}

gboolean
pm_postgres_schema_check (PmPostgresLink *link, GError **error)
{
  guint version;
  if (!read_version (link, &version, error))
    return FALSE;
  if (version == pm_migrations_newest ())
    return TRUE;
  if (version == 0)
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND, "%s: no registry there yet",
                 link->location);
  else
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_OLDER,
                 "%s: schema %u, which any command that writes brings up to %u", link->location,
                 version, pm_migrations_newest ());
  return FALSE;
}
