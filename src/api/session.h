#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a browser comes by its token: a one-time code stands in the fragment of the URL that `serve`
 * prints, which no server or log ever sees; the page exchanges it for a token of its own. */

#define PM_SESSION_CODE_S 600 /* a code is good for so long, once */
#define PM_SESSION_TOKEN_DAYS 30

typedef struct PmSessions PmSessions;

/* All functions may be called from any thread. */
PmSessions *pm_sessions_new (void);
void pm_sessions_free (PmSessions *sessions);

/* A new code, as a new string. */
char *pm_sessions_make (PmSessions *sessions);

/* Whether it is one; it is used up then. */
gboolean pm_sessions_take (PmSessions *sessions, const char *code);

G_END_DECLS
