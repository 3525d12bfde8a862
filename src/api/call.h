#pragma once

#include <jansson.h>

#include "api/http-server.h"
#include "base/json-writer.h"
#include "jobs/jobs.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* One request on its way through the API: what was asked, checked already against the route's
 * tables, and the answer as it is made. A handler sees nothing else. */

typedef struct PmApi PmApi;
typedef struct PmRoute PmRoute;

/* Who may: each may what the ones before may. */
typedef enum { PM_WHO_ANYONE, PM_WHO_VIEWER, PM_WHO_OPERATOR, PM_WHO_ADMIN } PmWho;

/* A mistake in what was sent: where (a JSON Pointer into the body, RFC 6901, or the name of a query
 * parameter), and what. */
typedef struct {
  char *pointer;   /* NULL: a parameter */
  char *parameter; /* NULL: in the body */
  char *path;      /* of a file that was refused; NULL: it is about what was asked */
  char *detail;
} PmMistake;

typedef struct {
  gatomicrefcount references;
  PmApi *api;
  const PmRoute *route;   /* NULL: there is none */
  PmContext *context;     /* of the thread that it is on */
  PmHttpRequest *request; /* the main loop's alone; NULL: gone, or a job does the work */
  gint64 began_us;        /* of the monotonic clock: when its head had come */
  char *method;
  char *path;
  char *peer; /* where from: an address, or "unix" */

  PmWho may;
  char *actor;     /* "token ci", "user 1000", "anonymous"; NULL: not asked for yet */
  gint64 token_id; /* of its token; 0: it came with none */

  char *id;          /* what stands for `:id` in the path; NULL none */
  GHashTable *query; /* name → value, both as sent */
  json_t *body;      /* NULL: none was sent */
  PmJob *job;        /* NULL: it is none */
  gboolean dry_run;  /* from the query or the body */
  GArray *mistakes;  /* of PmMistake */

  char *if_match;      /* as sent; NULL none */
  char *if_none_match; /* likewise */
  char *key;           /* path and query, by which the answer may be kept */
  gint64 token;        /* the registry's, before the answer was made */

  struct PmLeaseCall *lease; /* at the desk; NULL elsewhere */

  gboolean is_registry_gone; /* that is what the answer says */
  guint status;              /* 0: not answered yet */
  const char *type;
  GString *answer;
  GPtrArray *headers; /* name, value, name, value … */
} PmCall;

PmCall *pm_call_new (PmApi *api, PmHttpRequest *request);
PmCall *pm_call_ref (PmCall *call);
void pm_call_unref (PmCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmCall, pm_call_unref)

/* The same wish, to be done by somebody else: takes the body over. */
PmCall *pm_call_fork (PmCall *call);

/* --- what was asked --- */

const char *pm_call_query (const PmCall *call, const char *name); /* or NULL */
gint64 pm_call_query_integer (const PmCall *call, const char *name, gint64 fallback);

/* The number that ?cursor is, 0 without one; FALSE: it is none, and the call has been answered. */
gboolean pm_call_cursor (PmCall *call, gint64 *ret_cursor);

/* Members of the body; NULL, the fallback or FALSE when they were not sent, or are null. */
const char *pm_call_text_member (const PmCall *call, const char *name);
gint64 pm_call_integer_member (const PmCall *call, const char *name, gint64 fallback);
gboolean pm_call_flag_member (const PmCall *call, const char *name);

/* The id as a number; 0 when it is none, and then the call has been answered (404). */
gint64 pm_call_id (PmCall *call);

/* Answers that do not fit the fields of the body or query can tell. */
void pm_call_mistake (PmCall *call, const char *pointer, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
/* Files that were refused, or left as somebody else changed them: `notes` of PmFileNote. */
void pm_call_file_mistakes (PmCall *call, const GPtrArray *notes);
void pm_call_query_mistake (PmCall *call, const char *parameter, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* TRUE when there were mistakes: then they are the answer, 422 for the body, 400 for the query. */
gboolean pm_call_is_mistaken (PmCall *call);

/* --- the answer --- */

/* Starts a JSON answer; the writer is good until the next answer is started. */
PmJsonWriter pm_call_json (PmCall *call, guint status);

/* "nextCursor": null when `last` is 0. */
void pm_json_member_cursor (PmJsonWriter *json, gint64 last);

/* `text` is taken over; `type` is static. */
void pm_call_text (PmCall *call, guint status, const char *type, GString *text);
void pm_call_header (PmCall *call, const char *name, const char *value);

/* What a change without a plan would do: 200, {"dryRun":true,"would":"…"}. */
void pm_call_dry_run (PmCall *call, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* A change of the registry alone stands between these, as one transaction, which a dry run takes
 * back: so it is refused just as the change would be.
 *
 *   if (pm_call_begin (call, &error) && pm_call_end (call, change (…, &error), &error)) … */
gboolean pm_call_begin (PmCall *call, GError **error);
gboolean pm_call_end (PmCall *call, gboolean is_fine, GError **error);

/* RFC 9457. */
void pm_call_problem (PmCall *call, guint status, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* What is being done, for those who follow the job; static. */
void pm_call_step (PmCall *call, const char *step);

/* The problem that an error of a verb is, and its status. Takes the error over. */
guint pm_call_status_of (const GError *error);
void pm_call_failed (PmCall *call, GError *error);

G_END_DECLS
