/* DESIGN
 * Everything goes through one pipeline. Whoever needs rows ends it with a sync and reads all
 * answers up to that; whoever does not only sends, until MOST_SENT are without an answer: their
 * answers are short, and fit into what a socket holds, so that neither side waits for the other for
 * ever. What fails makes the server skip everything up to the sync: the first failure is the one
 * that counts.
 *
 * A parameter's type is told where it is known, so that `? = 0` compares 64 bits; a NULL's is found
 * out by the server. All rows of an answer are taken at once, since others are asked for while they
 * are read. */

#include "registry/postgres-pipe.h"

#include <string.h>

#include "registry/postgres-text.h"

#define MOST_SENT 256
#define MOST_VALUES 64
#define NUMBER_SIZE 40 /* G_ASCII_DTOSTR_BUF_SIZE is 39 */

/* pg_type.dat */
#define TYPE_INT8 20
#define TYPE_TEXT 25
#define TYPE_FLOAT8 701

struct PmStatement {
  char *translated;
  char *name;       /* on the server; NULL: never prepared */
  guint generation; /* of the connection that it is prepared on */
  gboolean writes;
  gboolean running;
  PGresult *rows;
  int row;
  GPtrArray *decoded; /* text of the row that is not stored as it is */
};

static void
statement_free (gpointer data)
{
  PmStatement *statement = data;
  PQclear (statement->rows);
  g_ptr_array_unref (statement->decoded);
  g_free (statement->translated);
  g_free (statement->name);
  g_free (statement);
}

void
pm_postgres_pipe_init (PmPostgresPipe *pipe, PmPostgresLink *link)
{
  *pipe = (PmPostgresPipe){
      .link = link,
      .statements = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, statement_free),
      .fresh = g_ptr_array_new (),
  };
}

void
pm_postgres_pipe_clear (PmPostgresPipe *pipe)
{
  g_clear_pointer (&pipe->statements, g_hash_table_unref);
  g_clear_pointer (&pipe->fresh, g_ptr_array_unref);
}

static PmStatement *
find (PmPostgresPipe *pipe, const char *sql)
{
  PmStatement *statement = g_hash_table_lookup (pipe->statements, sql);
  if (statement != NULL)
    return statement;
  statement = g_new0 (PmStatement, 1);
  statement->translated = pm_postgres_statement (sql);
  statement->writes = g_str_has_prefix (sql, "INSERT") || g_str_has_prefix (sql, "UPDATE") ||
                      g_str_has_prefix (sql, "DELETE");
  statement->decoded = g_ptr_array_new_with_free_func (g_free);
  g_hash_table_insert (pipe->statements, (gpointer) sql, statement);
  return statement;
}

/* --- sending --- */

typedef struct {
  const char *texts[MOST_VALUES];
  Oid types[MOST_VALUES];
  char numbers[MOST_VALUES][NUMBER_SIZE];
  char *encoded[MOST_VALUES]; /* owned; NULL as it is */
} Parameters;

static void
set_parameter (Parameters *p, guint i, const PmSqlValue *value)
{
  p->encoded[i] = NULL;
  p->texts[i] = p->numbers[i];
  switch (value->type) {
  case PM_SQL_INTEGER:
    p->types[i] = TYPE_INT8;
    g_snprintf (p->numbers[i], NUMBER_SIZE, "%" G_GINT64_FORMAT, value->integer);
    return;
  case PM_SQL_REAL:
    p->types[i] = TYPE_FLOAT8;
    g_ascii_dtostr (p->numbers[i], NUMBER_SIZE, value->real);
    return;
  case PM_SQL_TEXT:
    p->types[i] = TYPE_TEXT;
    p->encoded[i] = pm_postgres_encode (value->text);
    p->texts[i] = p->encoded[i] != NULL ? p->encoded[i] : value->text;
    return;
  case PM_SQL_NULL:
    break;
  }
  p->types[i] = 0;
  p->texts[i] = NULL;
}

static gboolean
send_prepare (PmPostgresPipe *pipe, PmStatement *statement, const Parameters *p, guint n)
{
  if (statement->generation == pipe->link->generation)
    return TRUE;
  g_free (statement->name);
  statement->name = g_strdup_printf ("s%u", ++pipe->n_names);
  statement->generation = pipe->link->generation;
  g_ptr_array_add (pipe->fresh, statement);
  return PQsendPrepare (pipe->link->conn, statement->name, statement->translated, (int) n,
                        p->types) == 1;
}

static gboolean
send (PmPostgresPipe *pipe, PmStatement *statement, const PmSqlValue *values, guint n,
      GError **error)
{
  Parameters p;
  g_return_val_if_fail (n <= MOST_VALUES, FALSE);
  p.texts[0] = NULL;
  p.types[0] = 0;
  for (guint i = 0; i < n; i++)
    set_parameter (&p, i, &values[i]);
  gboolean ok =
      send_prepare (pipe, statement, &p, n) &&
      PQsendQueryPrepared (pipe->link->conn, statement->name, (int) n, p.texts, NULL, NULL, 0) == 1;
  for (guint i = 0; i < n; i++)
    g_free (p.encoded[i]);
  if (!ok)
    pm_postgres_link_set_error (pipe->link, NULL, error);
  pipe->n_sent++;
  return ok;
}

/* --- answers --- */

/* Nobody knows what the server has of them. */
static void
forget_fresh (PmPostgresPipe *pipe, gboolean is_prepared)
{
  for (guint i = 0; i < pipe->fresh->len && !is_prepared; i++)
    ((PmStatement *) pipe->fresh->pdata[i])->generation = 0;
  g_ptr_array_set_size (pipe->fresh, 0);
}

typedef struct {
  PGresult *rows; /* of the last one that gave some */
  GError *failure;
  char tag[64];
  gboolean has_ended;
} Answers;

static void
take_answer (PmPostgresPipe *pipe, Answers *answers, PGresult *result)
{
  switch (PQresultStatus (result)) {
  case PGRES_PIPELINE_SYNC:
    answers->has_ended = TRUE;
    break;
  case PGRES_TUPLES_OK:
    g_strlcpy (answers->tag, PQcmdStatus (result), sizeof answers->tag);
    PQclear (answers->rows);
    answers->rows = result;
    return;
  case PGRES_COMMAND_OK:
    if (PQcmdStatus (result)[0] == '\0')
      break; /* a preparation */
    g_strlcpy (answers->tag, PQcmdStatus (result), sizeof answers->tag);
    g_clear_pointer (&answers->rows, PQclear);
    break;
  case PGRES_PIPELINE_ABORTED:
    break;
  default:
    if (answers->failure == NULL)
      pm_postgres_link_set_error (pipe->link, result, &answers->failure);
    break;
  }
  PQclear (result);
}

/* Each answer but the sync is followed by a NULL. */
static void
take_answers (PmPostgresPipe *pipe, Answers *answers)
{
  guint n_nothing = 0;
  if (pipe->link->conn == NULL || PQpipelineSync (pipe->link->conn) != 1) {
    pm_postgres_link_set_error (pipe->link, NULL, &answers->failure);
    return;
  }
  while (pipe->link->conn != NULL && !answers->has_ended) {
    PGresult *result = PQgetResult (pipe->link->conn);
    n_nothing = result == NULL ? n_nothing + 1 : 0;
    if (result != NULL)
      take_answer (pipe, answers, result);
    else if (n_nothing > 1 || PQstatus (pipe->link->conn) == CONNECTION_BAD)
      break;
  }
  if (!answers->has_ended && answers->failure == NULL)
    pm_postgres_link_set_error (pipe->link, NULL, &answers->failure);
}

/* *ret_rows: of the last statement. */
static gboolean
drain (PmPostgresPipe *pipe, PGresult **ret_rows, char *ret_tag, GError **error)
{
  Answers answers = {0};
  take_answers (pipe, &answers);
  pipe->n_sent = 0;
  forget_fresh (pipe, answers.failure == NULL);
  if (answers.failure != NULL) {
    PQclear (answers.rows);
    g_propagate_error (error, answers.failure);
    return FALSE;
  }
  if (ret_tag != NULL)
    g_strlcpy (ret_tag, answers.tag, sizeof answers.tag);
  if (ret_rows != NULL)
    *ret_rows = answers.rows;
  else
    PQclear (answers.rows);
  return TRUE;
}

gboolean
pm_postgres_pipe_send (PmPostgresPipe *pipe, const char *sql, const PmSqlValue *values,
                       guint n_values, GError **error)
{
  PmStatement *statement = find (pipe, sql);
  if (!send (pipe, statement, values, n_values, error))
    return FALSE;
  pipe->has_written |= statement->writes;
  return pipe->n_sent < MOST_SENT || drain (pipe, NULL, NULL, error);
}

gboolean
pm_postgres_pipe_drain (PmPostgresPipe *pipe, char *ret_tag, GError **error)
{
  return drain (pipe, NULL, ret_tag, error);
}

PmStatement *
pm_postgres_pipe_query (PmPostgresPipe *pipe, const char *sql, const PmSqlValue *values,
                        guint n_values, GError **error)
{
  PmStatement *statement = find (pipe, sql);
  g_return_val_if_fail (!statement->running, NULL);
  if (!send (pipe, statement, values, n_values, error) ||
      !drain (pipe, &statement->rows, NULL, error))
    return NULL;
  statement->row = -1;
  statement->running = TRUE;
  if (statement->writes && PQntuples (statement->rows) > 0)
    pipe->has_written = TRUE;
  return statement;
}

/* --- rows --- */

PmStep
pm_postgres_step (PmRegistry *registry, PmStatement *statement, GError **error)
{
  g_ptr_array_set_size (statement->decoded, 0);
  return ++statement->row < PQntuples (statement->rows) ? PM_STEP_ROW : PM_STEP_DONE;
}

void
pm_postgres_finish (PmRegistry *registry, PmStatement *statement)
{
  g_clear_pointer (&statement->rows, PQclear);
  g_ptr_array_set_size (statement->decoded, 0);
  statement->running = FALSE;
}

/* A truth value is 't' or 'f'. */
gint64
pm_postgres_integer (PmStatement *statement, int column)
{
  const char *text = PQgetvalue (statement->rows, statement->row, column);
  return text[0] == 't' ? 1 : g_ascii_strtoll (text, NULL, 10);
}

double
pm_postgres_real (PmStatement *statement, int column)
{
  return g_ascii_strtod (PQgetvalue (statement->rows, statement->row, column), NULL);
}

const char *
pm_postgres_text (PmStatement *statement, int column)
{
  if (PQgetisnull (statement->rows, statement->row, column))
    return NULL;
  const char *stored = PQgetvalue (statement->rows, statement->row, column);
  char *decoded = pm_postgres_decode (stored);
  if (decoded == NULL)
    return stored;
  g_ptr_array_add (statement->decoded, decoded);
  return decoded;
}
