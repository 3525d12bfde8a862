/* DESIGN
 * libpq parses the URL, so all that it knows (sslmode, service files, ~/.pgpass, several servers)
 * works; what it says about a URL that it cannot parse may repeat a part of it and is kept back.
 * From then on no message of libpq holds the password, and what stands for it is blotted out all
 * the same. */

#include "registry/postgres-link.h"

#include <string.h>

#include "registry/postgres-text.h"

#define OLDEST_SERVER 120000
#define MOST_READS 16

/* How often a connection of this process was made. Atomic. */
static gint n_connected;

static const char *
option (const PmPostgresLink *link, const char *keyword)
{
  for (const PQconninfoOption *o = link->options; o->keyword != NULL; o++)
    if (strcmp (o->keyword, keyword) == 0)
      return o->val != NULL && o->val[0] != '\0' ? o->val : NULL;
  return NULL;
}

/* --- errors --- */

typedef struct {
  const char *state; /* of SQLSTATE, what it begins with */
  PmRegistryError code;
  const char *remedy;
} Meaning;

/* https://www.postgresql.org/docs/15/errcodes-appendix.html */
static const Meaning meanings[] = {
    {"55P03", PM_REGISTRY_ERROR_BUSY,
     "another process of this host has been writing for too long; try again"},
    {"57014", PM_REGISTRY_ERROR_BUSY, "it took too long; try again"},
    {"40", PM_REGISTRY_ERROR_BUSY, "it met what others wrote; try again"},
    {"28", PM_REGISTRY_ERROR_PERMISSION,
     "look at the user and the password, and at pg_hba.conf there"},
    {"42501", PM_REGISTRY_ERROR_PERMISSION,
     "the user needs CREATE in the schema and its own tables (docs/OPERATIONS.md)"},
    {"25006", PM_REGISTRY_ERROR_PERMISSION,
     "this server only reads (a standby): name the primary, or add "
     "target_session_attrs=read-write"},
    {"3D000", PM_REGISTRY_ERROR_IO, "make it with createdb (docs/OPERATIONS.md)"},
    {"53100", PM_REGISTRY_ERROR_IO, "the server's disk is full: free some there"},
    {"53300", PM_REGISTRY_ERROR_IO,
     "the server has no connection left: raise max_connections there"},
    {"23", PM_REGISTRY_ERROR_INVALID, NULL},
    {"57P", PM_REGISTRY_ERROR_IO, "the server stops or starts; it is tried again"},
};

static const Meaning *
meaning_of (const char *state)
{
  for (gsize i = 0; state != NULL && i < G_N_ELEMENTS (meanings); i++)
    if (g_str_has_prefix (state, meanings[i].state))
      return &meanings[i];
  return NULL;
}

/* One line, nothing secret. */
static char *
tidy_message (const PmPostgresLink *link, const char *message)
{
  g_autofree char *redacted = pm_postgres_redact (message, option (link, "password"));
  g_auto (GStrv) lines = g_strsplit (g_strchomp (redacted), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    g_strstrip (lines[i]);
  return g_strjoinv ("; ", lines);
}

static void
set_error (const PmPostgresLink *link, const char *state, const char *message, GError **error)
{
  static const Meaning unknown = {"", PM_REGISTRY_ERROR_IO, NULL};
  const Meaning *meaning = meaning_of (state);
  g_autofree char *tidy = tidy_message (link, message);
  meaning = meaning == NULL ? &unknown : meaning;
  g_set_error (error, PM_REGISTRY_ERROR, meaning->code, "%s: %s%s%s", link->location, tidy,
               meaning->remedy == NULL ? "" : "; ", meaning->remedy == NULL ? "" : meaning->remedy);
}

static void
disconnect (PmPostgresLink *link)
{
  g_clear_pointer (&link->conn, PQfinish);
  link->is_connected = FALSE;
}

void
pm_postgres_link_set_error (PmPostgresLink *link, const PGresult *result, GError **error)
{
  const char *state = result == NULL ? NULL : PQresultErrorField (result, PG_DIAG_SQLSTATE);
  const char *primary =
      result == NULL ? NULL : PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY);
  if (link->conn != NULL && PQstatus (link->conn) != CONNECTION_BAD) {
    set_error (link, state, primary != NULL ? primary : PQerrorMessage (link->conn), error);
    return;
  }
  g_autofree char *message = tidy_message (link, primary != NULL      ? primary
                                                 : link->conn != NULL ? PQerrorMessage (link->conn)
                                                                      : "not connected");
  g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_IO,
               "%s: the connection to the registry's server is lost: %s; it is made again as soon "
               "as the server answers",
               link->location, message);
  disconnect (link);
}

/* --- connecting --- */

static char *
describe (const PmPostgresLink *link)
{
  const char *host = option (link, "host"), *address = option (link, "hostaddr"),
             *service = option (link, "service");
  const char *port = option (link, "port"), *database = option (link, "dbname");
  const char *where = host != NULL ? host : address != NULL ? address : "";
  if (where[0] == '\0' && service != NULL)
    return g_strdup_printf ("postgresql service %s", service);
  return g_strdup_printf ("postgresql://%s%s%s/%s", where, port == NULL ? "" : ":",
                          port == NULL ? "" : port, database == NULL ? "" : database);
}

/* What stands before a second @, behind a / or in the place of a port may be a piece of a password
 * that was not percent-encoded: libpq takes it for a name, and names are told. */
static gboolean
is_split_as_meant (const char *url, const PQconninfoOption *options)
{
  const char *start = strstr (url, "://");
  if (start == NULL)
    return TRUE;
  g_autofree char *rest = g_strndup (start + 3, strcspn (start + 3, "?"));
  const char *at = strchr (rest, '@'), *slash = strchr (rest, '/');
  if (at != NULL && (strchr (at + 1, '@') != NULL || (slash != NULL && slash < at)))
    return FALSE;
  for (const PQconninfoOption *o = options; o->keyword != NULL; o++)
    if (strcmp (o->keyword, "port") == 0 && o->val != NULL)
      return strspn (o->val, "0123456789,") == strlen (o->val);
  return TRUE;
}

PmPostgresLink *
pm_postgres_link_new (const char *url, const char *host, guint wait_ms, GError **error)
{
  PQconninfoOption *options = PQconninfoParse (url, NULL);
  if (options == NULL || !is_split_as_meant (url, options)) {
    PQconninfoFree (options);
    g_set_error_literal (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_INVALID,
                         "[registry] url is no PostgreSQL URL: it is "
                         "postgresql://USER@HOST:PORT/DATABASE?sslmode=verify-full, in which "
                         "special characters are percent-encoded");
    return NULL;
  }
  PmPostgresLink *link = g_new0 (PmPostgresLink, 1);
  link->options = options;
  link->location = describe (link);
  link->application = g_strdup_printf ("port-manager %s", host);
  link->wait_ms = wait_ms;
  return link;
}

void
pm_postgres_link_free (PmPostgresLink *link)
{
  if (link == NULL)
    return;
  disconnect (link);
  g_clear_error (&link->failure);
  PQconninfoFree (link->options);
  g_free (link->application);
  g_free (link->location);
  g_free (link);
}

static void
add (GPtrArray *keywords, GPtrArray *values, const char *keyword, const char *value)
{
  g_ptr_array_add (keywords, (gpointer) keyword);
  g_ptr_array_add (values, (gpointer) value);
}

/* What the URL says goes before what is only our habit. */
static PGconn *
start_connecting (const PmPostgresLink *link)
{
  static const struct {
    const char *keyword, *value;
  } habits[] = {
      {"keepalives_idle", "30"},
      {"tcp_user_timeout", G_STRINGIFY (PM_POSTGRES_SILENT_MS)},
  };
  g_autoptr (GPtrArray) keywords = g_ptr_array_new (), values = g_ptr_array_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (habits); i++)
    if (option (link, habits[i].keyword) == NULL)
      add (keywords, values, habits[i].keyword, habits[i].value);
  for (const PQconninfoOption *o = link->options; o->keyword != NULL; o++)
    if (o->val != NULL && o->val[0] != '\0')
      add (keywords, values, o->keyword, o->val);
  add (keywords, values, "client_encoding", "UTF8");
  add (keywords, values, "fallback_application_name", link->application);
  add (keywords, values, NULL, NULL);
  return PQconnectStartParams ((const char *const *) keywords->pdata,
                               (const char *const *) values->pdata, 0);
}

/* As far as it comes until `until_us` (monotonic). */
static PostgresPollingStatusType
go_on_connecting (PmPostgresLink *link, gint64 until_us)
{
  while (link->polling != PGRES_POLLING_OK && link->polling != PGRES_POLLING_FAILED) {
    gint64 left_us = until_us - g_get_monotonic_time ();
    GPollFD socket = {.fd = PQsocket (link->conn),
                      .events = link->polling == PGRES_POLLING_READING ? G_IO_IN : G_IO_OUT};
    if (g_poll (&socket, 1, (gint) MAX (left_us / 1000, 0)) <= 0)
      break;
    link->polling = PQconnectPoll (link->conn);
  }
  return link->polling;
}

static void
be_silent (void *data, const char *message)
{
}

static gboolean
is_fit (PmPostgresLink *link, GError **error)
{
  const char *encoding = PQparameterStatus (link->conn, "server_encoding");
  if (PQserverVersion (link->conn) < OLDEST_SERVER)
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_INVALID,
                 "%s: PostgreSQL %d is too old for a registry; 12 is the oldest that will do",
                 link->location, PQserverVersion (link->conn) / 10000);
  else if (g_strcmp0 (encoding, "UTF8") != 0)
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_INVALID,
                 "%s: the database has the encoding %s, and a registry needs UTF8: make one with "
                 "createdb -E UTF8 -T template0",
                 link->location, encoding);
  else
    return TRUE;
  return FALSE;
}

/* A transaction that somebody sleeps in holds others up: it is ended after two minutes. */
static gboolean
prepare_session (PmPostgresLink *link, GError **error)
{
  g_autofree char *settings =
      g_strdup_printf ("SET lock_timeout = %u; SET idle_in_transaction_session_timeout = 120000;"
                       "SET jit = off; SET standard_conforming_strings = on",
                       link->wait_ms);
  return is_fit (link, error) && pm_postgres_link_execute (link, settings, error);
}

static const Meaning *
meaning_of_refusal (const char *message)
{
  /* What failed to connect has no SQLSTATE to ask for. */
  static const struct {
    const char *text, *state;
  } told[] = {{"pg_hba.conf", "28000"},
              {"authentication", "28000"},
              {"role \"", "28000"},
              {"no password supplied", "28000"},
              {"database \"", "3D000"},
              {"too many clients", "53300"},
              {"remaining connection slots", "53300"}};
  for (gsize i = 0; i < G_N_ELEMENTS (told); i++)
    if (strstr (message, told[i].text) != NULL)
      return meaning_of (told[i].state);
  return NULL;
}

static void
set_connect_error (PmPostgresLink *link, const char *message, GError **error)
{
  const Meaning *meaning = meaning_of_refusal (message);
  /* One that has no connection left has some later. */
  link->is_refused = meaning != NULL && strcmp (meaning->state, "53300") != 0;
  g_autofree char *tidy = tidy_message (link, message);
  g_set_error (error, PM_REGISTRY_ERROR, meaning == NULL ? PM_REGISTRY_ERROR_IO : meaning->code,
               "%s: the registry's server cannot be reached: %s; %s", link->location, tidy,
               meaning == NULL ? "look whether it runs and lets this host in, and at [registry] url"
                               : meaning->remedy);
}

static gint64
connect_limit_us (const PmPostgresLink *link)
{
  const char *given = option (link, "connect_timeout");
  guint64 seconds = PM_POSTGRES_CONNECT_S;
  if (given != NULL)
    g_ascii_string_to_unsigned (given, 10, 1, 3600, &seconds, NULL);
  return (gint64) seconds * G_USEC_PER_SEC;
}

static gboolean
fail_to_connect (PmPostgresLink *link, const char *message)
{
  g_clear_error (&link->failure);
  set_connect_error (link, message, &link->failure);
  disconnect (link);
  return FALSE;
}

/* Whoever was connected before, or has tried in vain, does not wait: a main loop may stand behind
 * it. What has begun is gone on with by the next one that asks. */
static gint64
wait_until_us (const PmPostgresLink *link, gint64 now_us)
{
  if (link->generation > 0 || link->failure != NULL)
    return now_us + PM_POSTGRES_PATIENCE_MS * 1000;
  return link->first_wait_ms == 0 ? link->give_up_us : now_us + (gint64) link->first_wait_ms * 1000;
}

static gboolean
try_connect (PmPostgresLink *link)
{
  gint64 now_us = g_get_monotonic_time ();
  if (link->conn == NULL) {
    link->conn = start_connecting (link);
    link->polling = PGRES_POLLING_WRITING;
    link->give_up_us = now_us + connect_limit_us (link);
    if (link->conn == NULL || PQstatus (link->conn) == CONNECTION_BAD)
      return fail_to_connect (link, link->conn == NULL ? "no memory" : PQerrorMessage (link->conn));
  }
  PostgresPollingStatusType polling = go_on_connecting (link, wait_until_us (link, now_us));
  if (polling == PGRES_POLLING_FAILED)
    return fail_to_connect (link, PQerrorMessage (link->conn));
  if (polling != PGRES_POLLING_OK && g_get_monotonic_time () >= link->give_up_us)
    return fail_to_connect (link, "it does not answer");
  if (polling != PGRES_POLLING_OK) {
    if (link->failure == NULL)
      set_connect_error (link, "it has not answered yet", &link->failure);
    return FALSE;
  }
  PQsetNoticeProcessor (link->conn, be_silent, NULL);
  g_clear_error (&link->failure);
  link->is_connected = prepare_session (link, &link->failure);
  if (!link->is_connected)
    disconnect (link);
  if (link->is_connected) {
    link->generation++;
    g_atomic_int_inc (&n_connected);
  }
  return link->is_connected;
}

/* A server that ended says so, and nobody reads that of a connection that is idle. */
static gboolean
is_alive (const PmPostgresLink *link)
{
  if (!link->is_connected || PQstatus (link->conn) != CONNECTION_OK)
    return FALSE;
  for (guint i = 0; i < MOST_READS; i++) {
    GPollFD socket = {.fd = PQsocket (link->conn), .events = G_IO_IN};
    if (g_poll (&socket, 1, 0) <= 0)
      return TRUE;
    if (!PQconsumeInput (link->conn) || (socket.revents & (G_IO_HUP | G_IO_ERR)) != 0)
      return FALSE;
  }
  return TRUE;
}

gboolean
pm_postgres_link_ensure (PmPostgresLink *link, GError **error)
{
  if (is_alive (link))
    return TRUE;
  if (link->is_connected)
    disconnect (link);
  gint64 now_us = g_get_monotonic_time ();
  gint n = g_atomic_int_get (&n_connected);
  if (link->failure == NULL || now_us >= link->next_try_us || n != link->n_connected_then) {
    link->n_connected_then = n;
    if (try_connect (link))
      return TRUE;
    link->next_try_us = g_get_monotonic_time () + PM_POSTGRES_RETRY_MS * 1000;
  }
  g_propagate_error (error, g_error_copy (link->failure));
  return FALSE;
}

/* --- statements outside of a pipeline --- */

gboolean
pm_postgres_link_execute (PmPostgresLink *link, const char *sql, GError **error)
{
  PGresult *result = PQexec (link->conn, sql);
  ExecStatusType status = PQresultStatus (result);
  gboolean ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
  if (!ok)
    pm_postgres_link_set_error (link, result, error);
  PQclear (result);
  return ok;
}

gboolean
pm_postgres_link_integer (PmPostgresLink *link, const char *sql, gint64 *ret_integer,
                          GError **error)
{
  PGresult *result = PQexec (link->conn, sql);
  gboolean ok = PQresultStatus (result) == PGRES_TUPLES_OK;
  if (!ok)
    pm_postgres_link_set_error (link, result, error);
  else if (PQntuples (result) > 0 && !PQgetisnull (result, 0, 0))
    *ret_integer = g_ascii_strtoll (PQgetvalue (result, 0, 0), NULL, 10);
  PQclear (result);
  return ok;
}
