#include "api/handlers.h"
#include "base/timestamp.h"
#include "verbs/token.h"

void
pm_api_tokens_list (PmCall *call)
{
  GError *error = NULL;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (PmToken));
  if (!pm_registry_tokens (call->context->registry, arena, tokens, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_tokens_write_json (&json, tokens);
}

/* --- changes --- */

void
pm_api_tokens_create (PmCall *call)
{
  GError *error = NULL;
  const char *name = pm_call_text_member (call, "name");
  const char *role = pm_call_text_member (call, "role");
  const char *expires = pm_call_text_member (call, "expires");
  gint64 expires_us = 0;
  if (role == NULL)
    role = "operator";
  if (expires != NULL)
    pm_timestamp_parse (expires, &expires_us);
  if (!pm_verb_token_check_wish (name, role, expires_us, &error)) {
    pm_call_failed (call, error);
    return;
  }
  g_autofree char *token = NULL;
  if (!pm_call_begin (call, &error) ||
      !pm_call_end (call,
                    pm_verb_token_create (call->context, name, role, expires_us, &token, &error),
                    &error)) {
    pm_call_failed (call, error);
    return;
  }
  if (call->dry_run) {
    pm_call_dry_run (call, "create the token %s with the role %s", name, role);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 201);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "token", token);
  pm_json_member_string (&json, "name", name);
  pm_json_member_string (&json, "role", role);
  pm_json_member_time (&json, "expires", expires_us);
  pm_json_end_object (&json);
}

void
pm_api_tokens_revoke (PmCall *call)
{
  GError *error = NULL;
  if (!pm_call_begin (call, &error) ||
      !pm_call_end (
          call,
          pm_registry_token_revoke (call->context->registry, call->id, g_get_real_time (), &error),
          &error)) {
    pm_call_failed (call, error);
    return;
  }
  if (call->dry_run) {
    pm_call_dry_run (call, "revoke the token %s", call->id);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "revoked", call->id);
  pm_json_end_object (&json);
}
