/* DESIGN
 * A check is made in two steps: what suggests itself, then what each matching [[service]] says over
 * it. A URL of the configuration replaces the question as a whole, the other keys one thing each.
 */

#include "verbs/health-checks.h"

#include <string.h>

#include "allocation/ownership.h"
#include "model/filter-set.h"

static const char *const loopback_v4[] = {"127.0.0.1", NULL};
static const char *const loopback_v6[] = {"::1", NULL};
static const char *const loopback_both[] = {"127.0.0.1", "::1", NULL};

/* --- what suggests itself --- */

static void
give_up (PmCheck *check, const char *why)
{
  check->kind = PM_CHECK_NONE;
  check->obstacle = why;
}

static gboolean
is_of_compose (const PmService *service, const char **ret_file)
{
  for (guint i = 0; i < service->n_config_files; i++)
    if (strcmp (service->config_files[i].format, "compose") == 0) {
      *ret_file = service->config_files[i].path;
      return TRUE;
    }
  return FALSE;
}

/* Compose takes the folder of its first file for the project's. */
static void
suggest_container (PmCheck *check, const PmService *service, PmArena *arena)
{
  const char *file;
  if (!is_of_compose (service, &file)) {
    give_up (check, "it has no port on this host");
    return;
  }
  g_autofree char *path = g_build_filename (service->root, file, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  check->kind = PM_CHECK_CONTAINER;
  check->name = service->name;
  check->folder = pm_arena_strdup (arena, folder);
}

static gboolean
is_any_address (const char *address)
{
  return address[0] == '\0' || strcmp (address, "0.0.0.0") == 0 || strcmp (address, "::") == 0 ||
         strcmp (address, "*") == 0 || g_ascii_strcasecmp (address, "localhost") == 0;
}

/* Where it is bound now, else where its files bind it. */
static void
suggest_place (PmCheck *check, const PmService *service, PmArena *arena)
{
  const PmSocket *socket = service->socket;
  const char *address = socket != NULL ? socket->address : service->bind;
  check->host = "localhost";
  if (!is_any_address (address)) {
    const char **list = pm_arena_alloc (arena, 2 * sizeof *list);
    /* The checks outlive the snapshot that the address lies in. */
    list[0] = check->host = pm_arena_strdup (arena, address);
    check->addresses = list;
  } else if (socket == NULL) {
    check->addresses = loopback_both;
  } else if (strcmp (address, "0.0.0.0") == 0) {
    check->addresses = loopback_v4;
  } else {
    check->addresses = socket->is_v6_only ? loopback_v6 : loopback_both;
  }
}

static gboolean
is_tls_port (guint16 port)
{
  return port == 443 || port == 8443 || port == 9443;
}

static void
suggest_question (PmCheck *check, const PmService *service)
{
  const char *protocol = pm_service_shown_protocol (service);
  check->path = "/";
  check->is_unverified = TRUE;
  check->is_tls = is_tls_port (service->internal_port) || is_tls_port (service->external_port);
  if (service->transport == PM_TRANSPORT_UDP)
    check->kind = PM_CHECK_PROCESS;
  else if (strcmp (protocol, "http") == 0)
    check->kind = PM_CHECK_HTTP;
  else if (strcmp (protocol, "ws") == 0)
    check->kind = PM_CHECK_WEBSOCKET;
  else
    check->kind = PM_CHECK_TCP;
}

static const char *
stranger (const PmService *service, PmArena *arena)
{
  const PmSocket *socket = service->socket;
  if (service->live != PM_LIVE_FOREIGN || socket == NULL)
    return NULL;
  return pm_arena_printf (arena, "another program holds its port %u: %s (pid %" G_GINT64_FORMAT ")",
                          socket->port, socket->program[0] != '\0' ? socket->program : "unknown",
                          socket->pid);
}

static void
suggest (PmCheck *check, const PmService *service, const char *host, PmArena *arena)
{
  guint16 port = service->external_port != 0 ? service->external_port : service->internal_port;
  if (strcmp (service->host, host) != 0)
    give_up (check, "it is of another host");
  else if (service->transport == PM_TRANSPORT_SCTP)
    give_up (check, "SCTP is not asked");
  else if (service->scope == PM_SCOPE_CLUSTER)
    give_up (check, "it runs in a cluster");
  else if (service->scope == PM_SCOPE_CONTAINER)
    suggest_container (check, service, arena);
  else if (port == 0 && pm_ownership_is_mapping (service))
    suggest_container (check, service, arena);
  else if (port == 0)
    give_up (check, "its port is not known");
  else {
    check->port = port;
    suggest_place (check, service, arena);
    suggest_question (check, service);
    check->obstacle = stranger (service, arena);
  }
}

/* --- what the configuration says --- */

static PmFilterSet *
read_said (const PmConfig *config, GError **error)
{
  g_autoptr (PmFilterSet) set = pm_filter_set_new ();
  for (guint i = 0; i < config->services->len; i++) {
    const PmConfigService *said = &g_array_index (config->services, PmConfigService, i);
    if (pm_filter_set_add (set, said->match, error))
      continue;
    g_prefix_error (error, "%s:%u: match: ", config->file, said->line);
    return NULL;
  }
  return g_steal_pointer (&set);
}

static void
ask_url (PmCheck *check, const char *url, PmArena *arena)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) uri =
      g_uri_parse (url, G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE, &error);
  if (uri == NULL || g_uri_get_host (uri) == NULL || g_uri_get_host (uri)[0] == '\0') {
    give_up (check, pm_arena_printf (arena, "health = \"%s\" is no URL: %s", url,
                                     error != NULL ? error->message : "it has no host"));
    return;
  }
  const char *scheme = g_uri_get_scheme (uri), *query = g_uri_get_query (uri);
  const char *path = g_uri_get_path (uri);
  gboolean is_tls = strcmp (scheme, "https") == 0 || strcmp (scheme, "wss") == 0;
  gint port = g_uri_get_port (uri);
  check->kind = g_str_has_prefix (scheme, "http") ? PM_CHECK_HTTP
                : g_str_has_prefix (scheme, "ws") ? PM_CHECK_WEBSOCKET
                                                  : PM_CHECK_TCP;
  if (check->kind == PM_CHECK_TCP && port <= 0) {
    give_up (check, pm_arena_printf (arena, "health = \"%s\" has no port", url));
    return;
  }
  check->is_tls = is_tls;
  check->is_unverified = FALSE;
  check->host = pm_arena_strdup (arena, g_uri_get_host (uri));
  check->addresses = NULL;
  check->port = (guint16) (port > 0 ? port : is_tls ? 443 : 80);
  check->path = pm_arena_printf (arena, "%s%s%s", path[0] == '\0' ? "/" : path,
                                 query != NULL ? "?" : "", query != NULL ? query : "");
  check->statuses = "200-399";
}

static void
ask_as_told (PmCheck *check, const char *health, PmArena *arena)
{
  check->is_configured = TRUE;
  check->obstacle = NULL;
  if (strcmp (health, "off") == 0) {
    give_up (check, "switched off by the configuration");
  } else if (g_str_has_prefix (health, "process:")) {
    check->kind = PM_CHECK_PROCESS;
    check->name = pm_arena_strdup (arena, health + strlen ("process:"));
  } else if (g_str_has_prefix (health, "container:")) {
    check->kind = PM_CHECK_CONTAINER;
    check->name = pm_arena_strdup (arena, health + strlen ("container:"));
    check->folder = "";
  } else {
    ask_url (check, health, arena);
  }
}

static void
set_ms (guint *ms, gint64 seconds)
{
  if (seconds >= 0)
    *ms = (guint) seconds * 1000;
}

static void
set_number (guint *number, gint64 value)
{
  if (value > 0)
    *number = (guint) value;
}

static void
say_one (PmCheck *check, const PmConfigService *said, PmArena *arena)
{
  if (said->health[0] != '\0')
    ask_as_told (check, said->health, arena);
  if (said->check.method[0] != '\0')
    check->method = pm_arena_strdup (arena, said->check.method);
  if (said->check.status[0] != '\0')
    check->statuses = pm_arena_strdup (arena, said->check.status);
  if (said->check.body[0] != '\0')
    check->body = pm_arena_strdup (arena, said->check.body);
  if (!said->check.verify)
    check->is_unverified = TRUE;
  if (said->check.interval_s > 0)
    set_ms (&check->interval_ms, said->check.interval_s);
  if (said->check.timeout_s > 0)
    set_ms (&check->timeout_ms, said->check.timeout_s);
  set_ms (&check->start_period_ms, said->check.start_period_s);
  set_number (&check->rise, said->check.rise);
  set_number (&check->fall, said->check.fall);
}

/* `numbers` is scratch. */
static void
say (PmCheck *check, const PmConfig *config, const PmFilterSet *filters, const PmService *service,
     GArray *numbers, PmArena *arena)
{
  pm_filter_set_match (filters, service, numbers);
  for (guint i = 0; i < numbers->len; i++)
    say_one (check,
             &g_array_index (config->services, PmConfigService, g_array_index (numbers, guint, i)),
             arena);
}

/* --- checks --- */

static PmCheck
defaults (const PmConfig *config, const PmService *service)
{
  return (PmCheck){
      .service_id = service->id,
      .host = "",
      .path = "",
      .method = "",
      .statuses = "",
      .body = "",
      .name = "",
      .folder = "",
      .interval_ms = (guint) config->health.interval_s * 1000,
      .timeout_ms = (guint) config->health.timeout_s * 1000,
      .rise = (guint) config->health.rise,
      .fall = (guint) config->health.fall,
      .start_period_ms = (guint) config->health.start_period_s * 1000,
  };
}

PmCheckSet *
pm_verb_checks (const PmContext *context, const PmSnapshot *snapshot, GError **error)
{
  g_autoptr (PmCheckSet) set = pm_check_set_new ();
  g_autoptr (PmFilterSet) filters = read_said (context->config, error);
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  const char *host = pm_registry_host (context->registry);
  if (filters == NULL)
    return NULL;
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *service = &g_array_index (snapshot->services, PmService, i);
    PmCheck check = defaults (context->config, service);
    suggest (&check, service, host, set->arena);
    if (!context->config->health.enabled)
      give_up (&check, "[health] enabled = false");
    say (&check, context->config, filters, service, numbers, set->arena);
    check.host = pm_arena_strdup (set->arena, check.host);
    check.name = pm_arena_strdup (set->arena, check.name);
    g_array_append_val (set->checks, check);
  }
  return g_steal_pointer (&set);
}
