#include "api/session.h"

#include <string.h>

#include "api/api-private.h"
#include "api/handlers.h"
#include "api/route.h"
#include "base/secret.h"
#include "verbs/token.h"

#define CODE_BYTES 16
#define MOST_CODES 16
#define TOKEN_PREFIX "browser-"

typedef struct {
  char *text;
  gint64 until_us; /* of the monotonic clock */
} Code;

struct PmSessions {
  GMutex mutex;
  GArray *codes; /* of Code, oldest first */
};

static void
code_clear (gpointer data)
{
  g_free (((Code *) data)->text);
}

PmSessions *
pm_sessions_new (void)
{
  PmSessions *sessions = g_new0 (PmSessions, 1);
  g_mutex_init (&sessions->mutex);
  sessions->codes = g_array_new (FALSE, FALSE, sizeof (Code));
  g_array_set_clear_func (sessions->codes, code_clear);
  return sessions;
}

void
pm_sessions_free (PmSessions *sessions)
{
  g_array_unref (sessions->codes);
  g_mutex_clear (&sessions->mutex);
  g_free (sessions);
}

char *
pm_sessions_make (PmSessions *sessions)
{
  Code code = {pm_secret_text (CODE_BYTES),
               g_get_monotonic_time () + PM_SESSION_CODE_S * G_USEC_PER_SEC};
  char *copy = g_strdup (code.text);
  g_mutex_lock (&sessions->mutex);
  if (sessions->codes->len >= MOST_CODES)
    g_array_remove_index (sessions->codes, 0);
  g_array_append_val (sessions->codes, code);
  g_mutex_unlock (&sessions->mutex);
  return copy;
}

gboolean
pm_sessions_take (PmSessions *sessions, const char *code)
{
  gboolean found = FALSE;
  gint64 now_us = g_get_monotonic_time ();
  g_mutex_lock (&sessions->mutex);
  for (guint i = sessions->codes->len; i > 0; i--) {
    const Code *known = &g_array_index (sessions->codes, Code, i - 1);
    gboolean same = pm_secret_equal (known->text, code);
    found |= same && now_us < known->until_us;
    if (same || now_us >= known->until_us)
      g_array_remove_index (sessions->codes, i - 1);
  }
  g_mutex_unlock (&sessions->mutex);
  return found;
}

/* --- handlers --- */

/* Tokens of browsers are many and forgotten: those that are over go when the next one comes. */
static gboolean
forget_old (PmContext *context, gint64 now_us, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (PmToken));
  if (!pm_registry_tokens (context->registry, arena, tokens, error))
    return FALSE;
  for (guint i = 0; i < tokens->len; i++) {
    const PmToken *token = &g_array_index (tokens, PmToken, i);
    gboolean over = token->expires_us != 0 && token->expires_us <= now_us;
    if (over && g_str_has_prefix (token->name, TOKEN_PREFIX) &&
        !pm_registry_token_revoke (context->registry, token->name, now_us, error))
      return FALSE;
  }
  return TRUE;
}

void
pm_api_session_open (PmCall *call)
{
  GError *error = NULL;
  gint64 now_us = g_get_real_time ();
  gint64 expires_us = now_us + PM_SESSION_TOKEN_DAYS * G_TIME_SPAN_DAY;
  if (call->dry_run) {
    pm_call_dry_run (call, "exchange the code for a token, if it is one");
    return;
  }
  if (!pm_sessions_take (call->api->sessions, pm_call_text_member (call, "code"))) {
    pm_call_problem (call, 403,
                     "the code is unknown, used, or older than %d minutes; “port-manager "
                     "token create NAME” makes a token to type in",
                     PM_SESSION_CODE_S / 60);
    return;
  }
  g_autofree char *random = pm_secret_text (6);
  g_autofree char *name = g_strconcat (TOKEN_PREFIX, random, NULL);
  g_autofree char *token = NULL;
  if (!forget_old (call->context, now_us, &error) ||
      !pm_verb_token_create (call->context, name, "admin", expires_us, &token, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 201);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "token", token);
  pm_json_member_string (&json, "name", name);
  pm_json_member_string (&json, "role", "admin");
  pm_json_member_time (&json, "expires", expires_us);
  pm_json_end_object (&json);
}

void
pm_api_session_show (PmCall *call)
{
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "actor", call->actor);
  pm_json_member_string (&json, "role", pm_who_name (call->may));
  pm_json_member_string (&json, "version", PM_VERSION);
  pm_json_end_object (&json);
}
