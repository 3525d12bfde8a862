#pragma once

#include "registry/backend.h"
#include "registry/postgres-link.h"

G_BEGIN_DECLS

/* For postgres.c alone: statements, prepared once a connection and sent one behind the other
 * without waiting for each answer
 * (https://www.postgresql.org/docs/15/libpq-pipeline-mode.html). */

typedef struct {
  PmPostgresLink *link; /* borrowed; connected and in pipeline mode while something is sent */
  gboolean has_written; /* since it was last set to FALSE */

  /* private */
  GHashTable *statements; /* address of the SQL → PmStatement */
  GPtrArray *fresh;       /* whose preparation has been sent, and not answered */
  guint n_sent;           /* without an answer */
  guint n_names;
} PmPostgresPipe;

void pm_postgres_pipe_init (PmPostgresPipe *pipe, PmPostgresLink *link);
void pm_postgres_pipe_clear (PmPostgresPipe *pipe);

/* Sends one whose rows nobody wants. That it failed may be told by any later call. */
gboolean pm_postgres_pipe_send (PmPostgresPipe *pipe, const char *sql, const PmSqlValue *values,
                                guint n_values, GError **error);

/* Waits until everything has been answered. ret_tag (64 bytes, or NULL): what the last one ended
 * with, "COMMIT". */
gboolean pm_postgres_pipe_drain (PmPostgresPipe *pipe, char *ret_tag, GError **error);

/* Sends one and waits for its rows, and for all that was sent before. */
PmStatement *pm_postgres_pipe_query (PmPostgresPipe *pipe, const char *sql,
                                     const PmSqlValue *values, guint n_values, GError **error);

/* As in PmRegistryBackend. */
PmStep pm_postgres_step (PmRegistry *registry, PmStatement *statement, GError **error);
void pm_postgres_finish (PmRegistry *registry, PmStatement *statement);
gint64 pm_postgres_integer (PmStatement *statement, int column);
double pm_postgres_real (PmStatement *statement, int column);
const char *pm_postgres_text (PmStatement *statement, int column);

G_END_DECLS
