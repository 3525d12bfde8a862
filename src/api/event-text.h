#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An event as an event stream sends it (HTML Standard, 9.2 "Server-sent events"): made once, shared
 * by all streams. One thread. */

typedef struct {
  guint references;
  gint64 id; /* 0: it is not in the log, and nobody resumes behind it */
  char *event;
  char **projects; /* that it is about; NULL: nobody has asked yet */
  char *bytes;
  gsize length;
} PmEventText;

/* That it is about: told apart when somebody first wants events of some project. */
const char *const *pm_event_text_projects (PmEventText *text);

/* `data` is JSON on one line. */
PmEventText *pm_event_text_new (gint64 id, const char *event, const char *data);

/* Bytes that are no event: a comment, or a field. */
PmEventText *pm_event_text_raw (const char *bytes);

PmEventText *pm_event_text_ref (PmEventText *text);
void pm_event_text_unref (PmEventText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmEventText, pm_event_text_unref)

G_END_DECLS
