#pragma once

#include "registry/registry.h"

G_BEGIN_DECLS

/* For registry/ alone: what a database has to offer to stand behind a PmRegistry.
 *
 * Both databases speak SQL, so what a registry does is written once, in statements that both
 * understand (ON CONFLICT, RETURNING, parameters as `?`), over this handful of functions. What
 * differs is here: connecting, the schema, transactions and their durability, waiting for others.
 */

typedef enum { PM_SQL_NULL, PM_SQL_INTEGER, PM_SQL_REAL, PM_SQL_TEXT } PmSqlType;

/* A parameter. Text is borrowed until the statement is done; it is any bytes but NUL. */
typedef struct {
  PmSqlType type;
  gint64 integer;
  double real;
  const char *text;
} PmSqlValue;

typedef struct PmStatement PmStatement;

typedef enum { PM_STEP_FAILED, PM_STEP_DONE, PM_STEP_ROW } PmStep;

typedef enum { PM_ACCESS_READ, PM_ACCESS_OBSERVATION, PM_ACCESS_DECISION } PmAccess;

typedef struct {
  void (*close) (PmRegistry *registry);

  gboolean (*begin) (PmRegistry *registry, PmAccess access, GError **error);
  gboolean (*commit) (PmRegistry *registry, GError **error); /* on failure it is rolled back */
  void (*rollback) (PmRegistry *registry);

  /* Statements are prepared once and kept, by the address of `sql`: it is a literal. One statement
   * runs at most once at a time. Columns count from 0; text is valid until the next step. */
  PmStatement *(*query) (PmRegistry *registry, const char *sql, const PmSqlValue *values,
                         guint n_values, GError **error);
  PmStep (*step) (PmRegistry *registry, PmStatement *statement, GError **error);
  void (*finish) (PmRegistry *registry, PmStatement *statement);
  /* Runs one whose rows nobody wants, inside a transaction without waiting for it: that it failed
   * may be told by any later call, at last by the commit. NULL: query, step and finish do it. */
  gboolean (*run) (PmRegistry *registry, const char *sql, const PmSqlValue *values, guint n_values,
                   GError **error);

  /* The id of a row of `table` (a literal) that is inserted next, so that nobody waits for each
   * insert to tell it; `expected`: of how many more, with this one, as far as is known. NULL:
   * inserts tell. */
  gboolean (*next_id) (PmRegistry *registry, const char *table, guint expected, gint64 *ret_id,
                       GError **error);

  /* What the statement that was run last did: the id of the row that it inserted, and how many rows
   * it wrote. NULL, both: only RETURNING tells. */
  gint64 (*new_id) (PmRegistry *registry);
  guint (*n_written) (PmRegistry *registry);

  gint64 (*integer) (PmStatement *statement, int column);
  double (*real) (PmStatement *statement, int column);
  const char *(*text) (PmStatement *statement, int column); /* NULL of a NULL */

  /* Inside a transaction that writes: an event that it ends with, so that ids are in the order of
   * commits. NULL: it is a row like others. */
  gboolean (*append_event) (PmRegistry *registry, const char *event, const char *data,
                            gint64 now_us, GError **error);

  /* NULL: it is always there. */
  gboolean (*reach) (PmRegistry *registry, GError **error);

  gboolean (*change_token) (PmRegistry *registry, gint64 *ret_token, GError **error);

  /* Bytes that the data take, and how many of them are unused. */
  gboolean (*size) (PmRegistry *registry, guint64 *ret_size_bytes, guint64 *ret_free_bytes,
                    GError **error);

  /* A file that is written to by every commit, for tail.h; NULL: there is none. */
  const char *(*log_file) (const PmRegistry *registry);

  /* The same of a server: a descriptor that can be read from when somebody has committed, -1 while
   * there is no connection; it may be another one every time. And whether there was such a notice:
   * all are taken. NULL: there are none. */
  int (*notice_fd) (PmRegistry *registry);
  gboolean (*take_notices) (PmRegistry *registry);

  /* See maintenance.h. */
  gboolean (*backup) (PmRegistry *registry, const char *file, guint64 *ret_rows, GError **error);
  gboolean (*check) (PmRegistry *registry, GError **error);
  const char *(*location) (const PmRegistry *registry);
  gboolean (*leave_tidying) (PmRegistry *registry, GError **error); /* NULL: nothing to do */
  gboolean (*tidy) (PmRegistry *registry, GError **error);          /* NULL: nothing to do */
} PmRegistryBackend;

/* What every backend's own struct begins with. */
struct PmRegistry {
  const PmRegistryBackend *backend;
  char *host;
  guint depth;     /* of begin … commit */
  gboolean failed; /* inside: nothing but rollback is left */
};

PmRegistry *pm_sqlite_open (const PmRegistryOptions *options, GError **error);

/* The host that is meant. */
const char *pm_registry_host_of (const PmRegistryOptions *options);

/* What rows of a host refer to; the last part of opening one that may write. */
gboolean pm_registry_ensure_host (PmRegistry *registry, GError **error);

/* --- values --- */

static inline PmSqlValue
pm_int (gint64 integer)
{
  return (PmSqlValue){.type = PM_SQL_INTEGER, .integer = integer};
}

static inline PmSqlValue
pm_real (double real)
{
  return (PmSqlValue){.type = PM_SQL_REAL, .real = real};
}

/* NULL gives "": model text is never NULL where a column is not. */
static inline PmSqlValue
pm_text (const char *text)
{
  return (PmSqlValue){.type = PM_SQL_TEXT, .text = text == NULL ? "" : text};
}

static inline PmSqlValue
pm_text_or_null (const char *text)
{
  return (PmSqlValue){.type = text == NULL ? PM_SQL_NULL : PM_SQL_TEXT, .text = text};
}

/* 0 gives NULL: ids and times that are not there. */
static inline PmSqlValue
pm_int_or_null (gint64 integer)
{
  return (PmSqlValue){.type = integer == 0 ? PM_SQL_NULL : PM_SQL_INTEGER, .integer = integer};
}

#define PM_VALUES(...)                                                                             \
  (const PmSqlValue[]){__VA_ARGS__},                                                               \
      (guint) (sizeof ((const PmSqlValue[]){__VA_ARGS__}) / sizeof (PmSqlValue))
#define PM_NO_VALUES NULL, 0

/* --- statements --- */

PmStatement *pm_sql_query (PmRegistry *registry, const char *sql, const PmSqlValue *values,
                           guint n_values, GError **error);

/* A statement that is done or has failed is finished; only a loop that is left early must do it. */
PmStep pm_sql_step (PmRegistry *registry, PmStatement *statement, GError **error);
void pm_sql_finish (PmRegistry *registry, PmStatement *statement);

/* Runs to the end; rows are dropped. */
gboolean pm_sql_run (PmRegistry *registry, const char *sql, const PmSqlValue *values,
                     guint n_values, GError **error);

/* The first column of the first row; *ret_integer stays as it was without one. */
gboolean pm_sql_integer (PmRegistry *registry, const char *sql, const PmSqlValue *values,
                         guint n_values, gint64 *ret_integer, GError **error);

/* An id for pm_sql_insert; 0: that tells it. */
gboolean pm_sql_new_id (PmRegistry *registry, const char *table, guint expected, gint64 *ret_id,
                        GError **error);

/* An insert whose id is a parameter: what pm_sql_new_id gave, or the one that is known; 0 (as
 * NULL): *io_id is what it gets. */
gboolean pm_sql_insert (PmRegistry *registry, const char *sql, const PmSqlValue *values,
                        guint n_values, gint64 *io_id, GError **error);

/* A statement that writes one row or none, and tells which: written as it is, and with RETURNING.
 * SQLite gathers what that returns in a table of its own, made for each run with a page cache: that
 * costs more than the statement (sqlite.org/lang_returning.html, "Processing Order"). */
#define PM_WRITES(sql) sql, sql " RETURNING id"

/* The id of the row that is inserted; 0: none is (ON CONFLICT DO NOTHING). */
gboolean pm_sql_insert_one (PmRegistry *registry, const char *sql, const char *returning,
                            const PmSqlValue *values, guint n_values, gint64 *ret_id,
                            GError **error);

/* Whether there was such a row. */
gboolean pm_sql_update_one (PmRegistry *registry, const char *sql, const char *returning,
                            const PmSqlValue *values, guint n_values, gboolean *ret_done,
                            GError **error);

/* The column's text, kept in the arena; of a NULL "" and NULL. */
const char *pm_sql_text (PmRegistry *registry, PmStatement *row, int column, PmArena *arena);
const char *pm_sql_text_or_null (PmRegistry *registry, PmStatement *row, int column,
                                 PmArena *arena);

/* --- the frame of every public function --- */

gboolean pm_registry_enter (PmRegistry *registry, PmAccess access, GError **error);

/* Commits if `ok`, else rolls back (and keeps the error that is there); returns whether all is
 * well. */
gboolean pm_registry_leave (PmRegistry *registry, gboolean ok, GError **error);

G_END_DECLS
