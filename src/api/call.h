#pragma once

#include <jansson.h>

#include "api/http-server.h"
#include "base/json-writer.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* One request on its way through the API: what was asked, checked already against the route's
 * tables, and the answer as it is made. A handler sees nothing else. */

typedef struct PmApi PmApi;
typedef struct PmRoute PmRoute;

/* A mistake in what was sent: where (a JSON Pointer into the body, RFC 6901, or the name of a query
 * parameter), and what. */
typedef struct {
  char *pointer;   /* NULL: a parameter */
  char *parameter; /* NULL: in the body */
  char *detail;
} PmMistake;

typedef struct {
  PmApi *api;
  const PmRoute *route;
  PmContext *context;
  PmHttpRequest *request;
  char *id;          /* what stands for `:id` in the path; NULL none */
  GHashTable *query; /* name → value, both as sent */
  json_t *body;      /* NULL: none was sent */
  GArray *mistakes;  /* of PmMistake */

  guint status; /* 0: not answered yet */
  const char *type;
  GString *answer;
  GPtrArray *headers; /* name, value, name, value … */
} PmCall;

PmCall *pm_call_new (PmApi *api, PmHttpRequest *request);
void pm_call_free (PmCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmCall, pm_call_free)

/* --- what was asked --- */

const char *pm_call_query (const PmCall *call, const char *name); /* or NULL */
gint64 pm_call_query_integer (const PmCall *call, const char *name, gint64 fallback);

/* The id as a number; 0 when it is none, and then the call has been answered (404). */
gint64 pm_call_id (PmCall *call);

/* Answers that do not fit the fields of the body or query can tell. */
void pm_call_mistake (PmCall *call, const char *pointer, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
void pm_call_query_mistake (PmCall *call, const char *parameter, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* TRUE when there were mistakes: then they are the answer, 422 for the body, 400 for the query. */
gboolean pm_call_is_mistaken (PmCall *call);

/* --- the answer --- */

/* Starts a JSON answer; the writer is good until the next answer is started. */
PmJsonWriter pm_call_json (PmCall *call, guint status);

/* `text` is taken over; `type` is static. */
void pm_call_text (PmCall *call, guint status, const char *type, GString *text);
void pm_call_header (PmCall *call, const char *name, const char *value);

/* RFC 9457. */
void pm_call_problem (PmCall *call, guint status, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* The problem that an error of a verb is. Takes it over. */
void pm_call_failed (PmCall *call, GError *error);

G_END_DECLS
