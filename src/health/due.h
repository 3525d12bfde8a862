#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A queue of things by the time that they are due: a binary heap whose entries lie in the things
 * themselves, so that one can be taken out again. Private to health/. Times are of the monotonic
 * clock, in µs. */

typedef struct {
  gint64 time_us;
  guint place; /* one more than its index in the heap; 0: it is in none */
} PmDueEntry;

typedef struct {
  GPtrArray *entries; /* of PmDueEntry, not owned */
} PmDue;

void pm_due_init (PmDue *due);
void pm_due_clear (PmDue *due);

/* Puts it in, or moves it. */
void pm_due_set (PmDue *due, PmDueEntry *entry, gint64 time_us);
void pm_due_remove (PmDue *due, PmDueEntry *entry); /* one that is in none is fine */

/* The first one; NULL: it is empty. */
PmDueEntry *pm_due_first (const PmDue *due);

G_END_DECLS
