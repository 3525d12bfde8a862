#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* Whether the registry's server can be reached, as people are told of it: a line in the log and the
 * status of the service when it goes, and when it is there again. Whoever looks at a dashboard is
 * told by the daemon. A registry in a file is always there. On the main loop. */

typedef struct PmAbsence PmAbsence;

/* It is away, and why; NULL: it is there again, or there at last. */
typedef void (*PmAbsenceChanged) (const char *why, gpointer data);

/* Borrows the context; `url` is what the daemon says of itself. One that is away already is told at
 * once. */
PmAbsence *pm_absence_new (const PmContext *context, const char *url, PmAbsenceChanged changed,
                           gpointer data);
void pm_absence_free (PmAbsence *absence);

/* What the service's status is: whom it serves, and whether with a registry. */
char *pm_absence_status (const PmAbsence *absence);

G_END_DECLS
