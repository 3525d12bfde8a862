#include "verbs/token.h"

#include <string.h>

#include "base/digest.h"
#include "base/secret.h"

G_DEFINE_QUARK (pm - token - error - quark, pm_token_error)

/* By which a token is recognised as ours, by people and by scanners for leaked secrets. */
#define PREFIX "pm_"

const char *const pm_token_roles[] = {"viewer", "operator", "admin", NULL};

static gboolean
is_name (const char *name)
{
  gsize length = strlen (name);
  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("._-@", *c) == NULL)
      return FALSE;
  return length >= 1 && length <= PM_TOKEN_NAME_MOST;
}

gboolean
pm_verb_token_check_wish (const char *name, const char *role, gint64 expires_us, GError **error)
{
  if (!is_name (name)) {
    g_set_error (error, PM_TOKEN_ERROR, PM_TOKEN_ERROR_NAME,
                 "“%s” cannot be a token's name: 1 to %d letters, digits and . _ - @ make one",
                 name, PM_TOKEN_NAME_MOST);
    return FALSE;
  }
  if (!g_strv_contains (pm_token_roles, role)) {
    g_set_error (error, PM_TOKEN_ERROR, PM_TOKEN_ERROR_ROLE,
                 "there is no role “%s”: viewer, operator or admin", role);
    return FALSE;
  }
  if (expires_us != 0 && expires_us <= g_get_real_time ()) {
    g_set_error (error, PM_TOKEN_ERROR, PM_TOKEN_ERROR_TIME, "the token would be over already");
    return FALSE;
  }
  return TRUE;
}

static char *
hash_of (const char *token)
{
  PmDigest digest = pm_digest_of (token, strlen (token));
  return pm_digest_to_hex (&digest);
}

gboolean
pm_verb_token_create (PmContext *context, const char *name, const char *role, gint64 expires_us,
                      char **ret_token, GError **error)
{
  gint64 now_us = g_get_real_time ();
  if (!pm_verb_token_check_wish (name, role, expires_us, error))
    return FALSE;
  g_autofree char *random = pm_secret_text (PM_TOKEN_BYTES);
  g_autofree char *token = g_strconcat (PREFIX, random, NULL);
  g_autofree char *hash = hash_of (token);
  PmToken record = {.name = name, .role = role, .created_us = now_us, .expires_us = expires_us};
  if (!pm_registry_token_add (context->registry, &record, hash, error))
    return FALSE;
  *ret_token = g_steal_pointer (&token);
  return TRUE;
}

gboolean
pm_verb_token_check (PmContext *context, const char *token, PmArena *arena, PmToken *ret_token,
                     GError **error)
{
  g_autofree char *hash = hash_of (token);
  return pm_registry_token_by_hash (context->registry, hash, g_get_real_time (), arena, ret_token,
                                    error);
}

gboolean
pm_verb_token_any (PmContext *context, gboolean *ret_any, GError **error)
{
  gint64 now_us = g_get_real_time ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (PmToken));
  if (!pm_registry_tokens (context->registry, arena, tokens, error))
    return FALSE;
  *ret_any = FALSE;
  for (guint i = 0; i < tokens->len; i++) {
    const PmToken *token = &g_array_index (tokens, PmToken, i);
    *ret_any |= token->expires_us == 0 || token->expires_us > now_us;
  }
  return TRUE;
}

void
pm_tokens_write_json (PmJsonWriter *json, const GArray *tokens)
{
  pm_json_begin_object (json);
  pm_json_key (json, "tokens");
  pm_json_begin_array (json);
  for (guint i = 0; i < tokens->len; i++) {
    const PmToken *token = &g_array_index (tokens, PmToken, i);
    pm_json_begin_object (json);
    pm_json_member_int (json, "id", token->id);
    pm_json_member_string (json, "name", token->name);
    pm_json_member_string (json, "role", token->role);
    pm_json_member_time (json, "created", token->created_us);
    pm_json_member_time (json, "expires", token->expires_us);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
  pm_json_end_object (json);
}
