#pragma once

#include "health/monitor.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* What the monitor saw, written down: states, samples, incidents, events, all of a batch in one
 * transaction.
 *
 *   book = pm_health_book_new (context, &error);
 *   pm_health_book_look (book, snapshot, &checks, &error);   whenever services or sockets changed
 *   pm_health_book_store (book, batch, &changed, &error);    whenever there is something
 *
 * A service that is down by itself opens an incident, one that is down because another is gets that
 * one's id (`causedBy`) and opens none. An incident is closed when its service is up, or is not
 * checked any more. Events: health.changed, incident.opened, incident.closed, certificate.expiring.
 *
 * After a failure the book is of no use: free it, and give a new one the same batch. One thread. */

typedef struct PmHealthBook PmHealthBook;

PmHealthBook *pm_health_book_new (PmContext *context, GError **error);
void pm_health_book_free (PmHealthBook *book);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmHealthBook, pm_health_book_free)

/* The checks of what is declared, and what the book knows of it, by service id (of PmHealthState;
 * their text lives as long as the book, and no batch is stored). Closes what is not there any more.
 * `snapshot` is the registry's, with its edges, told what lives. */
gboolean pm_health_book_look (PmHealthBook *book, const PmSnapshot *snapshot,
                              PmCheckSet **ret_checks, GError **error);
GArray *pm_health_book_states (const PmHealthBook *book);

/* *ret_changed: some service is in another state than before, so that its status may be another. */
gboolean pm_health_book_store (PmHealthBook *book, const PmHealthBatch *batch,
                               gboolean *ret_changed, GError **error);

G_END_DECLS
