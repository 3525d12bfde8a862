/* DESIGN
 * Who may: tokens for the API, leases for ports. Both rest on a UNIQUE constraint and an insert
 * that does nothing where somebody is already there, so that of two at once, in whatever process or
 * on whatever host, one is told. Nothing is looked up first and believed afterwards. */

#include "registry/records.h"

#include "base/json-writer.h"
#include "registry/backend.h"

/* --- tokens --- */

static gboolean
append_token_event (PmRegistry *registry, const char *event, const char *name, const char *role,
                    gint64 now_us, GError **error)
{
  g_autoptr (GString) data = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (data);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "name", name);
  if (role != NULL)
    pm_json_member_string (&json, "role", role);
  pm_json_end_object (&json);
  return pm_registry_event_append (registry, event, data->str, now_us, error);
}

static gboolean
add_token (PmRegistry *registry, const PmToken *token, const char *hash, GError **error)
{
  gint64 id = 0;
  if (!pm_sql_integer (registry,
                       "INSERT INTO tokens (name, hash, role, created, expires)"
                       " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
                       PM_VALUES (pm_text (token->name), pm_text (hash), pm_text (token->role),
                                  pm_int (token->created_us), pm_int_or_null (token->expires_us)),
                       &id, error))
    return FALSE;
  if (id == 0) {
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_EXISTS,
                 "there is a token named %s already: revoke it first, or take another name",
                 token->name);
    return FALSE;
  }
  return append_token_event (registry, "token.created", token->name, token->role, token->created_us,
                             error);
}

gboolean
pm_registry_token_add (PmRegistry *registry, const PmToken *token, const char *hash, GError **error)
{
  return pm_registry_enter (registry, PM_ACCESS_DECISION, error) &&
         pm_registry_leave (registry, add_token (registry, token, hash, error), error);
}

static PmToken
read_token (PmRegistry *registry, PmStatement *row, PmArena *arena)
{
  return (PmToken){
      .id = registry->backend->integer (row, 0),
      .name = pm_sql_text (registry, row, 1, arena),
      .role = pm_sql_text (registry, row, 2, arena),
      .created_us = registry->backend->integer (row, 3),
      .expires_us = registry->backend->integer (row, 4),
  };
}

gboolean
pm_registry_tokens (PmRegistry *registry, PmArena *arena, GArray *tokens, GError **error)
{
  PmStatement *rows =
      pm_sql_query (registry, "SELECT id, name, role, created, expires FROM tokens ORDER BY name",
                    PM_NO_VALUES, error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmToken token = read_token (registry, rows, arena);
    g_array_append_val (tokens, token);
  }
  return step == PM_STEP_DONE;
}

gboolean
pm_registry_token_by_hash (PmRegistry *registry, const char *hash, gint64 now_us, PmArena *arena,
                           PmToken *ret_token, GError **error)
{
  PmStatement *rows = pm_sql_query (registry,
                                    "SELECT id, name, role, created, expires FROM tokens"
                                    " WHERE hash = ? AND (expires IS NULL OR expires > ?)",
                                    PM_VALUES (pm_text (hash), pm_int (now_us)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step = pm_sql_step (registry, rows, error);
  if (step == PM_STEP_ROW) {
    *ret_token = read_token (registry, rows, arena);
    pm_sql_finish (registry, rows);
    return TRUE;
  }
  if (step == PM_STEP_DONE)
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND,
                 "the token is unknown or has expired");
  return FALSE;
}

static gboolean
revoke_token (PmRegistry *registry, const char *name, gint64 now_us, GError **error)
{
  gint64 id = 0;
  if (!pm_sql_integer (registry, "DELETE FROM tokens WHERE name = ? RETURNING id",
                       PM_VALUES (pm_text (name)), &id, error))
    return FALSE;
  if (id == 0) {
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND,
                 "there is no token named %s", name);
    return FALSE;
  }
  return append_token_event (registry, "token.revoked", name, NULL, now_us, error);
}

gboolean
pm_registry_token_revoke (PmRegistry *registry, const char *name, gint64 now_us, GError **error)
{
  return pm_registry_enter (registry, PM_ACCESS_DECISION, error) &&
         pm_registry_leave (registry, revoke_token (registry, name, now_us, error), error);
}

/* --- leases --- */

static gboolean
append_lease_event (PmRegistry *registry, const char *event, const PmLease *lease, gint64 now_us,
                    GError **error)
{
  g_autoptr (GString) data = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (data);
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "id", lease->id);
  pm_json_member_string (&json, "host", registry->host);
  pm_json_member_int (&json, "port", lease->port);
  pm_json_member_string (&json, "transport", pm_transport_name (lease->transport));
  pm_json_member_string (&json, "name", lease->name);
  pm_json_member_string (&json, "type", lease->type);
  pm_json_member_int (&json, "pid", lease->pid);
  pm_json_member_time (&json, "expires", lease->expires_us);
  pm_json_end_object (&json);
  return pm_registry_event_append (registry, event, data->str, now_us, error);
}

/* The one whose time is over goes first: a new row, so that its id means nothing any more to it. */
static gboolean
take_lease (PmRegistry *registry, const PmLease *wish, gint64 now_us, gint64 *ret_id,
            GError **error)
{
  PmLease lease = *wish;
  PmSqlValue host = pm_text (registry->host), port = pm_int (wish->port);
  PmSqlValue transport = pm_text (pm_transport_name (wish->transport));
  lease.id = 0;
  if (!pm_sql_run (registry,
                   "DELETE FROM leases WHERE host = ? AND transport = ? AND port = ?"
                   " AND expires <= ?",
                   PM_VALUES (host, transport, port, pm_int (now_us)), error) ||
      !pm_sql_integer (registry,
                       "INSERT INTO leases (host, transport, port, type, name, pid, pid_started,"
                       " created, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                       " ON CONFLICT DO NOTHING RETURNING id",
                       PM_VALUES (host, transport, port, pm_text (wish->type), pm_text (wish->name),
                                  pm_int_or_null (wish->pid),
                                  pm_int_or_null ((gint64) wish->pid_started), pm_int (now_us),
                                  pm_int_or_null (wish->expires_us)),
                       &lease.id, error))
    return FALSE;
  if (lease.id == 0) {
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_EXISTS, "port %u is leased already",
                 wish->port);
    return FALSE;
  }
  *ret_id = lease.id;
  return append_lease_event (registry, "lease.taken", &lease, now_us, error);
}

gboolean
pm_registry_lease_take (PmRegistry *registry, const PmLease *wish, gint64 now_us, gint64 *ret_id,
                        GError **error)
{
  gint64 id = 0;
  if (!pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error) ||
      !pm_registry_leave (registry, take_lease (registry, wish, now_us, &id, error), error))
    return FALSE;
  *ret_id = id;
  return TRUE;
}

static void
set_no_lease (gint64 id, GError **error)
{
  g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND,
               "there is no lease %" G_GINT64_FORMAT ": released, or its time was over", id);
}

static gboolean
renew_lease (PmRegistry *registry, gint64 id, gint64 expires_us, GError **error)
{
  gint64 found = 0;
  if (!pm_sql_integer (registry, "UPDATE leases SET expires = ? WHERE id = ? RETURNING id",
                       PM_VALUES (pm_int_or_null (expires_us), pm_int (id)), &found, error))
    return FALSE;
  if (found == 0)
    set_no_lease (id, error);
  return found != 0;
}

gboolean
pm_registry_lease_renew (PmRegistry *registry, gint64 id, gint64 expires_us, GError **error)
{
  return pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error) &&
         pm_registry_leave (registry, renew_lease (registry, id, expires_us, error), error);
}

#define LEASE_COLUMNS "id, host, transport, port, type, name, pid, pid_started, created, expires"

static PmLease
read_lease (PmRegistry *registry, PmStatement *row, PmArena *arena)
{
  PmLease lease = {
      .id = registry->backend->integer (row, 0),
      .host = pm_sql_text (registry, row, 1, arena),
      .port = (guint16) registry->backend->integer (row, 3),
      .type = pm_sql_text (registry, row, 4, arena),
      .name = pm_sql_text (registry, row, 5, arena),
      .pid = registry->backend->integer (row, 6),
      .pid_started = (guint64) registry->backend->integer (row, 7),
      .created_us = registry->backend->integer (row, 8),
      .expires_us = registry->backend->integer (row, 9),
  };
  pm_transport_from_name (registry->backend->text (row, 2), &lease.transport);
  return lease;
}

static gboolean
release_lease (PmRegistry *registry, gint64 id, gint64 now_us, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmLease lease = {0};
  PmStatement *rows =
      pm_sql_query (registry, "DELETE FROM leases WHERE id = ? RETURNING " LEASE_COLUMNS,
                    PM_VALUES (pm_int (id)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW)
    lease = read_lease (registry, rows, arena);
  if (step == PM_STEP_FAILED)
    return FALSE;
  if (lease.id == 0) {
    set_no_lease (id, error);
    return FALSE;
  }
  return append_lease_event (registry, "lease.released", &lease, now_us, error);
}

gboolean
pm_registry_lease_release (PmRegistry *registry, gint64 id, gint64 now_us, GError **error)
{
  return pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error) &&
         pm_registry_leave (registry, release_lease (registry, id, now_us, error), error);
}

gboolean
pm_registry_leases (PmRegistry *registry, PmArena *arena, GArray *leases, GError **error)
{
  PmStatement *rows = pm_sql_query (
      registry, "SELECT " LEASE_COLUMNS " FROM leases WHERE host = ? ORDER BY port, transport",
      PM_VALUES (pm_text (registry->host)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmLease lease = read_lease (registry, rows, arena);
    g_array_append_val (leases, lease);
  }
  return step == PM_STEP_DONE;
}
