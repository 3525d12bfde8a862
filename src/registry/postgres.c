/* DESIGN
 * Who may write when. A registry's functions compare with what is stored and then write, and rely
 * on nobody coming in between. Every row that is compared so belongs to a host, so a transaction
 * that will write takes its host's lock at the begin: processes of one host queue, as they do for a
 * file, and hosts do not wait for each other. What hosts share is guarded by constraints (a lease's
 * port, a token's name).
 *
 * Events. Whoever reads behind the last id that it saw must not miss one that commits later, so ids
 * are given under one lock of all hosts that is held until the commit. Events are kept back until
 * then: a scan that takes seconds holds that lock for a moment.
 *
 * The change token. Each commit that wrote something counts its host's row in host_commits up, the
 * sum is the token, less what this connection committed itself: what PRAGMA data_version tells. A
 * notice (NOTIFY) tells whoever listens that it is time to look.
 *
 * Durability. An observation does not wait for the server's disk (synchronous_commit=off: what a
 * crash of the server loses is the last moment, never consistency), a decision does. */

#include "registry/postgres.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "registry/postgres-pipe.h"
#include "registry/postgres-schema.h"

#define WAIT_MS 10000
#define CHANNEL "port_manager"
#define FIRST_WAIT_MS 1000 /* of whoever can do without the server for now */

typedef struct {
  PmRegistry parent;
  PmPostgresLink *link;
  PmPostgresPipe pipe;
  guint generation; /* of the connection that is set up */
  guint listens;    /* of the one that notices come from */
  gboolean is_read_only;
  gboolean is_opened; /* its tables were looked at, and this host is known there */
  gboolean is_inside; /* a transaction */
  gint64 own_commits;
  GPtrArray *events; /* char *: time, event, data of each */
  GHashTable *ids;   /* table → Ids */
} Postgres;

/* Taken from a table's sequence, and not used yet. */
typedef struct {
  GArray *ids; /* gint64 */
  guint n_used;
  guint n_next; /* how many are taken next, where nobody knows how many it will be */
} Ids;

static void
ids_free (gpointer data)
{
  Ids *ids = data;
  g_array_unref (ids->ids);
  g_free (ids);
}

static Postgres *
postgres (PmRegistry *registry)
{
  return (Postgres *) registry;
}

/* --- the connection --- */

static gboolean
look_at_tables (Postgres *p, GError **error)
{
  return p->is_opened || (p->is_read_only ? pm_postgres_schema_check (p->link, error)
                                          : pm_postgres_schema_migrate (p->link, error));
}

static gboolean
set_up (Postgres *p, GError **error)
{
  if (!look_at_tables (p, error))
    return FALSE;
  if (PQenterPipelineMode (p->link->conn) != 1) {
    pm_postgres_link_set_error (p->link, NULL, error);
    return FALSE;
  }
  p->generation = p->link->generation;
  return TRUE;
}

/* The rest of opening, by statements of its own: they find it opened. */
static gboolean
introduce_host (Postgres *p, GError **error)
{
  p->is_opened = TRUE;
  p->is_opened = p->is_read_only || pm_registry_ensure_host (&p->parent, error);
  return p->is_opened;
}

/* Inside a transaction a new connection is of no use. */
static gboolean
ready (Postgres *p, GError **error)
{
  if (p->is_inside) {
    if (p->link->conn != NULL && p->link->generation == p->generation)
      return TRUE;
    pm_postgres_link_set_error (p->link, NULL, error);
    return FALSE;
  }
  return pm_postgres_link_ensure (p->link, error) &&
         (p->generation == p->link->generation || set_up (p, error)) &&
         (p->is_opened || introduce_host (p, error));
}

static gboolean
postgres_reach (PmRegistry *registry, GError **error)
{
  return ready (postgres (registry), error);
}

/* --- statements --- */

static PmStatement *
postgres_query (PmRegistry *registry, const char *sql, const PmSqlValue *values, guint n_values,
                GError **error)
{
  Postgres *p = postgres (registry);
  return ready (p, error) ? pm_postgres_pipe_query (&p->pipe, sql, values, n_values, error) : NULL;
}

static gboolean
postgres_run (PmRegistry *registry, const char *sql, const PmSqlValue *values, guint n_values,
              GError **error)
{
  Postgres *p = postgres (registry);
  return ready (p, error) && pm_postgres_pipe_send (&p->pipe, sql, values, n_values, error) &&
         (p->is_inside || pm_postgres_pipe_drain (&p->pipe, NULL, error));
}

/* --- ids --- */

#define MOST_IDS 1024

static gboolean
take_ids (PmRegistry *registry, const char *table, guint n, Ids *ids, GError **error)
{
  PmStatement *rows =
      pm_sql_query (registry,
                    "SELECT nextval (CAST (pg_get_serial_sequence (?, 'id') AS regclass))"
                    " FROM generate_series (1, ?)",
                    PM_VALUES (pm_text (table), pm_int (n)), error);
  if (rows == NULL)
    return FALSE;
  g_array_set_size (ids->ids, 0);
  ids->n_used = 0;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    gint64 id = pm_postgres_integer (rows, 0);
    g_array_append_val (ids->ids, id);
  }
  return step == PM_STEP_DONE;
}

/* Those that are left when this connection ends are nobody's. */
static gboolean
postgres_next_id (PmRegistry *registry, const char *table, guint expected, gint64 *ret_id,
                  GError **error)
{
  Postgres *p = postgres (registry);
  Ids *ids = g_hash_table_lookup (p->ids, table);
  if (ids == NULL) {
    ids = g_new0 (Ids, 1);
    ids->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
    ids->n_next = 1;
    g_hash_table_insert (p->ids, (gpointer) table, ids);
  }
  if (ids->n_used == ids->ids->len) {
    guint n = MIN (expected == 0 ? ids->n_next : expected, MOST_IDS);
    ids->n_next = MIN (ids->n_next * 2, MOST_IDS);
    if (!take_ids (registry, table, n, ids, error))
      return FALSE;
  }
  *ret_id = g_array_index (ids->ids, gint64, ids->n_used);
  ids->n_used++;
  return TRUE;
}

/* --- transactions --- */

static gboolean
begin_reading (Postgres *p, GError **error)
{
  return pm_postgres_pipe_send (&p->pipe, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                                PM_NO_VALUES, error);
}

/* The host's lock is a number of ours and one made of its name: two hosts of one number would wait
 * for each other, and nothing worse. */
static gboolean
begin_writing (Postgres *p, PmAccess access, GError **error)
{
  const char *durability = access == PM_ACCESS_DECISION ? "SET LOCAL synchronous_commit = on"
                                                        : "SET LOCAL synchronous_commit = off";
  return pm_postgres_pipe_send (&p->pipe, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
                                PM_NO_VALUES, error) &&
         pm_postgres_pipe_send (&p->pipe, durability, PM_NO_VALUES, error) &&
         pm_postgres_pipe_send (&p->pipe, "SELECT pg_advisory_xact_lock (1347241811, hashtext (?))",
                                PM_VALUES (pm_text (p->parent.host)), error);
}

static gboolean
postgres_begin (PmRegistry *registry, PmAccess access, GError **error)
{
  Postgres *p = postgres (registry);
  if (!ready (p, error))
    return FALSE;
  p->pipe.has_written = FALSE;
  g_ptr_array_set_size (p->events, 0);
  p->is_inside =
      access == PM_ACCESS_READ ? begin_reading (p, error) : begin_writing (p, access, error);
  return p->is_inside;
}

static void
postgres_rollback (PmRegistry *registry)
{
  Postgres *p = postgres (registry);
  gboolean is_there = p->link->conn != NULL && p->link->generation == p->generation;
  p->is_inside = FALSE;
  g_ptr_array_set_size (p->events, 0);
  if (!is_there)
    return;
  /* What was sent is answered first: where it failed, the server skips what comes behind it. */
  pm_postgres_pipe_drain (&p->pipe, NULL, NULL);
  if (p->link->conn != NULL && pm_postgres_pipe_send (&p->pipe, "ROLLBACK", PM_NO_VALUES, NULL))
    pm_postgres_pipe_drain (&p->pipe, NULL, NULL);
}

static gboolean
send_events (Postgres *p, GError **error)
{
  if (p->events->len == 0)
    return TRUE;
  if (!pm_postgres_pipe_send (&p->pipe, "SELECT pg_advisory_xact_lock (1347241810, 1)",
                              PM_NO_VALUES, error))
    return FALSE;
  for (guint i = 0; i < p->events->len; i += 3) {
    gint64 time_us = g_ascii_strtoll (p->events->pdata[i], NULL, 10);
    if (!pm_postgres_pipe_send (
            &p->pipe, "INSERT INTO events (host, time, event, data) VALUES (?, ?, ?, ?)",
            PM_VALUES (pm_text (p->parent.host), pm_int (time_us),
                       pm_text (p->events->pdata[i + 1]), pm_text (p->events->pdata[i + 2])),
            error))
      return FALSE;
  }
  return TRUE;
}

/* Last of all, since others wait for this row. */
static gboolean
send_token (Postgres *p, GError **error)
{
  PmSqlValue host = pm_text (p->parent.host);
  return pm_postgres_pipe_send (&p->pipe,
                                "INSERT INTO host_commits (host, commits) VALUES (?, 1)"
                                " ON CONFLICT (host) DO UPDATE SET"
                                " commits = host_commits.commits + 1",
                                &host, 1, error) &&
         pm_postgres_pipe_send (&p->pipe, "SELECT pg_notify ('" CHANNEL "', '')", PM_NO_VALUES,
                                error);
}

static gboolean
send_end (Postgres *p, GError **error)
{
  return send_events (p, error) && (!p->pipe.has_written || send_token (p, error)) &&
         pm_postgres_pipe_send (&p->pipe, "COMMIT", PM_NO_VALUES, error);
}

static gboolean
postgres_commit (PmRegistry *registry, GError **error)
{
  Postgres *p = postgres (registry);
  char tag[64] = "";
  gboolean ok =
      ready (p, error) && send_end (p, error) && pm_postgres_pipe_drain (&p->pipe, tag, error);
  /* The end of a transaction in which something failed is a ROLLBACK without an error. */
  if (ok && strcmp (tag, "COMMIT") != 0) {
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_INVALID,
                 "%s: a part of the transaction failed: all of it was taken back",
                 p->link->location);
    ok = FALSE;
  }
  if (!ok) {
    postgres_rollback (registry);
    return FALSE;
  }
  p->is_inside = FALSE;
  p->own_commits += p->pipe.has_written ? 1 : 0;
  g_ptr_array_set_size (p->events, 0);
  return TRUE;
}

static gboolean
postgres_append_event (PmRegistry *registry, const char *event, const char *data, gint64 now_us,
                       GError **error)
{
  Postgres *p = postgres (registry);
  g_ptr_array_add (p->events, g_strdup_printf ("%" G_GINT64_FORMAT, now_us));
  g_ptr_array_add (p->events, g_strdup (event));
  g_ptr_array_add (p->events, g_strdup (data));
  return TRUE;
}

/* --- changes of others --- */

static gboolean
postgres_change_token (PmRegistry *registry, gint64 *ret_token, GError **error)
{
  gint64 commits = 0;
  if (!pm_sql_integer (registry,
                       "SELECT CAST (coalesce (sum (commits), 0) AS BIGINT) FROM host_commits",
                       PM_NO_VALUES, &commits, error))
    return FALSE;
  *ret_token = commits - postgres (registry)->own_commits;
  return TRUE;
}

static int
postgres_notice_fd (PmRegistry *registry)
{
  Postgres *p = postgres (registry);
  if (p->is_inside || !ready (p, NULL))
    return -1;
  if (p->listens != p->generation) {
    if (!pm_postgres_pipe_send (&p->pipe, "LISTEN " CHANNEL, PM_NO_VALUES, NULL) ||
        !pm_postgres_pipe_drain (&p->pipe, NULL, NULL))
      return -1;
    p->listens = p->generation;
  }
  return PQsocket (p->link->conn);
}

static gboolean
postgres_take_notices (PmRegistry *registry)
{
  Postgres *p = postgres (registry);
  gboolean found = FALSE;
  PGnotify *notice;
  if (p->link->conn == NULL || PQconsumeInput (p->link->conn) != 1)
    return FALSE;
  while ((notice = PQnotifies (p->link->conn)) != NULL) {
    PQfreemem (notice);
    found = TRUE;
  }
  return found;
}

/* --- looking after it --- */

#define OUR_TABLES                                                                                 \
  " FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace ="                                    \
  " (SELECT relnamespace FROM pg_class WHERE oid = CAST ('schema_version' AS regclass))"

/* The server takes up what is unused by itself (autovacuum). */
static gboolean
postgres_size (PmRegistry *registry, guint64 *ret_size_bytes, guint64 *ret_free_bytes,
               GError **error)
{
  gint64 bytes = 0;
  if (!pm_sql_integer (
          registry,
          "SELECT CAST (coalesce (sum (pg_total_relation_size (c.oid)), 0) AS BIGINT)" OUR_TABLES,
          PM_NO_VALUES, &bytes, error))
    return FALSE;
  *ret_size_bytes = (guint64) bytes;
  *ret_free_bytes = 0;
  return TRUE;
}

/* Every value of every row is read once: a page or a long value that is damaged is an error then
 * (a damaged page for certain where the cluster has checksums). */
static gboolean
postgres_check (PmRegistry *registry, GError **error)
{
  return pm_sql_run (registry,
                     "DO $$DECLARE t record; n bigint; BEGIN"
                     " FOR t IN SELECT c.oid" OUR_TABLES
                     " LOOP EXECUTE format ('SELECT count (CAST (x AS TEXT)) FROM %s AS x',"
                     " CAST (t.oid AS regclass)) INTO n; END LOOP; END$$",
                     PM_NO_VALUES, error);
}

static gboolean
postgres_backup (PmRegistry *registry, const char *file, guint64 *ret_rows, GError **error)
{
  g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_INVALID,
               "%s is a database server's: back it up with pg_dump",
               postgres (registry)->link->location);
  return FALSE;
}

static const char *
postgres_location (const PmRegistry *registry)
{
  return ((const Postgres *) registry)->link->location;
}

/* --- opening and closing --- */

static void
postgres_close (PmRegistry *registry)
{
  Postgres *p = postgres (registry);
  pm_postgres_pipe_clear (&p->pipe);
  pm_postgres_link_free (p->link);
  g_ptr_array_unref (p->events);
  g_hash_table_unref (p->ids);
  g_free (p);
}

static const PmRegistryBackend postgres_backend = {
    .close = postgres_close,
    .begin = postgres_begin,
    .commit = postgres_commit,
    .rollback = postgres_rollback,
    .query = postgres_query,
    .step = pm_postgres_step,
    .finish = pm_postgres_finish,
    .run = postgres_run,
    .next_id = postgres_next_id,
    .integer = pm_postgres_integer,
    .real = pm_postgres_real,
    .text = pm_postgres_text,
    .append_event = postgres_append_event,
    .reach = postgres_reach,
    .change_token = postgres_change_token,
    .notice_fd = postgres_notice_fd,
    .take_notices = postgres_take_notices,
    .size = postgres_size,
    .backup = postgres_backup,
    .check = postgres_check,
    .location = postgres_location,
};

static gboolean
is_away (const Postgres *p, const GError *error)
{
  return !p->link->is_refused && g_error_matches (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_IO);
}

PmRegistry *
pm_postgres_open (const PmRegistryOptions *options, GError **error)
{
  const char *host = pm_registry_host_of (options);
  guint wait_ms = options->busy_wait_ms == 0 ? WAIT_MS : MIN (options->busy_wait_ms, 3600000);
  g_autoptr (PmPostgresLink) link = pm_postgres_link_new (options->url, host, wait_ms, error);
  if (!options->read_only && g_mkdir_with_parents (options->state_directory, 0700) != 0) {
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_PERMISSION,
                 "%s: cannot be made: %s; give another directory with --state",
                 options->state_directory, g_strerror (errno));
    return NULL;
  }
  if (link == NULL)
    return NULL;
  Postgres *p = g_new0 (Postgres, 1);
  p->parent.backend = &postgres_backend;
  p->parent.host = g_strdup (host);
  p->is_read_only = options->read_only;
  link->first_wait_ms = options->may_be_away ? FIRST_WAIT_MS : 0;
  p->link = g_steal_pointer (&link);
  p->events = g_ptr_array_new_with_free_func (g_free);
  p->ids = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, ids_free);
  pm_postgres_pipe_init (&p->pipe, p->link);
  g_autoptr (PmRegistry) registry = &p->parent;
  g_autoptr (GError) problem = NULL;
  if (ready (p, &problem) || (options->may_be_away && is_away (p, problem)))
    return g_steal_pointer (&registry);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}
