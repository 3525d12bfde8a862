/* DESIGN
 * A name is unique by a constraint, and an insert does nothing where somebody is already there:
 * of two at once, in whatever process or on whatever host, one is told. */

#include "registry/records.h"

#include "base/json-writer.h"
#include "base/secret.h"
#include "registry/backend.h"

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

/* All hashes are compared, each to its end: how long it takes tells nothing of any of them. */
gboolean
pm_registry_token_by_hash (PmRegistry *registry, const char *hash, gint64 now_us, PmArena *arena,
                           PmToken *ret_token, GError **error)
{
  PmStatement *rows = pm_sql_query (registry,
                                    "SELECT id, name, role, created, expires, hash FROM tokens"
                                    " WHERE expires IS NULL OR expires > ?",
                                    PM_VALUES (pm_int (now_us)), error);
  if (rows == NULL)
    return FALSE;
  gboolean found = FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    if (!pm_secret_equal (registry->backend->text (rows, 5), hash))
      continue;
    *ret_token = read_token (registry, rows, arena);
    found = TRUE;
  }
  if (step == PM_STEP_DONE && !found)
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND,
                 "the token is unknown or has expired");
  return step == PM_STEP_DONE && found;
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
