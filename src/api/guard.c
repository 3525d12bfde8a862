#include "api/guard.h"

#include <string.h>
#include <unistd.h>

#include "api/api-private.h"
#include "api/rate.h"
#include "api/route.h"
#include "verbs/token.h"

/* A person clicks, a script loops; both have room. Guessing has not. */
#define CHANGES_AT_ONCE 300
#define CHANGES_PER_MINUTE 1200
#define FAILURES_AT_ONCE 20
#define FAILURES_PER_MINUTE 12

#define MOST_SEEN 1000

/* A token that was good when the registry was asked last. */
typedef struct {
  PmWho may;
  gint64 id;
  gint64 expires_us; /* 0 never */
  char *name;
} Seen;

struct PmGuard {
  PmRates *changes;  /* by actor */
  PmRates *failures; /* by address */
  PmRates *told;     /* by address: who guesses tokens */
  GHashTable *seen;  /* a token's SHA-256 → Seen */
};

static void
seen_free (gpointer data)
{
  Seen *seen = data;
  g_free (seen->name);
  g_free (seen);
}

PmGuard *
pm_guard_new (void)
{
  PmGuard *guard = g_new0 (PmGuard, 1);
  guard->changes = pm_rates_new (CHANGES_AT_ONCE, CHANGES_PER_MINUTE);
  guard->failures = pm_rates_new (FAILURES_AT_ONCE, FAILURES_PER_MINUTE);
  guard->told = pm_rates_new (1, 1);
  guard->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, seen_free);
  return guard;
}

void
pm_guard_free (PmGuard *guard)
{
  pm_rates_free (guard->changes);
  pm_rates_free (guard->failures);
  pm_rates_free (guard->told);
  g_hash_table_unref (guard->seen);
  g_free (guard);
}

static gboolean
refuse_rate (PmCall *call, guint wait_s)
{
  g_autofree char *seconds = g_strdup_printf ("%u", wait_s);
  pm_call_problem (call, 429, "too many requests; try again in %u s", wait_s);
  pm_call_header (call, "Retry-After", seconds);
  return FALSE;
}

/* An event, once a minute for each address, however many there are. */
static void
tell_guessing (PmGuard *guard, PmCall *call)
{
  const char *peer = pm_http_request_peer (call->request);
  g_autoptr (GString) data = g_string_new (NULL);
  if (pm_rates_take (guard->told, peer, g_get_monotonic_time ()) != 0)
    return;
  PmJsonWriter json = pm_json_writer (data);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "address", peer);
  pm_json_end_object (&json);
  /* The request is refused, whether that can be written down or not. */
  pm_registry_event_append (call->context->registry, "token.guessed", data->str, g_get_real_time (),
                            NULL);
}

/* Somebody showed a token that is none: that may happen, but not all the time. */
static gboolean
may_fail (PmGuard *guard, PmCall *call)
{
  guint wait_s = pm_rates_take (guard->failures, pm_http_request_peer (call->request),
                                g_get_monotonic_time ());
  if (wait_s == 0)
    return TRUE;
  tell_guessing (guard, call);
  return refuse_rate (call, wait_s);
}

/* --- who --- */

static void become (PmCall *call, PmWho may, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
become (PmCall *call, PmWho may, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  call->may = may;
  call->actor = g_strdup_vprintf (format, arguments);
  va_end (arguments);
}

static gboolean
refuse_token (PmGuard *guard, PmCall *call, const char *why)
{
  if (!may_fail (guard, call))
    return FALSE;
  pm_call_problem (call, 401, "%s", why);
  pm_call_header (call, "WWW-Authenticate", "Bearer error=\"invalid_token\"");
  return FALSE;
}

static PmWho
who_of_role (const char *role)
{
  for (guint i = 0; pm_token_roles[i] != NULL; i++)
    if (strcmp (pm_token_roles[i], role) == 0)
      return PM_WHO_VIEWER + i;
  return PM_WHO_ANYONE;
}

/* For reads while the registry's server cannot be reached (last-answers.h). */
static void
remember_token (PmGuard *guard, const PmCall *call, const char *text, const PmToken *token)
{
  if (call->api->last == NULL)
    return;
  if (g_hash_table_size (guard->seen) >= MOST_SEEN)
    g_hash_table_remove_all (guard->seen);
  Seen *seen = g_new0 (Seen, 1);
  *seen = (Seen){who_of_role (token->role), token->id, token->expires_us, g_strdup (token->name)};
  g_hash_table_replace (guard->seen, g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1),
                        seen);
}

/* What was revoked since by another host reads for that long what was known before. */
static gboolean
recall_token (PmGuard *guard, PmCall *call, const char *text, const GError *error)
{
  if (!g_error_matches (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_IO) ||
      pm_route_writes (call->route))
    return FALSE;
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  const Seen *seen = g_hash_table_lookup (guard->seen, digest);
  if (seen == NULL || (seen->expires_us != 0 && seen->expires_us <= g_get_real_time ()))
    return FALSE;
  become (call, seen->may, "token %s", seen->name);
  call->token_id = seen->id;
  return TRUE;
}

static gboolean
identify_token (PmGuard *guard, PmCall *call, const char *header)
{
  GError *error = NULL;
  PmToken token;
  if (g_ascii_strncasecmp (header, "Bearer ", strlen ("Bearer ")) != 0)
    return refuse_token (guard, call, "only “Authorization: Bearer TOKEN” is understood");
  const char *text = header + strlen ("Bearer ");
  while (*text == ' ')
    text++;
  g_autoptr (PmArena) arena = pm_arena_new ();
  if (pm_verb_token_check (call->context, text, arena, &token, &error)) {
    become (call, who_of_role (token.role), "token %s", token.name);
    call->token_id = token.id;
    remember_token (guard, call, text, &token);
    return TRUE;
  }
  if (recall_token (guard, call, text, error)) {
    g_error_free (error);
    return TRUE;
  }
  if (!g_error_matches (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND)) {
    pm_call_failed (call, error);
    call->is_registry_gone = FALSE; /* nobody knows who asks: that is no reason to answer */
    return FALSE;
  }
  g_error_free (error);
  return refuse_token (guard, call, "the token is unknown, expired or revoked");
}

static gboolean
identify (PmGuard *guard, PmCall *call)
{
  uid_t user;
  const char *header = pm_http_request_header (call->request, "Authorization");
  if (header != NULL)
    return identify_token (guard, call, header);
  switch (pm_http_request_reach (call->request)) {
  case PM_HTTP_SOCKET:
    if (pm_http_request_peer_user (call->request, &user))
      become (call, user == geteuid () || user == 0 ? PM_WHO_ADMIN : PM_WHO_ANYONE, "user %u",
              (guint) user);
    break;
  case PM_HTTP_LOOPBACK:
    become (call, PM_WHO_VIEWER, "anonymous");
    break;
  case PM_HTTP_NETWORK:
    break;
  }
  if (call->actor == NULL)
    become (call, PM_WHO_ANYONE, "anonymous");
  return TRUE;
}

/* --- whether they may --- */

static gboolean
check_role (PmCall *call)
{
  if (call->may >= call->route->who)
    return TRUE;
  const char *wanted = pm_who_name (call->route->who);
  if (pm_http_request_header (call->request, "Authorization") != NULL) {
    pm_call_problem (call, 403, "%s may not do this: it takes the role %s", call->actor, wanted);
    return FALSE;
  }
  pm_call_problem (call, 401,
                   "this takes a token with the role %s: “port-manager token create NAME --role "
                   "%s” makes one, to be sent as “Authorization: Bearer TOKEN”",
                   wanted, wanted);
  pm_call_header (call, "WWW-Authenticate", "Bearer");
  return FALSE;
}

/* The page that sent it, if a page did, must be our own: RFC 6454. A proxy that speaks TLS for us
 * makes the scheme differ, which tells nothing. */
static gboolean
check_origin (PmCall *call)
{
  const char *origin = pm_http_request_header (call->request, "Origin");
  const char *site = pm_http_request_header (call->request, "Sec-Fetch-Site");
  const char *host = pm_http_request_header (call->request, "Host");
  const char *authority = origin == NULL ? NULL : strstr (origin, "://");
  gboolean same = origin == NULL || (authority != NULL && host != NULL &&
                                     g_ascii_strcasecmp (authority + 3, host) == 0);
  if (same && (site == NULL || strcmp (site, "same-origin") == 0 || strcmp (site, "none") == 0))
    return TRUE;
  pm_call_problem (call, 403, "changes are not taken from pages of other sites");
  return FALSE;
}

static gboolean
has_body (const PmCall *call)
{
  const char *length = pm_http_request_header (call->request, "Content-Length");
  return pm_http_request_header (call->request, "Transfer-Encoding") != NULL ||
         (length != NULL && strcmp (length, "0") != 0);
}

/* application/json, whatever its parameters: RFC 9110, 8.3. */
static gboolean
check_content_type (PmCall *call)
{
  const char *type = pm_http_request_header (call->request, "Content-Type");
  gsize length = type == NULL ? 0 : strcspn (type, "; \t");
  if (!has_body (call) || (length == strlen ("application/json") &&
                           g_ascii_strncasecmp (type, "application/json", length) == 0))
    return TRUE;
  pm_call_problem (call, 415, "a body must be sent as “Content-Type: application/json”");
  return FALSE;
}

static gboolean
check_rate (PmGuard *guard, PmCall *call)
{
  if (call->route->runs == PM_RUNS_DESK)
    return TRUE;
  g_autofree char *name =
      g_strdup_printf ("%s %s", call->actor, pm_http_request_peer (call->request));
  guint wait_s = pm_rates_take (guard->changes, name, g_get_monotonic_time ());
  return wait_s == 0 || refuse_rate (call, wait_s);
}

gboolean
pm_guard_check (PmGuard *guard, PmCall *call)
{
  if (!identify (guard, call) || !check_role (call))
    return FALSE;
  return !pm_route_writes (call->route) ||
         (check_origin (call) && check_content_type (call) && check_rate (guard, call));
}
