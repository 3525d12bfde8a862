#pragma once

#include <libpq-fe.h>

#include "registry/registry.h"

G_BEGIN_DECLS

/* For postgres*.c alone: a connection to a server, which comes and goes.
 *
 *   link = pm_postgres_link_new (url, host, wait_ms, &error);  // INVALID: no such URL
 *   pm_postgres_link_ensure (link, &error)                     // connects where it is not
 * connected … link->conn …
 *
 * Follows https://www.postgresql.org/docs/15/libpq-connect.html. A server that is gone is tried
 * again at most once in PM_POSTGRES_RETRY_MS: who asks in between is told at once what the last try
 * ended with, unless another connection of the process has got through since. No message holds the
 * URL, which may hold a password. */

#define PM_POSTGRES_RETRY_MS 1000
#define PM_POSTGRES_PATIENCE_MS 50  /* for which a try holds up whoever was connected before */
#define PM_POSTGRES_CONNECT_S 5     /* the first one: where the URL says no connect_timeout */
#define PM_POSTGRES_SILENT_MS 10000 /* unacknowledged bytes on a dead network: then it is gone */

typedef struct {
  PGconn *conn;     /* good after ensure; NULL: not connected */
  guint generation; /* which connection this is: what was prepared on one is not on the next */
  char *location;   /* postgresql://HOST:PORT/DATABASE, for messages */

  guint first_wait_ms; /* for the first try to connect; 0: as long as it may take */
  gboolean is_refused; /* the last try ended with a server that is there and does not want us */

  /* private */
  PQconninfoOption *options;
  char *application;
  guint wait_ms;
  gboolean is_connected; /* FALSE with conn: it is on its way */
  PostgresPollingStatusType polling;
  gint64 give_up_us, next_try_us; /* monotonic */
  GError *failure;                /* of the last try */
  gint n_connected_then;          /* how many connections of the process there had been by then */
} PmPostgresLink;

PmPostgresLink *pm_postgres_link_new (const char *url, const char *host, guint wait_ms,
                                      GError **error);
void pm_postgres_link_free (PmPostgresLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmPostgresLink, pm_postgres_link_free)

/* Connected, and nothing is known to the contrary; else IO or PERMISSION. Everything that belongs
 * to one connection is to be made again where `generation` has changed. */
gboolean pm_postgres_link_ensure (PmPostgresLink *link, GError **error);

/* Turns what a statement ended with (NULL: the connection's own trouble) into ours: BUSY,
 * PERMISSION, INVALID or IO. A connection that is gone is closed. */
void pm_postgres_link_set_error (PmPostgresLink *link, const PGresult *result, GError **error);

/* Statements without parameters, several at once; only outside of a pipeline. */
gboolean pm_postgres_link_execute (PmPostgresLink *link, const char *sql, GError **error);

/* The first column of the first row of one; *ret_integer stays as it was without a row or of NULL.
 */
gboolean pm_postgres_link_integer (PmPostgresLink *link, const char *sql, gint64 *ret_integer,
                                   GError **error);

G_END_DECLS
