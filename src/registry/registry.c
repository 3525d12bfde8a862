/* DESIGN
 * The frame around a backend: which one a URL means, nesting of transactions, and running
 * statements. A transaction that nests is part of the outermost one; a failure inside marks the
 * whole as failed, because a part of it may have been written. */

#include "registry/backend.h"
#include "registry/postgres.h"

G_DEFINE_QUARK (pm - registry - error - quark, pm_registry_error)

static gboolean
is_postgres (const char *url)
{
  return g_str_has_prefix (url, "postgresql://") || g_str_has_prefix (url, "postgres://");
}

PmRegistry *
pm_registry_open (const PmRegistryOptions *options, GError **error)
{
  if (options->url == NULL || options->url[0] == '\0')
    return pm_sqlite_open (options, error);
  if (is_postgres (options->url))
    return pm_postgres_open (options, error);
  /* The URL may hold a password: it is not repeated. */
  g_set_error_literal (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_INVALID,
                       "[registry] url is neither empty nor begins with postgresql://");
  return NULL;
}

const char *
pm_registry_host_of (const PmRegistryOptions *options)
{
  return options->host != NULL && options->host[0] != '\0' ? options->host : g_get_host_name ();
}

gboolean
pm_registry_ensure_host (PmRegistry *registry, GError **error)
{
  gint64 known = 0;
  PmSqlValue host = pm_text (registry->host);
  if (!pm_sql_integer (registry, "SELECT 1 FROM hosts WHERE name = ?", &host, 1, &known, error))
    return FALSE;
  if (known)
    return TRUE;
  gboolean ok = pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error);
  if (!ok)
    return FALSE;
  ok = pm_sql_run (registry,
                   "INSERT INTO hosts (name, first_seen) VALUES (?, ?) ON CONFLICT DO NOTHING",
                   PM_VALUES (host, pm_int (g_get_real_time ())), error);
  return pm_registry_leave (registry, ok, error);
}

void
pm_registry_close (PmRegistry *registry)
{
  if (registry == NULL)
    return;
  if (registry->depth > 0)
    registry->backend->rollback (registry);
  g_clear_pointer (&registry->host, g_free);
  registry->backend->close (registry);
}

gboolean
pm_registry_reach (PmRegistry *registry, GError **error)
{
  return registry->backend->reach == NULL || registry->backend->reach (registry, error);
}

const char *
pm_registry_host (const PmRegistry *registry)
{
  return registry->host;
}

/* --- transactions --- */

gboolean
pm_registry_enter (PmRegistry *registry, PmAccess access, GError **error)
{
  if (registry->depth == 0) {
    registry->failed = FALSE;
    if (!registry->backend->begin (registry, access, error))
      return FALSE;
  }
  registry->depth++;
  return TRUE;
}

gboolean
pm_registry_leave (PmRegistry *registry, gboolean ok, GError **error)
{
  g_return_val_if_fail (registry->depth > 0, FALSE);
  registry->depth--;
  if (!ok)
    registry->failed = TRUE;
  if (registry->depth > 0)
    return ok;

  if (!registry->failed)
    return registry->backend->commit (registry, error);
  registry->backend->rollback (registry);
  if (ok)
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_INVALID,
                 "a part of the transaction failed: all of it was taken back");
  return FALSE;
}

gboolean
pm_registry_begin (PmRegistry *registry, PmDurability durability, GError **error)
{
  PmAccess access =
      durability == PM_DURABILITY_DECISION ? PM_ACCESS_DECISION : PM_ACCESS_OBSERVATION;
  return pm_registry_enter (registry, access, error);
}

gboolean
pm_registry_commit (PmRegistry *registry, GError **error)
{
  return pm_registry_leave (registry, TRUE, error);
}

void
pm_registry_rollback (PmRegistry *registry)
{
  pm_registry_leave (registry, FALSE, NULL);
}

/* --- statements --- */

PmStatement *
pm_sql_query (PmRegistry *registry, const char *sql, const PmSqlValue *values, guint n_values,
              GError **error)
{
  return registry->backend->query (registry, sql, values, n_values, error);
}

PmStep
pm_sql_step (PmRegistry *registry, PmStatement *statement, GError **error)
{
  PmStep step = registry->backend->step (registry, statement, error);
  if (step != PM_STEP_ROW)
    registry->backend->finish (registry, statement);
  return step;
}

void
pm_sql_finish (PmRegistry *registry, PmStatement *statement)
{
  registry->backend->finish (registry, statement);
}

gboolean
pm_sql_run (PmRegistry *registry, const char *sql, const PmSqlValue *values, guint n_values,
            GError **error)
{
  if (registry->backend->run != NULL)
    return registry->backend->run (registry, sql, values, n_values, error);
  PmStatement *statement = pm_sql_query (registry, sql, values, n_values, error);
  if (statement == NULL)
    return FALSE;
  PmStep step;
  do
    step = pm_sql_step (registry, statement, error);
  while (step == PM_STEP_ROW);
  return step == PM_STEP_DONE;
}

gboolean
pm_sql_integer (PmRegistry *registry, const char *sql, const PmSqlValue *values, guint n_values,
                gint64 *ret_integer, GError **error)
{
  PmStatement *statement = pm_sql_query (registry, sql, values, n_values, error);
  if (statement == NULL)
    return FALSE;
  gboolean first = TRUE;
  PmStep step;
  while ((step = pm_sql_step (registry, statement, error)) == PM_STEP_ROW) {
    if (first)
      *ret_integer = registry->backend->integer (statement, 0);
    first = FALSE;
  }
  return step == PM_STEP_DONE;
}

gboolean
pm_sql_new_id (PmRegistry *registry, const char *table, guint expected, gint64 *ret_id,
               GError **error)
{
  *ret_id = 0;
  return registry->backend->next_id == NULL ||
         registry->backend->next_id (registry, table, expected, ret_id, error);
}

gboolean
pm_sql_insert (PmRegistry *registry, const char *sql, const PmSqlValue *values, guint n_values,
               gint64 *io_id, GError **error)
{
  if (!pm_sql_run (registry, sql, values, n_values, error))
    return FALSE;
  if (*io_id == 0 && registry->backend->new_id != NULL)
    *io_id = registry->backend->new_id (registry);
  return TRUE;
}

gboolean
pm_sql_insert_one (PmRegistry *registry, const char *sql, const char *returning,
                   const PmSqlValue *values, guint n_values, gint64 *ret_id, GError **error)
{
  *ret_id = 0;
  if (registry->backend->new_id == NULL)
    return pm_sql_integer (registry, returning, values, n_values, ret_id, error);
  if (!pm_sql_run (registry, sql, values, n_values, error))
    return FALSE;
  if (registry->backend->n_written (registry) > 0)
    *ret_id = registry->backend->new_id (registry);
  return TRUE;
}

gboolean
pm_sql_update_one (PmRegistry *registry, const char *sql, const char *returning,
                   const PmSqlValue *values, guint n_values, gboolean *ret_done, GError **error)
{
  gint64 id = 0;
  if (registry->backend->n_written == NULL) {
    if (!pm_sql_integer (registry, returning, values, n_values, &id, error))
      return FALSE;
    *ret_done = id != 0;
    return TRUE;
  }
  if (!pm_sql_run (registry, sql, values, n_values, error))
    return FALSE;
  *ret_done = registry->backend->n_written (registry) > 0;
  return TRUE;
}

const char *
pm_sql_text_or_null (PmRegistry *registry, PmStatement *row, int column, PmArena *arena)
{
  return pm_arena_strdup (arena, registry->backend->text (row, column));
}

const char *
pm_sql_text (PmRegistry *registry, PmStatement *row, int column, PmArena *arena)
{
  const char *text = registry->backend->text (row, column);
  return text == NULL || text[0] == '\0' ? "" : pm_arena_strdup (arena, text);
}

/* --- change token --- */

gboolean
pm_registry_change_token (PmRegistry *registry, gint64 *ret_token, GError **error)
{
  return registry->backend->change_token (registry, ret_token, error);
}
