#pragma once

#include "base/json-writer.h"
#include "model/conflict.h"

G_BEGIN_DECLS

/* What people are told. A notice is one thing that happened: what, where, since when, what was
 * done about it, what to do. A message is one or several notices of one kind on their way to a
 * channel; the queue keeps it as JSON, and each channel writes it in its own form.
 *
 * Text may come from scanned files: it is bounded here, and each channel escapes it for its own
 * form. */

typedef struct {
  gint64 event_id;                  /* of the event log; 0: none */
  char *event;                      /* "conflict.opened" */
  char *subject;                    /* the thing that it is about: "conflict/tcp-3000" */
  char *state;                      /* of the subject, as it is now: "opened" */
  gboolean is_over;                 /* it ends what an earlier notice told */
  gboolean leads;                   /* it says what the others have in common, so it comes first */
  PmSeverity severity;              /* of what has ended, where is_over */
  char *project;                    /* "" of none */
  char *what, *where, *done, *todo; /* a sentence each; "" nothing to say */
  gint64 since_us;
  const char *page; /* of the dashboard: "/conflicts"; static */
} PmNotice;

PmNotice *pm_notice_new (void);
void pm_notice_free (PmNotice *notice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmNotice, pm_notice_free)

#define PM_MESSAGE_MOST_NOTICES 20
#define PM_MESSAGE_MOST_CHARACTERS 1000 /* of one sentence */

typedef struct {
  char *key;       /* by which a receiver knows a repeat */
  char *host;      /* whose program it is */
  char *dashboard; /* where links lead, without a slash at its end; "" there are none */
  gint64 created_us;
  gboolean is_test;
  GPtrArray *notices; /* of PmNotice, as they happened, but for those that lead */
  guint n_more;       /* that there was no room for */
} PmMessage;

/* With a key of its own. */
PmMessage *pm_message_new (const char *host, const char *dashboard, gint64 now_us);
void pm_message_free (PmMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmMessage, pm_message_free)

/* Takes the notice over. */
void pm_message_add (PmMessage *message, PmNotice *notice);

/* The worst of its notices; of what is over the rest's. */
PmSeverity pm_message_severity (const PmMessage *message);

/* "conflict: …", one line; a new string. */
char *pm_message_title (const PmMessage *message);

/* "error", "warning", "note", or "over" where it ends something. */
const char *pm_notice_word (const PmNotice *notice);

/* Where to look; NULL: nowhere. A new string. */
char *pm_message_link (const PmMessage *message, const PmNotice *notice);

/* As the queue and the generic webhook have it. */
void pm_message_write_json (PmJsonWriter *json, const PmMessage *message);
char *pm_message_to_json (const PmMessage *message);

/* NULL: it is none. */
PmMessage *pm_message_from_json (const char *text);

G_END_DECLS
